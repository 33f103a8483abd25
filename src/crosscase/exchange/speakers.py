"""Finding who speaks: the way of writing names that explains most turns, judged by names that recur."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from crosscase.asking import asks
from crosscase.exchange.transcript import Aside, Utterance, clock, quoted
from crosscase.problem import Refused
from crosscase.source import NOBODY
from crosscase.wording import counted, first_of

Heads = Sequence[Utterance | None]

LONGEST_LABEL = 48
WORDS_IN_A_LABEL = 6
LINES_OF_A_HEAD = 5
HEAD = "the head above the first name"

_TIME = r"(?:\d{1,2}[:.]\d{2}[:.]\d{2}|\d{1,3}:\d{2})(?:[.,]\d{1,3})?"
_STAMP = rf"[\[(]?(?P<time>{_TIME})[\])]?"
_LATER_STAMP = rf"[\[(](?P<later>{_TIME})[\])]"
_LETTERS = r"[^\W_][^:：\[\]?!;\n\t*]{0,47}?"
# Who typed it didn't know, or wasn't sure: `?:`, `??:`, `P3?:`.
_NAME = rf"(?P<speaker>{_LETTERS}\??|\?{{1,3}})"
_COLON = "[:：]"
_MARK = r"(?P<mark>\*{1,3}|_{2,3})"

NAME_AND_WORDS = ("`Name: words`", "`[Name]: words`")
NAME_ALONE = "a name on a line of its own"
NAME_THEN_TIME = "a name and a time on lines of their own"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "`Name: words`": re.compile(
        rf"(?:{_STAMP}[ \t]*[-–]?[ \t]*)?{_NAME}[ ]*(?:{_LATER_STAMP})?[ ]*(?:：|:(?![/\d]))\s*"
        rf"(?:{_LATER_STAMP.replace('later', 'last')}\s*)?(?P<words>.*)"
    ),
    "`**Name:** words`": re.compile(
        rf"(?:{_STAMP}[ \t]*)?{_MARK}(?:{_STAMP.replace('time', 'inner')}[ ]*)?{_NAME}[ ]*(?:{_LATER_STAMP})?[ ]*"
        rf"(?::[ ]*(?P=mark)|(?P=mark)[ ]*(?:{_LATER_STAMP.replace('later', 'last')})?[ ]*:)\s*(?P<words>.*)"
    ),
    "`[Name]: words`": re.compile(
        rf"(?:{_STAMP}[ \t]*)?\[(?P<speaker>{_LETTERS})\][ ]*(?:{_LATER_STAMP})?[ ]*{_COLON}\s*(?P<words>.*)"
    ),
    "`[Name] 00:01:02` on a line of its own": re.compile(
        rf"\[(?P<speaker>{_LETTERS})\][ \t]+{_STAMP}[ \t]*(?P<words>)"
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

_BEGINNINGS = """
    first firstly second secondly third thirdly fourth finally lastly next then also however therefore instead anyway
    note notes nb ps example examples remember result results meaning question answer warning comment remark rule
    yes no well ok okay so and but or because date place location duration length language title topic subject audio
    transcript transcription recording recorded file participants attendees present source role tags name names
    project interview time start end version erstens zweitens drittens datum ort dauer thema sprache titel
    d'abord ensuite enfin puis primero segundo luego fecha lugar
"""
# In names of several words none of these stands; in beginnings of sentences one nearly always does.
_IN_SENTENCES = """
    a an my your his her its our their this that these those i you he she it we they is are was were be been am do
    does did has have had will would can could should what which who when where why how if as at by in on to with
    not one two three another some any all no and but or because so then said says thing things
    ich du er sie es wir ihr ist sind war ein eine mein das dass je tu il elle nous vous est sont mon ma
    yo él ella son mi un una
"""
_NO_NAMES = frozenset(_BEGINNINGS.split())
_FUNCTION_WORDS = frozenset(_IN_SENTENCES.split())
_NOBODY_ANSWERS = "only who asks is named: what has no name stands without one; look whose words they are"
_PARTICLES = frozenset(
    {"of", "the", "and", "for", "from", "van", "de", "den", "der", "von", "du", "la", "le", "al", "bin"}
)
_AROUND = re.compile(r"(?P<before>[\d\W_]*)(?P<name>.+?)[ ]*(?P<aside>\(.*\))?")
# Hearings count their questions: `Q12 Chair: …`.
_QUESTION_NUMBER = re.compile(r"Q\d{1,4} (?=[^\W\d_])")
_NAME_ALONE = re.compile(r"[^\W_][\w .'’()-]{0,47}")
_BETWEEN_LETTERS = re.compile(r"[\s_.'’ʼ`-]+")
_TIME_ALONE = re.compile(rf"[\[(]?{_TIME}[\])]?")


_PLACEHOLDERS = re.compile(r"\b(NAME|TIME|WORDS)\b")
_PLACEHELD = {
    "NAME": r"(?P<speaker>[^\W_][^\n\t]{0,47}?)",
    "TIME": rf"(?P<time>{_TIME})",
    "WORDS": r"(?P<words>.*)",
}


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A way of writing names, as a person gave it and as it is looked for."""

    template: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Found:
    """Where speakers' names stand: for each line the turn that it opens, or None; and what was guessed about them."""

    heads: Heads
    pattern: str
    guessed: tuple[str, ...]

    @property
    def only_who_asks(self) -> bool:
        """Whether nobody but one who asks is named: then what has no name is somebody else's, and not theirs."""
        names = {head.speaker for head in self.heads if head is not None}
        return len(names) == 1 and asks(*names)


def pattern_of(template: str) -> NamePattern:
    """A way of writing names as a person gave it: `NAME`, and perhaps `TIME` and `WORDS`, stand for what they say.

    What isn't one of these stands for itself; without `WORDS` these follow behind. Raises `Refused` without a `NAME`.
    """
    if "NAME" not in _PLACEHOLDERS.findall(template):
        raise Refused(
            f"`{template}` doesn't say where the name stands; write it as in `NAME > WORDS` or `[TIME] NAME:`"
        )
    parts = _PLACEHOLDERS.split(template)
    if any(parts.count(place) > 1 for place in _PLACEHELD):
        raise Refused(f"`{template}` has one of NAME, TIME and WORDS twice; give each once")
    written = "".join(_PLACEHELD.get(part) or re.sub(r"(?:\\?\s)+", r"\\s+", re.escape(part)) for part in parts)
    return NamePattern(template, re.compile(written if "WORDS" in parts else rf"{written}\s*(?P<words>.*)"))


def find(
    lines: Sequence[str],
    *,
    only: Collection[str] = (),
    more: Mapping[str, Heads] | None = None,
    names: NamePattern | None = None,
) -> Found | None:
    """The pattern that finds most turns; None where no pattern's names recur.

    `more` are patterns that a format sees for itself, as one head (or None) for each line; `only` leaves out others.
    With `names`, a pattern that a person gave, it alone counts, and whatever it finds is a name.
    """
    if names is not None:
        return _given(lines, names)
    candidates: dict[str, Heads] = {name: [_head(PATTERNS[name], line) for line in lines] for name in only or PATTERNS}
    if not only:
        candidates[NAME_THEN_TIME] = _names_above_times(lines)
    candidates |= more or {}
    joined = {name: _spelt_alike(heads) for name, heads in candidates.items()}
    judged = {name: _judge(heads) for name, (heads, _) in joined.items()}
    best = max(judged, key=lambda name: _count(judged[name]))
    if not _count(judged[best]) and not only:
        best = NAME_ALONE
        joined[best] = _spelt_alike(_names_alone(lines))
        judged[best] = _judge(joined[best][0])
    if not _count(judged[best]):
        return None
    said = f"speakers found by the pattern {best} ({counted(_count(judged[best]), 'turn')})"
    heads, spellings = joined[best]
    found = Found(judged[best], best, (said, *spellings, *_remarks(heads, judged[best], lines)))
    return replace(found, guessed=(*found.guessed, _NOBODY_ANSWERS)) if found.only_who_asks else found


def _given(lines: Sequence[str], names: NamePattern) -> Found | None:
    heads, spellings = _spelt_alike([_head(names.pattern, line) for line in lines])
    if not _count(heads):
        return None
    said = f"speakers found by the pattern `{names.template}`, as was wished ({counted(_count(heads), 'turn')})"
    return Found(heads, f"`{names.template}`", (said, *spellings))


def assemble(
    lines: Sequence[str], found: Found, *, wrapped: bool = False, times: Sequence[str] = ()
) -> tuple[Utterance, ...]:
    """Put the lines between two heads under the first; a time alone on its line dates the turn after it, or the one
    whose name stands right above. `times` are those that marks in the lines gave. Where only one who asks is named,
    a line without a name is a turn of its own, without one.
    """
    turns: list[tuple[str, str, list[str]]] = []
    waiting = ""
    blank = True
    for line, head, mark in zip(lines, found.heads, times or [""] * len(lines), strict=True):
        if head is not None:
            turns.append((head.time or waiting or mark, head.speaker, [head.words]))
            waiting = ""
        elif is_time(line) and turns and not turns[-1][0] and turns[-1][2] == [""] and not blank:
            turns[-1] = (line.strip("[]() \t"), *turns[-1][1:])
        elif is_time(line):
            waiting = line.strip("[]() \t")
        elif not turns or (found.only_who_asks and not wrapped and line.strip()):
            turns.append(("", "", [line]))
        elif wrapped and not blank and turns[-1][2][-1]:
            turns[-1][2][-1] += " " + line.strip()
        else:
            turns[-1][2].append(line)
        blank = not line.strip()
    joined = (Utterance(clock(time), speaker, _joined(words)) for time, speaker, words in turns)
    return tuple(turn for turn in joined if turn.speaker or turn.words)


def without_head(lines: Sequence[str], heads: Heads, *, is_program: bool) -> tuple[list[str], tuple[Aside, ...]]:
    """The lines without the head that a program wrote above the first name, where it wrote one; and what that was."""
    first = next(at for at, head in enumerate(heads) if head is not None)
    above = [(number, line.strip()) for number, line in enumerate(lines[:first], 1) if not is_time(line)]
    above = [(number, line) for number, line in above if line]
    if not is_program or not above or len(above) > LINES_OF_A_HEAD or any(len(line) > 100 for _, line in above):
        return list(lines), ()
    kept = ["" if at < first and not is_time(line) else line for at, line in enumerate(lines)]
    return kept, tuple(Aside(number, HEAD, line) for number, line in above)


def said_of_head(aside: Sequence[Aside]) -> tuple[str, ...]:
    return (f"{HEAD}: {quoted([line.words for line in aside], LINES_OF_A_HEAD)}",) if aside else ()


def is_time(line: str) -> bool:
    """Whether a line holds nothing but a time."""
    return _TIME_ALONE.fullmatch(line.strip()) is not None


def _joined(lines: Iterable[str]) -> str:
    tidy = (" ".join(line.split()) for line in lines)
    return "\n".join(line for line in tidy if line)


def _head(pattern: re.Pattern[str], line: str) -> Utterance | None:
    match = pattern.fullmatch(line.lstrip().rstrip(" "))
    if match is None:
        return None
    speaker = _QUESTION_NUMBER.sub("", " ".join(match["speaker"].split()))
    if speaker.endswith("?"):
        # Somebody whom the transcriber didn't make out is nobody in particular; a guess at who it was is kept beside.
        guess = f"({speaker}) " if speaker.strip("?") else ""
        return Utterance(_stamp(match), NOBODY, guess + match["words"])
    if not speaker or len(speaker.split()) > WORDS_IN_A_LABEL or not re.search(r"[^\W\d_]", speaker):
        return None
    return Utterance(_stamp(match), speaker, match["words"])


def _stamp(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return next((groups[name] for name in ("time", "inner", "later", "last") if groups.get(name)), "")


def _names_above_times(lines: Sequence[str]) -> Heads:
    """A line that may be a name, with a time alone on the next: as phones' recorders write them."""
    heads: list[Utterance | None] = []
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        name = _NAME_ALONE.fullmatch(line.strip())
        heads.append(Utterance("", " ".join(name[0].split()), "") if name and is_time(below) else None)
    return heads


def _names_alone(lines: Sequence[str]) -> Heads:
    """Lines that hold nothing but a name, with words below: at least two names that recur, on a quarter of the lines.

    Only looked for where nothing else names anybody, since a short answer looks the same.
    """
    full = [at for at, line in enumerate(lines) if line.strip()]
    following = dict(pairwise(full))
    names = {at: " ".join(lines[at].split()) for at in full if _NAME_ALONE.fullmatch(lines[at].strip())}
    counts = Counter(name for name in names.values() if _is_written_as_a_name(name))
    recurring = {name for name, count in counts.items() if count > 1}
    opening = {
        at for at, name in names.items() if name in recurring and names.get(following.get(at, -1)) not in recurring
    }
    opening = {at for at in opening if at in following}
    if len(recurring) < 2 or len(opening) < len(full) / 4:
        return [None] * len(lines)
    return [Utterance("", names[at], "") if at in opening else None for at in range(len(lines))]


def _is_written_as_a_name(name: str) -> bool:
    return all(word[0].isupper() or word[0].isdigit() for word in name.split()) and not name.endswith(".")


def _spelt_alike(heads: Heads) -> tuple[Heads, list[str]]:
    """Names that differ in case, spaces, hyphens or apostrophes only are one, in the commonest spelling; and which."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for head in heads:
        if head is not None:
            spellings[_key(head.speaker)][head.speaker] += 1
    usual = {key: max(counts, key=lambda name: (counts[name], not name.isupper())) for key, counts in spellings.items()}
    several_ways = {key: counts for key, counts in spellings.items() if len(counts) > 1 and sum(counts.values()) > 1}
    joined = [head._replace(speaker=usual[_key(head.speaker)]) if head else None for head in heads]
    said = [
        f"{quoted([name for name in counts if name != usual[key]])} taken for another spelling of “{usual[key]}”"
        for key, counts in several_ways.items()
    ]
    return joined, said


def _key(name: str) -> str:
    return _BETWEEN_LETTERS.sub("", name).casefold()


def _judge(heads: Heads) -> list[Utterance | None]:
    """Keep the heads whose name is a speaker's; all are dropped where no name recurs.

    Names that occur once are kept beside those that recur, and said: words under a wrong name are found more easily
    than words that silently went to the speaker above.
    """
    heads = [None if head and _opens_a_sentence(head.speaker) else head for head in heads]
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
    if len(words) == 1 or all(word[0].islower() for word in words):
        return True
    return all(not word[0].islower() or word in _PARTICLES for word in words)


def _opens_a_sentence(name: str) -> bool:
    """Whether these are words that a sentence, a list or a file's head begins with, rather than somebody's name."""
    words = name.split()
    # `A` in `Participant A` is a letter, `a` in `for a start` is not.
    as_in_a_sentence = [words[0].casefold(), *words[1:]]
    return name.casefold() in _NO_NAMES or (len(words) > 1 and not _FUNCTION_WORDS.isdisjoint(as_in_a_sentence))


def _is_frequent(count: int, total: int) -> bool:
    return count >= 3 and count >= total / 20


def _remarks(heads: Heads, judged: Heads, lines: Sequence[str]) -> list[str]:
    kept = Counter(head.speaker for head in judged if head is not None)
    first_lines = {head.speaker: number for number, head in reversed(list(enumerate(heads, 1))) if head}
    passed_over = dict.fromkeys(h.speaker for h, known in zip(heads, judged, strict=True) if h and not known)
    once = [name for name, count in kept.items() if count == 1]
    before = next(at for at, head in enumerate(judged) if head is not None)
    said = []
    if once:
        where = _at_lines(once, first_lines)
        said.append(
            f"{quoted(once)} {'speaks' if len(once) == 1 else 'speak'} once{where}: look whether that is a name"
        )
    if passed_over:
        where = _at_lines(list(passed_over), first_lines)
        said.append(f"{quoted(list(passed_over))} not taken as a name{where}: look whether that is right")
    if any(line.strip() and not is_time(line) for line in lines[:before]):
        said.append("the text before the first name stands without a name")
    return said


def _at_lines(names: Sequence[str], first_lines: Mapping[str, int]) -> str:
    numbers = [str(first_lines[name]) for name in names if name in first_lines]
    return f" ({'line' if len(numbers) == 1 else 'lines'} {first_of(numbers, 5)})" if numbers else ""


def _count(heads: Heads) -> int:
    return sum(head is not None for head in heads)
