"""Read the files of a study: what hasn't changed since the study was last loaded isn't parsed again."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from crosscase.problem import Problem
from crosscase.study import files
from crosscase.study.listing import Entry, Listing, Seen

T = TypeVar("T")
# A file that is written twice within the disk's tick keeps its time, so a young one is told by its content alone.
YOUNG = 2_000_000_000
LISTING = "what lies there"


@dataclass(frozen=True, slots=True)
class Parsed:
    """One file as it was parsed: a function of its bytes and of what else was `given`, such as a coded text."""

    sha256: str
    seen: Seen
    given: object
    value: Any
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Reader:
    """Reads one folder's files; gathers their problems, and keeps what each was parsed to.

    `known` is what they were parsed to the last time.
    """

    listing: Listing
    known: Mapping[str, Parsed] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    parsed: dict[str, Parsed] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    has_missed: bool = False

    def is_as_known(self) -> bool:
        """Whether the folder holds just what it held the last time, and every file of it could be read then."""
        if LISTING not in self.known:
            return False
        places, outline = self.known[LISTING].value
        if self.listing.outline(places) != outline:
            return False
        return all(self._is_as_known(entry) for entry in self.listing.entries(places))

    def keep_listing(self) -> None:
        """Remember what lies there, provided that all of it could be read."""
        if not self.has_missed:
            places = self.listing.places
            self.parsed[LISTING] = Parsed("", (0, 0, 0), None, (places, self.listing.outline(places)), ())

    @property
    def hashes(self) -> dict[str, str]:
        return {name: parsed.sha256 for name, parsed in self.parsed.items() if parsed.sha256}

    def named(self, name: str) -> Entry | None:
        """The file of this name in the study's folder; None if there is none that can be read."""
        return next(self.listing.matching(name), None)

    def parse_text(self, entry: Entry, parse: Callable[[str, list[Problem]], T], given: object = None) -> T | None:
        """What a text file is parsed to, whatever its line ends; None if it can't be read.

        Bytes that aren't UTF-8 are a problem, and are read as well as can be.
        """

        def decoded(data: bytes, problems: list[Problem]) -> T:
            return parse(decode(data, entry.name, problems), problems)

        return self.parse_bytes(entry, decoded, given)

    def parse_bytes(self, entry: Entry, parse: Callable[[bytes, list[Problem]], T], given: object = None) -> T | None:
        """What a file is parsed to; None if it can't be read, which is a problem."""
        known = self.known.get(entry.name)
        if known is None or not known.sha256 or not self._untouched(known, entry) or known.given != given:
            data = self._read(entry)
            if data is None:
                return None
            known = self._parsed(entry, data, parse, given)
        self.parsed[entry.name] = known
        self.problems += known.problems
        value: T = known.value
        return value

    def leave_out(self, path: str, problem: Problem) -> None:
        """Nothing that was read from a file counts, nor what is wrong in it: only this problem."""
        # Without a hash it is no file of the study, and is read anew the next time.
        self.parsed[path] = replace(self.parsed[path], sha256="")
        self.left_out.add(path)
        self.problems = [other for other in self.problems if other.path != path]
        if problem not in self.problems:
            self.problems.append(problem)
        self.failed.discard(path)

    def same(self, name: str, value: T) -> T:
        """The equal value of the last time, if there was one: comparing one with itself costs nothing."""
        known = self.known.get(name)
        kept = known.value if known is not None and known.value == value else value
        self.parsed[name] = Parsed("", (0, 0, 0), None, kept, ())
        return kept

    def worked_out(self, name: str, given: object, work: Callable[[], T]) -> T:
        """What follows from `given`: worked out again only if that has changed since the last time."""
        known = self.known.get(name)
        if known is None or known.given != given:
            known = Parsed("", (0, 0, 0), given, work(), ())
        self.parsed[name] = known
        value: T = known.value
        return value

    def _is_as_known(self, entry: Entry) -> bool:
        known = self.known.get(entry.name)
        if known is None or self._untouched(known, entry):
            return True
        try:
            return files.sha256((self.listing.root / entry.name).read_bytes()) == known.sha256
        except OSError:
            return False

    def _untouched(self, known: Parsed, entry: Entry) -> bool:
        is_young = time.time_ns() - entry.seen[0] < YOUNG
        return known.seen == entry.seen and not is_young

    def _read(self, entry: Entry) -> bytes | None:
        try:
            return (self.listing.root / entry.name).read_bytes()
        except OSError as error:
            what = f"this can't be read ({error.strerror or error})"
            self.problems.append(Problem(entry.name, 1, what, "give yourself the right to read it"))
            self.failed.add(entry.name)
            self.has_missed = True
            return None

    def _parsed(self, entry: Entry, data: bytes, parse: Callable[[bytes, list[Problem]], Any], given: object) -> Parsed:
        sha256, known = files.sha256(data), self.known.get(entry.name)
        if known is not None and known.sha256 == sha256 and known.given == given:
            return Parsed(sha256, entry.seen, given, known.value, known.problems)
        problems: list[Problem] = []
        value = parse(data, problems)
        return Parsed(sha256, entry.seen, given, value, tuple(problems))


def decode(data: bytes, name: str, problems: list[Problem]) -> str:
    """Bytes as UTF-8 text with LF line ends; other bytes are a problem, and are read as well as can be."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"not UTF-8 text (byte {error.object[error.start]:#04x})"
        problems.append(Problem(name, line, what, "save the file as UTF-8"))
        text = data.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def stem(entry: Entry) -> str:
    return Path(entry.name).stem


def folder_of(entry: Entry) -> str:
    return Path(entry.name).parent.name
