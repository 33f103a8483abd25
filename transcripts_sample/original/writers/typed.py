"""Plain text and Markdown, as people type them and as transcription services export them."""

from writers.received import Piece, Turn

# before which turn of I07 the interviewer's typist put which question of the guide
HEADINGS = {
    3: "Consent",
    5: "Position and part in the policy",
    7: "How it came about",
    9: "What becomes of a possession case",
    11: "Which drugs",
    13: "How much",
    15: "Selling",
    19: "Drug court and diversion",
    21: "Is it written, and who may read it",
    23: "Making it known",
    28: "Bringing the office along",
    30: "Why",
    32: "Open cases and old convictions",
    34: "For good or for a time",
    36: "The police",
    38: "What was hard",
    40: "What helped",
    42: "Other changes alongside",
    44: "What has changed, and how it is known",
    46: "Law or policy",
    48: "Advice to another office",
}


def with_initials(piece: Piece) -> bytes:
    """`B.N.: words`, a blank line between turns."""
    return _spaced(piece, [f"{_initials(turn.name)}: {turn.words}" for turn in piece.turns])


def otter(piece: Piece) -> bytes:
    """`Name  0:03` on a line of its own above the words."""
    return _spaced(piece, [f"{turn.name}  {_short_time(turn)}\n{turn.words}" for turn in piece.turns])


def crowded(piece: Piece) -> bytes:
    """`Name: words` without blank lines between turns."""
    return "\n".join([piece.banner, *map(_named, piece.turns), ""]).encode()


def timed(piece: Piece) -> bytes:
    """`[00:00:05] Name: words`."""
    return _spaced(piece, [f"[{turn.time}] {_named(turn)}" for turn in piece.turns])


def latin_1(piece: Piece) -> bytes:
    """`Name: words` in Latin-1 with the line ends of Windows."""
    text = _spaced(piece, [_named(turn) for turn in piece.turns]).decode()
    return text.replace("\n", "\r\n").encode("latin-1")


def markdown(piece: Piece) -> bytes:
    """Names in bold, and a heading where a question of the guide begins."""
    paragraphs = [
        f"## {HEADINGS[turn.number]}\n\n{_bold(turn)}" if turn.number in HEADINGS else _bold(turn)
        for turn in piece.turns
    ]
    return "\n\n".join([f"# {piece.banner}", *paragraphs]).encode() + b"\n"


def saved_text(piece: Piece) -> bytes:
    """A web page that was saved as text."""
    return _spaced(piece, [turn.words for turn in piece.turns])


def _spaced(piece: Piece, paragraphs: list[str]) -> bytes:
    return "\n\n".join([piece.banner, *paragraphs]).encode() + b"\n"


def _named(turn: Turn) -> str:
    return f"{turn.name}: {turn.words}"


def _bold(turn: Turn) -> str:
    return f"**{turn.name}:** {turn.words}"


def _initials(name: str) -> str:
    return "".join(f"{part[0]}." for part in name.split())


def _short_time(turn: Turn) -> str:
    return f"{turn.seconds // 60}:{turn.seconds % 60:02}"
