"""Two people decide at once: what was acknowledged is in the files, and who could have lost something is told."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crosscase import Refused, Study, load
from crosscase.coding import Coding
from crosscase.matrix import Summary
from crosscase.study import decisions
from crosscase.study.files import sha256
from tests.conftest import SMALL
from tests.deciding import EVERY, FILES, PREPARED
from tests.faults import Fault, outcomes

PLACES = [(48, 81), (82, 92), (82, 113), (100, 113)]
Acknowledged = dict[str, tuple[int, int, str, str]]


class Client:
    """One person with their own, perhaps outdated, view of the study. Refused, they look at it again."""

    def __init__(self, folder: Path, acknowledged: Acknowledged, cells: dict[str, str]) -> None:
        self.study, self.acknowledged, self.cells = load(folder), acknowledged, cells

    def act(self, decision: Callable[[Study], Study], then: Callable[[Study, Study], object]) -> None:
        seen = self.study
        try:
            self.study = decision(seen)
        except Refused:
            self.study = load(seen.folder)
        else:
            then(seen, self.study)

    def add(self, number: int, code_id: str) -> None:
        start, end = PLACES[number % len(PLACES)]
        draft = Coding("", "ash", start, end, "", code_id)

        def then(_: Study, after: Study) -> None:
            (new,) = {coding.id for coding in after.codings} - set(self.acknowledged) - {"a1", "a2"}
            self.acknowledged[new] = (start, end, code_id, "")

        self.act(lambda study: decisions.add_coding(study, "AB", draft), then)

    def change(self, number: int, memo: str) -> None:
        """What was acknowledged is changed only by one who saw it as it was."""
        mine = sorted(coding.id for coding in self.study.codings if coding.id not in ("a1", "a2"))
        if mine:
            chosen = mine[number % len(mine)]

            def then(seen: Study, _: Study) -> None:
                saw = next(coding for coding in seen.codings if coding.id == chosen)
                assert self.acknowledged[chosen][3] == saw.memo
                self.acknowledged[chosen] = (*self.acknowledged[chosen][:3], memo)

            self.act(lambda study: decisions.change_coding(study, "AB", chosen, memo=memo), then)

    def remove(self, number: int) -> None:
        mine = sorted(coding.id for coding in self.study.codings if coding.id not in ("a1", "a2"))
        if mine:
            chosen = mine[number % len(mine)]
            self.act(
                lambda study: decisions.remove_coding(study, "AB", chosen), lambda *_: self.acknowledged.pop(chosen)
            )

    def summarise(self, row: str, text: str) -> None:
        def then(seen: Study, _: Study) -> None:
            saw = {summary.case_id: summary.text for summary in seen.summaries}
            assert self.cells.get(row) == saw.get(row)
            self.cells[row] = text

        self.act(lambda study: decisions.summarise(study, Summary(row, "money.cost", text)), then)


ACTS = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 3), st.sampled_from(["money.cost", "money.source"])),
    st.tuples(st.just("change"), st.integers(0, 3), st.text("abc", max_size=3)),
    st.tuples(st.just("remove"), st.integers(0, 3)),
    st.tuples(st.just("summarise"), st.sampled_from(["Ash", "Elm"]), st.text("abc", min_size=1, max_size=3)),
)


@given(acts=st.lists(st.tuples(st.booleans(), ACTS), max_size=14))
@hypothesis_settings(max_examples=40)
def test_any_interleaving_ends_in_the_union_or_one_is_told(acts: list[tuple[bool, tuple[object, ...]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = written(Path(name), SMALL)
        acknowledged: Acknowledged = {}
        cells: dict[str, str] = {}
        clients = [Client(folder, acknowledged, cells) for _ in range(2)]
        for second, (verb, *words) in acts:
            getattr(clients[second], str(verb))(*words)
        study = load(folder)
        there = {c.id: (c.start, c.end, c.code_id, c.memo) for c in study.codings if c.id not in ("a1", "a2")}
        assert there == acknowledged
        assert {summary.case_id: summary.text for summary in study.summaries} == cells


WRITER = """
import sys
from crosscase import load
from crosscase.coding import Coding
from crosscase.study import decisions

folder, who, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
study = load(folder)
for place in range(number):
    start = 5 + 2 * place + (who == "b")
    study = decisions.add_coding(study, "AB", Coding("", "long", start, start + 1, "", "money.cost"))
    print(start, flush=True)
"""


@pytest.mark.slow
def test_two_processes_and_600_acknowledged_writes_of_one_file(tmp_path: Path) -> None:
    folder = written(tmp_path / "study", SMALL | {"transcripts/long.txt": "P01: " + "word" * 400 + "\n"})
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(folder), who, "300"], stdout=subprocess.PIPE, text=True)
        for who in "ab"
    ]
    acknowledged = [int(line) for writer in writers for line in writer.communicate()[0].splitlines()]
    assert [writer.returncode for writer in writers] == [0, 0]
    assert len(acknowledged) == 600
    starts = sorted(coding.start for coding in load(folder).codings if coding.source_id == "long")
    assert starts == sorted(acknowledged)


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["full disk", "not permitted", "killed"])
@pytest.mark.parametrize("name", EVERY)
def test_a_fault_at_any_call_loses_nothing_and_leaves_nothing_half(name: str, fault: Fault, tmp_path: Path) -> None:
    seen: dict[Path, Study] = {}

    def prepared(number: int) -> Path:
        folder = hashed(written(tmp_path / str(number), FILES))
        study = load(folder)
        seen[folder] = PREPARED[name](study) if name in PREPARED else study
        return folder

    before = contents(prepared(0))
    shapes = set()
    for folder, happened in outcomes(fault, prepared, lambda folder: EVERY[name](seen[folder])):
        load(folder, known=seen[folder])  # the next run
        left = contents(folder)
        assert not [path for path in left if path.endswith((".tmp", ".json"))], happened
        changed = {path for path in before.keys() | left.keys() if before.get(path) != left.get(path)}
        shapes.add(frozenset(changed))
        assert happened != "refused" or not changed
        assert happened != "done" or changed
        shutil.rmtree(folder)
    # either nothing of the decision is there, or all of it
    assert len(shapes - {frozenset()}) <= 1


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def hashed(folder: Path) -> Path:
    """The study with the hash of its text in the header of each file about one."""
    for path in folder.glob("*/**/*.jsonl"):
        text = folder / f"transcripts/{path.stem}.txt"
        if text.exists():
            path.write_text(path.read_text().replace('"sha256":""', f'"sha256":"{sha256(text.read_bytes())}"'))
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and ".crosscase" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
