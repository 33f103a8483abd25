from dataclasses import replace

from crosscase.guide import Guide, Question, asked
from crosscase.source import Source, parse

TEXT = "Interviewer: [Q1] What did it cost?\n\nP01: See [Q2] above.\n"
SOURCE = Source("ash", TEXT, parse(TEXT))


def test_a_marked_question_was_asked_where_an_interviewer_says_its_marker() -> None:
    assert asked(Question("1", "", marker="[Q1]"), SOURCE)
    assert not asked(Question("2", "", marker="[Q2]"), SOURCE)


def test_an_unmarked_question_was_asked_unless_skipped() -> None:
    assert asked(Question("1", ""), SOURCE)
    assert not asked(Question("1", "", skipped=("ash",)), SOURCE)


def test_documents_were_asked_nothing() -> None:
    assert not asked(Question("1", ""), replace(SOURCE, kind="document"))


def test_a_guide_knows_which_questions_feed_a_code() -> None:
    cost = Question("1", "", ("money.cost",))
    assert Guide((cost, Question("2", ""))).about("money.cost") == (cost,)
