"""A theme is an interpretation: a statement, the cells that it rests on, and what was found against it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from crosscase.claim import Facts, Place, Said
from crosscase.wording import plural

Standing = Literal["evidence", "mixed"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a theme with the cells, case and code, that it rests on."""

    text: str
    cells: tuple[Place, ...] = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    paragraphs: tuple[tuple[Sentence, ...], ...] = ()
    line: int = 1

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        return tuple(sentence for paragraph in self.paragraphs for sentence in paragraph)


@dataclass(frozen=True, slots=True)
class CounterEvidence:
    """Where evidence against the theme was looked for, the ids of the codings found, and what is made of them."""

    searched: str = ""
    found: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """An interpretation: a statement with its evidence and counter-evidence.

    `by_case` is, for a case, the line that a person wrote on how the theme stands there. `relations` maps what it is
    related to (a theme, or `typology/type`) to how; `history` is (date, who, what).
    `confidence` is in words (Lewin et al. 2018: adequacy, coherence). `lines` are of the ids in its front matter.
    """

    id: str
    name: str
    statement: str = ""
    level: str = "theme"
    origin: str = ""
    consideration: bool = False
    cells: tuple[Place, ...] = ()
    by_case: Mapping[str, str] = field(default_factory=dict)
    claim_ids: tuple[str, ...] = ()
    counter_evidence: CounterEvidence = CounterEvidence()
    confidence: Mapping[str, str] = field(default_factory=dict)
    relations: Mapping[str, str] = field(default_factory=dict)
    history: tuple[tuple[str, str, str], ...] = ()
    sections: tuple[Section, ...] = ()
    path: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)

    @property
    def cited(self) -> tuple[Place, ...]:
        """The cells that it or one of its sentences rests on, each once."""
        sentences = (sentence for section in self.sections for sentence in section.sentences)
        return tuple(dict.fromkeys((*self.cells, *(place for sentence in sentences for place in sentence.cells))))

    def section(self, title: str) -> Section | None:
        return next((section for section in self.sections if section.title.casefold() == title.casefold()), None)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a theme rests on. Every case stands in one of the first five.

    `evidence` are the cases with a cell of the theme, `mixed` those of them whose codings also speak against it;
    `aside` spoke of the theme's codes, but no cell of theirs is drawn on. `by_type` gives, for each type, the cases
    drawn on and all cases; `by_sector` the participants, `documents` the sources that were nobody's interview.
    `quoted` says how many of its codings are whose (a document's own id), most often first.
    """

    evidence: tuple[str, ...]
    mixed: tuple[str, ...]
    aside: tuple[str, ...]
    silent: tuple[str, ...]
    not_asked: tuple[str, ...]
    not_read: tuple[str, ...]
    by_type: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    by_sector: Mapping[str, tuple[str, ...]]
    documents: tuple[str, ...]
    quoted: Mapping[str, int]


def coverage(theme: Theme, facts: Facts) -> Coverage:
    """What a theme rests on: which cases, of which types, whose words; and which cases it leaves out, and why."""
    cells = [place for place in dict.fromkeys(theme.cells) if facts.said.get(("case", *place))]
    drawn = {case_id for case_id, _ in cells}
    said = {one.coding_id: one for place in cells for one in facts.said["case", *place]}
    codes = tuple(dict.fromkeys(code_id for _, code_id in theme.cells))
    standing = {case: _covered(case, drawn, codes, theme, facts) for case in facts.members["case"]}
    whose = Counter(one.participant_id or one.source_id for one in said.values())

    def those(how: str) -> tuple[str, ...]:
        return tuple(case for case, stands in standing.items() if stands == how)

    return Coverage(
        those("evidence"),
        those("mixed"),
        those("aside"),
        those("silent"),
        those("not_asked"),
        those("not_read"),
        _by_type(drawn, facts),
        _by_sector(said.values()),
        tuple(sorted({one.source_id for one in said.values() if one.kind == "document"})),
        dict(sorted(whose.items(), key=lambda entry: (-entry[1], entry[0]))),
    )


def standing(cells: Iterable[Place], theme: Theme, facts: Facts) -> dict[str, Standing]:
    """How the cases stand behind some cells of a theme; those of which nothing is coded there are left out.

    A case is of two minds where what is coded there is counter-evidence too, or supports and opposes the same code.
    """
    codes: dict[str, list[str]] = {}
    for case_id, code_id in dict.fromkeys(cells):
        if facts.said.get(("case", case_id, code_id)):
            codes.setdefault(case_id, []).append(code_id)
    return {case: "mixed" if _is_mixed(case, of_case, theme, facts) else "evidence" for case, of_case in codes.items()}


def empty_cells(theme: Theme, facts: Facts) -> tuple[Place, ...]:
    """The cells that a theme or one of its sentences rests on although no coding stands in them."""
    return tuple(place for place in theme.cited if not facts.said.get(("case", *place)))


def lint(sentence: Sentence, facts: Facts) -> tuple[str, ...]:
    """Words of quantity, held against the set behind the sentence's cells; each misfit in plain words.

    Looks only where such a word is said of cases or of those who speak ("most offices", "several prosecutors", "Most
    had …"), and gives way in doubt: of a part of the cases ("of the six", "offices that …") only too few is found.
    """
    cells = [place for place in dict.fromkeys(sentence.cells) if facts.said.get(("case", *place))]
    if not cells:
        return ()
    said = [one for place in cells for one in facts.said["case", *place]]
    phrases = list(_phrases(sentence.text, facts))
    alone = len(phrases) == 1 and not _NUMBER.search(sentence.text)
    found = (_misfit(phrase, {case for case, _ in cells}, said, facts, alone) for phrase in phrases)
    return tuple(filter(None, found))


def _covered(case: str, drawn: Iterable[str], codes: Sequence[str], theme: Theme, facts: Facts) -> str:
    said = [one for code_id in codes for one in facts.said.get(("case", case, code_id), ())]
    if case in drawn:
        return "mixed" if _is_mixed(case, codes, theme, facts) else "evidence"
    if said:
        return "aside"
    if not all(facts.read("case", case, code_id) for code_id in codes):
        return "not_read"
    answers = [facts.asked("case", case, code_id) for code_id in codes]
    return "silent" if any(answers) or None in answers else "not_asked"


def _is_mixed(case: str, codes: Sequence[str], theme: Theme, facts: Facts) -> bool:
    said = [one for code_id in codes for one in facts.said.get(("case", case, code_id), ())]
    against = any(one.coding_id in theme.counter_evidence.found for one in said)
    return against or _divided(case, codes, facts)


def _divided(case: str, codes: Sequence[str], facts: Facts) -> bool:
    """Whether one and the same code is supported here, and opposed too."""
    stances = [{one.stance for one in facts.said.get(("case", case, code_id), ())} for code_id in codes]
    return any({"supports", "opposes"} <= of_code for of_code in stances)


def _by_type(drawn: Iterable[str], facts: Facts) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    cases: dict[str, list[str]] = {}
    for case in facts.members["case"]:
        for type_id in facts.traits.get(("case", case), {}).get("type", ()):
            cases.setdefault(type_id, []).append(case)
    return {type_id: (tuple(case for case in all_ if case in drawn), tuple(all_)) for type_id, all_ in cases.items()}


def _by_sector(said: Iterable[Said]) -> dict[str, tuple[str, ...]]:
    people: dict[str, set[str]] = {}
    for one in said:
        if one.participant_id and one.kind != "document":
            people.setdefault(one.sector, set()).add(one.participant_id)
    return {sector: tuple(sorted(ids)) for sector, ids in sorted(people.items())}


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A word of quantity as it stands in a sentence, and of what it is said.

    `unit` is `either` where no noun follows. `part` says that it is said of some of them only; `number` is the one
    named beside it ("all eight offices"), and 0 where there is none.
    """

    word: str
    unit: str
    part: bool = False
    number: int = 0
    sector: str = ""


_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "twenty": 20,
}  # fmt: skip
_NUMBER = re.compile(rf"\b(?:\d+|one|{'|'.join(_NUMBERS)})\b", re.IGNORECASE)
_WORDS = r"(?P<word>most|several|some|many|all|every|few|none)"
_NOT_SO = (
    r"(?<!not )(?<!n't )(?<!n’t )(?<!almost )(?<!means )(?<!nearly )(?<!at )(?<!the )(?<!not in )(?<!not of )(?<![\w-])"
)
_PLAIN = r"(?!(?:or|and|but|of|other|second|third|the|that|in|on|at|to)\b)[a-z][a-z-]*"
_PEOPLE = ("participant", "speaker", "interviewee", "respondent", "informant")
_VERBS = r"(?:ha[ds]|have|w(?:as|ere)|are|did|do|would|could|said|saw|held|spoke|reported|described|expect(?:ed)?)"
_BARE = re.compile(
    rf"(?:^|(?<=[;:,—] )|(?<=\band ))(?P<word>most|several|some|many|all|few|none) {_VERBS}\b", re.IGNORECASE
)
_NARROWED = re.compile(
    r",? (?:that|which|who|whose|where|with|without|still|in|on|at|from|among|of|named|asked|under|concerned|either)\b"
)
_AT_LEAST = {"most": 2, "several": 3, "some": 2, "many": 3}


def _phrases(text: str, facts: Facts) -> Iterable[_Phrase]:
    sectors = {
        value
        for (unit, _), traits in facts.traits.items()
        if unit == "participant"
        for value in traits.get("sector", ())
        if value
    }
    people = dict.fromkeys(_PEOPLE, "") | {sector: sector for sector in sorted(sectors)}
    forms = {form.casefold(): noun for noun in (*facts.called, *people) for form in (noun, plural(noun))}
    nouns = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    said_of = re.compile(
        rf"{_NOT_SO}{_WORDS}(?P<of> of (?P<which>the|these|those|our))?(?: (?P<number>\d{{1,6}}|{'|'.join(_NUMBERS)}))?"
        rf"(?: {_PLAIN}){{0,2}}? (?P<noun>{nouns})(?![\w'’-])(?! (?:{nouns})\b)",
        re.IGNORECASE,
    )
    begins_with_part = text.lower().startswith("of ")
    for match in said_of.finditer(text):
        if match["number"] and not match["of"] and match["word"].lower() != "all":
            continue
        noun = forms[match["noun"].casefold()]
        number = _NUMBERS.get((match["number"] or "").lower()) or int(match["number"] or 0)
        part = begins_with_part or match["which"] in ("these", "those") or bool(_NARROWED.match(text, match.end()))
        yield _Phrase(match["word"], "participant" if noun in people else "case", part, number, people.get(noun, ""))
    for match in _BARE.finditer(text):
        yield _Phrase(match["word"], "either", begins_with_part)


def _misfit(phrase: _Phrase, cases: set[str], said: Sequence[Said], facts: Facts, alone: bool) -> str:
    people = {one.participant_id for one in said if one.participant_id and phrase.sector in ("", one.sector)}
    all_people = [
        one
        for one in facts.members["participant"]
        if not phrase.sector or phrase.sector in facts.traits.get(("participant", one), {}).get("sector", ())
    ]
    all_cases = len(facts.members["case"])
    of_people = _may_be_said(phrase, len(people), len(all_people), exact=False)
    if phrase.unit == "participant":
        noun = plural(phrase.sector) if phrase.sector else facts.noun("participant")
        return "" if of_people else _said_of(phrase, len(people), len(all_people), noun)
    if _may_be_said(phrase, len(cases), all_cases, exact=alone) or (phrase.unit == "either" and of_people):
        return ""
    return _said_of(phrase, len(cases), all_cases, facts.noun("case"))


def _may_be_said(phrase: _Phrase, count: int, of: int, *, exact: bool) -> bool:
    """Whether the word may be true; unless `exact`, the set may hold more than those of which it is said."""
    word = phrase.word.lower()
    part = phrase.part or phrase.number not in (0, of)
    if word in ("all", "every", "none"):
        return count >= (phrase.number if word == "all" else 0) if part else count >= of
    if count < _AT_LEAST.get(word, 0):
        return False
    if part:
        return True
    if word == "most":
        return 2 * count > of
    return not exact or word not in ("several", "few") or 2 * count <= of


def _said_of(phrase: _Phrase, count: int, of: int, noun: str) -> str:
    return f"“{phrase.word.lower()}” is said of {count} of {of} {noun}"
