"""OpenDocument and RTF, written by hand: only what their readers need."""

from html import escape

from writers import zipped
from writers.received import SYNTHETIC, Piece

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MIMETYPE = "application/vnd.oasis.opendocument.text"
_NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
    }.items()
)
_BOLD = (
    '<style:style style:name="Name" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>'
)
_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" '
    'manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def opendocument(piece: Piece) -> bytes:
    """An .odt with names in bold."""
    parts = {
        "mimetype": _MIMETYPE,
        "META-INF/manifest.xml": _MANIFEST,
        "meta.xml": _meta(piece),
        "content.xml": _content(piece),
    }
    return zipped.packed((name, text.encode()) for name, text in parts.items())


def rich_text(piece: Piece) -> bytes:
    """An .rtf with names in bold."""
    head = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman Times New Roman;}}" + "\n"
    info = rf"{{\info{{\title {_rtf(piece.title)}}}{{\doccomm {_rtf(SYNTHETIC)}}}}}" + "\n"
    turns = (rf"{{\b {_rtf(turn.name)}:}} {_rtf(turn.words)}\par\par" + "\n" for turn in piece.turns)
    return f"{head}{info}\\f0\\fs24 {_rtf(piece.banner)}\\par\\par\n{''.join(turns)}}}\n".encode("ascii")


def _meta(piece: Piece) -> str:
    return (
        f'{_HEAD}<office:document-meta {_NAMESPACES} office:version="1.2"><office:meta>'
        f"<dc:title>{escape(piece.title)}</dc:title><dc:description>{escape(SYNTHETIC)}</dc:description>"
        "</office:meta></office:document-meta>"
    )


def _content(piece: Piece) -> str:
    turns = (
        f'<text:p><text:span text:style-name="Name">{escape(turn.name)}:</text:span> {escape(turn.words)}</text:p>'
        for turn in piece.turns
    )
    return (
        f'{_HEAD}<office:document-content {_NAMESPACES} office:version="1.2">'
        f"<office:automatic-styles>{_BOLD}</office:automatic-styles>"
        f"<office:body><office:text><text:p>{escape(piece.banner)}</text:p>{''.join(turns)}"
        "</office:text></office:body></office:document-content>"
    )


def _rtf(text: str) -> str:
    return "".join(_rtf_character(character) for character in text)


def _rtf_character(character: str) -> str:
    if character in "\\{}":
        return f"\\{character}"
    code = ord(character)
    return character if code < 128 else rf"\u{code if code < 32768 else code - 65536}?"
