"""Decisions about cases: their features, episode by episode, and the types that people override."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from crosscase.case import Case, Episode, Feature, FeatureStatus, Override
from crosscase.problem import Refused
from crosscase.study import formats
from crosscase.study.decisions.door import agreed, change_of, decide, known, plain_id, text_of, today
from crosscase.study.files import Change
from crosscase.study.study import Study


def decide_feature(study: Study, case_id: str, episode_id: str, feature: Feature) -> Study:
    """Say what a case's value on an attribute is during an episode, on what evidence, and who decided it."""
    return decide_features(study, {(case_id, episode_id): (feature,)})


def decide_features(study: Study, features: Mapping[tuple[str, str], Sequence[Feature]]) -> Study:
    """Decide several features, by (case, episode), all or none. A case without episodes gets the first one.

    Raises `Refused` if a case, attribute, value, status or coding isn't known, or a feature is only the machine's.
    """

    def act(now: Study) -> Iterator[Change]:
        for case_id in dict.fromkeys(case_id for case_id, _ in features):
            case = _case(study, now, case_id)
            for (of, episode_id), decided in features.items():
                if of == case_id:
                    for feature in decided:
                        _check(now, feature)
                        case = _with_feature(case, episode_id, feature)
            yield _change(now, case)

    return decide(study, act)


def withdraw_feature(study: Study, case_id: str, episode_id: str, attribute: str) -> Study:
    """Take a decision on a feature back: it is undecided again."""

    def without(episode: Episode) -> Episode:
        known(attribute, [feature.attribute for feature in episode.features], f"feature of {episode.id}:")
        return replace(episode, features=tuple(f for f in episode.features if f.attribute != attribute))

    return _edit_episode(study, case_id, episode_id, without)


def override_type(study: Study, case_id: str, episode_id: str, override: Override) -> Study:
    """Put an episode into a type against the rules, with a reason. Raises `Refused` without one."""
    if not override.reason.strip():
        raise Refused("say why this case is put into another type than the rules give it")
    types = {typology.id: [kind.id for kind in typology.types] for typology in study.typologies}
    known(override.type_id, types[known(override.typology_id, types, "typology")], "type")
    dated = replace(override, on=override.on or today())

    def put(episode: Episode) -> Episode:
        others = (other for other in episode.overrides if other.typology_id != override.typology_id)
        return replace(episode, overrides=(*others, dated))

    return _edit_episode(study, case_id, episode_id, put)


def withdraw_override(study: Study, case_id: str, episode_id: str, typology_id: str) -> Study:
    """Let the rules decide again."""

    def without(episode: Episode) -> Episode:
        known(typology_id, [other.typology_id for other in episode.overrides], f"override of {episode.id} in")
        return replace(episode, overrides=tuple(o for o in episode.overrides if o.typology_id != typology_id))

    return _edit_episode(study, case_id, episode_id, without)


def _edit_episode(study: Study, case_id: str, episode_id: str, edit: Callable[[Episode], Episode]) -> Study:
    def act(now: Study) -> Iterator[Change]:
        case = _case(study, now, case_id)
        known(episode_id, [episode.id for episode in case.episodes], f"episode of {case_id}:")
        episodes = tuple(edit(e) if e.id == episode_id else e for e in case.episodes)
        yield _change(now, replace(case, episodes=episodes))

    return decide(study, act)


def _case(study: Study, now: Study, case_id: str) -> Case:
    """A case of the study, provided that it is still as the person saw it."""
    cases = {case.id: case for case in now.cases}
    case = cases[known(case_id, cases, "case")]
    seen = next((seen for seen in study.cases if seen.id == case_id), None)
    return agreed(seen, case, f"the case `{case_id}`") if seen is not None else case


def _with_feature(case: Case, episode_id: str, feature: Feature) -> Case:
    if not case.episodes and episode_id in ("", f"{case.id}-1"):
        return replace(case, episodes=(Episode(f"{case.id}-1", features=(feature,)),))
    known(episode_id, [episode.id for episode in case.episodes], f"episode of {case.id}:")
    return replace(case, episodes=tuple(_decided(e, feature) if e.id == episode_id else e for e in case.episodes))


def _decided(episode: Episode, feature: Feature) -> Episode:
    """The episode with this feature in the place of an earlier decision on it, or behind the others."""
    if all(other.attribute != feature.attribute for other in episode.features):
        return replace(episode, features=(*episode.features, feature))
    features = tuple(feature if other.attribute == feature.attribute else other for other in episode.features)
    return replace(episode, features=features)


def _check(now: Study, feature: Feature) -> None:
    if feature.proposed:
        raise Refused(f"`{feature.attribute}` is only proposed; a person has to decide it")
    known(feature.attribute, now.values, "attribute")
    known(feature.status, get_args(FeatureStatus), "status")
    if feature.value:
        known(feature.value, now.values[feature.attribute], f"value of `{feature.attribute}`:")
    codings = {coding.id for coding in (*now.codings, *now.lost)}
    for coding_id in feature.evidence:
        known(coding_id, codings, "coding")


def _change(now: Study, after: Case) -> Change:
    path = f"cases/{plain_id(after.id, 'a case')}.yaml"
    return change_of(now, path, formats.cases.edited(text_of(now, path), after, path=path))
