"""What coders' files may hold that no figure can be made of: it is explained, in every command, and never NaN."""

from collections.abc import Mapping

import pytest
from click.testing import CliRunner

from crosscase import analyse, load
from crosscase.cli import main
from crosscase.pages import addresses, page, render
from tests.conftest import StudyFolder

TEXT = (
    "Interviewer: When do you start?\n\nLea: We start at six, since the boats don't wait.\n\n"
    "Interviewer: And the pay?\n\nLea: Enough for the rent of the room and no more.\n\n"
    "Lea: My brother went to the city.\n"
)
BASE = {
    "study.yaml": "title: T\n",
    "codebook/c.yaml": "category: work\nname: Work\ncodes:\n  - {id: hours, name: Hours}\n  - {id: pay, name: Pay}\n",
    "transcripts/I01.txt": TEXT,
    "transcripts/I02.txt": TEXT.replace("Lea", "Tom"),
}


def file(*codings: str, **header: int) -> str:
    """A codings file of `code: quote`."""
    told = "".join(f',"{name}":{value}' for name, value in header.items())
    lines = [f'{{"codebook":1{told}}}']
    for coding in codings:
        code, _, quote = coding.partition(": ")
        lines.append(f'{{"code":"{code}","quote":"{quote}"}}')
    return "\n".join(lines) + "\n"


HOURS, PAY = "hours: We start at six", "pay: Enough for the rent"
CASES: Mapping[str, tuple[Mapping[str, str], str]] = {
    "one coder": ({"codings/AB/I01.jsonl": file(HOURS)}, "nothing to measure"),
    "no overlap": ({"codings/AB/I01.jsonl": file(HOURS), "codings/CD/I02.jsonl": file(HOURS)}, "nothing to measure"),
    "a coder who used one code only": (
        {"codings/AB/I01.jsonl": file(HOURS, PAY), "codings/CD/I01.jsonl": file(HOURS)},
        "an interval needs 5 sources",
    ),
    "all agree": (
        {"codings/AB/I01.jsonl": file(HOURS), "codings/CD/I01.jsonl": file(HOURS)},
        "every mark is the same",
    ),
    "nobody gave anything": (
        {"codings/AB/I01.jsonl": file(), "codings/CD/I01.jsonl": file()},
        "every mark is the same",
    ),
    "contradictory marks by one coder": (
        {
            "codings/AB/I01.jsonl": file(HOURS, "pay: We start at six", "hours: at six, since the boats"),
            "codings/CD/I01.jsonl": file(HOURS),
        },
        "an interval needs 5 sources",
    ),
    "unit lists that differ": (
        {
            "codings/AB/I01.jsonl": file(HOURS),
            "codings/AB/I02.jsonl": file(HOURS),
            "codings/CD/I01.jsonl": file(HOURS),
            "codings/EF/I02.jsonl": file(PAY),
        },
        "an interval needs 5 sources",
    ),
    "spans that cross turns": (
        {
            "codings/AB/I01.jsonl": file("pay: no more.\\n\\nLea: My brother"),
            "codings/CD/I01.jsonl": file("pay: My brother went to the city."),
        },
        "every mark is the same",
    ),
    "readings that end at different places": (
        {"codings/AB/I01.jsonl": file(HOURS, read_to=90), "codings/CD/I01.jsonl": file(HOURS, PAY)},
        "every mark is the same",
    ),
    "a reading that has come to nothing": (
        {"codings/AB/I01.jsonl": file(read_to=0), "codings/CD/I01.jsonl": file(HOURS)},
        "nothing to measure",
    ),
}
COMMANDS = (
    ("agree",),
    ("agree", "--coefficients"),
    ("agree", "--coefficients", "--unit", "turn", "--json"),
    ("agree", "--gamma"),
    ("saturation",),
    ("saturation", "--all-codes", "--by-sector", "--csv"),
    ("coverage",),
    ("coverage", "--json"),
)


@pytest.mark.parametrize("what", CASES)
def test_it_is_explained_in_place_of_a_figure(study_folder: StudyFolder, what: str) -> None:
    files, said = CASES[what]
    folder = study_folder({**BASE, **files})
    output = ""
    for command, *options in COMMANDS:
        result = CliRunner().invoke(main, [command, str(folder), *options])
        assert result.exit_code == 0, result.output
        assert "nan" not in result.stdout.casefold().split()
        assert "NaN" not in result.stdout
        output += result.stdout
    assert said in output
    findings = analyse(load(folder))
    for name in ("agreement", "saturation", "coverage"):
        text = render(page(findings, addresses(findings)[f"{name}.html"]))
        assert ">nan<" not in text
        assert " nan" not in text


def test_json_and_csv_at_once_are_refused(study_folder: StudyFolder) -> None:
    result = CliRunner().invoke(main, ["agree", str(study_folder(BASE)), "--json", "--csv"])
    assert (result.exit_code, "either `--json` or `--csv`" in result.output) == (2, True)
