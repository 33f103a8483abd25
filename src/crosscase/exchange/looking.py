"""The lines of any file that may hold a name: texts as they are, pages without marks, Office files part by part."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from crosscase.exchange.text import DAMAGE

LARGEST = 50_000_000
_TEXTS = frozenset({".txt", ".md", ".csv", ".tsv", ".json", ".jsonl", ".yaml", ".yml", ".html", ".tex", ".svg", ".js"})
_OFFICE = frozenset({".docx", ".xlsx", ".odt"})
_MARK = re.compile(r"<[^<>]*>")
_PARAGRAPH = re.compile(r"</(?:w:p|text:p|si|row|p|div|td|th|li|h\d)>")


def lines_of(path: Path) -> Iterator[tuple[int, str]]:
    """Each line with its number; nothing for files that hold no text, or can't be read, or are past 50 MB."""
    suffix = path.suffix.lower()
    if suffix not in _TEXTS | _OFFICE or path.stat().st_size > LARGEST:
        return
    data = path.read_bytes()
    text = "\n".join(_parts(data)) if suffix in _OFFICE else data.decode("utf-8", errors="replace")
    if suffix in _OFFICE | {".html", ".svg"}:
        text = html.unescape(_MARK.sub("", _PARAGRAPH.sub("\n", text)))
    yield from enumerate(text.split("\n"), 1)


def _parts(data: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")) and part.file_size <= LARGEST:
                    yield archive.read(part).decode("utf-8", errors="replace")
    except DAMAGE:
        return
