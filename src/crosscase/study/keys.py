"""The key of a de-identified study: which words stand for which name. It is kept outside of the study's folder."""

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from crosscase.problem import Refused
from crosscase.study import files

COLUMNS = ["name", "words"]


def extend_key(path: Path, names: Mapping[str, str], *, folder: Path) -> None:
    """Put names with the words for them behind what the key holds already; only its owner may read the file.

    Raises `Refused` if it lies within the study's folder, can't be read or written, or gives a name other words.
    """
    if path.resolve().is_relative_to(folder.resolve()):
        raise Refused(f"{path} lies in the study, which others will see; keep the key in another folder")
    there = read_key(path) if path.is_file() else {}
    for name, words in names.items():
        if there.get(name, words) != words:
            raise Refused(f"`{name}` is `{there[name]}` in {path} already; use the same words, or another key")
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([COLUMNS, *(there | dict(names)).items()])
    before = files.sha256(path.read_bytes()) if path.is_file() else None
    files.write(path, table.getvalue().encode(), read=before)
    path.chmod(0o600)


def read_key(path: Path) -> dict[str, str]:
    """The names of a key with the words that stand for them. Raises `Refused` if it is none."""
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused(f"the key {path} can't be read ({error})") from error
    if not rows or rows[0] != COLUMNS or any(len(row) != len(COLUMNS) for row in rows):
        raise Refused(f"{path} is no key: its columns should be {' and '.join(COLUMNS)}")
    return {row[0]: row[1] for row in rows[1:]}


def without_words(path: Path, terms: Iterable[str]) -> None:
    """The key without the rows of these names and words. Raises `Refused` if it can't be read or written."""
    gone = set(terms)
    kept = {name: words for name, words in read_key(path).items() if gone.isdisjoint((name, words))}
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([COLUMNS, *kept.items()])
    files.write(path, table.getvalue().encode(), read=files.sha256(path.read_bytes()))
