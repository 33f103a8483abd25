"""A source's recording, as it is played beside its text."""

from collections.abc import Mapping
from pathlib import Path

from crosscase.problem import Refused
from crosscase.source import Source
from crosscase.study import Study, files

KINDS: Mapping[str, str] = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".mp4": "audio/mp4",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".webm": "audio/webm",
}
"""What browsers play, by its ending; nothing else is ever sent."""


def recording(study: Study, source: Source) -> Path | None:
    """The recording that sources.csv names as `media`, or one called as the source is, beside the originals.

    Only a file that lies within the study: a name there is anybody's who may write the study.
    """
    originals = f"{study.settings.transcripts}/original"
    named = source.attributes.get("media", "")
    paths = [named, f"{originals}/{named}"] if named else []
    paths += [f"{originals}/{source.id}{ending}" for ending in KINDS]
    return next(filter(None, (_within(study, path) for path in paths)), None)


def seconds(time: str) -> float:
    """A time as a turn has it, `00:03:12` or `3:12.5`, in seconds; -1 where there is none."""
    if not time:
        return -1
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def _within(study: Study, path: str) -> Path | None:
    """The file at a path of the study, if it is a recording there."""
    try:
        there = files.inside_study(study.folder, path)
    except Refused:
        return None
    return there if there.suffix.lower() in KINDS and there.is_file() else None
