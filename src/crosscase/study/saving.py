"""Write people's decisions back: one guarded, whole write per file, and nothing else in the file disturbed.

Each function returns the study as it is after the write, so that a further write starts from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath

from crosscase.anchoring import in_place
from crosscase.case import Case
from crosscase.coding import READING_ORDER, Coding
from crosscase.matrix import Summary
from crosscase.problem import Refused
from crosscase.reading import Reading
from crosscase.study import files
from crosscase.study.formats import cases, charts
from crosscase.study.formats import codings as jsonl
from crosscase.study.study import Study


def save_codings(study: Study, coder: str, source_id: str, codings: Iterable[Coding]) -> Study:
    """Write all codings of one coder in one source. Lost codings of that file are kept in it.

    Raises `Refused`, with nothing written, if the file changed since it was read or has a line that can't be read, or
    if a coding's quote is not what stands at its place.
    """
    _plain_name(coder, "coder")
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
    mine = [coding if coding.before or coding.after else in_place(coding, source) for coding in mine]
    reading = study.reading(coder, source_id) or Reading(coder, source_id, study.codebook.version)
    header = jsonl.Header(source.sha256, reading.codebook, reading.read_to, dict(reading.again))
    data = jsonl.encode([*mine, *lost], header)
    others = [coding for coding in study.codings if (coding.coder, coding.source_id) != (coder, source_id)]
    return replace(
        study,
        hashes=_write(study, {path: data}),
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
    """Write the summaries of one category, each where it stands; comments, order and untouched cells stay as they are.

    Raises `Refused`, with nothing written, if a cell stands in two files, or a file has anything that can't be read.
    """
    written = {(summary.case_id, summary.code_id): summary for summary in summaries}
    codes = {code.id for code in study.codebook.codes if code.category_id == category_id}
    if not codes or not {code_id for _, code_id in written} <= codes:
        raise Refused(f"the category `{category_id}` doesn't hold these codes; nothing was written")
    before = {(s.case_id, s.code_id): s for s in study.summaries if s.code_id in codes}
    cells: dict[charts.Place, charts.Content | None] = {**dict.fromkeys(before), **written}
    changed = {place: cell for place, cell in cells.items() if before.get(place) != cell}
    renamed = {old: code.id for old, code in study.codebook.by_id.items() if old != code.id}
    with files.lock(study.folder):
        hashes = _write(study, _edited_charts(study, category_id, changed, renamed))
    others = tuple(summary for summary in study.summaries if summary.code_id not in codes)
    return replace(study, summaries=(*others, *written.values()), hashes=hashes)


def save_case(study: Study, case: Case) -> Study:
    """Write one case; comments and order of its file stay as they are."""
    _plain_name(case.id, "case")
    known = {old.id: old for old in study.cases}
    path = f"cases/{case.id}.yaml"
    with files.lock(study.folder):
        hashes = _write(study, {path: cases.edited(_text(study, path), case, path=path)})
    return replace(study, cases=tuple((known | {case.id: case}).values()), hashes=hashes)


def _edited_charts(
    study: Study, category_id: str, cells: Mapping[charts.Place, charts.Content | None], renamed: Mapping[str, str]
) -> dict[str, str]:
    """The chart files with these cells, by path: each cell where it stands, a new one in the category's own file."""
    texts = {path: _text(study, path) for path in study.hashes if path.startswith("charts/")}
    homes = charts.homes(texts)
    homes = {(case_id, renamed.get(code_id, code_id)): path for (case_id, code_id), path in homes.items()}
    by_path: dict[str, dict[charts.Place, charts.Content | None]] = {}
    for place, cell in cells.items():
        by_path.setdefault(homes.get(place, f"charts/{category_id}.yaml"), {})[place] = cell
    return {
        path: charts.edited(texts.get(path) or _text(study, path), own, path=path, renamed=renamed)
        for path, own in by_path.items()
    }


def _plain_name(id: str, what: str) -> None:
    if PurePath(id).name != id or id in ("", "..") or "\\" in id:
        raise Refused(f"`{id}` can't be the id of a {what}; use letters, digits, `.`, `-` and `_`")


def _text(study: Study, path: str) -> str:
    """A file as text, with its mark at the beginning and its line ends, so that both stay."""
    file = files.inside_study(study.folder, path)
    return file.read_bytes().decode() if file.is_file() else ""


def _write(study: Study, texts: Mapping[str, str | bytes]) -> dict[str, str]:
    """Write the files that changed, all or none; all hashes of the study as they are then."""
    changes = []
    for path, text in texts.items():
        data = text if isinstance(text, bytes) else text.encode()
        read = study.hashes.get(path)
        if data or read is not None:
            changes.append(files.Change(path, data, read))
    written = files.write_all(study.folder, changes)
    return {**study.hashes, **{path: sha for path, sha in written.items() if sha is not None}}
