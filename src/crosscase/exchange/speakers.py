"""Finding who speaks: the way of writing names that explains most turns, judged by names that recur."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from crosscase.exchange.transcript import Utterance, clock, quoted
from crosscase.wording import counted

Heads = Sequence[Utterance | None]

LONGEST_LABEL = 48
WORDS_IN_A_LABEL = 6

_TIME = r"(?:\d{1,2}[:.]\d{2}[:.]\d{2}|\d{1,3}:\d{2})(?:[.,]\d{1,3})?"
_STAMP = rf"[\[(]?(?P<time>{_TIME})[\])]?"
_LATER_STAMP = rf"[\[(](?P<later>{_TIME})[\])]"
_NAME = r"(?P<speaker>[^\W_][^:\[\]?!;\n\t*]{0,47}?)"
_MARK = r"(?P<mark>\*{1,3}|_{2,3})"

NAME_AND_WORDS = ("`Name: words`",)
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "`Name: words`": re.compile(
        rf"(?:{_STAMP}[ \t]*[-–]?[ \t]*)?{_NAME}[ ]*(?:{_LATER_STAMP})?[ ]*:(?![/\d])\s*(?P<words>.*)"
    ),
    "`**Name:** words`": re.compile(
        rf"(?:{_STAMP}[ \t]*)?{_MARK}(?:{_STAMP.replace('time', 'inner')}[ ]*)?{_NAME}[ ]*(?:{_LATER_STAMP})?[ ]*"
        rf"(?::[ ]*(?P=mark)|(?P=mark)[ ]*(?:{_LATER_STAMP.replace('later', 'last')})?[ ]*:)\s*(?P<words>.*)"
    ),
    "`Name 00:01:02` on a line of its own": re.compile(
        rf"(?P<mark>\*\*)?{_NAME}(?(mark)\*\*)[ \t]+{_STAMP}[ \t]*(?P<words>)"
    ),
    "`00:01:02 Name` on a line of its own": re.compile(rf"{_STAMP}[ \t]+{_NAME}[ \t]*(?P<words>)"),
    "`Q.` and `A.`": re.compile(r"(?P<speaker>[QA])\d*[.)][ \t]+(?P<words>.*)"),
    "`Name`, then a tab or the next column": re.compile(
        rf"(?:{_STAMP}[ \t]*\t)?{_NAME}[ ]*:?[ ]*\t\s*(?:{_LATER_STAMP}[ \t]+)?(?P<words>.*)"
    ),
}

_PARTICLES = frozenset(
    {"of", "the", "and", "for", "from", "van", "de", "den", "der", "von", "du", "la", "le", "al", "bin"}
)
_AROUND = re.compile(r"(?P<before>[\d\W_]*)(?P<name>.+?)[ ]*(?P<aside>\(.*\))?")
_TIME_ALONE = re.compile(rf"[\[(]?{_TIME}[\])]?")


@dataclass(frozen=True, slots=True)
class Found:
    """Where speakers' names stand: for each line the turn that it opens, or None; and what was guessed about them."""

    heads: Heads
    pattern: str
    guessed: tuple[str, ...]


def find(lines: Sequence[str], *, only: Collection[str] = (), more: Mapping[str, Heads] | None = None) -> Found | None:
    """The pattern that finds most turns; None where no pattern's names recur.

    `more` are patterns that a format sees for itself, as one head (or None) for each line; `only` leaves out others.
    """
    seen = {name: [_head(PATTERNS[name], line) for line in lines] for name in only or PATTERNS}
    candidates: dict[str, Heads] = {**seen, **(more or {})}
    judged = {name: _judge(heads) for name, heads in candidates.items()}
    best = max(judged, key=lambda name: _count(judged[name]))
    if not _count(judged[best]):
        return None
    said = f"speakers found by the pattern {best} ({counted(_count(judged[best]), 'turn')})"
    return Found(judged[best], best, (said, *_remarks(candidates[best], judged[best], lines)))


def assemble(lines: Sequence[str], heads: Heads, *, wrapped: bool = False) -> tuple[Utterance, ...]:
    """Put the lines between two heads under the first; a time alone on its line dates the turn after it."""
    turns: list[tuple[str, str, list[str]]] = []
    waiting = ""
    blank = True
    for line, head in zip(lines, heads, strict=True):
        if head is not None:
            turns.append((head.time or waiting, head.speaker, [head.words]))
            waiting = ""
        elif is_time(line):
            waiting = line.strip("[]() \t")
        elif not turns:
            turns.append(("", "", [line]))
        elif wrapped and not blank and turns[-1][2][-1]:
            turns[-1][2][-1] += " " + line.strip()
        else:
            turns[-1][2].append(line)
        blank = not line.strip()
    joined = (Utterance(clock(time), speaker, _joined(words)) for time, speaker, words in turns)
    return tuple(turn for turn in joined if turn.speaker or turn.words)


def is_time(line: str) -> bool:
    """Whether a line holds nothing but a time."""
    return _TIME_ALONE.fullmatch(line.strip()) is not None


def _joined(lines: Iterable[str]) -> str:
    tidy = (" ".join(line.split()) for line in lines)
    return "\n".join(line for line in tidy if line)


def _head(pattern: re.Pattern[str], line: str) -> Utterance | None:
    match = pattern.fullmatch(line.strip(" "))
    if match is None:
        return None
    speaker = " ".join(match["speaker"].split())
    if not speaker or len(speaker.split()) > WORDS_IN_A_LABEL or not re.search(r"[^\W\d_]", speaker):
        return None
    groups = match.groupdict()
    stamp = next((groups[name] for name in ("time", "inner", "later", "last") if groups.get(name)), "")
    return Utterance(stamp, speaker, match["words"])


def _judge(heads: Heads) -> list[Utterance | None]:
    """Keep the heads whose name is a speaker's; all are dropped where no name recurs.

    Names that occur once are kept beside those that recur, and said: words under a wrong name are found more easily
    than words that silently went to the speaker above.
    """
    counts = Counter(head.speaker for head in heads if head is not None)
    total = sum(counts.values())
    recurring = {
        name for name, count in counts.items() if count > 1 and (_is_likely(name) or _is_frequent(count, total))
    }
    once = {name for name, count in counts.items() if count == 1 and name[0].isupper() and _is_likely(name)}
    if len(once) > sum(counts[name] for name in recurring):
        once = set()
    return [_under(head, recurring, once) if recurring else None for head in heads]


def _under(head: Utterance | None, names: Collection[str], once: Collection[str]) -> Utterance | None:
    """The head under a known name: itself, or `1.16.30 = P1` and `P1 (to P2)` as P1; None where it is no name."""
    if head is None or head.speaker in names:
        return head
    match = _AROUND.fullmatch(head.speaker)
    if match is None or match["name"] not in names:
        return head if head.speaker in once else None
    stamp = re.search(_TIME, match["before"])
    time = head.time or (stamp[0] if stamp else "")
    return Utterance(time, match["name"], f"{match['aside'] or ''} {head.words}".strip())


def _is_likely(name: str) -> bool:
    """Names are capitalised or numbered (`Anna`, `P01`, `Man 2`, `Head of Unit`), unlike the start of a sentence."""
    words = name.split()
    if len(words) == 1:
        return True
    return all(not word[0].islower() or word in _PARTICLES for word in words)


def _is_frequent(count: int, total: int) -> bool:
    return count >= 3 and count >= total / 20


def _remarks(heads: Heads, judged: Heads, lines: Sequence[str]) -> list[str]:
    kept = Counter(head.speaker for head in judged if head is not None)
    passed_over = dict.fromkeys(h.speaker for h, known in zip(heads, judged, strict=True) if h and not known)
    once = [name for name, count in kept.items() if count == 1]
    before = next(at for at, head in enumerate(judged) if head is not None)
    said = []
    if once:
        said.append(f"{quoted(once)} {'speaks' if len(once) == 1 else 'speak'} once: look whether that is a name")
    if passed_over:
        said.append(f"{quoted(list(passed_over))} not taken as a name, since it doesn't recur")
    if any(line.strip() and not is_time(line) for line in lines[:before]):
        said.append("the text before the first name stands without a name")
    return said


def _count(heads: Heads) -> int:
    return sum(head is not None for head in heads)
