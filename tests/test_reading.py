"""One interview in many forms is one interview; the hearing is read as people read it."""

from pathlib import Path

import pytest

from benchmarks import reading
from crosscase.source import parse

SAMPLE = Path(__file__).parent.parent / "transcripts_sample"


def turns(source_id: str) -> list[reading.Turn]:
    """The named turns, none of which follows one of the same name: captions would join these."""
    text = (SAMPLE / f"{source_id}.txt").read_text(encoding="utf-8")
    return [(turn.speaker, text[turn.start : turn.end]) for turn in parse(text) if turn.speaker]


def plain(said: list[reading.Turn]) -> list[reading.Turn]:
    return [(name, " ".join(words.split())) for name, words in said]


@pytest.mark.parametrize("kind", reading.WRITERS)
@pytest.mark.parametrize("source_id", ["I02", "I04"])
def test_one_interview_in_other_forms_has_the_same_turns(kind: str, source_id: str, tmp_path: Path) -> None:
    if kind == "pdf":
        pytest.importorskip("reportlab", reason="PDF NOT COMPARED: pip install reportlab")
    path = tmp_path / f"{source_id}.{kind}"
    path.write_bytes(reading.WRITERS[kind](turns(source_id)))
    assert plain(reading.read(path)) == plain(turns(source_id))


@pytest.mark.slow
@pytest.mark.skipif(not reading.HEARING.is_dir(), reason="the hearing isn't beside this folder")
def test_a_hearing_is_read_as_by_hand() -> None:
    found = reading.compared(reading.by_hand(reading.HEARING), reading.read(reading.HEARING / "Oral_20140618.pdf"))
    assert min(found.boundaries, found.speakers) >= 0.97
    assert found.common > 0.99 * found.words


def test_a_turn_under_another_name_is_counted() -> None:
    right = [("A", "one two"), ("B", "three four")]
    assert reading.compared(right, right) == reading.Agreement(1.0, 1.0, 4, 4)
    assert reading.compared(right, [("A", "one two three four")]) == reading.Agreement(2 / 3, 0.5, 4, 4)
