"""Cues of a code are found in a passage in whatever form they stand there."""

import subprocess
import sys

import pytest

from crosscase.codebook import Code
from crosscase.suggest import cues_found, cues_in


def code(*cues: str, id: str = "mobility") -> Code:
    return Code(id, "Mobility", "norms", cues=cues)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("They don't like us going out after dark.", "go out"),
        ("She went out alone.", "go out"),
        ("We GO OUT sometimes.", "go out"),
        ("You may go\n  out now.", "go out"),
        ("The women's group meets here.", "woman"),
        ("The woman’s brother decides.", "woman"),
        ("He studies law.", "study"),
        ("That is better for everyone.", "good"),
        ("I don’t know.", "don't know"),
        ("It costs 50 taka.", "50 taka"),
        ("We go out.", "going out"),
    ],
)
def test_a_cue_is_met_in_its_grammatical_forms(text: str, cue: str) -> None:
    assert cues_in(text, code(cue)) == (cue,)


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("A category of its own.", "cat"),
        ("Out we go.", "go out"),
        ("Go straight out.", "go out"),
        ("We go", "go out"),
        ("", "go out"),
        ("anything at all", "..."),
    ],
)
def test_a_cue_is_met_only_in_whole_words_that_follow_each_other(text: str, cue: str) -> None:
    assert cues_in(text, code(cue)) == ()


def test_cues_come_in_the_codebook_s_order_for_each_text_and_code() -> None:
    codes = [code("permission", "go out"), code("dowry", id="marriage"), Code("none", "None", "norms")]
    texts = ["She goes out with permission.", "Nothing here.", "Dowries; permissions."]
    assert cues_found(texts, codes) == [
        {"mobility": ("permission", "go out")},
        {},
        {"mobility": ("permission",), "marriage": ("dowry",)},
    ]


def test_without_cues_no_language_pipeline_is_loaded() -> None:
    program = (
        "import sys; from crosscase.codebook import Code; from crosscase.suggest import cues_found\n"
        "assert cues_found(['a text', 'b'], [Code('c', 'C', 'k')]) == [{}, {}]\n"
        "print('spacy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
