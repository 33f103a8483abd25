"""What leads through a transcript: the codes in it with their counts, and the guide's questions with their places."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from crosscase.coding import Coding, Decision
from crosscase.guide import Question, asked, put_at
from crosscase.pages import links
from crosscase.pages.data import CodeHere, CodeShelf, Link, QuestionPlace
from crosscase.pages.material import Material
from crosscase.source import Source, Turn


def shelves(material: Material, source: Source, decisions: Sequence[Decision]) -> tuple[CodeShelf, ...]:
    """The codes that passages of this source carry, by category, in the codebook's order."""
    by_code: dict[str, list[Decision]] = defaultdict(list)
    for decision in decisions:
        by_code[material.code_id(decision)].append(decision)
    codes = [code for code in material.study.codebook.codes if code.id in by_code]
    return tuple(
        CodeShelf(
            material.matrices[category_id].category.name,
            tuple(_code_here(material, source, by_code[code.id]) for code in in_category),
        )
        for category_id, in_category in groupby(codes, key=lambda code: code.category_id)
    )


def _code_here(material: Material, source: Source, decisions: Sequence[Decision]) -> CodeHere:
    """A code of this source; it leads to the part of the code's page where these passages stand."""
    code_id = material.code_id(decisions[0])
    kind = "coded" if isinstance(decisions[0], Coding) else "draft"
    case_id = min(material.cases_of(decisions[:1]), default="")
    code = material.study.codebook.by_id[code_id]
    drafts = sum(not isinstance(decision, Coding) for decision in decisions)
    by_people = len(decisions) - drafts
    number = f"{by_people}" if not drafts else f"{by_people or ''} {drafts} draft".strip()
    return CodeHere(Link(code.name, links.group(kind, code_id, case_id, source.id)), code_id, number)


def placed(material: Material, source: Source, decisions: Sequence[Decision]) -> Mapping[int, list[QuestionPlace]]:
    """The guide's questions by the number of the turn at which they stand, in the order of the text.

    That is where a question's marker is said, else where the first passage that people coded for it was asked for.
    """
    by_turn: dict[int, list[QuestionPlace]] = defaultdict(list)
    for question in material.study.guide.questions:
        is_put = asked(question, source) is not False
        turn = put_at(question, source) or _first_coded(material, source, decisions, question)
        if is_put and turn:
            by_turn[turn.number].append(QuestionPlace(question.text, links.question_anchor(question.id)))
    return dict(sorted(by_turn.items()))


def not_put(material: Material, source: Source) -> tuple[str, ...]:
    """The questions that were not put in this source; to a document none was, which goes without saying."""
    if source.kind == "document":
        return ()
    return tuple(question.text for question in material.study.guide.questions if asked(question, source) is False)


def _first_coded(material: Material, source: Source, decisions: Sequence[Decision], question: Question) -> Turn | None:
    """The interviewer's turn before the first passage that people coded for what a question asks about."""
    for decision in decisions:
        if isinstance(decision, Coding) and material.code_id(decision) in question.code_ids:
            return source.question_before(decision.start) or source.turn_at(decision.start)
    return None
