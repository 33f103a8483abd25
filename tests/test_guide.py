from dataclasses import replace

from crosscase.guide import Guide, Question, asked
from crosscase.problem import Problem
from crosscase.source import Source, parse
from crosscase.study.formats.guide import guide

TEXT = "Interviewer: [Q1] What did it cost?\n\nP01: See [Q2] above.\n"
SOURCE = Source("ash", TEXT, parse(TEXT))


def test_a_marked_question_was_asked_where_an_interviewer_says_its_marker() -> None:
    assert asked(Question("1", "", marker="[Q1]"), SOURCE) is True
    assert asked(Question("2", "", marker="[Q2]"), SOURCE) is False


def test_a_marker_in_the_words_of_somebody_of_unknown_role_asks_nothing() -> None:
    unknown = tuple(replace(turn, role="unknown") for turn in SOURCE.turns)
    assert asked(Question("1", "", marker="[Q1]"), replace(SOURCE, turns=unknown)) is False


def test_a_marker_is_found_as_a_word_of_its_own() -> None:
    text = "Interviewer: Q10. What did it cost?\n\nP01: A lot.\n"
    source = Source("ash", text, parse(text))
    assert asked(Question("1", "", marker="Q1"), source) is False
    assert asked(Question("10", "", marker="Q10"), source) is True


def test_without_a_marker_or_a_persons_word_nobody_knows_whether_a_question_was_asked() -> None:
    assert asked(Question("1", ""), SOURCE) is None


def test_a_persons_word_goes_before_the_marker() -> None:
    assert asked(Question("1", "", marker="[Q1]", skipped=("ash",)), SOURCE) is False
    assert asked(Question("2", "", marker="[Q2]", put=("ash",)), SOURCE) is True


WORDS = """
  - {id: nothing}
  - {id: nowhere skipped, skipped: []}
  - {id: skipped, skipped: [elm]}
  - {id: skipped here, skipped: [ash]}
  - {id: put, put: all}
  - {id: put here, put: [ash]}
  - {id: put there, put: [elm]}
  - {id: marked, marker: "[Q1]"}
  - {id: marked elsewhere, marker: "[Q2]"}
"""


def test_a_file_says_where_a_question_was_put() -> None:
    problems: list[Problem] = []
    read, _ = guide(f"questions:{WORDS}", "guide.yaml", problems)
    assert problems == []
    assert {question.id: asked(question, SOURCE) for question in read.questions} == {
        "nothing": None,
        "nowhere skipped": True,
        "skipped": True,
        "skipped here": False,
        "put": True,
        "put here": True,
        "put there": False,
        "marked": True,
        "marked elsewhere": False,
    }


def test_a_guide_may_say_for_all_of_its_questions_that_they_were_put() -> None:
    read, _ = guide(f"put: all\nquestions:{WORDS}", "guide.yaml", [])
    answers = {question.id: asked(question, SOURCE) for question in read.questions}
    assert [question_id for question_id, answer in answers.items() if answer is False] == [
        "skipped here",
        "put there",
        "marked elsewhere",
    ]
    assert None not in answers.values()
    problems: list[Problem] = []
    guide("put: [ash]\n", "guide.yaml", problems)
    assert [problem.path for problem in problems] == ["guide.yaml"]


def test_documents_were_asked_nothing() -> None:
    assert asked(Question("1", "", elsewhere=True), replace(SOURCE, kind="document")) is False


def test_a_guide_knows_which_questions_feed_a_code() -> None:
    cost = Question("1", "", ("money.cost",))
    assert Guide((cost, Question("2", "", opens=("money.cost",)))).about("money.cost") == (cost,)
