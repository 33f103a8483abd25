"""What the command line says of agreement, saturation and coverage, a line at a time; styles are click's."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from crosscase import stages
from crosscase.agreement import Agreement, Outcome, UnitKind, counted
from crosscase.agreement.confusing import Difference, Group, Kind
from crosscase.exchange import measures
from crosscase.exchange.measures import Record
from crosscase.problem import Refused
from crosscase.study import Study
from crosscase.wording import first_of, how_many, number_or_none

if TYPE_CHECKING:
    from crosscase.agreement.comparing import Comparison, Given
    from crosscase.agreement.machine import Beside
    from crosscase.agreement.measuring import Aligned, Estimate, Measure, Measured
    from crosscase.quality import Covered, Saturated


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command says: as lines for people, and as rows under a name for programs."""

    lines: Iterable[str]
    name: str
    records: Iterable[Record]

    def printed(self, *, as_json: bool = False, as_csv: bool = False) -> Iterable[str]:
        """The lines, or the rows as JSON or CSV. Raises `Refused` where both are asked for."""
        if as_json and as_csv:
            raise Refused("give either `--json` or `--csv`")
        if as_json:
            return (measures.as_json({self.name: self.records}),)
        return (measures.as_csv(self.records),) if as_csv else self.lines


def agreed(study: Study, what: str, source_id: str, code_id: str, unit: UnitKind) -> Answer:
    """What coders differ in, or one of the figures for how far they agree, in one source or on one code if asked for.

    Raises `Refused` if there is no such source or code.
    """
    agreement = stages.agree(study, source_id, code_id)
    if what == "summaries":
        return judged(study)
    if what == "coefficients":
        measured = stages.measure(study, unit)
        lines = [*measured_lines(measured, study, code_id), *shown_lines(stages.shown_together(study))]
        return Answer(lines, "agreement", _of_code(measures.agreement(measured), study, code_id))
    if what == "gamma":
        aligned = stages.align(study)
        return Answer(aligned_lines(aligned), "gamma", measures.aligned(aligned))
    if what == "machine":
        figures = stages.beside_machine(study)
        records = _of_code(measures.beside_machine(figures), study, code_id)
        return Answer(beside_lines(figures, study), "beside_machine", records)
    groups = stages.differences(study, agreement)
    lines = [*agreement_lines(agreement, groups, study), *shown_lines(stages.shown_together(study))]
    return Answer(lines, "disagreements", measures.disagreements(groups, study))


def _of_code(records: Iterable[Record], study: Study, code_id: str) -> list[Record]:
    code = study.codebook.by_id.get(code_id)
    return [record for record in records if code is None or record["code"] == code.id]


def judged(study: Study) -> Answer:
    """How many summaries the passages bear out, as second readers judged; by reader and writer."""
    rows: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for summary in study.summaries:
        for reader, verdict in summary.borne_out:
            rows[reader, summary.by][verdict] += 1
    records = [
        {"reader": reader, "writer": writer, **{word: counts[word] for word in VERDICTS}}
        for (reader, writer), counts in sorted(rows.items())
    ]
    return Answer(_judged_lines(records, study), "summaries", records)


def verdict(words: str) -> tuple[str, str, str]:
    """A cell and what is said of its summary, as `J05/policy.substances=yes`."""
    cell, sign, said = words.rpartition("=")
    row_id, slash, code_id = cell.partition("/")
    if not (sign and slash):
        raise Refused(
            f"`{words}` should be a case, `/`, a code, `=` and yes, partly or no, as in `J05/policy.status=yes`"
        )
    return row_id.strip(), code_id.strip(), said.strip()


VERDICTS = ("yes", "partly", "no")


def _judged_lines(records: Sequence[Record], study: Study) -> Iterator[str]:
    total = len(study.summaries)
    if not records:
        yield f"none of {how_many(total, 'summary')} has been judged by a second reader yet"
    for row in records:
        number = sum(row[word] for word in VERDICTS)
        told = f"borne out {row['yes']}, partly {row['partly']}, not {row['no']}"
        yield f"{row['reader']} on {row['writer'] or 'nobody named'}: {how_many(number, 'summary')} of {total}: {told}"


def agreement_lines(agreement: Agreement, groups: Sequence[Group], study: Study) -> Iterator[str]:
    """Each group of differences, with who said what and what the consensus layer made of it; then the counts.

    Where only edges differ there is a count for each code: a list of them would hide the others.
    """
    if not agreement.readers:
        yield "nothing to compare: no source was read by two coders, or not for the same codes"
        return
    names = {code.id: code.name for code in study.codebook.codes}
    listed = [group for group in groups if group.kind is not Kind.EDGES]
    for number, group in enumerate(listed):
        if number == 0 or listed[number - 1].kind is not group.kind:
            yield click.style(f"{group.kind.value}:", bold=True)
        yield f"  {' / '.join(names[code_id] for code_id in group.code_ids)} ({len(group.differences)})"
        for difference in group.differences:
            yield f"    {_difference(difference, names, study)}"
    edges = {names[group.code_ids[0]]: len(group.differences) for group in groups if group.kind is Kind.EDGES}
    if edges:
        yield click.style(f"{Kind.EDGES.value}:", bold=True)
        yield f"  {', '.join(f'{name} {number}' for name, number in edges.items())}"
    for coders, comparisons in agreement.pairs.items() if len(agreement.pairs) > 1 else ():
        yield f"{' and '.join(coders)}: {_outcomes(comparisons)}"
    coders_by_source = agreement.coders_by_source
    numbers = sorted({len(names) for names in coders_by_source.values()})
    by = f"{numbers[0]} coders" + (" or more" if len(numbers) > 1 else "")
    yield f"{_outcomes(agreement.comparisons)}, in {how_many(len(coders_by_source), 'source')} read by {by}"


def _difference(difference: Difference, names: Mapping[str, str], study: Study) -> str:
    quote = shorten(_words(difference, study), 70, placeholder=" …")
    who = " · ".join(f"{coder}: {_gave(given, names)}" for coder, given in difference.said.items())
    settled = difference.settled
    after = f" · settled: {_gave(settled.given, names)}" if settled else ""
    return f"{_place(difference, study)}: “{quote}”  {who}{after}"


def _words(difference: Difference, study: Study) -> str:
    source = study.source(difference.source_id)
    return source.text[difference.start : difference.end] if source else ""


def _gave(given: "Mapping[str, tuple[Given, ...]]", names: Mapping[str, str]) -> str:
    """The codes that were given, each with how; a dash where none was."""
    told = []
    for code_id, ways in given.items():
        details = ", ".join(str(way) for way in ways if str(way))
        if ways:
            told.append(f"{names[code_id]} ({details})" if details else names[code_id])
    return ", ".join(told) or "–"


def shown_lines(shown: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Where two people or more were shown suggestions: their agreement there is not independent of the machine."""
    for source_id, coders in shown.items():
        yield f"{source_id}: {' and '.join(coders)} were shown suggestions, so their agreement there isn't independent"


def aligned_lines(aligned: "Aligned") -> Iterator[str]:
    """γ of all sources together, then of each."""
    gamma = aligned.gamma
    if gamma.value is None:
        yield f"no γ: {gamma.why}"
    else:
        yield f"γ (Mathet): {_figure(gamma).strip()}  {_interval(gamma)}" + (f"  ({gamma.why})" if gamma.why else "")
    for source_id, of_source in aligned.sources.items():
        yield f"  {source_id:<12} {_figure(of_source)}" + (f"  {of_source.why}" if of_source.value is None else "")


def beside_lines(figures: "Sequence[Beside]", study: Study) -> Iterator[str]:
    """The machine's figure beside people's, code by code, the furthest behind first; and that it is no agreement."""
    if not figures:
        yield "nothing to compare with: no source was read by two coders who saw no suggestions in it"
        return
    names = {code.id: code.name for code in study.codebook.codes}
    width = max(len(names[figure.code_id]) for figure in figures)
    yield f"{'':{width}}  units  suggested  people  machine (alpha)"
    for figure in sorted(figures, key=_behind, reverse=True):
        numbers = f"{figure.units:>6} {figure.suggested:>10}  {_figure(figure.people)}   {_figure(figure.machine)}"
        yield f"{names[figure.code_id]:{width}} {numbers}"
    yield "people: how far coders agree, the most that can be asked; machine: the suggestions against each of them."
    yield "The second is no intercoder agreement. Suggestions were made without what was decided on these sources;"
    yield "where somebody was shown suggestions, they are not compared."


def _behind(figure: "Beside") -> float:
    people, machine = figure.people.value, figure.machine.value
    return (people - machine) if people is not None and machine is not None else -2.0


def measured_lines(measured: "Measured", study: Study, code_id: str = "") -> Iterator[str]:
    """A table of coefficients, the least agreed on first; then what all codes give together, and what was left out."""
    code = study.codebook.by_id.get(code_id)
    measures = [one for one in measured.codes if code is None or one.code_id == code.id]
    if not measures or measured.pooled is None:
        yield "nothing to measure: no source was read by two coders, or not for the same codes"
        return
    names = {one.id: one.name for one in study.codebook.codes} | {"": "all codes, each on each unit"}
    width = max(len(names[one.code_id]) for one in (*measures, measured.pooled))
    given = " and ".join(measured.coders)
    yield f"{'':{width}} {'units':>6} {given:>11}   alpha  95% interval   kappa     AC1  agreed   edges"
    known = [one for one in measures if one.alpha.value is not None]
    for measure in sorted(known, key=lambda one: one.alpha.value or 0.0):
        yield _measure_line(names[measure.code_id], measure, width)
    if code is None:
        yield _measure_line(names[""], measured.pooled, width)
        yield f"sets of codes (alpha, MASI distances): {_figure(measured.sets)}  {_interval(measured.sets)}"
    yield from _unmeasured(measures, names)


def _measure_line(name: str, measure: "Measure", width: int) -> str:
    used = " and ".join(str(number) for number in measure.used.values())
    alpha = f"{_figure(measure.alpha)}  {_interval(measure.alpha):13}"
    others = "  ".join(
        _figure(estimate) for estimate in (measure.kappa, measure.ac1, measure.percentage, measure.edges)
    )
    return f"{name:{width}} {measure.units:>6} {used:>11}  {alpha}  {others}"


def _figure(estimate: "Estimate") -> str:
    # Adding 0 makes nothing of a minus that rounding leaves.
    return "     –" if estimate.value is None else f"{round(estimate.value, 2) + 0.0:6.2f}"


def _interval(estimate: "Estimate") -> str:
    if estimate.low is None or estimate.high is None:
        return "–"
    return f"{estimate.low:.2f} to {estimate.high:.2f}"


def _unmeasured(measures: Iterable["Measure"], names: Mapping[str, str]) -> Iterator[str]:
    """Why figures or intervals are missing, each reason once, with the codes that it concerns."""
    reasons: dict[str, list[str]] = {}
    for measure in measures:
        if measure.alpha.why:
            reasons.setdefault(measure.alpha.why, []).append(names[measure.code_id])
    for why, codes in reasons.items():
        yield f"{how_many(len(codes), 'code')}: {why} ({first_of(codes, 5)})"


def saturated(study: Study, found: "Saturated", by_sector: "Mapping[str, Saturated]") -> Answer:
    """Saturation of all interviews, and in each sector where they were asked for."""
    lines = list(saturation_lines(found, study))
    records = list(measures.saturation(found.saturation))
    for sector, of_sector in by_sector.items():
        lines += ["", click.style(f"{sector}:", bold=True), *saturation_lines(of_sector, study)]
        records += [{**row, "sector": sector} for row in measures.saturation(of_sector.saturation)]
    return Answer(lines, "saturation", records)


def saturation_lines(found: "Saturated", study: Study) -> Iterator[str]:
    """A line for each interview, then what may be said of saturation, and what may not."""
    saturation = found.saturation
    if not saturation.steps:
        yield "nothing to count: no interview was read to the end"
        return
    names = {code.id: code.name for code in study.codebook.codes}
    yield "interview  new  total  in any order   new information"
    for step in saturation.steps:
        ratio = "" if step.ratio is None else f"{step.ratio:.0%}"
        new = ", ".join(names[code_id] for code_id in step.new)
        band = f"{step.low:.0f} to {step.high:.0f}"
        numbers = f"{len(step.new):>4} {step.total:>6}  {band:>12}  {ratio:>5}"
        if step.source_id in found.guide_changes:
            yield f"          new in the guide from here: {', '.join(found.guide_changes[step.source_id])}"
        yield f"{step.source_id:9} {numbers}  {shorten(new, 70, placeholder=' …')}".rstrip()
    yield from _saturated(found)


def _saturated(found: "Saturated") -> Iterator[str]:
    saturation = found.saturation
    rule = f"{saturation.base}+{saturation.run} at {saturation.threshold:.0%}"
    share = f"{saturation.reached_in:.0%} of 1,000 orders"
    if len(saturation.steps) < saturation.base + saturation.run:
        yield f"too few interviews to say anything of saturation: {rule} needs {saturation.base + saturation.run}"
    elif saturation.reached is None:
        yield f"not saturated ({rule}): the last interviews still brought new codes; reached in {share}"
    else:
        usually = f", there after {saturation.usually:.0f} as a median" if saturation.usually else ""
        yield f"saturated after {saturation.reached} interviews ({rule}); reached in {share}{usually}"
    if saturation.later:
        yield f"but later interviews brought {how_many(saturation.later, 'more code')}"
    unseen = f"at least {saturation.unseen:.0f} more may be unseen (Chao2)"
    yield f"{saturation.codes} of {how_many(found.codes, 'code')} were given; {unseen}"
    yield from _contents(found)
    yield "this is about codes in these interviews, not about meanings, nor whom nobody asked, nor types of cases"
    if found.unlooked:
        codes = f"{how_many(len(found.unlooked), 'code')} ({first_of(found.unlooked, 5)})"
        yield f"left out, since not every interview was gone through for them: {codes}"
    if found.unread:
        yield f"left out, since not read to the end: {', '.join(found.unread)}"
    if found.undated:
        yield f"without a date, and so taken for the last: {', '.join(found.undated)}"


def _contents(found: "Saturated") -> Iterator[str]:
    """What is said within codes may go on changing when no new code comes."""
    contents = found.contents
    if contents and contents.reached is not None:
        yield f"what was said within codes (values and stances) stopped being new after {contents.reached} interviews"
    elif contents and len(contents.steps) >= contents.base + contents.run:
        yield "what was said within codes (values and stances) was still new in the last interviews"


def covered_answer(covered: "Covered", study: Study, only: str) -> Answer:
    """One part of coverage, or the gist of all."""
    parts = {
        "asked": (_asked_lines, measures.asked(covered)),
        "heard": (_heard_lines, measures.heard(covered)),
        "uncoded": (_uncoded_lines, measures.uncoded(covered, study)),
        "unused": (_unused_lines, measures.unused(covered)),
        "drawn": (_drawn_lines, measures.drawn(covered)),
        "together": (_together_lines, measures.together(covered)),
    }
    if only:
        told, records = parts[only]
        return Answer(told(covered, study), only, records)
    lines: list[str] = []
    for name, (told, _) in parts.items():
        lines += [click.style(_HEADS[name], bold=True), *(f"  {line}" for line in told(covered, study))]
    waiting = len({(entry.code.id, entry.source.id) for entry in stages.revisit(study).entries})
    lines.append(f"To be read again: {number_or_none(waiting)} (`crosscase revisit` lists sources and codes)")
    return Answer(lines, "coverage", [{"part": name, **row} for name, (_, rows) in parts.items() for row in rows])


_HEADS = {
    "asked": "What was asked of whom:",
    "heard": "How much of their words was read and coded:",
    "uncoded": "The longest stretches that nobody coded:",
    "unused": "Codes that cases read for them don't have:",
    "drawn": "Whose words summaries rest on:",
    "together": "Codes that go together:",
}
_SIGNS = {"put": "+", "not put": "-", "unknown": "?"}
MOST_LISTED = 10


def _asked_lines(covered: "Covered", study: Study) -> Iterator[str]:
    """A line for each question: + put, - not put, ? unknown, in the order of interviews."""
    interviews = list(dict.fromkeys(cell.source_id for cell in covered.asked))
    if not covered.asked:
        yield "guide.yaml has no questions, so that nobody knows what was asked"
        return
    yield f"{len(interviews)} interviews, {interviews[0]} to {interviews[-1]}: + put, - not put, ? not known"
    for question in study.guide.questions:
        cells = [cell for cell in covered.asked if cell.question_id == question.id]
        row = "".join(_SIGNS[cell.put] for cell in cells)
        volunteered = sum(cell.put == "not put" and bool(cell.codings) for cell in cells)
        more = f"; spoken of unasked in {volunteered}" if volunteered else ""
        yield f"{question.id:<6} {row}  put in {row.count('+')} of {len(cells)}{more}"


def _heard_lines(covered: "Covered", study: Study) -> Iterator[str]:  # noqa: ARG001
    """The participants of whose words the least was coded first."""
    if not covered.heard:
        yield "no participant speaks in any interview"
    for person in sorted(covered.heard, key=lambda one: one.coded / max(one.words, 1))[:MOST_LISTED]:
        read, coded = (f"{part / max(person.words, 1):.0%}" for part in (person.read, person.coded))
        yield f"{person.participant_id:<12} {person.words:>6,} words, {read} read, {coded} coded"


def _uncoded_lines(covered: "Covered", study: Study) -> Iterator[str]:
    if not covered.uncoded:
        yield "everything that was read is coded"
    for stretch in covered.uncoded[:MOST_LISTED]:
        source = study.source(stretch.segment.source_id)
        if source is not None:
            turn = source.turn_at(stretch.segment.start)
            words = shorten(source.text[stretch.segment.start : stretch.segment.end], 70, placeholder=" …")
            yield f"{source.id}, turn {turn.number if turn else 1}: {stretch.words} words: “{words}”"


def _unused_lines(covered: "Covered", study: Study) -> Iterator[str]:
    names = {code.id: code.name for code in study.codebook.codes}
    nowhere = [names[code.code_id] for code in covered.unused if not code.given]
    if nowhere:
        yield f"in no case: {', '.join(nowhere)}"
    for code in [code for code in covered.unused if code.given and code.not_given][:MOST_LISTED]:
        read = len(code.given) + len(code.not_given)
        yield f"{names[code.code_id]}: not in {len(code.not_given)} of {read}; only in {first_of(code.given, 5)}"


def _drawn_lines(covered: "Covered", study: Study) -> Iterator[str]:  # noqa: ARG001
    if not covered.drawn:
        yield "no summary rests on codings yet"
    for person in covered.drawn[:MOST_LISTED]:
        mark = "  more than a fifth: look for others" if person.is_often else ""
        shares = f"{person.share:.0%} of them, {person.share_of_words:.0%} of all words"
        yield f"{person.participant_id:<12} {how_many(person.passages, 'passage')}, {shares}{mark}"


def _together_lines(covered: "Covered", study: Study) -> Iterator[str]:
    names = {code.id: code.name for code in study.codebook.codes}
    if not covered.together:
        yield "no passage carries two codes"
    for pair in covered.together[:MOST_LISTED]:
        first, second = (names[code_id] for code_id in pair.code_ids)
        chance = f"{pair.lift:.1f} times chance, q {pair.q:.3f}"
        yield f"{first} / {second}: {how_many(pair.passages, 'passage')}, {chance}"


def _place(comparison: Difference, study: Study) -> str:
    source = study.source(comparison.source_id)
    turn = source.turn_at(comparison.start) if source else None
    return f"{comparison.source_id}, turn {turn.number}" if turn else comparison.source_id


def _outcomes(comparisons: "Sequence[Comparison]") -> str:
    outcomes = counted(comparisons)
    alike, edges = outcomes[Outcome.SAME], outcomes[Outcome.OTHER_EDGES]
    return (
        f"{how_many(alike, 'passage')} coded alike, {number_or_none(edges)} with other edges, "
        f"{number_or_none(len(comparisons) - alike - edges)} otherwise"
    )
