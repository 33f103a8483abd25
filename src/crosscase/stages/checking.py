"""What is wrong in a study: in its files, and in what it says against its own data."""

from dataclasses import dataclass
from pathlib import Path

from crosscase.framework import analyse
from crosscase.problem import Problem
from crosscase.study import Study, load


@dataclass(frozen=True, slots=True)
class Checked:
    """A study with all that is wrong in it; `moved` counts the codings whose new place was kept."""

    study: Study
    moved: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.study.problems if problem.level == "error")

    @property
    def notes(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.study.problems if problem.level != "error")


def check(folder: Path | str, *, accept_moves: bool = False, known: Study | None = None) -> Checked:
    """All that is wrong in a study's files, and what its themes and claims say that the data don't bear out.

    With `accept_moves`, codings that found their place again in an edited text keep it, which is written.
    Raises `Refused` if the folder is no study, or the places can't be written.
    """
    study = load(folder, known)
    moved = len(study.moved) if accept_moves else 0
    if moved:
        from crosscase.study import decisions

        study = decisions.accept_moves(study)
    return Checked(interpreted(study), moved)


def interpreted(study: Study) -> Study:
    """The study with what its themes, claims and types say wrongly, and what is coded and not decided, as problems."""
    if not study.themes and not study.claims and not study.typologies:
        return study
    from crosscase import decided, interpretation

    findings = analyse(study)
    return study.with_problems(
        sorted({*study.problems, *interpretation.problems(findings), *decided.problems(findings)})
    )
