"""Which reader a file's ending stands for.

A new format is one module with `read(bytes) -> Transcript`, and one line here. Readers of what people type take a
second argument too, how names are written, where a person said so.
"""

from collections.abc import Callable, Mapping

from crosscase.exchange import columns, markup, pdf, plain, segments, subtitles, vtt, word
from crosscase.exchange.transcript import Transcript

READERS: Mapping[str, Callable[..., Transcript]] = {
    ".txt": plain.read,
    ".md": plain.read_markdown,
    ".docx": word.read,
    ".vtt": vtt.read,
    ".srt": vtt.read,
    ".ass": subtitles.read_ass,
    ".ssa": subtitles.read_ass,
    ".lrc": subtitles.read_lrc,
    ".odt": markup.read_odt,
    ".rtf": markup.read_rtf,
    ".html": markup.read_html,
    ".htm": markup.read_html,
    ".pdf": pdf.read,
    ".csv": columns.read_csv,
    ".tsv": columns.read_csv,
    ".xlsx": columns.read_xlsx,
    ".json": segments.read_json,
    ".eaf": segments.read_eaf,
    ".textgrid": segments.read_textgrid,
}

TYPED = frozenset({".txt", ".md", ".docx", ".odt", ".rtf", ".html", ".htm", ".pdf"})
"""What people type, in which names can stand in many ways."""

_CAPTIONS = (".vtt", ".srt", ".ass", ".ssa", ".lrc")
TEXTS = frozenset({".txt", ".md", *_CAPTIONS, ".html", ".htm", ".csv", ".tsv", ".json", ".textgrid"})
"""What has an encoding to be told."""
