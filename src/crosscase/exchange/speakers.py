"""Finding who speaks: the way of writing names that explains most turns, judged by names that recur."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from crosscase.asking import asks
from crosscase.exchange.patterns import (
    IN_BRACKETS,
    LOOSE,
    NAME_ALONE,
    NAME_THEN_TIME,
    PATTERNS,
    QUESTION_AND_ANSWER,
    NamePattern,
    first_time,
    is_time,
)
from crosscase.exchange.transcript import Utterance, quoted
from crosscase.source import NOBODY
from crosscase.wording import counted, first_of

Heads = Sequence[Utterance | None]

WORDS_IN_A_LABEL = 6
COUNTED = "`Q1:` and `A1:`"
QUESTIONS = "`Question:` and `Answer:`"
_COLONS = "`Name: words`"
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
_ARTICLES = frozenset({"the", "le", "la", "les", "el", "los", "las", "il", "lo", "der", "die", "das", "o", "os", "as"})
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
_STEM = re.compile(r"(?P<stem>[^\W\d_]{1,12})\W?(?P<number>\d{1,3})")
# Words that stand for a voice in a group though it is heard once: `F2`, `M`, `Several`, `Female voice`.
_LETTER_AND_NUMBER = re.compile(r"[^\W\d_a-z]{1,3}\d{0,2}")
_VOICES = """
    all several many both multiple various everyone everybody group audience male female man woman boy girl voice voices
    speaker participant alle mehrere tous toutes plusieurs todos todas varios varias tutti
"""
_GROUPS = frozenset(_VOICES.split())
_WORDS_IN_A_GUESS = 2
# So much of a text has to be written in a way that sentences begin with too.
_MOST = 0.6


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


def find(
    lines: Sequence[str],
    *,
    only: Collection[str] = (),
    more: Mapping[str, Heads] | None = None,
    names: NamePattern | None = None,
    are_lines: bool = True,
) -> Found | None:
    """The pattern that finds most turns; None where no pattern's names recur.

    `more` are patterns that a format sees for itself, as one head (or None) for each line; `only` leaves out others.
    With `names`, a pattern that a person gave, it alone counts, and whatever it finds is a name. Their numbers are
    said only where `lines` are the file's (`are_lines`).
    """
    if names is not None:
        return _given(lines, names)
    candidates: dict[str, Heads] = {name: [_head(PATTERNS[name], line) for line in lines] for name in only or PATTERNS}
    if not only:
        candidates[NAME_THEN_TIME] = _names_above_times(lines)
        candidates[COUNTED] = _counted_up(candidates[_COLONS])
        candidates[QUESTIONS] = _questions_and_answers(lines)
    candidates |= more or {}
    joined = {name: _spelt_alike(heads) for name, heads in candidates.items()}
    judged = {name: list(heads) if name == QUESTIONS else _judge(heads) for name, (heads, _) in joined.items()}
    best = max(judged, key=lambda name: _count(judged[name]))
    if not _count(judged[best]) and not only:
        best = NAME_ALONE
        joined[best] = _spelt_alike(_names_alone(lines))
        judged[best] = _judge(joined[best][0])
    if not _count(judged[best]):
        best, loose = _loosely(lines, IN_BRACKETS if only else LOOSE)
        joined[best] = _spelt_alike(loose)
        judged[best] = list(joined[best][0])
    if not _count(judged[best]):
        return None
    said = f"speakers found by the pattern {best} ({counted(_count(judged[best]), 'turn')})"
    heads, spellings = joined[best]
    labels = joined[_COLONS][0] if _COLONS in joined else heads
    seen = [head or label for head, label in zip(heads, labels, strict=True)]
    found = Found(judged[best], best, (said, *spellings, *_remarks(seen, judged[best], lines, are_lines=are_lines)))
    return replace(found, guessed=(*found.guessed, _NOBODY_ANSWERS)) if found.only_who_asks else found


def _given(lines: Sequence[str], names: NamePattern) -> Found | None:
    heads, spellings = _spelt_alike([_head(names.pattern, line) for line in lines])
    if not _count(heads):
        return None
    said = f"speakers found by the pattern `{names.template}`, as was wished ({counted(_count(heads), 'turn')})"
    return Found(heads, f"`{names.template}`", (said, *spellings))


def _head(pattern: re.Pattern[str], line: str) -> Utterance | None:
    match = pattern.fullmatch(line.lstrip().rstrip(" "))
    if match is None:
        return None
    if match.groupdict().get("unknown") is not None:
        return Utterance(_stamp(match), NOBODY, match["words"])
    speaker = _QUESTION_NUMBER.sub("", " ".join(match["speaker"].split())).rstrip(" ,–—-")
    if speaker.endswith("?") and len(speaker.split()) > _WORDS_IN_A_GUESS:
        return None
    if speaker.endswith("?"):
        # Somebody whom the transcriber didn't make out is nobody in particular; a guess at who it was is kept beside.
        guess = f"({speaker}) " if speaker.strip("?") else ""
        return Utterance(_stamp(match), NOBODY, guess + match["words"])
    if not speaker or len(speaker.split()) > WORDS_IN_A_LABEL or not re.search(r"[^\W\d_]", speaker):
        return None
    return Utterance(_stamp(match), speaker, match["words"])


def _stamp(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return next((groups[name] for name in ("time", "inner", "later", "last", "column") if groups.get(name)), "")


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
    bare = {at: " ".join(lines[at].split()).strip("[]<>") for at in full}
    names = {at: line for at, line in bare.items() if _NAME_ALONE.fullmatch(line)}
    counts = Counter(name for name in names.values() if _is_written_as_a_name(name))
    recurring = {name for name, count in counts.items() if count > 1}
    opening = {
        at for at, name in names.items() if name in recurring and names.get(following.get(at, -1)) not in recurring
    }
    opening = {at for at in opening if at in following}
    if len(recurring) < 2 or len(opening) < len(full) / 4:
        return [None] * len(lines)
    return [Utterance("", names[at], "") if at in opening else None for at in range(len(lines))]


def _loosely(lines: Sequence[str], patterns: Iterable[str]) -> tuple[str, Heads]:
    """The way of writing names among those that sentences begin with too; nobody where it isn't on most lines.

    At least two names recur, all are short and written as names.
    """
    full = sum(bool(line.strip()) for line in lines)
    best: tuple[str, list[Utterance | None]] = ("", [None] * len(lines))
    for name in patterns:
        heads = [_head(LOOSE[name], line) for line in lines]
        counts = Counter(_key(head.speaker) for head in heads if head)
        recurring = {key for key, count in counts.items() if count > 1}
        kept = [
            head if head and _key(head.speaker) in recurring and _is_short(head.speaker) else None for head in heads
        ]
        if len(recurring) > 1 and _count(kept) >= max(4, _MOST * full, _count(best[1]) + 1):
            best = (name, kept)
    return best


def _is_short(name: str) -> bool:
    return len(name.split()) <= 3 and _is_written_as_a_name(name) and not _opens_a_sentence(name)


def _questions_and_answers(lines: Sequence[str]) -> Heads:
    """Lines under `Question:` and `Answer:`, in one of several languages; none unless both recur."""
    heads = [_head(QUESTION_AND_ANSWER, line) for line in lines]
    asked = Counter(asks(head.speaker) for head in heads if head)
    return heads if min(asked[True], asked[False]) > 1 else [None] * len(lines)


def _counted_up(heads: Heads) -> Heads:
    """`Q1`, `A1`, `Q2`, `A2` as Q and A: two stems that each recur, with numbers that go up by one and not down."""
    matches = [_STEM.fullmatch(head.speaker) if head else None for head in heads]
    stems = Counter(match["stem"].casefold() for match in matches if match)
    numbers = [int(match["number"]) for match in matches if match]
    steps = [second - first for first, second in pairwise(numbers)]
    is_count = bool(steps) and all(0 <= step <= 1 for step in steps) and numbers[-1] > numbers[0]
    if len(stems) != 2 or min(stems.values()) < 2 or not is_count:
        return [None] * len(heads)
    return [
        head._replace(speaker=match["stem"]) if head and match else None
        for head, match in zip(heads, matches, strict=True)
    ]


def _is_written_as_a_name(name: str) -> bool:
    return not any(word[0].islower() for word in name.split()) and not name.endswith(".")


def _spelt_alike(heads: Heads) -> tuple[Heads, list[str]]:
    """Names that differ in case, spaces, hyphens or apostrophes only are one, in the commonest spelling; and which."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for head in heads:
        if head is not None:
            spellings[_key(head.speaker)][head.speaker] += 1
    usual = {
        key: max(counts, key=lambda name: (not name[0].islower(), counts[name], not name.isupper()))
        for key, counts in spellings.items()
    }
    several_ways = {key: counts for key, counts in spellings.items() if len(counts) > 1 and sum(counts.values()) > 1}
    joined = [head._replace(speaker=usual[_key(head.speaker)]) if head else None for head in heads]
    aliases = _aliases({head.speaker for head in joined if head})
    joined = [head._replace(speaker=aliases.get(head.speaker, head.speaker)) if head else None for head in joined]
    said = [f"“{name}” taken for “{other}”" for name, other in aliases.items()]
    said += [
        f"{quoted([name for name in counts if name != usual[key]])} taken for another spelling of “{usual[key]}”"
        for key, counts in several_ways.items()
    ]
    return joined, said


def _aliases(names: Collection[str]) -> dict[str, str]:
    """`Moderator (M)` and `M` are one speaker, under the short name unless only the long one says that they ask."""
    aliases = {}
    for name in names:
        match = _AROUND.fullmatch(name)
        short = (match["aside"] or "").strip("()") if match else ""
        if short in names and short != name:
            pair = (short, name) if asks(name) and not asks(short) else (name, short)
            aliases[pair[0]] = pair[1]
    return aliases


def _key(name: str) -> str:
    return _BETWEEN_LETTERS.sub("", name).casefold()


def _judge(heads: Heads) -> list[Utterance | None]:
    """Keep the heads whose name is a speaker's; all are dropped where no name recurs.

    Names that occur once are kept beside those that recur, and said: words under a wrong name are found more easily
    than words that silently went to the speaker above.
    """
    heads = [None if head and _opens_a_sentence(head.speaker) else head for head in heads]
    names = {head.speaker for head in heads if head is not None}
    counts = Counter(_plain(head.speaker, names) for head in heads if head is not None)
    total = sum(counts.values())
    recurring = {
        name for name, count in counts.items() if count > 1 and (_is_likely(name) or _is_frequent(count, total))
    }
    # Somebody unknown is a speaker only where others are named.
    recurring = recurring if recurring - {NOBODY} else set()
    once = {
        name
        for name, count in counts.items()
        if count == 1 and name[0].isupper() and (_is_likely(name) or _is_a_voice(name))
    }
    if len(once) > sum(counts[name] for name in recurring):
        once = {name for name in once if _is_a_voice(name)}
    return [_under(head, recurring, once) if recurring else None for head in heads]


def _under(head: Utterance | None, names: Collection[str], once: Collection[str]) -> Utterance | None:
    """The head under a known name: itself, or `1.16.30 = P1` and `P1 (to P2)` as P1; None where it is no name."""
    if head is None or head.speaker in names:
        return head
    match = _AROUND.fullmatch(head.speaker)
    if match is None or match["name"] not in names:
        return head if head.speaker in once else None
    time = head.time or first_time(match["before"])
    return Utterance(time, match["name"], f"{match['aside'] or ''} {head.words}".strip())


def _plain(name: str, names: Collection[str]) -> str:
    """`P3 (male, 40)` without what stands in brackets, where P3 is a name too."""
    plain = re.sub(r"(?<=\S)\s*\([^()]*\)$", "", name)
    return plain if plain in names else name


def _is_a_voice(name: str) -> bool:
    return _LETTER_AND_NUMBER.fullmatch(name) is not None or not _GROUPS.isdisjoint(name.casefold().split())


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
    is_phrase = as_in_a_sentence[0] in _ARTICLES and any(word[0].islower() for word in words[1:]) and not asks(name)
    in_sentences = len(words) > 1 and (is_phrase or not _FUNCTION_WORDS.isdisjoint(as_in_a_sentence))
    return name.casefold() in _NO_NAMES or in_sentences


def _is_frequent(count: int, total: int) -> bool:
    return count >= 3 and count >= total / 20


def _remarks(heads: Heads, judged: Heads, lines: Sequence[str], *, are_lines: bool = True) -> list[str]:
    kept = Counter(head.speaker for head in judged if head is not None)
    first_lines = {head.speaker: number for number, head in reversed(list(enumerate(heads, 1))) if head}
    if not are_lines:
        first_lines = {}
    passed_over = dict.fromkeys(h.speaker for h, known in zip(heads, judged, strict=True) if h and not known)
    once = [name for name, count in kept.items() if count == 1]
    before = next(at for at, head in enumerate(judged) if head is not None)
    said = []
    doubtful = [name for name in _only_after_one(judged) if name not in once]
    doubtful += [name for name in kept if name not in (*once, *doubtful) and not _is_likely(name) and not asks(name)]
    if doubtful:
        where = _at_lines(doubtful, first_lines)
        said.append(f"{quoted(doubtful)} taken as a name{where}, and may begin sentences: look whose words these are")
    if once:
        where = _at_lines(once, first_lines)
        said.append(
            f"{quoted(once)} {'speaks' if len(once) == 1 else 'speak'} once{where}: look whether that is a name"
        )
    if passed_over:
        where = _at_lines(list(passed_over), first_lines)
        said.append(f"{quoted(list(passed_over))} not taken as a name{where}: look whether that is right")
    beside = [
        head.speaker for head, known in zip(heads, judged, strict=True) if head and known and _parted(head, known)
    ]
    if beside:
        said.append(f"{quoted(list(dict.fromkeys(beside)))}: what stands in brackets beside the name begins the words")
    if any(line.strip() and not is_time(line) for line in lines[:before]):
        said.append("the text before the first name stands without a name")
    return said


def _parted(head: Utterance, judged: Utterance) -> bool:
    """Whether something that stood beside the name was put before the words."""
    return judged.words != head.words and judged.words.endswith(head.words)


def _only_after_one(heads: Heads) -> list[str]:
    """Names beside the two that speak most that are never heard after anybody but one: perhaps that one's words."""
    speakers = [head.speaker for head in heads if head is not None and head.speaker != NOBODY]
    most = [name for name, _ in Counter(speakers).most_common(2)]
    before: dict[str, set[str]] = defaultdict(set)
    for former, speaker in pairwise(speakers):
        if former != speaker:
            before[speaker].add(former)
    return [name for name in dict.fromkeys(speakers) if name not in most and len(before[name]) == 1 and not asks(name)]


def _at_lines(names: Sequence[str], first_lines: Mapping[str, int]) -> str:
    numbers = [str(first_lines[name]) for name in names if name in first_lines]
    return f" ({'line' if len(numbers) == 1 else 'lines'} {first_of(numbers, 5)})" if numbers else ""


def _count(heads: Heads) -> int:
    return sum(head is not None for head in heads)
