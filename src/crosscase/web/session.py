"""A study that is open in a window: as it was last read, what was decided in it, and who wants to hear of news."""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Lock

from crosscase.coding import Suggestion
from crosscase.framework import Findings
from crosscase.learning import BlindPassage, Learning
from crosscase.problem import Problem
from crosscase.profile import findings_for
from crosscase.study import Study, decisions, learning_stamp, load, load_learning, load_suggestions
from crosscase.study.done import Act, Done, stacks
from crosscase.study.study import Written
from crosscase.web.blind import unseen

KEYS = 500
"""How many acts a page may ask about again."""

KEPT = 60
"""How many earlier states of the study a page may still refer to, and how many acts' files are kept whole."""

_CODEBOOK = "codebook/"
_NOT_WATCHED = ("reports", ".crosscase", ".git")


class Session:
    """One coder's window on a study. Every method may be called from any thread; decisions come one after the other."""

    def __init__(self, folder: Path, coder: str, *, is_blind: bool = False) -> None:
        self.folder, self.coder, self.is_blind = folder, coder, is_blind
        self._done = Done(folder, coder)
        self._by_key = {act.key: act for act in self._done.acts if act.key}
        self._written: dict[int, tuple[Written, ...]] = {}
        self._lock = Lock()
        self._states: dict[str, Study] = {}
        self._order: deque[str] = deque()
        self._findings: tuple[str, Findings] | None = None
        self._made_with: tuple[int, int] | None = None
        self._learning: tuple[object, Learning | None] | None = None
        self._amiss: tuple[Study, str] | None = None
        self._signature = self._sign()
        self._now = self._remember(load(folder))
        strays = {problem.path for problem in self.study.problems} - self.study.hashes.keys()
        self._hashes_before = self.study.hashes
        self._wrong_before = strays | {problem.path for problem in self._mistakes(self.study)}

    @property
    def version(self) -> str:
        """A name for the study as it is now; another one after anything in it has changed."""
        return self._now

    @property
    def study(self) -> Study:
        return self._states[self._now]

    def seen(self, version: str) -> Study:
        """The study as a page had it. Raises KeyError for a state that is too long ago, or that never was."""
        return self._states[version]

    @property
    def findings(self) -> Findings:
        """What follows from the study, as this coder may see it; made once for each state of it."""
        return self.as_it_is()[1]

    def as_it_is(self) -> tuple[str, Findings]:
        """The study's version, and the findings of this very version."""
        with self._lock:
            stamp = learning_stamp(self.study)
            if self._findings is None or (self._findings[0], self._made_with) != (self._now, stamp):
                study = unseen(self.study, self.coder) if self.is_blind else self.study
                findings = findings_for(study, "team", self.suggestions)
                self._findings = (self._now, replace(findings, learning=self.learning))
                self._made_with = stamp
            return self._findings

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        return () if self.is_blind else tuple(load_suggestions(self.study) or ())

    @property
    def learning(self) -> Learning | None:
        """What the machine learned, as it is kept; a blind coder isn't shown it. Read again only if it was written."""
        if self.is_blind:
            return None
        stamp = (self._now, learning_stamp(self.study))
        if self._learning is None or self._learning[0] != stamp:
            self._learning = (stamp, load_learning(self.study))
        return self._learning[1]

    @property
    def learned(self) -> str:
        """When what the machine learned was last kept, by whichever window; nothing for a blind coder."""
        stamp = None if self.is_blind else learning_stamp(self.study)
        # Its length could tell what is hidden of a blind passage.
        return str(stamp[0]) if stamp else ""

    @property
    def offered(self) -> Iterator[Suggestion]:
        """Every suggestion that may be decided on: what is proposed, and what a queue puts besides."""
        yield from self.suggestions
        if self.learning:
            yield from (reviewable.suggestion for reviewable in self.learning.reviewables)

    @property
    def blind_passages(self) -> tuple[BlindPassage, ...]:
        return self.learning.blind if self.learning else ()

    @property
    def broken(self) -> str:
        """The first mistake, on one line, of the codebook, or of a file that was right when this was opened.

        A blind coder is told of what is their own, and of the codebook.
        """
        return next((str(problem) for problem in self._mistakes(self.study) if self._is_said(problem)), "")

    @property
    def amiss(self) -> str:
        """What is broken, or else the first file that came since and isn't read, as a sync program's copy."""
        # Not by the version: a file that isn't read changes none.
        study = self.study
        if self._amiss is None or self._amiss[0] is not study:
            self._amiss = (study, self._what_is_amiss(study))
        return self._amiss[1]

    def _what_is_amiss(self, study: Study) -> str:
        strays = (problem for problem in study.problems if problem.path not in study.hashes)
        return self.broken or next((str(problem) for problem in strays if self._is_said(problem)), "")

    def _is_said(self, problem: Problem) -> bool:
        path = problem.path
        # A file that nobody wrote since is wrong by what was decided elsewhere: that is for the list of problems.
        is_new = path not in self._wrong_before and self.study.hashes.get(path) != self._hashes_before.get(path, "")
        return (is_new or path.startswith(_CODEBOOK)) and (
            not self.is_blind or path.startswith((_CODEBOOK, f"codings/{self.coder}/"))
        )

    @staticmethod
    def _mistakes(study: Study) -> list[Problem]:
        """Those of the codebook first: most of what else is wrong then follows from them."""
        errors = (problem for problem in study.problems if problem.level == "error")
        return sorted(errors, key=lambda problem: (not problem.path.startswith(_CODEBOOK), problem))

    def look(self) -> bool:
        """Read again what has changed on the disk; whether anything of the study has."""
        if self._done.is_behind:
            with self._lock:
                self._done.look()
        signature = self._sign()
        if signature == self._signature:
            return False
        with self._lock:
            before, self._signature = self._now, signature
            self._now = self._remember(load(self.folder, known=self.study))
            return before != self._now

    def decide(self, version: str, what: str, act: Callable[[Study], Study], key: str = "") -> Act:
        """Carry out a decision that was made on a page of this version, and keep how to take it back.

        What was done under this key already isn't done again. Raises KeyError for a version that isn't known any more,
        and whatever the decision raises.
        """
        with self._lock:
            return self._by_key.get(key) or self._take(what, lambda: act(self.seen(version)), key)

    def undo(self, act_id: int, key: str = "") -> Act:
        """Take an act back. Raises `Refused` where there is no such act, or others changed the same since."""
        with self._lock:
            if key in self._by_key:
                return self._by_key[key]
            self._done.look()
            act = self._done.act(act_id)
            written = self._written.get(act.id) or self._done.written(act)
            return self._take(act.what, lambda: decisions.undo(self.study, written), key, undoes=act.id)

    @property
    def stacks(self) -> tuple[list[Act], list[Act]]:
        """This coder's acts that can be taken back, and those that can be done again; also of other servers."""
        return stacks(self._done.acts)

    def _take(self, what: str, decide: Callable[[], Study], key: str, *, undoes: int = 0) -> Act:
        act, after = self._done.carry_out(decide, what, key=key, undoes=undoes)
        self._now = self._remember(after)
        self._signature = self._sign()
        self._written[act.id] = after.written
        if len(self._written) > KEPT:
            del self._written[next(iter(self._written))]
        if key:
            self._by_key[key] = act
            if len(self._by_key) > KEYS:
                del self._by_key[next(iter(self._by_key))]
        return act

    def _remember(self, study: Study) -> str:
        version = _version(study.hashes)
        if version not in self._states:
            self._order.append(version)
            while len(self._order) > KEPT:
                del self._states[self._order.popleft()]
        self._states[version] = study
        return version

    def _sign(self) -> tuple[tuple[str, int, int], ...]:
        """When each file of the study was last written, and how long it is: enough to know that one has changed."""
        return tuple(sorted(self._stats()))

    def _stats(self, place: str = "") -> Iterator[tuple[str, int, int]]:
        try:
            with os.scandir(place or self.folder) as scanned:
                entries = list(scanned)
        except OSError:
            return
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _NOT_WATCHED and not entry.name.startswith("."):
                    yield from self._stats(entry.path)
                continue
            with suppress(OSError):
                stat = entry.stat()
                yield entry.path, stat.st_mtime_ns, stat.st_size


def _version(hashes: Mapping[str, str]) -> str:
    told = "\n".join(f"{path} {digest}" for path, digest in sorted(hashes.items()))
    return sha256(told.encode()).hexdigest()[:16]
