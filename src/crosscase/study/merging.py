"""What becomes of a study when one code takes over another: worked out before it is done, and held against that."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crosscase.codebook import Code
from crosscase.coding import Coding
from crosscase.matrix import Summary
from crosscase.reading import Standing, readings_by_source, standing
from crosscase.study.study import Study


@dataclass(frozen=True, slots=True)
class Merging:
    """`gone` becomes part of `stays`.

    `codings` are those of `gone` that count for the other from then on; of `twins` their coder has said the same under
    both, so that they go. `both` holds, by row, the summaries of rows that have one under each, that of `stays` first;
    `moved` are summaries that go along. `missing` are values in use that the other doesn't have; `waiting` are
    the ids of sources that were read for `gone`, and not for `stays` as it is meant.
    """

    gone: Code
    stays: Code
    codings: tuple[Coding, ...]
    twins: tuple[Coding, ...]
    both: Mapping[str, tuple[Summary, Summary]]
    moved: tuple[Summary, ...]
    missing: tuple[str, ...]
    waiting: tuple[str, ...]


def merging(study: Study, code_id: str, into: str) -> Merging:
    """What a merge of these two comes to. Raises KeyError where the codebook has not both under their present ids."""
    codes = {code.id: code for code in study.codebook.codes}
    gone, stays = codes[code_id], codes[into]
    codings = tuple(coding for coding in study.codings if coding.code_id == gone.id)
    twins = twins_of(study.codings, gone.id, stays.id)
    old, new = summaries_of(study, gone.id), summaries_of(study, stays.id)
    return Merging(
        gone,
        stays,
        tuple(coding for coding in codings if coding not in twins),
        twins,
        {row: (new[row], summary) for row, summary in old.items() if row in new},
        tuple(summary for row, summary in old.items() if row not in new),
        tuple(sorted(values_in_use(study, gone.id) - set(stays.values))),
        tuple(_waiting(study, gone, stays)),
    )


def twins_of(codings: Iterable[Coding], gone: str, stays: str) -> tuple[Coding, ...]:
    """Codings that one coder would have twice once the two codes are one: those under the old code."""
    old, there = [], set()
    for coding in codings:
        if coding.code_id == stays:
            there.add(_said(coding))
        elif coding.code_id == gone:
            old.append(coding)
    return tuple(coding for coding in old if _said(coding) in there)


def summaries_of(study: Study, code_id: str) -> Mapping[str, Summary]:
    """The summaries of a code by their rows."""
    return {summary.case_id: summary for summary in study.charted if summary.code_id == code_id}


def values_in_use(study: Study, code_id: str) -> set[str]:
    """The values that codings or features have of a code."""
    coded = {coding.value for coding in study.codings if coding.code_id == code_id}
    features = [f for case in study.cases for episode in case.episodes for f in episode.features]
    decided = {feature.value for feature in features if feature.attribute == code_id}
    return (coded | decided) - {""}


def merged_code(gone: Code, stays: Code) -> Code:
    """The code that stays, with the ids that it has taken over."""
    return replace(stays, formerly=tuple(dict.fromkeys((*stays.formerly, gone.id, *gone.formerly))))


def _said(coding: Coding) -> tuple[str, str, int, int, str, str]:
    return coding.coder, coding.source_id, coding.start, coding.end, coding.value, coding.case_id


def _waiting(study: Study, gone: Code, stays: Code) -> Sequence[str]:
    readings = readings_by_source(study.readings)
    merged = merged_code(gone, stays)
    read = [source_id for source_id, found in readings.items() if standing(found, gone) is Standing.READ]
    return [source_id for source_id in read if standing(readings[source_id], merged) is Standing.OLDER]
