"""Small studies, written out as files."""

import json
import os
import shutil
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("crosscase", deadline=None)  # a busy machine is no failure
# The same examples at each run of CI; other ones each time by hand, which is how new failures are found.
settings.register_profile("ci", settings.get_profile("crosscase"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "crosscase")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
SAMPLE = (
    *("study.yaml", "guide.yaml", "participants.csv", "sources.csv", "claims.yaml", "codebook", "cases", "charts"),
    *("codings", "themes", "typologies", "exhibits", "memos", "set-aside", "clusters"),
)

StudyFolder = Callable[[Mapping[str, str]], Path]

SMALL = {
    "study.yaml": "title: Small\nunit: town\n",
    "codebook/1-money.yaml": (
        "category: money\n"
        "name: Money\n"
        "codes:\n"
        "  - id: money.cost\n"
        "    name: Cost\n"
        "    definition: What it costs.\n"
        "    values: {high: Much., low: Little.}\n"
        "  - id: money.source\n"
        "    name: Source\n"
        "    origin: inductive\n"
    ),
    "guide.yaml": "questions:\n  - {id: Q1, text: What does it cost?, codes: [money.cost], put: all}\n",
    "participants.csv": "id,case,role\nP01,Ash,mayor\nP02,Elm,clerk\n",
    "cases/Ash.yaml": "name: Ashford\n",
    "cases/Elm.yaml": "# the small one\nname: Elmton  # by the river\n",
    "transcripts/ash.txt": (
        "Interviewer: What did it cost?\n\n"
        "[00:00:10] P01: It cost us very dear, I must say. The county paid for half of it.\n\n"
        "Interviewer: And who else?\n\n"
        "P01: It cost us very dear, I must say. Nobody else.\n"
    ),
    "transcripts/elm.txt": "Interviewer: What did it cost?\n\nP02: Next to nothing, the church lent us the hall.\n",
    "codings/AB/ash.jsonl": (
        '{"sha256":"","codebook":1}\n'
        '{"id":"a1","start":48,"end":81,"code":"money.cost","quote":"It cost us very dear, I must say.","value":"high",'
        '"before":"hat did it cost?\\n\\n[00:00:10] P01: ","after":" The county paid for half of it."}\n'
        '{"id":"a2","start":82,"end":113,"code":"money.source","quote":"The county paid for half of it."}\n'
    ),
}


def long_source(turns: int) -> dict[str, str]:
    """A source of so many turns; AB coded two passages of each answer, by `money.source` both in every twentieth."""
    said = [
        f"P01: We had no money for bus {number}. So we walked to the market."
        if number % 2
        else f"Interviewer: And then, {number}?"
        for number in range(turns)
    ]
    text = "\n\n".join(said) + "\n"
    lines = [json.dumps({"sha256": sha256(text.encode()).hexdigest(), "codebook": 1})]
    for number in range(1, turns, 2):
        for quote in (f"We had no money for bus {number}.", "So we walked to the market."):
            start = text.index(quote, text.index(f"bus {number}.") - len("We had no money for "))
            code = "money.source" if number % 40 == 39 else "money.cost"
            coding = {"id": f"c{len(lines)}", "start": start, "end": start + len(quote), "code": code}
            lines.append(json.dumps(coding | {"quote": quote}))
    codings = "\n".join(lines) + "\n"
    return {"transcripts/long.txt": text, "codings/AB/long.jsonl": codings, "sources.csv": "id,case\nlong,Ash\n"}


def copy_of_the_sample(folder: Path) -> Path:
    """The study at the repository's root, without what was received and what is built."""
    for part in SAMPLE:
        (shutil.copytree if (ROOT / part).is_dir() else shutil.copy)(ROOT / part, folder / part)
    texts = ROOT / "transcripts_sample"
    shutil.copytree(texts, folder / "transcripts_sample", ignore=shutil.ignore_patterns("original"))
    return folder


@pytest.fixture
def study_folder(tmp_path: Path) -> StudyFolder:
    """Write a study from file names and texts; without any, a small one that has nothing wrong with it."""

    def write(files: Mapping[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / "study" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return tmp_path / "study"

    return write


@pytest.fixture
def small(study_folder: StudyFolder) -> Path:
    return study_folder(SMALL)
