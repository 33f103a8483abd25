"""What a reader outside the team sees of agreement, saturation and coverage: measured on what the team has, since words
that are withheld count, and then told by new ids and numbers alone.

In which order people were interviewed is told by number, never by source: dates are made coarser for these readers.
"""

from collections.abc import Mapping
from dataclasses import replace

from crosscase.agreement.measuring import Measure, Measured
from crosscase.appraising import quality_of
from crosscase.coverage import Together, Unused
from crosscase.framework import Findings
from crosscase.profile.veil import Veil
from crosscase.quality import Covered, Quality, Saturated
from crosscase.saturation import Saturation


def measured_for(veil: Veil, everything: Findings) -> Quality:
    """The team's figures as this reader may see them; `everything` is what follows from the whole study."""
    quality = quality_of(everything)
    return Quality(
        _measured(veil, quality.measured),
        _saturated(veil, quality.saturated),
        {veil.key(sector): _saturated(veil, found) for sector, found in quality.by_sector.items()},
        Covered() if veil.is_public else _covered(veil, quality.covered),
    )


def _measured(veil: Veil, measured: Measured) -> Measured:
    return replace(
        measured,
        coders=tuple(veil.coders[coder] for coder in measured.coders),
        sources=tuple(sorted(veil.sources[source_id] for source_id in measured.sources)),
        codes=tuple(_measure(veil, measure) for measure in measured.codes if _is_shown(veil, measure.code_id)),
        pooled=_measure(veil, measured.pooled) if measured.pooled else None,
        values={veil.key(code_id): value for code_id, value in measured.values.items() if _is_shown(veil, code_id)},
    )


def _measure(veil: Veil, measure: Measure) -> Measure:
    used = {veil.coders[coder]: number for coder, number in measure.used.items()}
    return replace(measure, code_id=veil.key(measure.code_id), used=used)


def _is_shown(veil: Veil, code_id: str) -> bool:
    return code_id not in veil.rare.codes


def _saturated(veil: Veil, found: Saturated) -> Saturated:
    hidden = {code.name for code in veil.study.codebook.codes if not _is_shown(veil, code.id)}
    words = veil.words()
    return replace(
        found,
        saturation=_curve(veil, found.saturation),
        unread=("",) * len(found.unread),
        undated=("",) * len(found.undated),
        unlooked=tuple(words(name) for name in found.unlooked if name not in hidden),
        contents=_numbers(found.contents) if found.contents else None,
        guide_changes={},
    )


def _curve(veil: Veil, saturation: Saturation) -> Saturation:
    """New codes by number of the interview; one that is not shown is counted, and has no name."""
    steps = tuple(
        replace(step, source_id="", new=tuple(veil.key(code) if _is_shown(veil, code) else "" for code in step.new))
        for step in saturation.steps
    )
    return replace(saturation, steps=steps)


def _numbers(saturation: Saturation) -> Saturation:
    steps = tuple(replace(step, source_id="", new=("",) * len(step.new)) for step in saturation.steps)
    return replace(saturation, steps=steps)


def _covered(veil: Veil, covered: Covered) -> Covered:
    """Without the stretches that nobody coded: they are nothing but words."""
    return Covered(
        tuple(
            replace(cell, question_id=veil.key(cell.question_id), source_id=veil.sources[cell.source_id])
            for cell in sorted(covered.asked, key=lambda cell: veil.sources[cell.source_id])
        ),
        tuple(
            replace(person, participant_id=veil.people[person.participant_id])
            for person in sorted(covered.heard, key=lambda person: veil.people[person.participant_id])
        ),
        (),
        tuple(_unused(veil, code) for code in covered.unused if _is_shown(veil, code.code_id)),
        tuple(replace(person, participant_id=veil.people[person.participant_id]) for person in covered.drawn),
        tuple(_together(veil, pair) for pair in covered.together if veil.rare.codes.isdisjoint(pair.code_ids)),
    )


def _unused(veil: Veil, code: Unused) -> Unused:
    return Unused(veil.key(code.code_id), _new_ids(veil.cases, code.given), _new_ids(veil.cases, code.not_given))


def _new_ids(ids: Mapping[str, str], former: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(ids[case_id] for case_id in former))


def _together(veil: Veil, pair: Together) -> Together:
    first, second = pair.code_ids
    return replace(pair, code_ids=(veil.key(first), veil.key(second)))
