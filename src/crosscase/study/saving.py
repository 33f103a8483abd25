"""Write people's decisions back: one guarded, whole write per file, and nothing else in the file disturbed.

Each function returns the study as it is after the write, so that a further write starts from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from crosscase.case import Case, Episode, Feature
from crosscase.coding import READING_ORDER, Coding, with_context
from crosscase.matrix import Summary
from crosscase.problem import Refused
from crosscase.reading import Reading
from crosscase.study import files, rewriting
from crosscase.study.formats import codings as jsonl
from crosscase.study.study import Study


def save_codings(study: Study, coder: str, source_id: str, codings: Iterable[Coding]) -> Study:
    """Write all codings of one coder in one source. Lost codings of that file are kept in it.

    Raises `Refused`, with nothing written, if the file changed since it was read or has a line that can't be read, or
    if a coding's quote is not what stands at its place.
    """
    path = f"codings/{coder}/{source_id}.jsonl"
    source = study.source(source_id)
    if source is None:
        raise Refused(f"there is no source `{source_id}`; import it first")
    if path in study.unreadable:
        raise Refused(f"{path} has a line that can't be read; correct it first (`crosscase check` names it)")
    mine = [replace(coding, coder=coder, source_id=source_id) for coding in codings]
    for coding in mine:
        if source.text[coding.start : coding.end] != coding.quote or not coding.quote.strip():
            raise Refused(
                f"the quote of `{coding.id}` is not what stands at its place in {source_id}; nothing was written"
            )
    lost = [coding for coding in study.lost if (coding.coder, coding.source_id) == (coder, source_id)]
    mine = [coding if coding.before or coding.after else with_context(coding, source.text) for coding in mine]
    reading = study.reading(coder, source_id) or Reading(coder, source_id, study.codebook.version)
    header = jsonl.Header(source.sha256, reading.codebook, reading.read_to, dict(reading.again))
    data = jsonl.encode([*mine, *lost], header)
    others = [coding for coding in study.codings if (coding.coder, coding.source_id) != (coder, source_id)]
    return replace(
        _write(study, path, data),
        codings=(*others, *sorted(mine, key=READING_ORDER)),
        readings=(*(r for r in study.readings if (r.coder, r.source_id) != (coder, source_id)), reading),
        moved=tuple(pair for pair in study.moved if (pair[0].coder, pair[0].source_id) != (coder, source_id)),
    )


def accept_moves(study: Study) -> Study:
    """Keep the new place of every coding that was found again in an edited text."""
    for coder, source_id in sorted({(old.coder, old.source_id) for old, _ in study.moved}):
        mine = [coding for coding in study.codings if (coding.coder, coding.source_id) == (coder, source_id)]
        study = save_codings(study, coder, source_id, mine)
    return study


def save_charts(study: Study, category_id: str, summaries: Iterable[Summary]) -> Study:
    """Write the summaries of one category; comments, order and untouched cells stay as they are."""
    summaries = tuple(summaries)
    codes = {code.id for category in study.codebook.categories if category.id == category_id for code in category.codes}
    before = tuple(summary for summary in study.summaries if summary.code_id in codes)
    others = tuple(summary for summary in study.summaries if summary.code_id not in codes)
    renamed = {old: code.id for old, code in study.codebook.by_id.items() if old != code.id}
    edited = _edit(study, f"charts/{category_id}.yaml", _cells(before), _cells(summaries), renamed)
    return replace(edited, summaries=(*others, *summaries))


def save_case(study: Study, case: Case) -> Study:
    """Write one case; comments and order of its file stay as they are."""
    known = {old.id: old for old in study.cases}
    path = f"cases/{case.id}.yaml"
    before = _case(known[case.id]) if case.id in known and path in study.hashes else {}
    return replace(_edit(study, path, before, _case(case)), cases=tuple((known | {case.id: case}).values()))


def _cells(summaries: Iterable[Summary]) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for summary in summaries:
        cells.setdefault(summary.case_id, {})[summary.code_id] = _cell(summary)
    return cells


def _case(case: Case) -> dict[str, Any]:
    written = {
        "id": case.id,
        "name": case.name,
        "masked": case.masked,
        "attributes": dict(case.attributes),
        "episodes": [_episode(episode) for episode in case.episodes],
    }
    return {key: value for key, value in written.items() if value}


def _cell(summary: Summary) -> dict[str, Any]:
    cell = {
        "summary": summary.text,
        "status": summary.status,
        "codings": list(summary.coding_ids),
        "by": summary.by,
        "on": summary.on,
    }
    return {key: value for key, value in cell.items() if value}


def _episode(episode: Episode) -> dict[str, Any]:
    features = {feature.attribute: _feature(feature) for feature in episode.features}
    written = {
        "id": episode.id,
        "from": episode.from_,
        "to": episode.to,
        "status": episode.status,
        "features": features,
    }
    return {key: value for key, value in written.items() if value}


def _feature(feature: Feature) -> dict[str, Any]:
    written = {
        "value": feature.value,
        "status": feature.status,
        "evidence": list(feature.evidence),
        "by": feature.by,
        "memo": feature.memo,
    }
    return {key: value for key, value in written.items() if value}


def _edit(
    study: Study, path: str, old: Mapping[str, Any], new: Mapping[str, Any], renamed: Mapping[str, str] | None = None
) -> Study:
    file = study.folder / path
    text = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
    edited = rewriting.rewrite(text, old, new, renamed=renamed)
    return study if edited == text else _write(study, path, edited.encode())


def _write(study: Study, path: str, data: bytes) -> Study:
    written = files.write(study.folder / path, data, read=study.hashes.get(path))
    return replace(study, hashes={**study.hashes, path: written})
