"""The interview guide: which question was to feed which codes. It makes "not asked" knowable."""

from dataclasses import dataclass

from crosscase.source import Source


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the guide, the codes it asks about, and those that it may bring up without asking.

    Only the first kind, `code_ids`, can make a code *asked*; of the second, `opens`, silence says nothing.

    With a `marker` it counts as asked where an interviewer's turn holds that text, and only there; without one, in
    every interview that is not in `skipped`.
    """

    id: str
    text: str
    code_ids: tuple[str, ...] = ()
    marker: str = ""
    skipped: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guide:
    questions: tuple[Question, ...] = ()

    def about(self, code_id: str) -> tuple[Question, ...]:
        """The questions that should feed this code; none where it was not in the guide."""
        return tuple(question for question in self.questions if code_id in question.code_ids)


def asked(question: Question, source: Source) -> bool:
    """Whether this question was put in this source. Documents were asked nothing."""
    if source.kind == "document":
        return False
    if not question.marker:
        return source.id not in question.skipped
    return any(
        question.marker in source.text[turn.start : turn.end] for turn in source.turns if turn.role != "participant"
    )
