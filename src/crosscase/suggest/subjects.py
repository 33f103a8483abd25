"""Which case a passage speaks of, by the names in it and before it; and which episode, by the dates in it.

Who speaks is known elsewhere (`voices`): a passage counts for its speaker's own case unless it names another. What is
found here is a proposal like the suggestion that carries it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from crosscase.case import Case, Episode, Participant
from crosscase.coding import Suggestion
from crosscase.features import episodes_on
from crosscase.source import Source
from crosscase.voices import Voices

# As in `corpus`: what stands farther away was said at another time.
FARTHEST = 2000
SHORTEST_NAME = 3

_UNITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TEEN_YEARS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_SPOKEN = {teen: 10 + at for at, teen in enumerate(_TEEN_YEARS.split())}
for _ten, _value in (("twenty", 20), ("thirty", 30)):
    _SPOKEN[_ten] = _value
    _SPOKEN |= {f"{_ten}-{unit}": _value + at + 1 for at, unit in enumerate(_UNITS)}
_SPELLED = "|".join(sorted(_SPOKEN, key=len, reverse=True))
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:tember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
_DAY = r"(?: \d{1,2}(?:st|nd|rd|th)?)?,?"
_FULL_YEAR = rf"(?P<year>(?:19|20)\d\d)\b|twenty[- ](?P<spoken>{_SPELLED})\b"
# `June twenty-one` may be a day, so that a short year needs an `of` or an apostrophe.
_SHORT_YEAR = rf"(?:of |(?:of )?[’'])(?P<short>\d\d|{_SPELLED})\b"
_DATE = re.compile(
    rf"\b(?P<month>{_MONTH}){_DAY} (?:(?:of )?(?:{_FULL_YEAR})|{_SHORT_YEAR})"
    rf"|\b(?:{_FULL_YEAR.replace('year', 'bare').replace('spoken', 'said')})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A case that a text names, and where."""

    start: int
    case_id: str


def placed(
    suggestions: Iterable[Suggestion],
    sources: Sequence[Source],
    cases: Sequence[Case],
    participants: Sequence[Participant],
) -> tuple[Suggestion, ...]:
    """The suggestions with the case that each speaks of, where that isn't its speaker's, and with the episode.

    The case is the only one that the passage names; else the only one named in the question before it; else, for
    speakers who have no case, the last one named before it in the source, not over 2,000 characters away. Where a
    passage names several, it is left open. The episode is the only one of the case's in which the passage's dates lie.
    """
    names = names_of(cases)
    by_source = {source.id: source for source in sources}
    named = {source_id: tuple(_named(source.text, names)) for source_id, source in by_source.items()}
    voices, by_case = Voices(sources, participants), {case.id: case for case in cases}
    made = []
    for suggestion in suggestions:
        own = voices.case_ids(suggestion)
        case_id, where = _spoken_of(suggestion, by_source[suggestion.source_id], named[suggestion.source_id], own)
        about = case_id if case_id not in own else ""
        case = by_case.get(case_id or (own[0] if len(own) == 1 else ""))
        episode_id = episode_spoken_of(suggestion.quote, case.episodes) if case else ""
        made.append(
            replace(suggestion, case_id=about, episode_id=episode_id, explanation=_why(suggestion, about, where))
        )
    return tuple(made)


def names_of(cases: Iterable[Case]) -> Mapping[str, str]:
    """Names with the case that each is of: its name, its masked name, its id where that can't be a word."""
    names: dict[str, set[str]] = {}
    for case in cases:
        for name in {case.name, case.masked, case.id if any(map(str.isdigit, case.id)) else ""}:
            if len(name) >= SHORTEST_NAME:
                names.setdefault(name, set()).add(case.id)
    return {name: next(iter(of)) for name, of in names.items() if len(of) == 1}


def episode_spoken_of(text: str, episodes: Sequence[Episode]) -> str:
    """The episode in which all dates of a text lie; of two that meet in a date, the one that begins then."""
    if len(episodes) < 2:
        return ""
    spoken_of = set()
    for date in dates_in(text):
        holding = episodes_on(episodes, date)
        beginning = [episode for episode in holding if episode.from_[: len(date)] == date]
        # A date outside all of them leaves it open, too.
        spoken_of |= {episode.id for episode in beginning or holding} or {""}
    return spoken_of.pop() if len(spoken_of) == 1 else ""


def dates_in(text: str) -> tuple[str, ...]:
    """The years and months that a text names, in digits or spoken: `June of twenty-one` is 2021-06, `in 2019` 2019."""
    return tuple(dict.fromkeys(_iso(match) for match in _DATE.finditer(text)))


def _iso(match: re.Match[str]) -> str:
    parts = {name: (text or "").casefold() for name, text in match.groupdict().items()}
    short = parts["short"] or parts["spoken"] or parts["said"]
    year = parts["year"] or parts["bare"] or f"20{_SPOKEN.get(short) or int(short):02}"
    return f"{year}-{_MONTHS.index(parts['month'][:3]) + 1:02}" if parts["month"] else year


def _named(text: str, names: Mapping[str, str]) -> Iterator[Named]:
    if names:
        pattern = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text):
            yield Named(match.start(), names[match[0]])


def _spoken_of(suggestion: Suggestion, source: Source, named: Sequence[Named], own: Sequence[str]) -> tuple[str, str]:
    """The case, or none, and where it is named."""
    here = _within(named, suggestion.start, suggestion.end)
    if here:
        return (here.pop(), "in it") if len(here) == 1 else ("", "")
    question = source.question_before(suggestion.start)
    asked = _within(named, question.start, question.end) if question else set()
    since = _within(named, question.end, suggestion.start) if question else set()
    if len(asked) == 1 and not since:
        return asked.pop(), "in the question before"
    before = [one for one in named if suggestion.start - FARTHEST <= one.start < suggestion.start]
    return (before[-1].case_id, "before it") if before and not own else ("", "")


def _within(named: Sequence[Named], start: int, end: int) -> set[str]:
    return {one.case_id for one in named if start <= one.start < end}


def _why(suggestion: Suggestion, case_id: str, where: str) -> str:
    return f"{suggestion.explanation}; about a case that is named {where}" if case_id else suggestion.explanation
