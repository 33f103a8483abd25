"""What lies in a study's folder and isn't read: every file is either read, known to be something else, or named."""

import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from crosscase.problem import Problem
from crosscase.study.listing import LEADS_OUT, Entry, Listing, fits, is_copy

# What each place holds. Files that people keep beside them, such as a README, are theirs.
PATTERNS = {
    "codebook": ("codebook/*.yaml",),
    "cases": ("cases/*.yaml",),
    "codings": ("codings/*/*.jsonl",),
    "reviews": ("reviews/*/*.jsonl",),
    "set-aside": ("set-aside/*.jsonl",),
    "clusters": ("clusters/decisions.jsonl",),
    "charts": ("charts/*.yaml",),
    "typologies": ("typologies/*.yaml",),
    "themes": ("themes/*.md",),
    "exhibits": ("exhibits/*.yaml",),
}
FILES = ("study.yaml", "guide.yaml", "claims.yaml", "participants.csv", "sources.csv", "speakers.csv")
_OWN_OF_TRANSCRIPTS = ("original", "originals", "key")
_BESIDE = re.compile(r"(README|LICENSE|LICENCE|NOTICE|Thumbs\.db|desktop\.ini|Icon\r)", re.IGNORECASE)
_PLACES = {*PATTERNS, "memos", "transcripts"}


def problems(listing: Listing, transcripts: str, source_ids: Collection[str]) -> Iterator[Problem]:
    """A problem for each file that can't be read, and a note for each that no pattern takes."""
    patterns = {**PATTERNS, transcripts: (f"{transcripts}/*.txt",), "memos": ()}
    for entry in listing.top():
        if entry.name in patterns:
            yield Problem(entry.name, 1, "this is a file, where a folder belongs", "move it into a folder of that name")
        yield from _top(entry, source_ids)
    for folder in listing.folders():
        if folder in FILES:
            yield Problem(folder, 1, "this is a folder, where a file belongs", f"write {folder} as one file")
        elif folder not in patterns:
            yield from _folder(folder, patterns)
    for place, taken in patterns.items():
        for entry in listing.below(place):
            yield from _entry(entry, place, taken, transcripts)


def _top(entry: Entry, source_ids: Collection[str]) -> Iterator[Problem]:
    name = PurePosixPath(entry.name)
    if entry.name in FILES:
        if entry.why_not:
            yield _not_read(entry)
    elif is_copy(entry.name):
        yield _copy(entry)
    elif name.suffix == ".jsonl" and name.stem in source_ids:
        do = f"move it to codings/<coder>/{entry.name}, if it is somebody's work"
        yield Problem(entry.name, 1, "codings are not read here", do, "warning")
    else:
        meant = next((known for known in FILES if _alike(name.stem, PurePosixPath(known).stem)), None)
        if meant is not None and name.suffix.lower() in _TAKEN_FOR[PurePosixPath(meant).suffix]:
            yield Problem(entry.name, 1, f"this file is not read; {meant} would be", f"save it as {meant}", "warning")


_TAKEN_FOR = {
    ".yaml": {".yaml", ".yml", ".json", ".txt"},
    ".csv": {".csv", ".tsv", ".xlsx", ".xls", ".ods", ".txt"},
}


def _alike(name: str, known: str) -> bool:
    return name.casefold().rstrip("s") == known.casefold().rstrip("s")


def _folder(folder: str, patterns: Collection[str]) -> Iterator[Problem]:
    """A folder whose name is nearly that of one of the study's own; all others are somebody else's."""
    plain = re.sub(r"[ _-]", "", folder.casefold())
    for place in sorted({*patterns, *_PLACES}):
        if plain.rstrip("s") == place.replace("-", "").rstrip("s") or (folder == "transcripts" and place == folder):
            do = f"move its files to {place}/" if place in patterns else "move its texts to the study's `transcripts`"
            yield Problem(folder, 1, "this folder is not read", do, "warning")
            return


def _entry(entry: Entry, place: str, taken: Collection[str], transcripts: str) -> Iterator[Problem]:
    parts = PurePosixPath(entry.name).parts
    if entry.why_not:
        yield _not_read(entry)
    elif is_copy(entry.name):
        yield _copy(entry)
    elif place == "memos" or any(fits(entry.name, pattern.split("/")) for pattern in taken):
        return
    elif not _BESIDE.match(parts[-1]) and not (place == transcripts and parts[1] in _OWN_OF_TRANSCRIPTS):
        yield Problem(entry.name, 1, "this file is not read", _advice(entry, min(taken)), "warning")


def _not_read(entry: Entry) -> Problem:
    do = "put the file itself here" if entry.why_not == LEADS_OUT else "correct that, or move it away"
    return Problem(entry.name, 1, entry.why_not, do)


def _copy(entry: Entry) -> Problem:
    name = PurePosixPath(entry.name).name
    what = "a sync program made this copy of two people's edits, and it is not read"
    whole = re.sub(r"\s*\([^()]*\)|\.sync-conflict-[\w-]+|_conflict-[\d-]+", "", name)
    return Problem(
        entry.name, 1, what, f"bring what it has into {whole}, entry by entry by id; then remove it", "warning"
    )


def _advice(entry: Entry, pattern: str) -> str:
    name, wanted = PurePosixPath(entry.name), PurePosixPath(pattern)
    depth, deep = len(name.parts), len(wanted.parts)
    right = f"{name.stem}{wanted.suffix}"
    is_kin = name.suffix.lower() in (wanted.suffix, ".yml", ".json", ".text")
    if "*" not in pattern:
        return f"only {pattern} is read; bring what it has in there, or move it away"
    if depth != deep and is_kin:
        folder = f"{wanted.parts[0]}/<coder>" if deep == 3 else wanted.parts[0]
        return f"move it to {folder}/{right}, or out of {wanted.parts[0]}/"
    if is_kin:
        return f"call it {right}, or move it out of {wanted.parts[0]}/"
    if wanted.suffix == ".txt":
        return "`crosscase import` takes it in; or move it away"
    return f"only {pattern} is read; write it so, or move it away"
