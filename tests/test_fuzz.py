"""Damaged files: whatever bytes a study's files hold, loading says so in lines, and a decision loses nothing."""

import random
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from crosscase import Refused, stages
from crosscase.study import decisions
from tests.deciding import EVERY, FILES, PREPARED

PIECES = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"`", b'"', b"'", b"{", b"}", b"[", b"]", b": ", b"- ", b"\t", b"\r",
    b"\n\n", b"---\n", b"&a ", b"*a", b"!!python/object ", b"../", b"null", b"-1", b"1e999", b"\xe2\x80\xa8",
    b"id", b"#", b",", b";", "é".encode(), "\u202e".encode(), b"9" * 400, b"{" * 60, b"x: " * 60,
]  # fmt: skip

ONES = sorted(set(EVERY) - set(PREPARED))


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to three damages: something gone, something put in, lines doubled or exchanged."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice([0, 1, 1, 3, 20, 200]))
        how = chance.randrange(4)
        if how == 0:
            data = data[:start] + data[end:]
        elif how == 1:
            data = data[:start] + chance.choice(PIECES) + data[start:]
        elif how == 2:
            data = data[:end] + data[start:end] + data[end:]
        else:
            lines = data.split(b"\n")
            chance.shuffle(lines)
            data = b"\n".join(lines)
    return data


def with_damage(folder: Path, seed: int) -> Path:
    chance = random.Random(seed)
    names = sorted(FILES)
    hurt = set(chance.sample(names, chance.choice([1, 1, 2])))
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = FILES[name].encode()
        path.write_bytes(damaged(data, chance) if name in hurt else data)
    return folder


@pytest.mark.parametrize("seed", range(20))
def test_damaged_files_are_said_in_lines_and_never_raise(tmp_path: Path, seed: int) -> None:
    for number in range(10):
        look(tmp_path / str(number), 1000 * seed + number)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 130))
def test_many_damaged_files_are_said_in_lines_and_never_raise(tmp_path: Path, seed: int) -> None:
    for number in range(100):
        look(tmp_path / str(number), 1000 * seed + number)


def look(folder: Path, seed: int) -> None:
    """Check it, take a decision on it, take that back: either is refused, or the files are as before."""
    study = stages.check(with_damage(folder, seed)).study
    assert all(len(str(problem).splitlines()) == 1 for problem in study.problems), seed
    before = contents(folder)
    decision = EVERY[random.Random(seed).choice(ONES)]
    # The example may look for something that the damage took away.
    with suppress(Refused, StopIteration, IndexError):
        decisions.undo(decision(study))
    assert contents(folder) == before, seed
    shutil.rmtree(folder)


def contents(folder: Path) -> dict[Path, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".crosscase" not in path.parts)
    return {path: path.read_bytes() for path in files}
