"""How transcripts write who speaks: the ways that are looked for, and times wherever they stand."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crosscase.problem import Refused

# Hours, minutes, seconds, perhaps with frames (`00:00:04:12`) or parts of a second; or as letters, `0h00m04s`.
TIME = (
    r"(?:\d{1,2}[:.]\d{2}[:.]\d{2}(?:[:;]\d{2}(?!\d))?|\d{1,3}:\d{2}|\d{1,2}h ?\d{1,2}m(?:in)? ?\d{1,2}s?)"
    r"(?:[.,]\d{1,3})?"
)
_UNTIL = rf"(?:[ \t]*(?:-->|[-–—])[ \t]*{TIME})?"
_STAMP = rf"[\[({{]?(?P<time>{TIME}){_UNTIL}[\])}}]?"
_LATER_STAMP = rf"[\[({{](?P<later>{TIME}){_UNTIL}[\])}}]"
_LETTERS = r"[^\W_][^:：\[\]?!;\n\t*]{0,47}?"
# Who typed it didn't know, or wasn't sure: `?:`, `??:`, `P3?:`.
_NAME = rf"(?P<speaker>{_LETTERS}\??|\?{{1,3}})"
_COLON = "[:：]"
_MARK = r"(?P<mark>\*{1,3}|_{2,3})"

# Brackets around what says that nobody knows who speaks: `(unclear):`, `[Unidentified voice]:`.
_UNKNOWN = (
    r"[\[(](?P<unknown>[^\])\n]{0,30}(?:unclear|unknown|unidentified|inaudible|unverständlich|\?)[^\])\n]{0,30})[\])]"
)
NAME_AND_WORDS = ("`Name: words`", "`[Name]: words`")
NAME_ALONE = "a name on a line of its own"
NAME_THEN_TIME = "a name and a time on lines of their own"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "`Name: words`": re.compile(
        rf"(?:{_STAMP}[ \t]*[-–]?[ \t]*)?(?:{_NAME}|{_UNKNOWN})[ ]*(?:{_LATER_STAMP})?[ ]*(?:：|:(?![/\d]))\s*"
        rf"(?:{_LATER_STAMP.replace('later', 'last')}\s*|(?P<column>{TIME})\t\s*)?(?P<words>.*)"
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
    "`00:01:02 Name` on a line of its own": re.compile(
        rf"{_STAMP}(?:[ \t]+|[ \t]*[-–—][ \t]*){_NAME}[ ]*:?[ \t]*(?P<words>)"
    ),
    "`Q.` and `A.`": re.compile(r"(?P<speaker>[QA])\d*[.)][ \t]+(?P<words>.*)"),
    "`Name`, then a tab or the next column": re.compile(
        rf"(?:{_STAMP}[ \t]*\t)?{_NAME}[ ]*:?[ ]*\t\s*(?:{_LATER_STAMP}[ \t]+)?(?P<words>.*)"
    ),
}


def _in_brackets(left: str, right: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_STAMP}[ \t]*)?{left}{_NAME}{right}[ ]*{_COLON}?\s*(?P<words>.*)")


LOOSE: Mapping[str, re.Pattern[str]] = {
    "`Name> words`": re.compile(rf"(?:{_STAMP}[ \t]*)?{_NAME}[ ]*>+[ \t]*(?P<words>.*)"),
    "`<Name> words`": _in_brackets("<", ">"),
    "`[Name] words`": _in_brackets(r"\[", r"\]"),
    "`(Name) words`": _in_brackets(r"\(", r"\)"),
    "`【Name】 words`": _in_brackets("【", "】"),
    "`Name – words`": re.compile(rf"(?:{_STAMP}[ \t]*)?{_NAME}[ \t]+[-–—][ \t]+(?P<words>.*)"),
    "`NAME. words`": re.compile(r"(?P<speaker>[^\W\d_a-z][^\W_a-z]*(?:[ ][^\W_a-z]+){0,2})\.[ \t]+(?P<words>.*)"),
    "`Name; words`": re.compile(rf"{_NAME};[ \t]+(?P<words>.*)"),
}
"""Ways that sentences begin with too: taken only where nothing else names anybody, and most lines are written so."""

QUESTION_AND_ANSWER = re.compile(
    r"(?P<speaker>question|answer|frage|antwort|pregunta|respuesta|domanda|risposta|réponse|vraag|antwoord|pergunta|"
    r"resposta|fråga|svar|вопрос|ответ)(?:\s+\d{1,3})?\s*[:：.)]\s*(?P<words>.*)",
    re.IGNORECASE,
)
"""Labels that begin sentences too: taken only where questions and answers both recur."""

IN_BRACKETS = ("`[Name] words`", "`(Name) words`", "`<Name> words`")

_RANGE_ALONE = re.compile(rf"[\[({{]?{TIME}{_UNTIL}[\])}}]?")

TIME_INSIDE = re.compile(rf"[\[({{<#]\s*{TIME}{_UNTIL}(?:-\d)?\s*[\])}}>#]|^{TIME}(?=\s)", re.MULTILINE)
"""A time among somebody's words: in brackets, or bare at the beginning of a line."""

_PLACEHOLDERS = re.compile(r"\b(NAME|TIME|WORDS)\b")
_PLACEHELD = {
    "NAME": r"(?P<speaker>[^\W_][^\n\t]{0,47}?)",
    "TIME": rf"(?P<time>{TIME})",
    "WORDS": r"(?P<words>.*)",
}


@dataclass(frozen=True, slots=True)
class NamePattern:
    """A way of writing names, as a person gave it and as it is looked for."""

    template: str
    pattern: re.Pattern[str]


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


def is_time(line: str) -> bool:
    """Whether a line holds nothing but a time, or from when to when."""
    return _RANGE_ALONE.fullmatch(line.strip()) is not None


def first_time(text: str) -> str:
    """The first time that stands in a text; empty where there is none."""
    match = re.search(TIME, text)
    return match[0] if match else ""
