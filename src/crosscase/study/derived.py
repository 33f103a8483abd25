"""What the program made and can make again, under `.crosscase/`: kept suggestions. May be deleted at any time."""

from collections.abc import Iterable
from dataclasses import asdict

import msgspec

from crosscase.coding import Suggestion
from crosscase.study import files
from crosscase.study.study import Study

FOLDER = ".crosscase"
_SUGGESTIONS = f"{FOLDER}/suggestions.jsonl"


class _Header(msgspec.Struct):
    made_from: str


def save_suggestions(study: Study, suggestions: Iterable[Suggestion]) -> None:
    """Keep suggestions until a text or the codebook changes. Raises `Refused` if they can't be written."""
    path = study.folder / _SUGGESTIONS
    lines = [msgspec.json.encode(_Header(fingerprint(study))), *(msgspec.json.encode(asdict(s)) for s in suggestions)]
    with files.lock(study.folder):
        before = files.sha256(path.read_bytes()) if path.is_file() else None
        files.write(path, b"\n".join(lines) + b"\n", read=before)


def load_suggestions(study: Study) -> tuple[Suggestion, ...] | None:
    """The suggestions made for this study as it is now; None if there are none, or they are out of date."""
    path = study.folder / _SUGGESTIONS
    if not path.is_file():
        return None
    try:
        first, *lines = path.read_bytes().splitlines()
        header = msgspec.json.decode(first, type=_Header)
        found = tuple(msgspec.json.decode(line, type=Suggestion) for line in lines)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return None
    return found if header.made_from == fingerprint(study) else None


def fingerprint(study: Study) -> str:
    """A hash of all that suggestions depend on: the texts and who speaks, codebook, encoder, their form."""
    texts = [(source.id, source.sha256, [turn.role for turn in source.turns]) for source in study.sources]
    form = tuple(Suggestion.__dataclass_fields__)
    return files.sha256(repr((texts, study.codebook.categories, study.settings.encoder, form)).encode())
