"""The machine's opinion of the study as it is now: kept, or made anew, and kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from crosscase.clustering import Exploration
from crosscase.codebook import Codebook
from crosscase.coding import Suggestion
from crosscase.framework import states
from crosscase.learning import Learning
from crosscase.problem import Refused
from crosscase.reading import State
from crosscase.source import Source
from crosscase.study import (
    DERIVED,
    Study,
    decisions_counted,
    has_learned,
    load_exploration,
    load_learning,
    load_suggestions,
    save_exploration,
    save_learning,
    save_suggestions,
)

if TYPE_CHECKING:
    from crosscase.suggest import CachedEncoder, Decisions, Opinion
    from crosscase.suggest.deductive import Read

NOTHING_TO_READ = "there are no passages, or no codes: import transcripts, and write codes in codebook/"

Progress = Callable[[int, int], None]


def suggest(study: Study, progress: Progress | None = None, *, strict: bool = False) -> tuple[Suggestion, ...]:
    """The machine's suggestions, with all that people have decided by now: those kept, or else made anew, and kept.

    Those that were made of words alone, for want of an encoder, are made anew, since there may be one now. Strict
    ones are always made anew, and kept in place of others until something is decided.
    """
    kept = load_suggestions(study) if has_learned(study) and not strict else None
    if kept is not None and all(suggestion.encoder for suggestion in kept):
        return kept
    made = formed(study, progress, strict=strict)
    if made is None:
        save_suggestions(study, ())
        return ()
    return _keep(study, made)[0]


class Reader:
    """Keeps what the machine read of a study's passages beside its codebook, since decisions change none of that.

    Read again is what has another text, codebook or encoder than before, and what was read by words alone for want of
    an encoder. Use one from one thread only.
    """

    def __init__(self) -> None:
        self._kept: tuple[Sequence[Source], Codebook, CachedEncoder, Read] | None = None

    def read(self, study: Study, progress: Progress | None = None) -> "tuple[Read | None, CachedEncoder]":
        """What was read, None where there are no passages or codes, and what its vectors were made with."""
        from crosscase.suggest import read_beside

        encoder = encoder_of(study)
        if self._kept is not None:
            sources, codebook, kept_encoder, read = self._kept
            if (sources, codebook, kept_encoder.name) == (study.sources, study.codebook, encoder.name):
                return read, kept_encoder
        # What is out of date goes first: two of these may be too much for a small computer.
        self._kept = None
        made = read_beside(study.sources, study.codebook, encoder, progress)
        if made is not None and made.encoder:
            self._kept = (study.sources, study.codebook, encoder, made)
        return made, encoder


def learn(study: Study, progress: Progress | None = None, reader: Reader | None = None) -> Learning:
    """What is learned from all that people have decided by now: as it was kept, or else made anew, and kept.

    Suggestions are made and kept with it. What a `reader` has read before needn't be read again. Raises `Refused`
    where there are no passages, or no codes.
    """
    from crosscase.suggest.reporting import learning_curve

    kept = load_learning(study, up_to_date=True)
    if kept is not None and kept.curve and _has_vectors(kept):
        return kept
    made = formed(study, progress, reader=reader)
    if made is None:
        raise Refused(NOTHING_TO_READ)
    _, learning = _keep(study, made)
    # Whoever waits sees what came of it while the curve is drawn, which is longer in the making.
    learning = replace(learning, curve=learning_curve(made))
    save_learning(study, learning)
    return learning


def formed(
    study: Study, progress: Progress | None = None, *, strict: bool = False, reader: Reader | None = None
) -> "Opinion | None":
    """What the machine makes of all passages with all decisions by now; None where there are no passages or codes."""
    from crosscase.suggest import opinion

    read, encoder = (reader or Reader()).read(study, progress)
    return opinion(read, decisions_of(study), encoder, strict=strict) if read else None


def _keep(study: Study, made: "Opinion") -> tuple[tuple[Suggestion, ...], Learning]:
    from crosscase.suggest.review import learning_of
    from crosscase.suggest.subjects import placed

    about = (study.sources, study.cases, study.participants)
    proposed = placed(made.suggestions, *about)
    learning = learning_of(made, decisions=decisions_counted(study), seed=study.settings.seed)
    suggestions = placed([reviewable.suggestion for reviewable in learning.reviewables], *about)
    pairs = zip(learning.reviewables, suggestions, strict=True)
    learning = replace(learning, reviewables=tuple(replace(one, suggestion=suggestion) for one, suggestion in pairs))
    save_suggestions(study, proposed)
    save_learning(study, learning)
    return proposed, learning


def _has_vectors(learning: Learning) -> bool:
    """Whether an encoder made it: what was made of words alone is made anew, since there may be one now."""
    return all(reviewable.suggestion.encoder for reviewable in learning.reviewables)


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
