"""Why an episode is of a type, in a sentence each: what decided, who decided otherwise, what would change it."""

from collections.abc import Callable, Sequence

from crosscase.case import Episode
from crosscase.pages.material import Material
from crosscase.pages.rules import feature_name, held, if_changed, type_name
from crosscase.typology import Flip, Result, Typology
from crosscase.wording import day, listed, sentence


def why(material: Material, typology: Typology, result: Result, episode: Episode) -> str:
    """The result in one sentence, as a person would give it."""
    if result.not_typed:
        return f"The rules were not asked: {result.not_typed}."
    having = held_here(material, result, episode)
    book = material.study.codebook
    if result.by_rule:
        told = [f"“{feature_name(book, name)}: {having(name)}”" for name in result.decided]
        return f"By the rules “{type_name(typology, result.by_rule)}”, because of {listed(told)}."
    told = [f"“{feature_name(book, name)}” is {having(name)}" for name in result.decided]
    if told:
        return f"By the rules unresolved, because {listed(told)}, and the {typology.label} hangs on it."
    return f"By the rules unresolved: what they ask for is known, and no {typology.label} has this combination."


def overridden(material: Material, typology: Typology, result: Result) -> str:
    """Who put an episode into another type than the rules do, and why; empty where nobody did."""
    override = result.override
    if override is None:
        return ""
    who = material.coder_name(override.by) if override.by else "a person"
    on = f" on {day(override.on)}" if override.on else ""
    rules = type_name(typology, result.by_rule)
    chosen = type_name(typology, override.type_id)
    told = f"Override: {who} decided for “{chosen}”{on}, where the rules say “{rules}”. "
    return (told + material.in_words(override.reason)).rstrip()


def rivals(material: Material, typology: Typology, result: Result, flips: Sequence[Flip] = ()) -> tuple[str, ...]:
    """The other types that changes would lead to, each with those changes: all that there are, or these."""
    near = flips or result.flips
    return tuple(_rival(material, typology, type_id, near) for type_id in dict.fromkeys(flip.type_id for flip in near))


def held_here(material: Material, result: Result, episode: Episode) -> Callable[[str], str]:
    """What an episode has on a feature, in words."""
    having = {feature.attribute: feature for feature in episode.features}
    return lambda name: held(having.get(name), material.coded(result.case_id, result.episode_id, name))


def _rival(material: Material, typology: Typology, type_id: str, flips: Sequence[Flip]) -> str:
    there = [flip for flip in flips if flip.type_id == type_id]
    return f"{sentence(type_name(typology, type_id))}, {if_changed(material.study.codebook, there)}"
