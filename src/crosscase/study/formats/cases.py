"""`cases/*.yaml`: one case a file, with its episodes and their features."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec

from crosscase.case import Case, Episode, Feature, FeatureStatus, Override
from crosscase.problem import Problem, Refused
from crosscase.study.formats.shape import Words, filled, items, prove, refuse_unread, whole, words
from crosscase.study.rewriting import rewrite
from crosscase.study.yaml import Lined, convert, placed


class _Case(msgspec.Struct, forbid_unknown_fields=True):
    id: str = ""
    name: str = ""
    masked: str = ""
    attributes: dict[str, str] = {}
    episodes: list[Any] = []


class _Episode(msgspec.Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    id: str
    from_: str = ""
    to: str = ""
    status: str = ""
    features: dict[str, Any] = {}
    types: dict[str, Any] = {}


class _Override(msgspec.Struct, forbid_unknown_fields=True):
    type: str
    reason: str
    by: str = ""
    on: str = ""


class _Feature(msgspec.Struct, forbid_unknown_fields=True):
    value: str = ""
    status: FeatureStatus = "stated"
    evidence: Words = ""
    by: str = ""
    memo: str = ""


def case(text: str, path: str, stem: str, problems: list[Problem]) -> tuple[Case, dict[str, int]]:
    """A case, with the line of each episode and of each `episode/feature`."""
    lines: dict[str, int] = {}
    written, document = whole(text, path, _Case, problems)
    episodes = []
    for item, line in items(document, "episodes"):
        written_features = item.get("features") if isinstance(item, Lined) else None
        episode = convert(item, _Episode, path, problems, line)
        if episode is not None:
            lines[episode.id] = line
            if isinstance(written_features, Lined):
                lines |= {f"{episode.id}/{name}": at for name, at in written_features.lines.items()}
            features = tuple(_features(written_features, path, problems))
            overrides = tuple(_overrides(item, path, problems))
            episodes.append(Episode(episode.id, episode.from_, episode.to, episode.status, features, overrides))
            if _ends_too_soon(episode):
                what = f"episode `{episode.id}` ends ({episode.to}) before it begins ({episode.from_})"
                problems.append(Problem(path, item.lines["to"], what, "correct one of the dates"))
    if written.id not in ("", stem):
        what = f"the case calls itself `{written.id}`, but its file is called {stem}.yaml"
        problems.append(Problem(path, 1, what, "give both the same name (the file's is used)"))
    return Case(stem, written.name, written.masked, written.attributes, tuple(episodes)), lines


def edited(text: str, after: Case, *, path: str) -> str:
    """The case's file with what has changed; all else stays as it is, episodes are matched by their ids.

    Raises `Refused` if the file holds something that can't be read, or if a feature is only proposed.
    """
    if after.is_proposed:
        raise Refused(f"{path}: what is only proposed can't be written as a decision; a person has to decide it")
    problems: list[Problem] = []
    before, _ = case(text, path, after.id, problems)
    refuse_unread(problems)
    made = rewrite(text, _plain(before), _plain(after))
    prove(_in_one_order(case(made, path, after.id, [])[0]), _in_one_order(after), path)
    return made


def _in_one_order(case: Case) -> Case:
    """Features and overrides are entries of mappings, where no order counts; those that stay keep their lines."""
    return replace(
        case,
        episodes=tuple(
            replace(
                episode,
                features=tuple(sorted(episode.features, key=lambda feature: feature.attribute)),
                overrides=tuple(sorted(episode.overrides, key=lambda override: override.typology_id)),
            )
            for episode in case.episodes
        ),
    )


def _plain(case: Case) -> dict[str, Any]:
    episodes = [_plain_episode(episode) for episode in case.episodes]
    fields = {"name": case.name, "masked": case.masked, "attributes": dict(case.attributes), "episodes": episodes}
    return filled(fields)


def _plain_episode(episode: Episode) -> dict[str, Any]:
    return filled(
        {
            "id": episode.id,
            "from": episode.from_,
            "to": episode.to,
            "status": episode.status,
            "features": {feature.attribute: _plain_feature(feature) for feature in episode.features},
            "types": {override.typology_id: _plain_override(override) for override in episode.overrides},
        }
    )


def _plain_feature(feature: Feature) -> dict[str, Any]:
    return filled(
        {
            "value": feature.value,
            "status": feature.status,
            "evidence": list(feature.evidence),
            "by": feature.by,
            "memo": feature.memo,
        }
    )


def _plain_override(override: Override) -> dict[str, Any]:
    return {"type": override.type_id, "reason": override.reason} | filled({"by": override.by, "on": override.on})


def _ends_too_soon(episode: _Episode) -> bool:
    """As far as both dates go: what began in March 2021 may well end in 2021."""
    known = min(len(episode.from_), len(episode.to))
    return episode.to[:known] < episode.from_[:known]


def _features(written: Any, path: str, problems: list[Problem]) -> Iterator[Feature]:
    for attribute, entry in written.items() if isinstance(written, Lined) else ():
        line = written.lines[attribute]
        entry = entry if isinstance(entry, Lined) else placed({"value": entry}, line)
        feature = convert(entry, _Feature, path, problems, line)
        if feature is not None:
            evidence = words(feature.evidence)
            yield Feature(attribute, feature.value, feature.status, evidence, feature.by, feature.memo)


def _overrides(episode: Any, path: str, problems: list[Problem]) -> Iterator[Override]:
    written = episode.get("types") if isinstance(episode, Lined) else None
    if not isinstance(written, Lined):
        return
    for typology_id, entry in written.items():
        override = convert(entry, _Override, path, problems, written.lines[typology_id])
        if override is not None:
            yield Override(typology_id, override.type, override.reason, override.by, override.on)
