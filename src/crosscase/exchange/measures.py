"""What was measured of the coding, as records: one for each row of a table, with the columns that docs/tables.md names.

The same records are the rows of the export, and what the commands print as JSON or CSV.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crosscase.agreement.confusing import Difference, Group, Kind
from crosscase.exchange.sheets import guarded
from crosscase.study import Study

if TYPE_CHECKING:
    from crosscase.agreement.machine import Beside
    from crosscase.agreement.measuring import Aligned, Measured
    from crosscase.quality import Covered
    from crosscase.saturation import Saturation

Record = Mapping[str, Any]

COLUMNS: dict[str, dict[str, str]] = {
    "disagreements": {
        "source": "id of the source",
        "start": "where the passage starts: code points from 0 in the stored text",
        "end": "where it ends, not included",
        "quote": "the passage",
        "turn": "number of its first turn, from 1",
        "code": "id of the code",
        "kind": "one code for another, given by some alone, or the same code given otherwise: value, case or stance",
        "confused_with": "id of the code that others gave there in its place",
        "said": "who said what; – for who read it and did not give the code",
        "given_by": "coders who gave the code",
        "not_given_by": "coders who read it for the code and did not give it",
        "settled": "codes that the consensus layer gives there; – for none of these, empty where it has not come to it",
    },
    "agreement": {
        "code": "id of the code; empty for all codes, each on each unit",
        "units": "passages that two coders or more came to and could have given the code",
        "sources": "number of sources that these lie in",
        "coders": "who is compared",
        "given": "how many of the units each of them gave the code",
        "prevalence": "share of their marks that give it, 0 to 1",
        "percentage": "share of pairs of coders who agree, 0 to 1",
        "alpha": "Krippendorff's alpha, nominal: 1 is perfect, 0 is chance",
        "alpha_low": "where its 95% interval begins; sources are drawn again 1,000 times",
        "alpha_high": "where it ends",
        "kappa": "Cohen's kappa; of more than two coders the mean of all pairs",
        "kappa_low": "where its interval begins",
        "kappa_high": "where it ends",
        "fleiss": "Fleiss' kappa, where every unit was marked by as many coders",
        "ac1": "Gwet's AC1, for rare codes beside kappa, never in its place",
        "pabak": "kappa adjusted for prevalence and bias",
        "prevalence_index": "of two coders: (both gave it - both didn't) / units",
        "bias_index": "of two coders: (only the first gave it - only the second) / units",
        "edges": "alpha for unitizing, on the words themselves: it falls where codings begin or end elsewhere",
        "why": "why alpha or its interval is missing",
    },
}

_ESTIMATES = ("percentage", "alpha", "kappa", "fleiss", "ac1", "pabak", "prevalence_index", "bias_index", "edges")


def as_json(tables: Mapping[str, Iterable[Record]]) -> str:
    """Each table by its name, its rows as objects; what is missing is null."""
    return json.dumps({name: list(records) for name, records in tables.items()}, ensure_ascii=False, indent=2)


def as_csv(records: Iterable[Record]) -> str:
    """The rows under their columns, as spreadsheets read them; nothing in it is taken for a formula."""
    rows = list(records)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0] if rows else ())
    writer.writerows([_csv_entry(value) for value in row.values()] for row in rows)
    return out.getvalue().rstrip("\n")


def _csv_entry(value: Any) -> Any:
    return guarded(value) if isinstance(value, str) else value


def listed(entries: Iterable[str]) -> str:
    return "; ".join(entries)


def disagreements(groups: Sequence[Group], study: Study) -> list[Record]:
    """Each passage on each code that coders gave otherwise, in reading order; edges alone are no disagreement."""
    order = {source.id: number for number, source in enumerate(study.sources)}
    rows = [
        row
        for group in groups
        if group.kind is not Kind.EDGES
        for difference in group.differences
        for row in _of_difference(group, difference, study)
    ]
    return sorted(rows, key=lambda row: (order[row["source"]], row["start"], row["end"], row["code"]))


def _of_difference(group: Group, difference: Difference, study: Study) -> Iterator[Record]:
    source = study.source(difference.source_id)
    codes = study.codebook.by_id
    for comparison in difference.comparisons:
        turn = source.turn_at(comparison.start) if source else None
        settled = difference.settled
        yield {
            "source": comparison.source_id,
            "start": comparison.start,
            "end": comparison.end,
            "quote": comparison.quote,
            "turn": turn.number if turn else None,
            "code": comparison.code_id,
            "kind": group.kind.value,
            "confused_with": listed(code_id for code_id in group.code_ids if code_id != comparison.code_id),
            "said": listed(comparison.statements(codes[comparison.code_id].name)),
            "given_by": listed(coder for coder, given in comparison.said.items() if given),
            "not_given_by": listed(coder for coder, given in comparison.said.items() if not given),
            "settled": (listed(settled.codes) or "–") if settled else "",
        }


def agreement(measured: "Measured") -> Iterator[Record]:
    """The coefficients of each code, and of all together last."""
    for measure in (*measured.codes, *filter(None, (measured.pooled,))):
        yield {
            "code": measure.code_id,
            "units": measure.units,
            "sources": measure.sources,
            "coders": listed(measured.coders),
            "given": listed(f"{coder} {number}" for coder, number in measure.used.items()),
            "prevalence": measure.prevalence,
            **{name: getattr(measure, name).value for name in _ESTIMATES},
            "alpha_low": measure.alpha.low,
            "alpha_high": measure.alpha.high,
            "kappa_low": measure.kappa.low,
            "kappa_high": measure.kappa.high,
            "why": measure.alpha.why,
        }


def aligned(aligned: "Aligned") -> Iterator[Record]:
    """γ of each source, and of all together last, with an empty source."""
    for source_id, estimate in {**aligned.sources, "": aligned.gamma}.items():
        yield {
            "source": source_id,
            "gamma": estimate.value,
            "gamma_low": estimate.low,
            "gamma_high": estimate.high,
            "why": estimate.why,
        }


def beside_machine(figures: Iterable["Beside"]) -> Iterator[Record]:
    """People's figure and the machine's, code by code."""
    for figure in figures:
        yield {
            "code": figure.code_id,
            "units": figure.units,
            "sources": figure.sources,
            "suggested": figure.suggested,
            "people_alpha": figure.people.value,
            "machine_alpha": figure.machine.value,
            "why": figure.people.why or figure.machine.why,
        }


def saturation(saturation: "Saturation") -> Iterator[Record]:
    """Each interview in the order held, with what it brought."""
    for number, step in enumerate(saturation.steps, 1):
        yield {
            "sector": "",
            "number": number,
            "source": step.source_id,
            "new": len(step.new),
            "new_codes": listed(step.new),
            "total": step.total,
            "new_information": step.ratio,
            "low": step.low,
            "median": step.median,
            "high": step.high,
            "is_saturated": saturation.reached is not None and number >= saturation.reached,
        }


def asked(covered: "Covered") -> list[Record]:
    """Each question in each interview."""
    return [
        {
            "question": cell.question_id,
            "source": cell.source_id,
            "put": cell.put,
            "by_word": cell.by_word,
            "codings": cell.codings,
        }
        for cell in covered.asked
    ]


def heard(covered: "Covered") -> list[Record]:
    """Each participant's words: all, read, coded."""
    return [
        {"participant": person.participant_id, "words": person.words, "read": person.read, "coded": person.coded}
        for person in covered.heard
    ]


def uncoded(covered: "Covered", study: Study) -> list[Record]:
    """The longest stretches that nobody coded, with their words."""
    texts = {source.id: source.text for source in study.sources}
    places = [(stretch.segment, stretch.words) for stretch in covered.uncoded]
    return [
        {
            "source": place.source_id,
            "start": place.start,
            "end": place.end,
            "words": words,
            "text": texts[place.source_id][place.start : place.end],
        }
        for place, words in places
    ]


def unused(covered: "Covered") -> list[Record]:
    """Each code with the cases read for it that have it, and those that don't."""
    return [
        {"code": code.code_id, "given": listed(code.given), "not_given": listed(code.not_given)}
        for code in covered.unused
    ]


def drawn(covered: "Covered") -> list[Record]:
    """How far summaries rest on each participant's words."""
    return [
        {
            "participant": person.participant_id,
            "passages": person.passages,
            "share": person.share,
            "share_of_words": person.share_of_words,
            "is_often": person.is_often,
        }
        for person in covered.drawn
    ]


def together(covered: "Covered") -> list[Record]:
    """Every two codes that a passage has both of."""
    return [
        {
            "first_code": pair.code_ids[0],
            "second_code": pair.code_ids[1],
            "passages": pair.passages,
            "first": pair.first,
            "second": pair.second,
            "jaccard": pair.jaccard,
            "lift": pair.lift,
            "p": pair.p,
            "q": pair.q,
        }
        for pair in covered.together
    ]
