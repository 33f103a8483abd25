"""What is on record of a case's features: decided by people, or coded and decided by nobody, or neither."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from textwrap import shorten

from crosscase.case import Case, Episode, Feature
from crosscase.features import coded_values
from crosscase.framework import Findings
from crosscase.problem import Problem
from crosscase.typology import Bullet, bears_out

NOT_RECORDED = "not recorded"
CODED = "coded, not decided"
STATUS_WORDS: Mapping[str, str] = {
    "stated": "",
    "no": "",
    "unclear": "unclear",
    "not_asked": "not asked",
    "conflict": "accounts conflict",
}


def features_of(case: Case, values: Mapping[str, Sequence[str]]) -> dict[str, Feature]:
    """The features of a case's last episode; one whose value the codebook doesn't have tells nothing."""
    features = case.episodes[-1].features if case.episodes else ()
    return {one.attribute: one for one in features if not one.value or one.value in values.get(one.attribute, ())}


def problems(findings: Findings) -> Iterator[Problem]:
    """What is coded and not decided, as notes; and, as errors, bullets that the cases of their type don't bear out."""
    yield from _undecided(findings)
    cases = {case.id: case for case in findings.study.cases if case.episodes}
    for typology in findings.study.typologies:
        last = {result.case_id: result.type_id for result in findings.results[typology.id]}
        for kind in typology.types:
            of_type = [case for case in cases.values() if last.get(case.id) == kind.id]
            for bullet in (one for one in kind.describe if one.is_bound and of_type):
                yield from _contradicted(bullet, of_type, findings)


def _contradicted(bullet: Bullet, cases: Sequence[Case], findings: Findings) -> Iterator[Problem]:
    values, coded = findings.study.values, findings.coded_cells
    truth = {case.id: bears_out(bullet, case.id, features_of(case, values), coded) for case in cases}
    against = [case_id for case_id, holds in truth.items() if holds is False]
    words = shorten(bullet.text, 60, placeholder=" …")
    if against and not (bullet.some and True in truth.values()):
        what = f"“{words}” is said of this type, and the features of {', '.join(against)} say otherwise"
        yield Problem(bullet.path, bullet.line, what, "change the words or what they rest on, or say it of some")
    elif True not in truth.values():
        what = f"“{words}” is said of this type, and no case of it bears it out"
        yield Problem(bullet.path, bullet.line, what, "change the words, or name what they rest on")


def _undecided(findings: Findings) -> Iterator[Problem]:
    """A note for each case of which people coded an attribute that nobody has decided, with these attributes."""
    files = findings.study.hashes
    for case, attributes in OnRecord(findings).undecided():
        path = f"cases/{case.id}.yaml"
        what = f"{case.id} is coded and nobody has decided it: {', '.join(attributes)}"
        do = "decide these features, or say why not; `crosscase classify --case` shows what was coded"
        # A case whose file has another name than its id is named by its id alone.
        yield Problem(path if path in files else "cases", 1, what, do, "warning")


class OnRecord:
    """Looks up a case's features by its last episode, and what was coded where nobody has decided one."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._dates = {source.id: source.date for source in findings.study.sources}

    def feature(self, case: Case, attribute: str, episode: Episode | None = None) -> Feature | None:
        """The feature of an episode, the case's last one if none is named."""
        episode = episode or (case.episodes[-1] if case.episodes else None)
        features = episode.features if episode else ()
        return next((feature for feature in features if feature.attribute == attribute), None)

    def coded(self, case: Case, attribute: str, episode: Episode | None = None) -> tuple[str, ...]:
        """The values that people coded for an episode on an attribute that nobody has decided for it."""
        if self.feature(case, attribute, episode) is not None:
            return ()
        episode = episode or (case.episodes[-1] if case.episodes else None)
        cell = self._findings.cells.get((case.id, attribute))
        return coded_values(cell.codings, case.episodes, episode, self._dates) if cell else ()

    def why(self, case: Case, attribute: str, episode: Episode | None = None) -> str:
        """Why there is no value to show, or that it is in doubt; empty where a value is on record and plain."""
        feature = self.feature(case, attribute, episode)
        if feature is not None and (feature.value or feature.status != "stated"):
            return STATUS_WORDS[feature.status]
        return CODED if self.coded(case, attribute, episode) else NOT_RECORDED

    def is_decided(self, attribute: str) -> bool:
        """Whether people decide this attribute at all: they did for some case, or a typology or an exhibit asks for it.

        An attribute of which a case can have several values at once may be coded only, and nothing is wanting then.
        """
        return attribute in self._asked_for

    def undecided(self) -> Iterator[tuple[Case, tuple[str, ...]]]:
        """Each case with the attributes that were coded for its last episode, and that nobody has decided."""
        attributes = [code.id for code in self._findings.study.codebook.codes if code.kind == "attribute"]
        for case in self._findings.study.cases:
            waiting = tuple(one for one in attributes if self.is_decided(one) and self.coded(case, one))
            if waiting:
                yield case, waiting

    @cached_property
    def _asked_for(self) -> frozenset[str]:
        study = self._findings.study
        decided = {f.attribute for case in study.cases for episode in case.episodes for f in episode.features}
        ruled = {feature for typology in study.typologies for feature in typology.features}
        return frozenset(decided | ruled)
