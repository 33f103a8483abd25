"""Texts as Word documents, with each coding as a comment of its coder on its words; `comments` reads them back."""

import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from crosscase.coding import Coding
from crosscase.source import Source
from crosscase.study import Study
from crosscase.study import files as disk

_PARTS = re.compile(r"[;\n>›\\]")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_documents(study: Study, folder: Path) -> tuple[Path, ...]:
    """One document for each source that has codings. Raises `Refused` if one of the files is there already."""
    by_source: dict[str, list[Coding]] = defaultdict(list)
    for coding in study.codings:
        by_source[coding.source_id].append(coding)
    names = _names(study)
    written = []
    for source in study.sources:
        if source.id in by_source:
            path = folder / f"{source.id}.docx"
            disk.write_new(path, document(source, by_source[source.id], names, study.settings.coders))
            written.append(path)
    return tuple(written)


def document(source: Source, codings: Sequence[Coding], names: Mapping[str, str], coders: Mapping[str, str]) -> bytes:
    """One source as a document: its lines as paragraphs, and a comment for what each coder says of each passage."""
    from docx import Document

    said: dict[tuple[int, int, str], list[str]] = defaultdict(list)
    for coding in codings:
        name = names.get(coding.code_id, coding.code_id)
        if name not in said[coding.start, coding.end, coding.coder]:
            said[coding.start, coding.end, coding.coder].append(name)
    edges = {place for start, end, _ in said for place in (start, end)}
    made = Document()
    runs = dict(_runs(made, source.text, edges))
    ends = {end: run for (_, end), run in runs.items()}
    starts = {start: run for (start, _), run in runs.items()}
    for (start, end, coder), codes in sorted(said.items()):
        first = starts.get(start) or starts[min(place for place in starts if place >= start)]
        last = ends.get(end) or ends[max(place for place in ends if place <= end)]
        author = _FORBIDDEN.sub("", coders.get(coder) or coder)
        made.add_comment([first, last], text="; ".join(codes), author=author, initials=coder[:9])
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def _names(study: Study) -> Mapping[str, str]:
    """What each code is called in a comment: its name; its id where the name isn't its alone, or would be parted."""
    counts = Counter(code.name.casefold() for code in study.codebook.codes)
    alone = (
        (code, counts[code.name.casefold()] == 1 and not _PARTS.search(code.name)) for code in study.codebook.codes
    )
    return {code.id: code.name if is_clear else code.id for code, is_clear in alone}


def _runs(made: Any, text: str, edges: set[int]) -> Iterator[tuple[tuple[int, int], Any]]:
    """Each line as a paragraph, cut where a coding begins or ends, as (start, end) and its run."""
    place = 0
    for line in text.split("\n"):
        paragraph = made.add_paragraph()
        cuts = sorted({place, place + len(line), *(edge for edge in edges if place < edge < place + len(line))})
        for start, end in pairwise(cuts):
            yield (start, end), paragraph.add_run(_FORBIDDEN.sub("", text[start:end]))
        place += len(line) + 1
