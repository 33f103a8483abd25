"""The machine's opinion of the study as it is now: kept, or made anew, and kept."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from crosscase.clustering import Exploration
from crosscase.coding import Suggestion
from crosscase.framework import states
from crosscase.reading import State
from crosscase.study import (
    DERIVED,
    Study,
    has_learned,
    load_exploration,
    load_suggestions,
    save_exploration,
    save_suggestions,
)

if TYPE_CHECKING:
    from crosscase.suggest import CachedEncoder, Decisions

Progress = Callable[[int, int], None]


def suggest(study: Study, progress: Progress | None = None, *, strict: bool = False) -> tuple[Suggestion, ...]:
    """The machine's suggestions, with all that people have decided by now: those kept, or else made anew, and kept.

    Those that were made of words alone, for want of an encoder, are made anew, since there may be one now. Strict
    ones are always made anew, and kept in place of others until something is decided.
    """
    kept = load_suggestions(study) if has_learned(study) and not strict else None
    if kept is not None and all(suggestion.encoder for suggestion in kept):
        return kept
    from crosscase.suggest import suggest as make
    from crosscase.suggest.subjects import placed

    suggestions = make(
        study.sources,
        study.codebook,
        encoder_of(study),
        decisions=decisions_of(study),
        strict=strict,
        progress=progress or _silent,
    )
    suggestions = placed(suggestions, study.sources, study.cases, study.participants)
    save_suggestions(study, suggestions)
    return suggestions


def decisions_of(study: Study) -> "Decisions":
    """What suggestions learn from: the codings that count, how far who has read, and verdicts."""
    from crosscase.suggest import Decisions

    return Decisions(study.counting, study.readings, study.reviews)


def suggested_without(
    study: Study, source_ids: frozenset[str], progress: Progress | None = None
) -> tuple[Suggestion, ...]:
    """Suggestions as they would be if nobody had decided anything in these sources; they are not kept."""
    from crosscase.suggest import Decisions
    from crosscase.suggest import suggest as make
    from crosscase.suggest.subjects import placed

    decisions = Decisions(
        [coding for coding in study.counting if coding.source_id not in source_ids],
        [reading for reading in study.readings if reading.source_id not in source_ids],
        [review for review in study.reviews if review.source_id not in source_ids],
    )
    encoder = encoder_of(study)
    made = make(study.sources, study.codebook, encoder, decisions=decisions, progress=progress or _silent)
    return placed(made, study.sources, study.cases, study.participants)


def explore(study: Study, progress: Progress | None = None) -> Exploration:
    """What clusters show of the study as it is now: those that were kept, or else made anew, and kept.

    Those that were made of words alone, for want of an encoder, are made anew, since there may be one now.
    """
    kept = load_exploration(study)
    if kept is not None and kept.clustering.encoder:
        return kept
    from crosscase.suggest.clusters import exploration_of

    exploration = exploration_of(study, encoder_of(study, progress))
    save_exploration(study, exploration)
    return exploration


def encoder_of(study: Study, progress: Progress | None = None) -> "CachedEncoder":
    """The study's encoder, with the vectors that it keeps; `progress` is told of each passage."""
    from crosscase.suggest import CachedEncoder, load_encoder

    return CachedEncoder(load_encoder(study.settings.encoder), study.folder / DERIVED / "vectors", progress)


def wants_suggestions(study: Study) -> bool:
    """Whether there is a source that no person has read to the end, for which suggestions would stand in."""
    return any(state is not State.DONE for state in states(study).values())


def lacks_suggestions(study: Study) -> bool:
    """Whether suggestions would stand in somewhere, but there are none for the study as it is now."""
    return wants_suggestions(study) and load_suggestions(study) is None


def lacks_clusters(study: Study) -> bool:
    """Whether there are no clusters for the study as it is now."""
    return bool(study.sources) and load_exploration(study) is None


def _silent(done: int, total: int) -> None:
    """For whoever doesn't look on."""
