"""What the machine learned from a study's decisions, looked at: queues of passages, and how far codes are trusted."""

from typing import TYPE_CHECKING

from crosscase.learning import Point
from crosscase.problem import Refused
from crosscase.stages.machine import NOTHING_TO_READ, Progress, formed
from crosscase.study import Study

if TYPE_CHECKING:
    from crosscase.suggest import Opinion
    from crosscase.suggest.queues import Queued
    from crosscase.suggest.reporting import CodeReport


def opinion_of(study: Study, *, strict: bool = False, progress: Progress | None = None) -> "Opinion":
    """What the machine makes of all passages with all decisions by now. Raises `Refused` where there is nothing."""
    made = formed(study, progress, strict=strict)
    if made is None:
        raise Refused(NOTHING_TO_READ)
    return made


def queue(
    study: Study,
    name: str,
    code_id: str = "",
    *,
    limit: int = 20,
    strict: bool = False,
    progress: Progress | None = None,
) -> tuple["Queued", ...]:
    """The next passages of a queue: find, teach, order, revisit. Raises `Refused` for another, or an unknown code."""
    from crosscase.suggest.queues import queue as queue_of

    return queue_of(opinion_of(study, strict=strict, progress=progress), name, code_id, limit)


def trust_report(
    study: Study, *, strict: bool = False, progress: Progress | None = None
) -> tuple[tuple["CodeReport", ...], tuple[Point, ...]]:
    """What is known of each code's suggestions, and how it came to be known."""
    from crosscase.suggest.reporting import code_reports, learning_curve

    made = opinion_of(study, strict=strict, progress=progress)
    return code_reports(made, study.reviews), learning_curve(made)
