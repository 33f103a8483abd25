"""The window of memos: a journal whose ids lead on, and in which nothing that people write is taken as HTML."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crosscase import load
from crosscase.memo import Memo
from crosscase.pages import material_of
from crosscase.pages.data import Link
from crosscase.pages.markdown import mentions, to_html
from crosscase.pages.windows import Seen
from crosscase.pages.windows.case import case_page
from crosscase.pages.windows.memos import MemosPage, memos_page
from crosscase.pages.windows.mentions import Mentions
from crosscase.profile import findings_for
from crosscase.study import decisions
from crosscase.web.blind import unseen
from tests.conftest import StudyFolder
from tests.test_decisions import readable
from tests.test_web import Browser

TEXT = (
    "# Who paid\nThe county, says [[a2]]; see [[money.cost]], [[Ash]], [[Ash/money.cost]], [[nobody.knows]] and a1.\n"
)


@pytest.fixture
def folder(study_folder: StudyFolder) -> Path:
    """A study with AB's memo on the cost, and CD's of a later day."""
    folder = readable(study_folder)
    decisions.write_memo(load(folder), Memo("later", "2026-02-01", "CD", "doubt", ("Elm", "gone"), TEXT))
    return folder


def seen(folder: Path, coder: str = "AB", *, is_blind: bool = False, **asked: str) -> Seen:
    study = unseen(load(folder), coder) if is_blind else load(folder)
    return Seen(material_of(findings_for(study, "team"), date(2026, 11, 28)), coder, (), is_blind, asked)


def page(folder: Path, **asked: Any) -> MemosPage:
    return memos_page(seen(folder, **asked))


def titles(page: MemosPage) -> list[str]:
    return [entry.title.text for entry in page.entries]


def test_the_journal_has_the_newest_first_with_who_wrote_what_about_what(folder: Path) -> None:
    later, earlier = page(folder).entries
    assert (later.title.text, later.byline) == ("Who paid", "1 February 2026, Carl Dahl, doubt")
    assert later.about == (Link("Elmton", "case?id=Elm"),)
    assert (earlier.title.text, earlier.byline) == ("Dear to whom?", "2 January 2026, Ann Berg, idea")


def test_a_memo_without_a_heading_is_called_by_its_first_words_as_one_reads_them(folder: Path) -> None:
    decisions.write_memo(load(folder), Memo("", "2026-03-01", "AB", "", (), "Who paid, says [[ a2 ]]?\nMore.\n"))
    assert titles(page(folder))[0] == "Who paid, says a2?"


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({"kind": "doubt"}, ["Who paid"]),
        ({"by": "AB"}, ["Dear to whom?"]),
        ({"about": "Elm"}, ["Who paid"]),
        ({"about": "Ash"}, ["Who paid"]),
        ({"about": "money.source"}, []),
        ({"about": "money.cost", "by": "AB"}, []),
        ({"name": "later"}, ["Who paid"]),
        ({"new": "1", "about": "money.source"}, ["Who paid", "Dear to whom?"]),
    ],
)
def test_it_is_narrowed_by_kind_by_whom_and_by_what_a_memo_is_about_or_names(
    folder: Path, asked: dict[str, str], shown: list[str]
) -> None:
    assert titles(page(folder, **asked)) == shown


def test_ids_lead_to_passages_codes_cases_and_cells_and_what_leads_nowhere_is_named(folder: Path) -> None:
    entry = page(folder, name="later").entries[0]
    for link in (
        '<a href="source-ash.html#coding/a2">ash, turn 2</a>',
        '<a href="code?id=money.cost">Cost</a>',
        '<a href="case?id=Ash">Ashford</a>',
        '<a href="cell?row=Ash&amp;code=money.cost">Ashford, Cost</a>',
        '<a href="source-ash.html#coding/a1">a1</a>',
        '<span class="broken" title="leads nowhere">nobody.knows</span>',
    ):
        assert link in entry.body
    assert entry.broken == "gone, nobody.knows"


def test_a_former_id_a_value_and_a_coding_that_is_lost_lead_on(folder: Path) -> None:
    resolve = Mentions(seen(folder).material)
    assert resolve("people.aid") == Link("Who helps", "code?id=people.help")
    assert resolve("people.lead=mayor") == Link("Who leads: mayor", "code?id=people.lead")
    assert resolve("c9") == Link("elm, a passage that no longer counts", "source-elm.html")
    assert resolve("later") == Link("Who paid", "memos?name=later")
    assert [resolve(unknown) for unknown in ("people.lead=queen", "Ash/nothing", "nobody/money.cost", "")] == [None] * 4


def nowhere(_: str) -> None:
    return None


@pytest.mark.parametrize(
    ("written", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("a <b onclick=x>b</b>", "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,y)", "<p>[x](data:text/html,y)</p>\n"),
        ("![x](https://example.org/y.png)", '<p>!<a href="https://example.org/y.png">x</a></p>\n'),
        (
            '[[<img src="x">]]',
            '<p><span class="broken" title="leads nowhere">&lt;img src=&quot;x&quot;&gt;</span></p>\n',
        ),
        ("# One\n\n- **two**", "<h3>One</h3>\n<ul>\n<li><strong>two</strong></li>\n</ul>\n"),
        ("`[[J05]]` and [a [[J05]]](x)", None),
    ],
)
def test_nothing_that_people_write_is_taken_as_html(written: str, html: str | None) -> None:
    rendered = to_html(written, nowhere, below=2)
    assert "<script" not in rendered
    assert "<img" not in rendered
    assert html is None or rendered == html


def test_an_id_in_plain_words_is_a_link_and_a_plain_word_that_is_one_by_chance_is_not() -> None:
    known = {"I05-012": Link("I05, turn 3", "source-i05.html"), "cost": Link("Cost", "code-cost.html")}
    rendered = to_html("(I05-012, I05-0123) cost `I05-012` [I05-012](x) [[cost]]", known.get)
    there = '<a href="source-i05.html">I05-012</a>'
    cost = '<a href="code-cost.html">Cost</a>'
    assert rendered == f'<p>({there}, I05-0123) cost {there} <a href="x">I05-012</a> {cost}</p>\n'
    assert mentions("[[ I05-012 ]] [[cost]] [[cost]] [x]") == ("I05-012", "cost")


def test_a_new_memo_is_named_by_its_day_and_first_words_and_never_in_the_place_of_another(folder: Path) -> None:
    browser = Browser(folder)
    for much in ("Much.", "Very much."):
        text = f"# What it costs, über all?\n{much}"
        answer = browser.act({"act": "write_memo", "text": text, "about": ["", "Ash", "Ash"]})
        assert answer.status_code == 200
    new = sorted(
        (memo for memo in load(folder).memos if memo.text.startswith("# What")), key=lambda memo: len(memo.name)
    )
    assert [memo.name[10:] for memo in new] == ["-what-it-costs-über-all", "-what-it-costs-über-all-2"]
    assert (new[0].by, new[0].about, new[0].text) == ("AB", ("Ash",), "# What it costs, über all?\nMuch.\n")


def test_a_memo_is_changed_where_it_stands_and_keeps_whose_it_is(folder: Path) -> None:
    writing = page(folder, name="later", change="1").entries[0].writing
    assert writing is not None
    assert (writing.text, writing.about) == (TEXT, (("Elm", "Elmton"), ("gone", "gone (leads nowhere)")))
    act = {"act": "write_memo", "name": "later", "text": "The church.", "about": ["Elm"], "kind": "idea"}
    assert Browser(folder).act(act).status_code == 200
    later = {memo.name: memo for memo in load(folder).memos}["later"]
    assert later == Memo("later", "2026-02-01", "CD", "idea", ("Elm",), "The church.\n")


def test_a_memo_whose_file_people_named_freely_can_be_changed(folder: Path) -> None:
    (folder / "memos/On money.md").write_text("Whose?\n")
    assert Browser(folder).act({"act": "write_memo", "name": "On money", "text": "Ours."}).status_code == 200
    assert (folder / "memos/On money.md").read_text().endswith("Ours.\n")
    assert Browser(folder).act({"act": "write_memo", "name": "On us", "text": "Ours."}).status_code == 422


def test_a_memo_that_somebody_else_changed_meanwhile_is_not_written_over(folder: Path) -> None:
    browser = Browser(folder)
    version = browser.session.version
    decisions.write_memo(load(folder), Memo("later", "2026-02-01", "CD", "doubt", ("Elm",), "Theirs.\n"))
    assert browser.act({"act": "write_memo", "name": "later", "text": "Mine."}, version).status_code == 409
    assert "Theirs." in (folder / "memos/later.md").read_text()


def test_a_memo_is_taken_away_and_comes_back_byte_for_byte(folder: Path) -> None:
    browser, path = Browser(folder), folder / "memos/later.md"
    before = path.read_bytes()
    answer = browser.act({"act": "remove_memo", "name": "later"})
    assert (answer.status_code, path.exists()) == (200, False)
    assert titles(page(folder)) == ["Dear to whom?"]
    assert browser.client.get("/memos?name=later").status_code == 404
    assert browser.send(f"/acts/{answer.json()['id']}/undo").status_code == 200
    assert path.read_bytes() == before


def test_a_memo_that_somebody_else_changed_meanwhile_is_not_taken_away(folder: Path) -> None:
    browser = Browser(folder)
    version = browser.session.version
    decisions.write_memo(load(folder), Memo("later", "2026-02-01", "CD", "doubt", ("Elm",), "Theirs.\n"))
    assert browser.act({"act": "remove_memo", "name": "later"}, version).status_code == 409
    assert (folder / "memos/later.md").exists()


def test_the_page_of_a_source_has_the_memos_on_its_codings_with_the_way_to_change_them(folder: Path) -> None:
    coded = Browser(folder).client.get("/coding/source-ash.html").json()["standing"]["coded"]
    memos = {coding["id"]: coding["memos"] for coding in coded}
    there = {"name": "later", "title": "Who paid", "href": "memos?name=later", "change": "memos?name=later&change=1"}
    assert memos == {"a1": [], "a2": [there], "a3": []}


def test_the_window_of_a_case_has_the_memos_on_it_and_begins_one(folder: Path) -> None:
    case = case_page(seen(folder, id="Elm"))
    assert case.memos == (Link("Who paid", "memos?name=later"),)
    assert case.write == "memos?new=1&about=Elm"
    new = page(folder, new="1", about="Elm").new
    assert new is not None
    assert new.about == (("Elm", "Elmton"),)


def test_the_window_shows_the_journal_and_its_forms(folder: Path) -> None:
    client = Browser(folder).client
    for address in ("/memos", "/memos?new=1", "/memos?name=later&change=1"):
        assert "Who paid" in client.get(address).text
    assert "memos?new=1&amp;about=Ash%2Fmoney.cost" in client.get("/cell?row=Ash&code=money.cost").text
    assert "memos?new=1&amp;about=money.cost" in client.get("/code?id=money.cost").text
    assert client.get("/memos?name=none").status_code == 404


def test_a_blind_coder_sees_their_own_memos_and_nobody_elses(folder: Path) -> None:
    assert titles(memos_page(seen(folder, "CD", is_blind=True))) == ["Who paid"]
    text = Browser(folder, "CD", is_blind=True).client.get("/memos").text
    assert "Dear to whom?" not in text
    assert "Ann Berg" not in text
