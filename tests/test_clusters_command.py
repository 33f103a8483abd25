"""`crosscase clusters`: list, show, decide; an id means the same in the list and in the next command."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from crosscase import Study, load
from crosscase.cli import main
from crosscase.coding import Coding
from crosscase.revisit import waiting
from crosscase.source import Segment
from crosscase.study import decisions
from tests.conftest import StudyFolder
from tests.test_suggest_clusters import WORDS, corpus

Run = Callable[..., str]


@pytest.fixture
def folder(study_folder: StudyFolder, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Eight interviews on four subjects, read to the end by AB under a codebook that has none of them."""
    monkeypatch.setattr("crosscase.suggest.load_encoder", lambda _: WORDS)
    texts: dict[str, list[str]] = {}
    for passage in corpus():
        texts.setdefault(passage.place.source_id, []).append(f"P: {passage.text}")
    files = {f"transcripts/{source}.txt": "\n\n".join(turns) + "\n" for source, turns in texts.items()}
    read = {f"codings/AB/{source}.jsonl": '{"sha256":"","codebook":1}\n' for source in texts}
    book = "category: places\nname: Places\ncodes:\n  - {id: places.home, name: Home}\n"
    return study_folder({"study.yaml": "title: Talks\n", "codebook/places.yaml": book, **files, **read})


@pytest.fixture
def run(folder: Path) -> Run:
    def invoke(*args: str, status: int = 0) -> str:
        words = [str(folder) if arg == "STUDY" else arg for arg in args]
        ran = CliRunner().invoke(main, ["clusters", *words])
        assert ran.exit_code == status, ran.output
        return ran.output

    return invoke


def ids(output: str) -> list[str]:
    return [line.split()[0] for line in output.splitlines() if "the machine's name" in line]


def test_the_list_may_be_asked_for_with_or_without_its_name(run: Run) -> None:
    assert ids(run("STUDY", "--k", "4")) == ids(run("list", "STUDY", "--k", "4"))
    assert run("--k", "4", "STUDY").count("the machine's name") == 4
    assert "promote" in run("--help")


def test_a_cluster_is_shown_with_all_its_passages_numbered(run: Run) -> None:
    (first, *_) = ids(run("STUDY", "--k", "4"))
    shown = run("show", "STUDY", first).splitlines()
    assert shown[0].startswith(f"{first}  ")
    assert shown[-1].split()[0] == "24"


def test_a_rejected_cluster_is_folded_away_in_the_next_list(run: Run) -> None:
    first, second, *_ = ids(run("STUDY", "--k", "4"))
    assert "rejected: " in run("reject", "STUDY", first, "--by", "AB", "--reason", "small talk")
    assert "set aside: " in run("set-aside", "STUDY", second, "--by", "AB")
    listed = run("STUDY", "--k", "4")
    assert "rejected by AB on " in listed.split("folded away:")[1]
    assert ": small talk" in listed
    assert not {first, second} & set(ids(listed))


def test_a_promoted_cluster_is_a_code_and_its_borderline_passages_come_first_in_the_review(
    run: Run, folder: Path
) -> None:
    first, *_ = ids(run("STUDY", "--k", "4"))
    before = load(folder)
    options = ("--to", "places.river", "--category", "places", "--by", "AB", "--example", "2", "--example", "5")
    said = run("promote", "STUDY", first, *options, "--reason", "all eight say it")
    assert "places.river, in version 2 of the codebook" in said
    study = load(folder)
    (decision,) = study.cluster_decisions
    code = study.codebook.by_id["places.river"]
    assert code.examples == (decision.members[1].quote, decision.members[4].quote)
    assert code.history[0].cluster == decision.id
    assert study.codings == before.codings
    entries = waiting(study, code_id="places.river")
    margins = [entry.candidates[0].margin for entry in entries]
    assert len(entries) == 8
    assert margins == sorted(member for member in margins if member is not None)
    assert margins[0] == min(member.margin for member in decision.members)
    assert f"{first}  " in run("STUDY", "--k", "4").split("became codes:")[1]


def test_a_coded_passage_of_the_cluster_is_not_put_to_people_again(run: Run, folder: Path) -> None:
    first, *_ = ids(run("STUDY", "--k", "4"))
    run("promote", "STUDY", first, "--to", "places.river", "--category", "places", "--by", "AB", "--reason", "all")
    study = load(folder)
    (decision,) = study.cluster_decisions
    member = decision.members[0]
    draft = Coding("", member.source_id, member.start, member.end, "", "places.river")

    def places(study: Study) -> list[Segment]:
        return [c.segment for entry in waiting(study, code_id="places.river") for c in entry.candidates]

    assert member.place in places(study)
    assert member.place not in places(decisions.add_coding(study, "AB", draft))


def test_a_promotion_may_begin_a_category_with_a_definition_of_ones_own(run: Run, folder: Path) -> None:
    first, *_ = ids(run("STUDY", "--k", "4"))
    options = (
        "--to",
        "water.flood",
        "--category",
        "water",
        "--new-category",
        "Water",
        "--definition",
        "When it rises.",
    )
    said = run("promote", "STUDY", first, *options, "--name", "Floods", "--by", "AB", "--reason", "all eight say it")
    assert "is a draft" not in said
    code = load(folder).codebook.by_id["water.flood"]
    assert (code.name, code.definition, code.origin) == ("Floods", "When it rises.", "inductive")
    assert "category: water" in (folder / "codebook/water.yaml").read_text()


def test_clusters_are_merged_split_and_renamed_and_the_next_command_means_what_was_said(run: Run) -> None:
    first, second, third, _ = ids(run("STUDY", "--k", "4"))
    assert f"from now on: {first}  Both" in run("merge", "STUDY", first, second, "--by", "AB", "--name", "Both")
    assert "from now on: " in run("split", "STUDY", third, "--part", "A few=1,3-5", "--by", "AB")
    assert run("show", "STUDY", second).startswith(f"{first}  Both")
    assert f"`{third}` was split" in run("show", "STUDY", third, status=2)
    assert "(4 passages)" in run("rename", "STUDY", f"{third}.1", "Four of them", "--by", "AB")
    listed = run("STUDY", "--k", "4")
    assert f"{third}.1  Four of them" in listed
    assert f"{third}.2  the rest" in listed
    assert f"{first}  Both" in listed


def test_ids_of_an_older_list_are_refused_in_one_line(run: Run, folder: Path) -> None:
    assert "no clusters have been listed yet" in run("show", "STUDY", "c000000", status=2)
    first, *_ = ids(run("STUDY", "--k", "4"))
    path = folder / "transcripts/I00.txt"
    path.write_text(path.read_text().replace("We ", "All of us ", 1))
    refusal = run("reject", "STUDY", first, "--by", "AB", "--reason", "no", status=2)
    assert refusal.count("\n") == 1
    assert "texts, codings or speakers changed since the clusters were listed" in refusal
    assert f"`crosscase clusters {folder} --scope uncoded --grain medium --k 4`" in refusal
    assert load(folder).cluster_decisions == ()


def test_what_somebody_else_merged_since_the_list_is_told(run: Run, folder: Path) -> None:
    first, second, *_ = ids(run("STUDY", "--k", "4"))
    kept = (folder / ".crosscase/clusters-listed.json").read_bytes()
    run("merge", "STUDY", first, second, "--by", "CD")
    (folder / ".crosscase/clusters-listed.json").write_bytes(kept)
    refusal = run("reject", "STUDY", second, "--by", "AB", "--reason", "no", status=2)
    assert "clusters were merged or split since they were listed" in refusal


def test_a_new_code_does_not_make_the_ids_of_the_list_old(run: Run, folder: Path) -> None:
    first, *_ = ids(run("STUDY", "--k", "4"))
    book = folder / "codebook/places.yaml"
    book.write_text(book.read_text() + "  - {id: places.work, name: Work}\n")
    assert run("show", "STUDY", first).startswith(first)
    assert "nearest codes: places" in run("STUDY", "--k", "4")


def test_a_decision_is_withdrawn_by_its_id(run: Run, folder: Path) -> None:
    first, *_ = ids(run("STUDY", "--k", "4"))
    run("reject", "STUDY", first, "--by", "AB", "--reason", "no")
    (decision,) = load(folder).cluster_decisions
    assert run("withdraw", "STUDY", decision.id) == f"withdrawn: {decision.id}\n"
    assert len(ids(run("STUDY", "--k", "4"))) == 4


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("reject", "STUDY", "FIRST", "--by", "AB"), "say why it is rejected"),
        (("reject", "STUDY", "c000000", "--by", "AB", "--reason", "no"), "there is no cluster `c000000`"),
        (("merge", "STUDY", "FIRST", "FIRST", "--by", "AB"), "two clusters or more"),
        (("split", "STUDY", "FIRST", "--part", "x", "--by", "AB"), "as in `Fees=1,4-6`"),
        (("split", "STUDY", "FIRST", "--part", "x=1,a", "--by", "AB"), "as in `Fees=1,4-6`"),
        (("split", "STUDY", "FIRST", "--part", "x=0", "--by", "AB"), "there is no passage 0"),
        (("split", "STUDY", "FIRST", "--part", "x=1", "--part", "y=1", "--by", "AB"), "passage 1 is in two parts"),
        (("split", "STUDY", "FIRST", "--part", "x=1-24", "--by", "AB"), "two parts or more"),
        (
            ("promote", "STUDY", "FIRST", "--to", "a", "--category", "b", "--by", "AB", "--reason", "x"),
            "there is no category `b`",
        ),
        (("withdraw", "STUDY", "cluster-AB-000000"), "no decision about a cluster"),
    ],
)
def test_a_command_that_cant_be_carried_out_says_so_in_one_line(
    run: Run, folder: Path, args: tuple[str, ...], told: str
) -> None:
    first, *_ = ids(run("STUDY", "--k", "4"))
    refusal = run(*(first if arg == "FIRST" else arg for arg in args), status=2)
    assert told in refusal
    assert refusal.count("\n") == 1
    assert load(folder).cluster_decisions == ()


def test_a_run_that_was_damaged_is_made_again(run: Run, folder: Path) -> None:
    listed = run("STUDY", "--k", "4")
    (folder / ".crosscase/clusters-listed.json").write_text("{")
    assert "no clusters have been listed yet" in run("show", "STUDY", "c000000", status=2)
    assert ids(run("STUDY", "--k", "4")) == ids(listed)
