"""What the machine proposes from the codebook alone, and how it says why."""

import random
import zlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from crosscase.codebook import Category, Code, Codebook
from crosscase.source import Source, parse
from crosscase.suggest import load_encoder, relevance, suggest, trust
from crosscase.suggest.encoder import Vectors


class BagOfWords:
    """Each word adds to one place of the vector."""

    name = "bag of words"

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.full((len(texts), 256), 0.01, np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(".", "").replace(",", "").split():
                vectors[row, zlib.crc32(word.encode()) % 256] += 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


MOBILITY = Code("mobility", "Mobility", "norms", definition="Girls leaving home alone. Permission for travel.")
FARMING = Code("farming", "Farming", "work", definition="Crops and cattle in the fields.")
SCHOOL = Code("school", "School", "work", definition="Lessons and teachers at college.")

TALK = """Interviewer: What would you like to say?

P01: My father needs permission for travel to the town these days.

P01: Well, I would not really know about that one.

P02: That was long before my time here, honestly.

P02: We have crops and cattle in the fields near our river.

P01: Somebody else must answer you on this question.

P02: Perhaps it depends on whom you are asking.

P01: We used to sing in the evening with our neighbours.

P02: The radio was loud and the lamp was dim.

P01: My sister is three years younger than myself.

P02: It has been raining since the morning, as you see.

P02: Yes."""
ANSWERS = TALK.split("\n\n", 1)[1]


def source(text: str, id: str = "s1") -> Source:
    return Source(id, text, parse(text))


def book(*codes: Code) -> Codebook:
    return Codebook((Category("all", "All", codes=codes),))


WORDS = BagOfWords()
BOOK = book(MOBILITY, FARMING, SCHOOL)


def found(text: str, *codes: Code) -> list[tuple[str, str]]:
    return [(s.quote, s.code_id) for s in suggest([source(text)], book(*codes), BagOfWords())]


def likeliest(text: str, *codes: Code) -> dict[str, str]:
    """By code, the quote that it is proposed for first."""
    made = sorted(suggest([source(text)], book(*codes), WORDS), key=lambda suggestion: suggestion.score)
    return {suggestion.code_id: suggestion.quote for suggestion in made}


def test_a_passage_gets_the_code_whose_description_it_is_like_and_most_others_get_none() -> None:
    first = likeliest(TALK, MOBILITY, FARMING, SCHOOL)
    assert first["mobility"] == "My father needs permission for travel to the town these days."
    assert first["farming"] == "We have crops and cattle in the fields near our river."
    assert len({quote for quote, _ in found(TALK, MOBILITY, FARMING, SCHOOL)}) <= 5


def test_an_explanation_names_the_nearest_sentence_and_the_shared_words() -> None:
    first, second = sorted(suggest([source(ANSWERS)], BOOK, WORDS), key=lambda s: -s.score)[:2]
    by_code = {first.code_id: first, second.code_id: second}
    assert by_code["mobility"].explanation == (
        "nearest: “Permission for travel.” (definition); shared words: permission, travel; "
        "a guess, from the codebook alone"
    )
    farming = by_code["farming"]
    assert farming.explanation.startswith("nearest: “Crops and cattle in the fields.” (definition); shared words:")
    assert first.encoder == "bag of words"
    assert 0.5 <= first.score <= 1


def test_every_part_of_a_code_s_description_counts_and_is_named() -> None:
    sentence = "We have crops and cattle in the fields near our river."
    rest = "cattle in the fields"
    for part, described in {
        "name": Code("f", f"Crops and {rest}", "work"),
        "definition": Code("f", "F", "work", definition=f"Crops and {rest}"),
        "when to use it": Code("f", "F", "work", include=(f"Crops and {rest}",)),
        "example": Code("f", "F", "work", examples=(f"Crops and {rest}",)),
        "value": Code("f", "F", "work", values={"own": f"crops and {rest}"}),
    }.items():
        made = suggest([source(TALK)], book(MOBILITY, described, SCHOOL), WORDS)
        by_code = {s.code_id: s for s in sorted(made, key=lambda s: s.score)}
        assert by_code["f"].quote == sentence
        assert f"{rest}” ({part})" in by_code["f"].explanation


def test_a_cue_lifts_a_passage_and_is_named() -> None:
    text = "P01: I would not really know about that one.\n\n" + TALK
    plain, cued = (
        relevance(["Nobody said anything of it.", "They wouldn't permit it."], [code, SCHOOL], BagOfWords())
        for code in (MOBILITY, Code("mobility", "Mobility", "norms", definition=MOBILITY.definition, cues=("permit",)))
    )
    assert cued[1, 0] > plain[1, 0]
    assert cued[0, 0] == pytest.approx(plain[0, 0], abs=0.02)
    cued_code = Code("mobility", "Mobility", "norms", definition=MOBILITY.definition, cues=("need permission",))
    explanations = [s.explanation for s in suggest([source(text)], book(cued_code, FARMING), WORDS)]
    assert len([explanation for explanation in explanations if "; cue: need permission" in explanation]) == 1


def test_an_exclusion_that_is_nearer_lowers_the_score() -> None:
    texts = ["We have crops and cattle in the fields near our river.", "Permission for travel, always.", "Lessons."]
    excluding = Code("farming", "Farming", "work", definition="Cattle.", exclude=("We have crops near our river.",))
    without = Code("farming", "Farming", "work", definition="Cattle.")
    plain = relevance(texts, [MOBILITY, without, SCHOOL], BagOfWords())
    lowered = relevance(texts, [MOBILITY, excluding, SCHOOL], BagOfWords())
    assert lowered[0, 1] < plain[0, 1]
    assert lowered[:, 0] == pytest.approx(plain[:, 0], abs=0.05)


def test_the_question_before_a_passage_lifts_the_codes_that_it_is_about_and_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trust, "LEAST", 0.5)
    answer = "P01: Nobody, as far as I would know about that."
    plain, asked = (
        {
            s.quote: s
            for s in suggest([source(f"{first}\n\n{answer}\n\nInterviewer: And else?\n\n{ANSWERS}")], BOOK, WORDS)
            if s.code_id == "school"
        }
        for first in ("Interviewer: What would you like to say?", "Interviewer: Lessons and teachers at college?")
    )
    quote = "Nobody, as far as I would know about that."
    assert quote not in plain or plain[quote].score < asked[quote].score
    assert "the question before is about it" in asked[quote].explanation


def test_a_code_with_values_gets_the_value_that_the_passage_is_likest_as_a_guess() -> None:
    values = {"own": "Crops of their own.", "hired": "Cattle for hire."}
    code = Code("farming", "Farming", "work", definition="Crops and cattle in the fields.", values=values)
    made = {
        s.quote: s for s in suggest([source(TALK.replace("near our river", "for hire"))], book(code, SCHOOL), WORDS)
    }
    farming = made["We have crops and cattle in the fields for hire."]
    assert farming.value == "hired"
    assert "; value: a guess, rather than own; " in farming.explanation
    assert all(s.value == "" for s in suggest([source(TALK)], BOOK, WORDS))


def test_an_attribute_is_looked_for_in_every_source_in_up_to_two_passages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "LEAST", 1.6)
    sources = [source(TALK, "s1"), source("P01: Those fields, one could say, back then.", "s2")]
    theme = Code("farming", "Farming", "work", definition="Crops and cattle in the fields.")
    fact = replace(theme, kind="attribute", values={"yes": "", "no": ""})
    of_theme, of_fact = (
        [s.source_id for s in suggest(sources, book(MOBILITY, code, SCHOOL), WORDS) if s.code_id == "farming"]
        for code in (theme, fact)
    )
    assert "s2" not in of_theme
    assert set(of_fact) == {"s1", "s2"}
    assert all(of_fact.count(source_id) <= 2 for source_id in ("s1", "s2"))


def test_suggestions_do_not_depend_on_the_order_of_the_sources() -> None:
    words = ["crops", "cattle", "fields", "permission", "travel", "home", "lessons", "teachers", "college", "river"]
    chance = random.Random(1)
    sources = [
        source("\n\n".join(f"P{n}: {' '.join(chance.choices(words, k=8))}." for n in range(9)), f"s{at}")
        for at in range(6)
    ]
    straight = suggest(sources, book(MOBILITY, FARMING, SCHOOL), BagOfWords())
    assert straight
    assert straight == suggest(sources[::-1], book(MOBILITY, FARMING, SCHOOL), BagOfWords())
    assert [(s.source_id, s.start) for s in straight] == sorted((s.source_id, s.start) for s in straight)


def test_a_passage_said_in_two_sources_is_proposed_in_both_with_one_score() -> None:
    both = suggest([source(TALK, "s1"), source(TALK, "s2")], book(MOBILITY, FARMING, SCHOOL), BagOfWords())
    first, second = ([replace(s, source_id="") for s in both if s.source_id == name] for name in ("s1", "s2"))
    assert first
    assert first == second


def test_a_passage_gets_no_more_codes_than_asked_for() -> None:
    twins = [Code(f"c{n}", "Crops and cattle in the fields", "work") for n in range(4)]
    others = [
        Code(f"o{n}", name, "work") for n, name in enumerate(["Ships", "Stars", "Ink", "Bread", "Tin", "Glass"] * 2)
    ]
    counted = {
        at_most: sum(
            suggestion.quote.startswith("We have crops")
            for suggestion in suggest([source(TALK)], book(*twins, *others), BagOfWords(), at_most=at_most)
        )
        for at_most in (0, 1, 3)
    }
    assert counted == {0: 0, 1: 1, 3: 3}


@pytest.mark.parametrize("text", ["", "Interviewer: Who farms around here nowadays?", "P01: Yes."])
def test_a_source_without_passages_gets_no_suggestions(text: str) -> None:
    assert found(text, MOBILITY, FARMING) == []


def test_an_empty_codebook_gives_no_suggestions() -> None:
    assert found(TALK) == []


@pytest.mark.parametrize(
    "codes", [(MOBILITY,), (Code("bare", "", "norms"),), (Code("mobility", "Permission", "n"), FARMING)]
)
def test_one_passage_one_code_or_a_code_without_definition_are_no_trouble(codes: tuple[Code, ...]) -> None:
    one = "P01: My father needs permission for travel to the town."
    assert set(found(one, *codes)) <= {("My father needs permission for travel to the town.", "mobility")}
    scores = relevance(["My father needs permission.", "7 8 9"], codes, BagOfWords())
    assert ((scores >= 0) & (scores <= 1)).all()


def test_progress_tells_how_many_texts_were_read() -> None:
    told: list[tuple[int, int]] = []
    suggest([source(TALK)], book(MOBILITY), BagOfWords(), progress=lambda done, of: told.append((done, of)))
    assert told == [(11, 11)], "ten passages and the question before them"


@pytest.mark.encoder
def test_meaning_is_found_where_no_word_is_shared() -> None:
    codes = [MOBILITY, FARMING, SCHOOL]
    texts = ["She may not walk to the market by herself.", "Our cows graze by the paddy.", "I sat my exams in spring."]
    assert list(relevance(texts, codes, load_encoder()).argmax(axis=1)) == [0, 1, 2]


def test_what_a_passage_has_with_every_code_counts_for_none() -> None:
    codes = [Code(word, word, "c", definition=f"{word} {word} {word}.") for word in ("cattle", "lessons", "travel")]
    texts = ["cattle lessons travel", "cattle here today", "nothing of all that"]
    scores = relevance(texts, codes, BagOfWords())
    assert scores[1, 0] > 0.5 > scores[0].max()
