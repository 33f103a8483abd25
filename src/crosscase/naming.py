"""What people call the ids that they write: in a note, `J05` is a place and `policy.status=proposed` a code's value."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from crosscase.codebook import Code
from crosscase.study import Study
from crosscase.wording import sentence, value_words

_ID = re.compile(
    r"(?<![\w.\[/-])(?P<id>\w+(?:[.-]\w+)+|\w*[\d_]\w*)(?:(?P<sign>[/=])(?P<of>\w+(?:[.-]\w+)*))?(?![\w\]]|\.[\w*])"
)
"""What may be an id: a word with a digit or `_`, or several joined by dots or hyphens. No plain word is ever one.

What stands in brackets isn't either, since a transcript's placeholders do.
"""


@dataclass(frozen=True, slots=True)
class Names:
    """Reads a text with the ids in it by their names; `other` is asked for what isn't `called` anything."""

    called: Mapping[str, str] = field(default_factory=dict)
    other: Callable[[str], str] = str

    def __call__(self, text: str) -> str:
        return _ID.sub(self._named, text)

    def _named(self, found: re.Match[str]) -> str:
        written, of = found["id"], found["of"]
        name = self._name(written)
        if not of or name == written:
            return name + found[0][len(written) :]
        return f"{name}{', ' if found['sign'] == '/' else ': '}{self.called.get(of) or value_words(of)}"

    def _name(self, id: str) -> str:
        return self.called.get(id) or self.other(id)


def names(study: Study, other: Callable[[str], str] = str) -> Names:
    """The names of a study's cases and codes, and its values in words."""
    return Names(dict(_called(study)), other)


def code_in_words(code: Code, say: Callable[[str], str]) -> Code:
    """The code with what people wrote about it as people are told it: other codes by their names."""
    return replace(
        code,
        definition=say(code.definition),
        include=tuple(map(say, code.include)),
        exclude=tuple(map(say, code.exclude)),
        examples=tuple(map(say, code.examples)),
        values={value: say(meaning) for value, meaning in code.values.items()},
    )


def case_labels(study: Study) -> dict[str, str]:
    """What each case is called: by name for the team, by its masked label for everybody else.

    A case without a masked label is numbered in the order of the cases' ids.
    """
    if study.settings.profile == "team":
        return {case.id: case.name or case.id for case in study.cases}
    unit = sentence(study.settings.unit)
    ordered = sorted(study.cases, key=lambda case: case.id)
    return {case.id: case.masked or f"{unit} {number}" for number, case in enumerate(ordered, 1)}


def _called(study: Study) -> Iterator[tuple[str, str]]:
    for code in study.codebook.codes:
        yield from ((value, value_words(value)) for value in code.values)
    yield from ((code_id, f"“{code.name}”") for code_id, code in study.codebook.by_id.items())
    yield from case_labels(study).items()
