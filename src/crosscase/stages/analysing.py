"""How far coders agree, whether interviews still bring anything new, which types the cases are of."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from crosscase.agreement import Agreement, UnitKind
from crosscase.agreement.confusing import Group
from crosscase.case import Feature
from crosscase.features import Proposal, accepted
from crosscase.framework import Findings, agreement_of, analyse, differences_of, measured_of, units_of
from crosscase.problem import Refused, nearest
from crosscase.stages.machine import Progress, suggested_without
from crosscase.study import Study, load_suggestions

if TYPE_CHECKING:
    from crosscase.agreement.machine import Beside
    from crosscase.agreement.measuring import Aligned, Measured
    from crosscase.quality import Covered, Saturated


def agree(study: Study, source_id: str = "", code_id: str = "") -> Agreement:
    """Where coders coded the same text alike or otherwise; in one source, or on one code, if asked for.

    Raises `Refused` if there is no such source or code.
    """
    codes = study.codebook.by_id
    if source_id and study.source(source_id) is None:
        nearby = nearest(source_id, [source.id for source in study.sources])
        raise Refused(f"there is no source `{source_id}`; {nearby}")
    if code_id and code_id not in codes:
        raise Refused(f"there is no code `{code_id}`; {nearest(code_id, list(codes))}")
    return agreement_of(study).limited(source_id, codes[code_id].id if code_id else "")


def differences(study: Study, agreement: Agreement) -> tuple[Group, ...]:
    """What coders differ in, in the groups in which they will want to talk about it."""
    return differences_of(study, agreement)


def shown_together(study: Study) -> Mapping[str, Sequence[str]]:
    """The sources in which two of the coders compared, or more, were shown suggestions, with who."""
    from crosscase.agreement.machine import shown_to

    shown = shown_to(study.reviews)
    readers: dict[str, list[str]] = defaultdict(list)
    for coder, source_id in sorted(study.coded):
        if source_id in shown.get(coder, ()):
            readers[source_id].append(coder)
    return {source_id: coders for source_id, coders in readers.items() if len(coders) > 1}


def judge(study: Study, row_id: str, code_id: str, verdict: str, *, by: str) -> Study:
    """Keep a second reader's word on whether the passages bear a summary out."""
    from crosscase.study import decisions

    if not by:
        raise Refused("say with --by who judges the summaries")
    return decisions.judge_summary(study, row_id, code_id, verdict, by=by)


def align(study: Study) -> "Aligned":
    """Mathet's γ: how far coders agree on where codings lie and what they are."""
    from crosscase.agreement import measuring

    return measuring.align(units_of(study), study.codebook, seed=study.settings.seed)


def beside_machine(study: Study, progress: Progress | None = None) -> tuple["Beside", ...]:
    """How near suggestions come to people, beside how near people come to each other: no intercoder agreement.

    The suggestions are made for this, without anything that was decided on the sources that are compared: what has
    learned from people's codings of a source would only give them back.
    """
    from crosscase.agreement.machine import beside, shown_to

    units = units_of(study)
    if not units.sources:
        return ()
    suggestions = suggested_without(study, frozenset(units.sources), progress)
    return beside(units, suggestions, shown_to(study.reviews), study.codebook, seed=study.settings.seed)


def measure(study: Study, unit: UnitKind = "passage") -> "Measured":
    """How far coders agree on each code beyond chance, with intervals, or why there is no figure."""
    return measured_of(study, unit)


def saturation(
    study: Study, *, sector: str = "", every_code: bool = False, base: int = 4, run: int = 2, threshold: float = 0.05
) -> "Saturated":
    """New inductive codes (or `every_code`) by interview, only those of one `sector` if asked for.

    Raises `Refused` where nobody has that sector, or the numbers are none that it can be counted with.
    """
    from crosscase.appraising import saturated_of

    return saturated_of(analyse(study), sector=sector, every_code=every_code, base=base, run=run, threshold=threshold)


def saturation_by_sector(
    study: Study, *, base: int = 4, run: int = 2, threshold: float = 0.05
) -> "Mapping[str, Saturated]":
    """Saturation in each sector that more than one interview is of."""
    from crosscase.appraising import saturated_of, sectors_heard

    findings = analyse(study)
    return {
        sector: saturated_of(findings, sector=sector, base=base, run=run, threshold=threshold)
        for sector in sectors_heard(findings)
    }


def covered(study: Study) -> "Covered":
    """What was asked of whom, how much of their words was read and coded, what nobody coded, what goes together."""
    from crosscase.appraising import covered_of

    return covered_of(analyse(study))


def classify(study: Study) -> Findings:
    """The cases sorted into types, with the kept suggestions where they are up to date."""
    return analyse(study, load_suggestions(study) or ())


def accept(findings: Findings, *, by: str, case_id: str = "") -> tuple[Study, Mapping[str, int]]:
    """Decide every feature that was proposed from codings and that nobody has decided; all are written, or none.

    Gives back the study as it then is, and how many were written for each case. `case_id` limits it to one case.
    """
    from crosscase.study import decisions

    decided = {(case, episode): features for case, episode, features in _undecided(findings, case_id, by)}
    study = decisions.decide_features(findings.study, decided) if decided else findings.study
    written: dict[str, int] = defaultdict(int)
    for (case, _), features in decided.items():
        written[case] += len(features)
    return study, written


def _undecided(findings: Findings, case_id: str, by: str) -> Iterator[tuple[str, str, tuple[Feature, ...]]]:
    """Case, episode, and what was proposed there on which nobody has decided."""
    proposals: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in findings.proposals:
        if proposal.feature.status != "not_asked":
            proposals[proposal.case_id].append(proposal)
    for case in findings.study.cases:
        if case_id not in ("", case.id):
            continue
        decided = {(e.id, feature.attribute) for e in case.episodes for feature in e.features}
        for episode in accepted(case, proposals[case.id], by).episodes:
            features = tuple(f for f in episode.features if (episode.id, f.attribute) not in decided)
            if features:
                yield case.id, episode.id, features
