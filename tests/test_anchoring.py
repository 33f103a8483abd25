"""Codings find their place again, or are lost: never put where their words were not said."""

import unicodedata
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks import anchoring as tracked
from crosscase import study
from crosscase.anchoring import Lost, Reanchored, in_place, reanchor, taken
from crosscase.coding import Coding
from crosscase.problem import Problem
from crosscase.reading import Reading
from crosscase.source import Source, parse
from crosscase.study import decisions
from crosscase.study.formats import codings as jsonl
from tests.conftest import SMALL, StudyFolder

TEXT = "P01: It was dear. We paid.\n\nP02: It was dear. They paid.\n"
CLINIC = """Interviewer: Did you ever smoke in those years?

P01: I smoked about ten a day, more at weekends.

Interviewer: Would you do it again, knowing what you know?

P01: No, never.

Interviewer: And you, what did you drink when the shop was open?

P02: I drank about ten a day, so they say, and nobody counted.

Interviewer: Would you sell the shop to the brewery?

P02: No, never. My father built it with his own two hands.
"""


def source(text: str) -> Source:
    return Source("s", text, parse(text))


def coding(quote: str, text: str = TEXT, nth: int = 0) -> Coding:
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    return in_place(Coding("c", "s", start, start + len(quote), quote, "money.cost"), source(text))


def anchored(here: Coding, edited: str) -> Reanchored:
    return reanchor([here], source(edited))


def lost(here: Coding, edited: str) -> Lost:
    (one,) = anchored(here, edited).lost
    return one


def test_a_coding_stays_where_its_quote_still_stands() -> None:
    here = coding("We paid.")
    assert anchored(here, TEXT).kept == (here,)


def test_a_coding_moves_with_its_quote() -> None:
    edited = "A new heading\n\n" + TEXT
    ((old, new),) = anchored(coding("We paid."), edited).moved
    assert (new.start - old.start, edited[new.start : new.end]) == (15, "We paid.")


def test_context_tells_equal_quotes_apart() -> None:
    edited = "A new heading\n\n" + TEXT
    moved = reanchor([coding("It was dear."), coding("It was dear.", nth=1)], source(edited)).moved
    assert [new.start - old.start for old, new in moved] == [15, 15]


def test_a_coding_whose_quote_is_gone_is_lost_and_unchanged() -> None:
    here = coding("We paid.")
    assert lost(here, TEXT.replace("We paid", "He paid")).coding == here


def test_two_equal_quotes_with_equal_context_are_lost() -> None:
    turn = (
        "P01: And then we went home, all of us, by the river road.\n\nP02: So did we, late as it was, in the snow.\n\n"
    )
    here = coding("went home", turn * 3, nth=1)
    where = lost(here, "A new heading\n\n" + turn * 3)
    assert "3 places" in where.reason
    assert len(where.offers) == 3


def test_a_coding_without_context_that_could_stand_in_two_places_is_lost() -> None:
    here = replace(coding("dear"), before="", after="", speaker="")
    assert lost(here, TEXT).coding == here


def test_a_unique_quote_alone_is_not_enough() -> None:
    here = coding("No, never.", CLINIC)
    edited = CLINIC.replace("P01: No, never.\n\n", "")
    where = lost(here, edited)
    assert [(offer.start, offer.speaker) for offer in where.offers] == [(edited.index("No, never."), "P02")]


def test_words_that_are_gone_are_not_found_in_another_answer() -> None:
    one_speaker = CLINIC.replace("P02", "P01")
    here = coding("about ten a day", one_speaker)
    edited = one_speaker.replace("P01: I smoked about ten a day, more at weekends.\n\n", "")
    assert lost(here, edited).offers[0].start == edited.index("about ten a day")


def test_exchanged_labels_are_said() -> None:
    here = coding("I drank about ten a day", CLINIC)
    swapped = CLINIC.replace("P01:", "P00:").replace("P02:", "P01:").replace("P00:", "P02:")
    where = lost(here, swapped)
    assert "P02's" in where.reason
    assert "P01 now" in where.reason
    assert where.offers[0].speaker == "P01"


def test_exchanged_labels_are_seen_in_the_context_of_codings_without_a_speaker() -> None:
    here = replace(coding("I drank about ten a day", CLINIC), speaker="")
    swapped = CLINIC.replace("P01:", "P00:").replace("P02:", "P01:").replace("P00:", "P02:")
    assert "P01 now" in lost(here, swapped).reason


def test_a_speaker_renamed_throughout_keeps_their_codings() -> None:
    here = coding("I drank about ten a day", CLINIC)
    ((_, new),) = anchored(here, "A heading\n\n" + CLINIC.replace("P02:", "Maria:")).moved
    assert new.speaker == "Maria"


def test_a_coding_in_an_edited_text_is_not_unmoved_for_its_offset_alone() -> None:
    text = "P01: We had bread.\n\nP02: Never in our house, not once.\n"
    here = coding("bread", text)
    other = "P02: He ate bread.\n\nP01: Never in our house, not once.\n"
    assert other[here.start : here.end] == "bread"
    assert lost(here, other)


def test_a_quote_from_question_into_answer_is_found() -> None:
    here = coding("knowing what you know?\n\nP01: No, never.", CLINIC)
    edited = "A heading\n\n" + CLINIC.replace("at weekends", "on Sundays")
    ((_, new),) = anchored(here, edited).moved
    assert edited[new.start : new.end] == here.quote


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("it's — dear", "it’s – dear"),
        ('he said "so" twice', "he said “so” twice"),
        ("and then... nothing", "and then… nothing"),
        ("a long  road", "a\u00a0long road"),
        ("to the café", unicodedata.normalize("NFD", "to the café")),
        ("undoubtedly so", "undoubt\u00adedly so"),
        ("so-called friends", "so\u2011called friends"),
    ],
)
def test_words_that_are_set_otherwise_are_found_exactly(old: str, new: str) -> None:
    text = f"P01: We thought that {old}, and paid for the rest of it.\n"
    here = coding(old, text)
    edited = text.replace(old, new)
    ((_, moved),) = anchored(here, edited).moved
    assert (moved.quote, edited[moved.start : moved.end]) == (new, new)


def test_a_quote_that_was_reworded_is_offered_and_taken_with_one_call() -> None:
    here = coding("My father built it with his own two hands.", CLINIC)
    edited = "A heading\n\n" + CLINIC.replace("built it with his own two hands", "built this with his own hands")
    where = lost(here, edited)
    there = taken(where.coding, where.offers[0], source(edited))
    assert there.quote == "My father built this with his own hands."
    assert (edited[there.start : there.end], there.speaker, there.id) == (there.quote, "P02", "c")


def test_white_space_at_the_ends_of_a_quote_stays() -> None:
    here = coding(" never. My father ", CLINIC)
    edited = "A heading\n\n" + CLINIC
    ((_, new),) = anchored(here, edited).moved
    assert new.quote == here.quote


def test_a_turn_that_was_moved_whole_is_found_where_the_codings_around_show_the_gap() -> None:
    turns = [f"P0{number % 2}: Mill{number} had{number} wheels{number} turning{number}.\n\n" for number in range(40)]
    asked = "P00: Who mended the bell?\n\n"
    text, edited = ("".join((*turns[:at], asked, *turns[at:])) for at in (10, 30))
    others = [replace(coding(turn.strip(), text), id=f"c{number}") for number, turn in enumerate(turns)]
    here = replace(coding("Who mended the bell?", text), id="moved")
    anchored = reanchor([*others, here], source(edited))
    assert [lost.coding.id for lost in anchored.lost] == []
    assert [new.start for old, new in anchored.moved if old.id == "moved"] == [edited.index("Who mended the bell?")]
    assert [lost.coding.id for lost in reanchor([here], source(edited)).lost] == ["moved"]


def test_a_turn_and_its_copy_right_behind_it_cannot_be_told_apart() -> None:
    turn = "P02: No, never. My father built it with his own two hands.\n"
    here = coding("own two hands", CLINIC)
    assert len(lost(here, CLINIC.replace(turn, f"{turn}\n{turn}")).offers) == 2


def test_words_that_two_codings_had_apart_are_neithers_when_they_stand_there_once() -> None:
    block = "P02: Then we went home by the river.\n\nP01: It was dear.\n\nP02: So did we, late as it was.\n\n"
    text = block + "P03: Nobody asked who mended the mill.\n\n" + block
    both = [coding("It was dear.", text), replace(coding("It was dear.", text, nth=1), id="d")]
    found_once = reanchor(both, source(block + "P03: Nobody asked who mended the mill.\n\n"))
    assert [(lost.coding.id, lost.offers[0].start) for lost in found_once.lost] == [("c", 43), ("d", 43)]


def test_of_an_echo_that_is_gone_the_other_half_is_not_taken_for_it() -> None:
    text = "That is why I testified for the bill.\n\nTell me about the bill.\n\nIt is in the senate, it takes years.\n"
    here = coding("the bill", text, nth=1)
    assert "twice" in lost(here, text.replace("Tell me about the bill.\n\n", "")).reason


def test_a_name_at_the_head_of_a_turn_is_not_what_somebody_said() -> None:
    text = "Study interview I07.\n\nI07: May I have my notes beside me, then?\n"
    here = coding("I07", text)
    assert not anchored(here, text.replace("Study interview I07.", "A study.")).found


def test_a_coding_with_a_side_of_its_context_is_found_though_the_other_was_rewritten() -> None:
    turns = [f"P0{number % 2}: Mill{number} had{number} wheels{number} turning{number}.\n\n" for number in range(20)]
    text = "".join(
        (*turns[:9], "P01: And then the miller came by and sold it. Yes. It was dear to all of us.\n\n", *turns[9:])
    )
    edited = text.replace("And then the miller came by and sold it. ", "")
    others = [replace(coding(turn.strip(), text), id=f"c{number}") for number, turn in enumerate(turns)]
    here = replace(coding("Yes.", text), id="short", speaker="")
    assert "short" in {coding.id for coding in reanchor([*others, here], source(edited)).found}


def test_a_head_cut_through_at_the_front_of_the_context_still_tells_the_name() -> None:
    here = Coding(
        "c",
        "s",
        17,
        22,
        "Next.",
        "k",
        before="\n[00:08:04] I10: Long time ago. ",
        after="\n\nInterviewer: Um. How did it g",
    )
    text = "[00:08:04] Interviewer: Long time ago. Next.\n\nI10: Um. How did it go, then?\n"
    assert "I10's" in lost(here, text).reason


WORDS = st.text("abc .\n", min_size=0, max_size=60)


@given(WORDS, st.text("abc", min_size=1, max_size=12), WORDS, WORDS, WORDS)
def test_an_edit_outside_the_quote_and_its_context_never_misplaces_it(
    before: str, quote: str, after: str, new_before: str, new_after: str
) -> None:
    near_before, near_after = "yes so it was, in the end «", "» and that was that, for now"
    text = before + near_before + quote + near_after + after
    start = len(before) + len(near_before)
    here = in_place(Coding("c", "s", start, start + len(quote), quote, "k"), source(text))
    edited = new_before + near_before + quote + near_after + new_after
    found = anchored(here, edited)
    assert not found.lost
    assert [one.start for one in found.found] == [len(new_before) + len(near_before)]


@given(st.text("ab ", max_size=40), st.text("ab ", max_size=40), st.integers(0, 30), st.integers(1, 8))
def test_a_coding_found_again_always_holds_its_quote(text: str, edited: str, start: int, length: int) -> None:
    assume(start + length <= len(text))
    here = in_place(Coding("c", "s", start, start + length, "", "k"), source(text))
    found = anchored(here, edited)
    assert all(edited[one.start : one.end].split() == here.quote.split() for one in found.found)
    assert len(found.found) + len(found.lost) == 1


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=20))
def test_any_text_at_all_can_be_searched(text: str, edited: str, quote: str) -> None:
    place = Coding("c", "s", 3, 3 + len(quote), quote, "k", before=text[:32], after=edited[:32])
    found = anchored(place, edited)
    assert all(0 <= offer.start < offer.end <= len(edited) for one in found.lost for offer in one.offers)


@pytest.mark.slow
def test_tracked_edits_put_hardly_a_coding_on_another_passage() -> None:
    counts = tracked.measure(tracked.read()[::6], 2400, seed=11)
    total = sum(counts.values(), Counter())
    assert total.total() > 2000
    assert total["elsewhere"] + total["found though gone"] <= 2
    assert total["lost though there"] <= total.total() // 50


@pytest.mark.slow
def test_a_hundred_thousand_codings_stay_with_their_words() -> None:
    """The aim is none on another passage, and 0.5 % lost at most; the limits are what the rules reach so far.

    Texts that the rules weren't found on (AnnoMI, seed 7001) had 23 of 50,540 on another passage, and 0.80 % lost.
    """
    total = sum(tracked.measure(tracked.read(), 100_000, seed=12).values(), Counter())
    there = sum(total[outcome] for outcome in ("kept", "moved", "elsewhere", "lost though there"))
    assert total["elsewhere"] + total["found though gone"] <= total.total() // 3000
    assert total["lost though there"] <= there * 0.007


# -- in a study's files


def _codings(*lines: str, sha256: str = "") -> dict[str, str]:
    return SMALL | {"codings/AB/ash.jsonl": "\n".join((f'{{"sha256":"{sha256}","codebook":1}}', *lines, ""))}


def test_a_line_needs_only_a_quote_and_a_code(study_folder: StudyFolder) -> None:
    line = '{"quote":"The county paid for half of it.","code":"money.source"}'
    loaded = study.load(study_folder(_codings(line)))
    (here,) = loaded.codings
    ash = loaded.source("ash")
    assert ash is not None
    assert ash.text[here.start : here.end] == here.quote
    assert (here.speaker, here.before != "", loaded.lost, loaded.moved) == ("P01", True, (), ())
    assert [problem for problem in loaded.problems if problem.level == "error"] == []


def test_ids_of_lines_without_one_are_the_same_at_every_reading_and_twins_have_two(study_folder: StudyFolder) -> None:
    line = '{"quote":"The county paid for half of it.","code":"money.source"}'
    folder = study_folder(_codings(line, line))
    first, again = (tuple(coding.id for coding in study.load(folder).codings) for _ in range(2))
    assert first == again
    assert len(set(first)) == 2
    assert all(name.startswith("ash-AB-") for name in first)


def test_a_line_whose_quote_stands_twice_is_lost_with_its_places(study_folder: StudyFolder) -> None:
    text = SMALL["transcripts/ash.txt"] + "\nP01: The county paid for half of it.\n"
    line = '{"quote":"The county paid for half of it.","code":"money.source"}'
    loaded = study.load(study_folder(_codings(line) | {"transcripts/ash.txt": text}))
    (problem,) = [problem for problem in loaded.problems if problem.path.startswith("codings")]
    assert ("stands" in problem.what or "stand in 2 places" in problem.what, problem.line) == (True, 2)
    assert str(text.rindex("The county paid")) in problem.do
    assert len(loaded.offers[loaded.lost[0].id]) == 2


def test_a_line_without_offsets_stays_as_it_was_written_and_the_hash_is_filled_in(study_folder: StudyFolder) -> None:
    line = '{"quote":"The county paid for half of it.","code":"money.source"}'
    folder = study_folder(_codings(line))
    loaded = study.load(folder)
    again = decisions.reopen(loaded, "AB", "ash")
    written = (folder / "codings/AB/ash.jsonl").read_text()
    assert written.splitlines()[1] == line
    assert loaded.sources[0].sha256 in written
    assert again.codings == loaded.codings


def test_a_lost_line_without_offsets_is_written_back_without_them(study_folder: StudyFolder) -> None:
    line = '{"quote":"Nobody ever said this in the room.","code":"money.source"}'
    folder = study_folder(_codings(line))
    loaded = study.load(folder)
    again = decisions.reopen(loaded, "AB", "ash")
    assert (len(loaded.lost), [coding.id for coding in again.lost]) == (1, [loaded.lost[0].id])
    assert '"start"' not in (folder / "codings/AB/ash.jsonl").read_text()


def test_negative_offsets_are_a_problem_with_their_line(study_folder: StudyFolder) -> None:
    line = '{"id":"a1","start":-6,"end":-1,"quote":"of it","code":"money.source"}'
    loaded = study.load(study_folder(_codings(line)))
    (problem,) = [problem for problem in loaded.problems if problem.path.startswith("codings")]
    assert (problem.line, problem.level, loaded.codings) == (2, "error", ())
    assert "start" in problem.what


def test_a_lost_coding_names_the_best_place(study_folder: StudyFolder) -> None:
    line = '{"id":"a1","start":1,"end":9,"quote":"The county payed for half of it","code":"money.source"}'
    loaded = study.load(study_folder(_codings(line)))
    (problem,) = [problem for problem in loaded.problems if problem.path.startswith("codings")]
    place = loaded.sources[0].text.index("The county paid")
    assert f"nearest at {place} in P01's words: “The county paid for half of it" in problem.do


def test_a_missing_hash_is_no_reason_to_doubt_what_stands_in_its_place() -> None:
    text = source(CLINIC)
    here = coding("No, never.", CLINIC)
    data = jsonl.encode([here], jsonl.Header("")).replace(b'"sha256":""', b'"codebook":1')
    problems: list[Problem] = []
    file = jsonl.decode(data, "p", "AB", "s", problems)
    assert jsonl.anchored(file, text, problems).kept == (replace(here, coder="AB"),)
    assert problems == []


READ = "P01: We milled corn here.\n\nP02: Then came the railway.\n\nP01: Nobody read this yet.\n"


def _read_to(edited: str, *quotes: str) -> int | None:
    header = jsonl.Header("as it was", read_to=READ.index("P01: Nobody"))
    now = replace(source(edited), sha256="as it was" if edited == READ else "as it is")
    codings = [replace(coding(quote, READ), id=quote) for quote in quotes]
    file = jsonl.decode(jsonl.encode(codings, header), "codings/A/s.jsonl", "A", "s", [])
    places = jsonl.anchored(file, now, [])
    return jsonl.reading_of(file, now, places.found, places.moved, []).read_to


def test_how_far_a_text_was_read_stays_with_its_words() -> None:
    assert _read_to(READ, "corn here") == READ.index("P01: Nobody")
    edited = "A heading\n\n" + READ
    assert _read_to(edited, "corn here", "came the railway") == edited.index(".\n\nP01: Nobody")


def test_an_edited_text_was_never_read_past_what_was_read() -> None:
    shorter = READ.replace("P01: We milled corn here.\n\n", "")
    assert _read_to(shorter, "came the railway") == shorter.index(".\n\nP01: Nobody")
    assert _read_to(shorter, "came the railway", "read this yet") == shorter.index(".\n\nP01: Nobody")
    assert _read_to("Another text.\n") == 0


def test_how_far_a_text_was_read_is_found_by_its_words_where_nothing_is_coded() -> None:
    assert _stopped_at(READ, 25, "A heading\n\n" + READ) == 36


def test_a_turn_that_moved_down_does_not_take_what_was_read_along() -> None:
    moved = "P02: Then came the railway.\n\nP01: Nobody read this yet.\n\nP01: We milled corn here.\n"
    assert _stopped_at(READ, READ.index("\n\nP02"), moved) == 0


def test_a_header_of_before_has_no_words_around_the_place_and_falls_back_as_ever() -> None:
    assert _read_to("A heading\n\n" + READ) == 0


def test_where_the_place_is_not_certain_the_check_says_so() -> None:
    problems: list[Problem] = []
    _stopped_at(READ, READ.index("\n\nP02"), "Another text.\n", problems)
    assert [(problem.line, problem.level) for problem in problems] == [(1, "warning")]
    assert "taken as read to 0" in problems[0].what


def _stopped_at(text: str, read_to: int, edited: str, problems: list[Problem] | None = None) -> int:
    """How far an uncoded text was read, once it has been edited."""
    before = replace(source(text), sha256="as it was")
    header = jsonl.header_of(Reading("A", "s", read_to=read_to), before)
    now = replace(source(edited), sha256="as it is" if text != edited else "as it was")
    file = jsonl.decode(jsonl.encode([], header), "codings/A/s.jsonl", "A", "s", [])
    place = jsonl.reading_of(file, now, (), (), problems if problems is not None else []).read_to
    assert place is not None
    return place


# An unread turn that was moved up into what was read can't be seen where nothing in it is coded: not among these.
READING_EDITS = {
    name: edit
    for name, edit in (tracked.EDITS | tracked.HELD_OUT).items()
    if name not in ("turns moved", "all at once", "second part first")
}


def _unread_before(origins: list[int], read_to: int, place: int) -> list[int]:
    return [origin for origin in origins[:place] if origin >= read_to]


@given(st.randoms(use_true_random=False), st.sampled_from(sorted(READING_EDITS)), st.integers(0, 400), st.booleans())
def test_no_edit_makes_unread_words_read(choice: Random, name: str, at: int, at_turn: bool) -> None:
    read_to = _turn_end(at) if at_turn else min(at, len(CLINIC))
    text = tracked.Tracked.of(CLINIC)
    READING_EDITS[name](text, choice)
    place = _stopped_at(CLINIC, read_to, text.text)
    unread = _unread_before(text.origins, read_to, place)
    assert not any(CLINIC[origin].isalnum() for origin in unread)


@given(st.randoms(use_true_random=False), st.integers(0, 400), st.booleans())
def test_a_read_turn_that_went_down_makes_no_unread_words_read(choice: Random, at: int, at_turn: bool) -> None:
    read_to = _turn_end(at) if at_turn else min(at, len(CLINIC))
    text = tracked.Tracked.of(CLINIC)
    paragraphs = [turn.start for turn in parse(CLINIC)]
    heads = [CLINIC.rfind("\n\n", 0, start) + 2 if "\n\n" in CLINIC[:start] else 0 for start in paragraphs]
    number = choice.randrange(sum(head < max(read_to, 1) for head in heads))
    end = heads[number + 1] if number + 1 < len(heads) else len(CLINIC)
    later = [head for head in heads if head > end]
    if later:
        text.move(heads[number], end, choice.choice(later))
    place = _stopped_at(CLINIC, read_to, text.text)
    unread = _unread_before(text.origins, read_to, place)
    assert not any(CLINIC[origin].isalnum() for origin in unread if not heads[number] <= origin < end)


def test_how_far_a_text_was_read_is_usually_exact() -> None:
    outcomes: Counter[bool] = Counter()
    for edit in READING_EDITS.values():
        for seed in range(20):
            choice = Random(seed)
            read_to = _turn_end(choice.randrange(len(CLINIC)))
            text = tracked.Tracked.of(CLINIC)
            edit(text, choice)
            read = [place for place, origin in enumerate(text.origins) if 0 <= origin < read_to]
            place = _stopped_at(CLINIC, read_to, text.text)
            outcomes[abs(place - max(read, default=-1) - 1) <= 2] += 1
    assert outcomes[True] >= 0.7 * outcomes.total()


def _turn_end(at: int) -> int:
    return min((turn.end for turn in parse(CLINIC) if turn.end >= at), default=len(CLINIC))
