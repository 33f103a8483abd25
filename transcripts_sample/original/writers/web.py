"""Web pages: a transcription tool's export, and newspaper pages with what stands around the article."""

from html import escape

from writers.received import SYNTHETIC, Piece, Turn


def exported(piece: Piece) -> bytes:
    """A transcription tool's page: one `div` per turn, the speaker in `data-speaker`."""
    turns = "\n".join(_turn(turn) for turn in piece.turns)
    body = (
        f'<header class="toolbar"><button>Play</button> <button>Share</button></header>\n'
        f'<p class="notice">{escape(piece.banner)}</p>\n'
        f'<main class="transcript">\n{turns}\n</main>\n<footer>Exported by ScribeWell (SYNTHETIC)</footer>'
    )
    return _page(piece, body)


def news(piece: Piece) -> bytes:
    """A newspaper's page as saved: menus before the article, links after it."""
    body = (
        f'<!-- {SYNTHETIC} -->\n<nav><a href="#">Home</a> | <a href="#">City</a> | <a href="#">Subscribe</a></nav>\n'
        f'<p class="notice">{escape(piece.banner)}</p>\n<article>\n{_paragraphs(piece.turns)}\n</article>\n'
        '<footer>Share this story: <a href="#">E-mail</a> <a href="#">Print</a></footer>'
    )
    return _page(piece, body)


def _page(piece: Piece, body: str) -> bytes:
    page = (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{piece.title}</title>\n'
        f'<meta name="description" content="{escape(SYNTHETIC)}">\n'
        "<style>body { max-width: 40em; margin: auto }</style>\n"
        f"</head>\n<body>\n{body}\n</body>\n</html>\n"
    )
    return page.encode()


def _turn(turn: Turn) -> str:
    return (
        f'<div class="turn" data-turn="{turn.number - 1}" data-speaker="{escape(turn.name)}">'
        f'<span class="who">{escape(turn.name)}</span><p>{escape(turn.words, quote=False)}</p></div>'
    )


def _paragraphs(turns: tuple[Turn, ...]) -> str:
    return "\n".join(f"<p>{escape(turn.words, quote=False)}</p>" for turn in turns)
