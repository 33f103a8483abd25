"""Which case a passage is taken to speak of, and which episode."""

import pytest

from crosscase.case import Case, Episode, Participant
from crosscase.coding import Suggestion
from crosscase.source import Source, parse, passages
from crosscase.suggest.subjects import dates_in, episode_spoken_of, names_of, placed
from crosscase.voices import Voices

ELM, OAK = Case("J01", "Elmton"), Case("J02", "Oak Hill", "Place 2")
PEOPLE = (Participant("P01", "J01"), Participant("P09"))
EPISODES = (Episode("first", "2020-03", "2021-06"), Episode("second", "2021-06", "2023-01"))


def about(text: str, speaker: str = "P09") -> list[str]:
    """The cases that the speaker's passages are about, in order."""
    return [suggestion.case_id for suggestion in suggested(text, (ELM, OAK), speaker)]


def suggested(text: str, cases: tuple[Case, ...], speaker: str = "P09") -> list[Suggestion]:
    source = Source("s1", text, parse(text))
    made = [
        Suggestion("s1", place.start, place.end, text[place.start : place.end], "c", 0.5, "near", "any")
        for place in passages(source).kept
        if text[: place.start].rstrip().endswith(f"{speaker}:")
    ]
    return list(placed(made, [source], cases, PEOPLE))


def talk(*turns: str) -> str:
    return "\n\n".join(turns)


def test_the_only_case_that_a_passage_names_is_what_it_is_about() -> None:
    assert about("P09: They stopped filing in Oak Hill that same winter.") == ["J02"]
    assert about("P09: They stopped filing in [J02] that same winter.") == ["J02"]
    assert about("P09: They stopped filing in Place 2 that same winter.") == ["J02"]
    assert about("P09: In Elmton and in Oak Hill they stopped filing.") == [""]
    assert about("P09: The J021 form and the oak hill were there before.") == [""]


def test_a_case_named_in_the_question_counts_for_the_answer() -> None:
    text = talk("Interviewer: And what of Oak Hill?", "P01: There it was never written down at all.")
    assert about(text, "P01") == ["J02"]
    both = talk("Interviewer: Oak Hill or Elmton?", "P01: There it was never written down at all.")
    assert about(both, "P01") == [""]


def test_who_has_no_case_stays_with_the_last_one_that_was_named() -> None:
    text = talk(
        "P09: In Elmton it was the judges who were called first.",
        "P09: The police came in late and it showed.",
        "P09: In Oak Hill nobody was called at all that year.",
        "P09: The union would have gone to war regardless.",
    )
    assert about(text) == ["J01", "J01", "J02", "J02"]
    far = talk("P09: In Elmton it was the judges.", "P01: " + "Well then. " * 250, "P09: The police came in late.")
    assert about(far)[-1] == ""


def test_who_has_a_case_speaks_of_it_unless_another_is_named() -> None:
    text = talk("P01: In Oak Hill it was the judges who went first.", "P01: We did it quite another way here.")
    assert about(text, "P01") == ["J02", ""]
    own = suggested("P01: Here in Elmton it was the judges who went first.", (ELM, OAK), "P01")
    assert [suggestion.case_id for suggestion in own] == [""]
    source = Source("s1", own[0].quote, ())
    assert Voices([source], PEOPLE).case_ids(own[0]) == ()


def test_a_suggestion_about_another_case_counts_for_that_one_and_says_so() -> None:
    text = "P01: They stopped filing in Oak Hill that same winter."
    made = suggested(text, (ELM, OAK), "P01")[0]
    assert Voices([Source("s1", text, parse(text))], PEOPLE).case_ids(made) == ("J02",)
    assert made.explanation == "near; about a case that is named in it"


def test_a_name_that_two_cases_have_or_that_is_a_word_names_none() -> None:
    assert names_of((Case("here", "Springfield"), Case("J2", "Springfield"), Case("J03", "Ox"))) == {"J03": "J03"}


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("Then June of twenty-one it's reissued.", ("2021-06",)),
        ("March twenty-twenty, it's the pandemic.", ("2020-03",)),
        ("On May 3, 2022 and in 2019, and in May 2022.", ("2022-05", "2019")),
        ("The autumn of twenty-eighteen; Dec. '21; twenty twenty-one", ("2018", "2021")),
        ("I may twenty times, for June twenty-one people", ()),
        ("It cost 20215 and 1,950.", ()),
    ],
)
def test_dates_are_read_as_they_are_spoken(text: str, dates: tuple[str, ...]) -> None:
    assert dates_in(text) == dates


def test_the_episode_is_the_only_one_in_which_the_dates_lie() -> None:
    assert episode_spoken_of("In March 2020 they wrote it down.", EPISODES) == "first"
    assert episode_spoken_of("Then June of twenty-one it is for good.", EPISODES) == "second"
    assert episode_spoken_of("From 2020-03 in 2022 it held.", EPISODES) == ""
    assert episode_spoken_of("In 2021 there was a lot of it.", EPISODES) == ""
    assert episode_spoken_of("In March 2020 they wrote it down.", EPISODES[:1]) == ""
    text = "P01: In March 2020 they wrote it down."
    assert suggested(text, (Case("J01", "Elmton", episodes=EPISODES),), "P01")[0].episode_id == "first"
