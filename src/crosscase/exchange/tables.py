"""What a study holds and what was found in it, as tables with stable, documented columns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crosscase.coding import Coding, Decision
from crosscase.exchange import measures
from crosscase.framework import Findings, agreement_of, differences_of, measured_of, states
from crosscase.matrix import Cell, Matrix
from crosscase.reading import readings_by_source
from crosscase.study import Study

if TYPE_CHECKING:
    import pandas as pd

_ABOUT_A_PLACE = {
    "speaker": "names of those whose words it holds, as in the text",
    "participant": "ids of the participants that it counts for",
    "turn": "number of its first turn, from 1",
    "answer_counts": "whether it holds only an interviewer's words, and so counts for who answers next",
}

COLUMNS: dict[str, dict[str, str]] = {
    "sources": {
        "id": "id of the source: the name of its stored text",
        "kind": "interview, focus group or document",
        "title": "title, as the study gives it",
        "date": "date, as the study gives it",
        "case": "id of the case that the whole source belongs to",
        "turns": "number of turns",
        "words": "number of words, names and times not counted",
        "speakers": "names in the text, in the order in which they first speak",
        "passages": "number of passages that suggestions are made for",
        "left_out": "number of passages too short to be read alone",
        "state": "how far people are with it: not read yet, still being read, or read to the end by one of them",
        "coded_by": "coders who have read it, or are reading it, be it with the finding that no code applies",
        "sha256": "hash of the stored text",
    },
    "readings": {
        "coder": "who reads",
        "source": "id of the source",
        "state": "still being read, or read to the end",
        "codebook": "version of the codebook under which the reading was begun",
        "read_to": "how far the text was read, in code points; its length once the reading is done",
        "share": "share of the text that has been read, 0 to 1",
        "again": "codes for which the source was gone through again, each with the version of the codebook then",
    },
    "participants": {
        "id": "id of the participant",
        "case": "id of the participant's case",
        "sector": "sector",
        "role": "role",
        "consent": "how the participant may be named: named, role, sector or none",
        "speakers": "names under which the participant stands in the texts",
        "sources": "ids of the sources in which the participant speaks",
    },
    "cases": {
        "id": "id of the case",
        "name": "name of the case",
        "masked": "name of the case where its identity is protected",
    },
    "codes": {
        "id": "permanent id of the code",
        "name": "name of the code",
        "category": "id of its category",
        "origin": "deductive or inductive",
        "kind": "theme, or attribute with allowed values",
        "values": "allowed values with their meaning",
        "definition": "definition",
        "include": "when to use the code",
        "exclude": "when not to use it",
        "examples": "examples",
        "cues": "words that often mark a passage on this code",
        "since": "version of the codebook that introduced it",
        "formerly": "ids of codes that were renamed to or merged into it",
        "codings": "number of codings",
        "sources": "number of sources with a coding",
        "cases": "number of cases with a coding",
        "sources_read": "number of sources that somebody has read to the end with this code in the codebook",
        "cases_read": "number of cases of which every source was read so",
    },
    "codings": {
        "id": "permanent id of the coding",
        "source": "id of the source",
        "start": "where the passage starts: code points from 0 in the stored text",
        "end": "where it ends, not included",
        "quote": "the passage",
        "code": "id of the code",
        "value": "value, for codes that have values",
        "case": "ids of the cases that it counts for: its own, else those of whose words it holds, else the source's",
        "episode": "id of the episode that it is about, where a person named it",
        "voice": "whose words a document quotes there: a participant, or as the coder put it",
        "stance": "reports, supports, opposes or expects",
        "coder": "who coded",
        "at": "when",
        "memo": "the coder's note",
        **_ABOUT_A_PLACE,
        "counts": "whether it counts in the matrices; not where a consensus layer stands for its source",
    },
    **measures.COLUMNS,
    "suggestions": {
        "id": "source, place and code",
        "source": "id of the source",
        "start": "where the passage starts: code points from 0 in the stored text",
        "end": "where it ends, not included",
        "quote": "the passage",
        "value": "the machine's guess at one of the code's values; empty where none was clearly ahead",
        "code": "id of the code that the machine proposes",
        "case": "ids of the speakers' cases, else the source's",
        **_ABOUT_A_PLACE,
        "score": "0 to 1, higher is likelier; comparable within one run only",
        "explanation": "what the score rests on",
        "encoder": "what turned the text into vectors",
    },
    "cells": {
        "matrix": "id of the category whose matrix the cell is in",
        "row": "id of the row: a case or a participant",
        "row_kind": "case or participant",
        "code": "id of the code",
        "status": "what stands in the cell, or why nothing does",
        "basis": "people, or draft where suggestions stand in for codings",
        "summary": "the summary that a person wrote",
        "summary_status": "the writer's word on it, such as done or thin",
        "summary_by": "who wrote it",
        "summary_on": "when",
        "absence_by": "who confirmed that nothing was said, or not asked",
        "absence_on": "when",
        "absence_note": "the note to it",
        "stale": "whether codings came or went since it was written",
        "pasted": "whether it is a quote rather than a summary",
        "codings": "number of codings",
        "suggestions": "number of suggestions",
        "values": "how many codings carry each value",
        "coding_ids": "ids of the codings",
        "quotes": "up to three passages that stand for the cell",
    },
}

_WHOLE = frozenset({"start", "end", "turn", "turns", "words", "passages", "left_out", "since", "read_to"})
_COUNTED = {
    "agreement": {"units", "sources"},
    "codes": {"codings", "sources", "cases", "sources_read", "cases_read"},
    "cells": {"codings", "suggestions"},
    "readings": {"codebook"},
}
_MEASURED = frozenset(
    {"score", "share", "prevalence", "percentage", "fleiss", "ac1", "pabak", "prevalence_index", "bias_index", "edges"}
    | {"alpha", "alpha_low", "alpha_high", "kappa", "kappa_low", "kappa_high"}
)
_YES_NO = frozenset({"stale", "pasted", "counts", "answer_counts"})

Record = Mapping[str, Any]


def tables(findings: Findings) -> "dict[str, pd.DataFrame]":
    """One table for each noun, with the columns of `COLUMNS` in their order, then the study's own attributes.

    An attribute named like a fixed column is called `attribute_…`. Several entries in one cell are parted by `; `.
    """
    records = {
        "sources": _sources(findings),
        "readings": list(_readings(findings)),
        "participants": _participants(findings),
        "cases": _cases(findings),
        "codes": _codes(findings),
        "codings": list(_codings(findings)),
        "disagreements": _disagreements(findings.study),
        "agreement": _agreement(findings.study),
        "suggestions": [_suggestion(findings, suggestion) for suggestion in findings.suggestions],
        "cells": list(_cells(findings)),
    }
    return {name: _frame(name, found) for name, found in records.items()}


def _frame(name: str, records: Sequence[Record]) -> "pd.DataFrame":
    import pandas as pd

    columns = [*COLUMNS[name], *sorted({key for record in records for key in record} - set(COLUMNS[name]))]
    series = {
        column: pd.Series([record.get(column, "") for record in records], dtype=_dtype(name, column))
        for column in columns
    }
    return pd.DataFrame(series, columns=columns)


def _dtype(table: str, column: str) -> str:
    if column not in COLUMNS[table]:
        return "str"
    if column in _WHOLE or column in _COUNTED.get(table, ()):
        return "Int64"
    if column in _YES_NO:
        return "bool"
    return "float64" if column in _MEASURED else "str"


def _with_attributes(table: str, record: Record, attributes: Mapping[str, str]) -> Record:
    named = dict(record)
    for name, value in sorted(attributes.items()):
        column = name
        while column in COLUMNS[table] or column in named:
            column = f"attribute_{column}"
        named[column] = str(value)
    return named


def _sources(findings: Findings) -> list[Record]:
    state_of = states(findings.study)
    coders: dict[str, list[str]] = defaultdict(list)
    for coder, source_id in sorted(findings.study.coded):
        coders[source_id].append(coder)
    return [
        _with_attributes(
            "sources",
            {
                "id": source.id,
                "kind": source.kind,
                "title": source.title,
                "date": source.date,
                "case": source.case_id,
                "turns": len(source.turns),
                "words": source.words,
                "speakers": _listed(source.speakers),
                "passages": len(findings.passages[source.id].kept),
                "left_out": len(findings.passages[source.id].left_out),
                "state": state_of[source.id].value,
                "coded_by": _listed(coders[source.id]),
                "sha256": source.sha256,
            },
            source.attributes,
        )
        for source in findings.study.sources
    ]


def _readings(findings: Findings) -> Iterator[Record]:
    """What each coder has done with each source, source by source."""
    by_source = readings_by_source(findings.study.readings)
    for source in findings.study.sources:
        for reading in sorted(by_source.get(source.id, ()), key=lambda reading: reading.coder):
            end = len(source.text) if reading.read_to is None else min(reading.read_to, len(source.text))
            yield {
                "coder": reading.coder,
                "source": source.id,
                "state": reading.state.value,
                "codebook": reading.codebook,
                "read_to": end,
                "share": round(end / len(source.text), 4) if source.text else 1.0,
                "again": _listed(f"{code_id} {version}" for code_id, version in sorted(reading.again.items())),
            }


def _participants(findings: Findings) -> list[Record]:
    order = {source.id: at for at, source in enumerate(findings.study.sources)}
    return [
        _with_attributes(
            "participants",
            {
                "id": person.id,
                "case": person.case_id,
                "sector": person.sector,
                "role": person.role,
                "consent": person.consent,
                "speakers": _listed(person.speakers or (person.id,)),
                "sources": _listed(sorted(findings.voices.source_ids(person), key=order.__getitem__)),
            },
            person.attributes,
        )
        for person in findings.study.participants
    ]


def _cases(findings: Findings) -> list[Record]:
    return [
        _with_attributes("cases", {"id": case.id, "name": case.name, "masked": case.masked}, case.attributes)
        for case in findings.study.cases
    ]


def _codes(findings: Findings) -> list[Record]:
    by_id = findings.study.codebook.by_id
    found: dict[str, list[Coding]] = defaultdict(list)
    for coding in findings.codings:
        if coding.code_id in by_id:
            found[by_id[coding.code_id].id].append(coding)
    return [
        {
            "id": code.id,
            "name": code.name,
            "category": code.category_id,
            "origin": code.origin,
            "kind": code.kind,
            "values": _listed(f"{value}: {meaning}" if meaning else value for value, meaning in code.values.items()),
            "definition": code.definition,
            "include": _listed(code.include),
            "exclude": _listed(code.exclude),
            "examples": _listed(code.examples),
            "cues": _listed(code.cues),
            "since": code.since,
            "formerly": _listed(code.formerly),
            "codings": len(found[code.id]),
            "sources": len({coding.source_id for coding in found[code.id]}),
            "cases": len(_cases_of(findings, found[code.id])),
            "sources_read": len(findings.sources_read_for(code)),
            "cases_read": len(findings.cases_read_for(code)),
        }
        for code in findings.study.codebook.codes
    ]


def _codings(findings: Findings) -> Iterator[Record]:
    counting = set(map(id, findings.codings))
    return (_coding(findings, coding) | {"counts": id(coding) in counting} for coding in findings.study.codings)


def _coding(findings: Findings, coding: Coding) -> dict[str, Any]:
    fields = ("id", "start", "end", "quote", "value", "voice", "stance", "coder", "at", "memo")
    own = {name: getattr(coding, name) for name in fields} | {"episode": coding.episode_id}
    return own | {"source": coding.source_id, "code": coding.code_id} | _place(findings, coding)


def _disagreements(study: Study) -> Sequence[Record]:
    """For the team alone: who erred is nobody else's business."""
    if study.settings.profile != "team":
        return ()
    return measures.disagreements(differences_of(study, agreement_of(study)), study)


def _agreement(study: Study) -> Sequence[Record]:
    """For the team alone, like disagreements; passages are the units."""
    return tuple(measures.agreement(measured_of(study))) if study.settings.profile == "team" else ()


def _suggestion(findings: Findings, suggestion: Decision) -> Record:
    fields = ("id", "start", "end", "quote", "value", "score", "explanation", "encoder")
    own = {name: getattr(suggestion, name) for name in fields}
    return own | {"source": suggestion.source_id, "code": suggestion.code_id} | _place(findings, suggestion)


def _place(findings: Findings, decision: Decision) -> dict[str, Any]:
    voice = findings.voices.voice(decision)
    return {
        "case": _listed(findings.voices.case_ids(decision)),
        "speaker": _listed(dict.fromkeys(turn.speaker for turn in voice.turns)),
        "participant": _listed(person.id for person in voice.participants),
        "turn": voice.turns[0].number if voice.turns else None,
        "answer_counts": voice.is_question,
    }


def _cases_of(findings: Findings, codings: Iterable[Coding]) -> set[str]:
    return {case_id for coding in codings for case_id in findings.voices.case_ids(coding)}


def _cells(findings: Findings) -> Iterator[Record]:
    for kind, matrices in (("case", findings.matrices), ("participant", findings.participant_matrices)):
        for matrix in matrices:
            yield from (_cell(matrix, kind, cell) for row in matrix.rows for cell in matrix.cells_of(row))


def _cell(matrix: Matrix, kind: str, cell: Cell) -> Record:
    return {
        "matrix": matrix.category.id,
        "row": cell.row_id,
        "row_kind": kind,
        "code": cell.code_id,
        "status": cell.status.value,
        "basis": cell.basis,
        "summary": cell.summary.text if cell.summary else "",
        "summary_status": cell.summary.status if cell.summary else "",
        "summary_by": cell.summary.by if cell.summary else "",
        "summary_on": cell.summary.on if cell.summary else "",
        "absence_by": cell.absence.by if cell.absence else "",
        "absence_on": cell.absence.on if cell.absence else "",
        "absence_note": cell.absence.note if cell.absence else "",
        "stale": cell.stale,
        "pasted": cell.pasted,
        "codings": len(cell.codings),
        "suggestions": len(cell.suggestions),
        "values": _listed(f"{value} {count}" for value, count in cell.values.items()),
        "coding_ids": _listed(coding.id for coding in cell.codings),
        "quotes": " | ".join(quote.quote for quote in cell.quotes),
    }


def _listed(entries: Iterable[str]) -> str:
    return "; ".join(entries)
