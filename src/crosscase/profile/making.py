"""The nouns of a study as a reader sees them, made field by field of what is declared for them."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar

from crosscase.case import Case
from crosscase.claim import Claim
from crosscase.coding import Coding
from crosscase.matrix import Absence, Summary
from crosscase.profile.declared import treatment
from crosscase.profile.sources import Shown
from crosscase.profile.treating import Treatment, Within
from crosscase.profile.veil import Veil
from crosscase.theme import Sentence

Noun = TypeVar("Noun")


@dataclass(frozen=True)
class Maker:
    """Makes nouns for the reader of a profile. `labels` is what each participant is called in the texts."""

    veil: Veil
    sources: Mapping[str, Shown]
    labels: Mapping[str, str]

    def made(self, noun: Noun) -> Noun:
        """The noun as the reader sees it; a field for which nothing is declared is as good as empty."""
        return _made(noun, Within(self.veil, self.sources, self.labels, noun, self.veil.words()))  # type: ignore[no-any-return]


def _made(noun: Any, within: Within) -> Any:
    within = _entered(noun, within)
    kind: Any = type(noun)
    values = {}
    for name, treated, neutral in _plan(kind, within.veil.profile):
        value = getattr(noun, name)
        values[name] = neutral(value) if treated is None else _parts(treated.make(within, value), within)
    return kind(**values)


def _parts(value: Any, within: Within) -> Any:
    """The value, with the nouns in it made as well."""
    if isinstance(value, tuple):
        return tuple(_parts(part, within) for part in value)
    return _made(value, within) if is_dataclass(value) and not isinstance(value, type) else value


def _entered(noun: Any, within: Within) -> Within:
    """How texts are masked from here on: what is written of a case is masked otherwise than what is said of several."""
    veil = within.veil
    if isinstance(noun, Case):
        return replace(within, noun=noun, words=veil.cell_words(noun.id), case_id=noun.id)
    if isinstance(noun, Summary | Absence):
        return replace(within, noun=noun, words=veil.cell_words(veil.case_of_row(noun.case_id)))
    if isinstance(noun, Coding):
        return replace(within, noun=noun, words=veil.words(veil.voices.case_ids(noun)))
    if isinstance(noun, Claim):
        return replace(within, noun=noun, unit=noun.query.unit)
    if isinstance(noun, Sentence):
        return replace(within, noun=noun, words=veil.words(case_id for case_id, _ in noun.cells))
    return replace(within, noun=noun)


@cache
def _plan(noun: type, profile: str) -> tuple[tuple[str, Treatment | None, Any], ...]:
    plan = []
    for field in fields(noun):
        treated = treatment(noun, field.name, profile)
        is_dropped = treated is None or treated.kind == "dropped"
        plan.append((field.name, None if is_dropped else treated, _neutral(field)))
    return tuple(plan)


def _neutral(field: "Field[Any]") -> Callable[[Any], Any]:
    """What stands in a field that isn't shown: its default, or else nothing of its kind."""
    if field.default_factory is not MISSING:
        factory = field.default_factory
        return lambda _: factory()
    if field.default is not MISSING:
        return lambda _: field.default
    return lambda value: type(value)() if isinstance(value, str | tuple | int | dict) else None
