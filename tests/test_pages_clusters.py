"""Pages of clusters and of the codebook's history: what the machine proposes is never taken for what people decided."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from lxml import html  # type: ignore[import-untyped]

from crosscase.cluster import Member
from crosscase.clustering import Cluster, Exploration
from crosscase.codebook import Amendment, Category, Code, Codebook
from crosscase.framework import Findings, analyse
from crosscase.pages import addresses, page, pages, render
from crosscase.pages.clusters import ClustersPage, clusters_page
from crosscase.pages.history import HistoryPage, history_page
from crosscase.pages.links import Address, Kind
from crosscase.pages.material import Material
from crosscase.profile import findings_for
from crosscase.study import Study
from tests.invented_clusters import all_passages, decision, exploration
from tests.small_study import small_study

DAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def study() -> Study:
    return small_study()


@pytest.fixture(scope="module")
def explored(study: Study) -> Exploration:
    return exploration(study)


def first(explored: Exploration) -> Cluster:
    return explored.clustering.clusters[0]


def findings(study: Study, explored: Exploration | None) -> Findings:
    return replace(analyse(study), exploration=explored)


def clusters(study: Study, explored: Exploration | None) -> ClustersPage:
    return clusters_page(Material(findings(study, explored), DAY))


def history(study: Study, explored: Exploration | None = None) -> HistoryPage:
    return history_page(Material(findings(study, explored), DAY))


def tree(found: Findings, kind: Kind, id: str = "") -> html.HtmlElement:
    return html.fromstring(render(page(found, Address(kind, id), DAY)))


def text_of(element: html.HtmlElement) -> str:
    (element,) = element.xpath("//main") if element.tag == "html" else (element,)
    return " ".join(element.text_content().split())


def test_a_name_of_the_machine_is_marked_and_a_persons_is_theirs(study: Study, explored: Exploration) -> None:
    named = decision(first(explored), verdict="renamed", name="Getting across", reason="They speak of it.")
    before = tree(findings(study, explored), Kind.CLUSTERS)
    after = tree(findings(replace(study, cluster_decisions=(named,)), explored), Kind.CLUSTERS)
    cards = [[text_of(card) for card in found.xpath("//article")] for found in (before, after)]
    assert all("Machine’s name" in card and "Nobody has decided what it is." in card for card in cards[0])
    assert cards[0][0].startswith("A ferry · bus <b>")
    assert cards[1][0].startswith("A Getting across Named by Ann Ode")
    assert "Machine’s name" not in cards[1][0]
    assert "Renamed by Ann Ode, 7 June 2025; " in cards[1][0]
    assert "They speak of it." in cards[1][0]
    assert cards[1][1] == cards[0][1]


def test_size_is_out_of_all_and_stability_is_in_words(study: Study, explored: Exploration) -> None:
    entry = clusters(study, explored).entries[0]
    facts = {fact.name: fact.text for fact in entry.facts}
    members, total = len(first(explored).members), len(all_passages(study))
    assert facts["Size"].startswith(f"{members} of {total} passages; ")
    assert facts["Size"].endswith(" of 4 sources; 2 of 2 communities")
    assert facts["Stability"] == "firm: found again whichever interviews were left out (0.90)"


def test_a_doubt_is_said_in_counts(study: Study, explored: Exploration) -> None:
    members = first(explored).members
    (doubt,) = clusters(study, explored).entries[0].warnings[-1:]
    assert doubt == (
        f"{len(members)} of its {len(members)} passages answer one question, “What has changed?”: "
        "it may be the question’s, not theirs."
    )


def test_every_quote_is_cut_from_its_source_and_leads_to_its_turn(study: Study, explored: Exploration) -> None:
    found = findings(study, explored)
    written = {one.file: html.fromstring(render(one)) for one in pages(found, DAY)}
    shown = written["clusters.html"].xpath("//figure[blockquote]")
    assert len(shown) >= 4
    for figure in shown:
        file, _, anchor = figure.xpath(".//a[@class='place']/@href")[0].partition("#")
        (turn,) = written[file].xpath("//*[@id=$id]", id=anchor)
        for number in turn.xpath("./p/a"):
            number.text = ""
        assert figure.findtext("blockquote") in turn.text_content()
    ways = written["clusters.html"].xpath("//figure//a/@href")
    assert len(ways) > len(all_passages(study))
    for way in ways:
        file, _, anchor = way.partition("#")
        assert len(written[file or "clusters.html"].xpath("//*[@id=$id]", id=anchor)) == 1 or not anchor, way


def test_every_passage_is_a_mark_on_the_map_and_a_row_of_its_table(study: Study, explored: Exploration) -> None:
    (map_,) = tree(findings(study, explored), Kind.CLUSTERS).xpath("//figure[@id='figure/map']")
    count = len(all_passages(study))
    marks = map_.xpath(".//svg//a")
    assert len(marks) == count
    assert {mark.get("tabindex") for mark in marks} == {"-1"}
    rows = map_.xpath(".//tbody/tr")
    assert len(rows) == count
    assert sorted(mark.get("href") for mark in marks) == sorted(row.xpath(".//a/@href")[0] for row in rows)
    assert "aren’t measurements" in text_of(map_)


def test_a_map_that_draws_only_some_says_so_and_lists_those(study: Study, explored: Exploration) -> None:
    belongings = explored.clustering.belongings
    some = tuple(replace(one, at=None) if at else one for at, one in enumerate(belongings))
    clustering = replace(explored.clustering, belongings=some)
    (map_,) = tree(findings(study, replace(explored, clustering=clustering)), Kind.CLUSTERS).xpath(
        "//figure[@id='figure/map']"
    )
    assert f"1 of {len(belongings)} passages are drawn" in text_of(map_)
    assert len(map_.xpath(".//svg//a")) == len(map_.xpath(".//tbody/tr")) == 1


def test_dots_count_the_passages_of_each_source(study: Study, explored: Exploration) -> None:
    (figure,) = tree(findings(study, explored), Kind.CLUSTERS).xpath("//figure[@id='figure/dots']")
    expected = sum(len(cluster.members) for cluster in explored.clustering.clusters)
    assert len(figure.xpath(".//tbody//td//a")) == expected
    said = [int(label.text) for label in figure.xpath(".//svg//a/text")]
    assert sum(said) == expected


def test_nearness_has_every_code_that_is_near_to_some_cluster(study: Study, explored: Exploration) -> None:
    lines = clusters(study, explored).nearness
    near = {one.code_id for cluster in explored.clustering.clusters for one in cluster.nearest_codes}
    assert len(lines) == len(near)
    assert all(any(is_nearest for _, is_nearest in line.cosines) for line in lines)


def test_a_rejected_cluster_is_folded_with_its_reason(study: Study, explored: Exploration) -> None:
    rejected = decision(first(explored), reason="Only <small> talk.")
    page = tree(findings(replace(study, cluster_decisions=(rejected,)), explored), Kind.CLUSTERS)
    (folded,) = page.xpath("//details[contains(@class, 'folded')]")
    assert not folded.get("open")
    assert text_of(folded.find("summary")) == "A ferry · bus <b>: rejected, “Only <small> talk.”"
    assert len(page.xpath("//article")) == 2
    assert "Machine’s name" in text_of(folded)


def test_a_decision_whose_passages_are_no_cluster_now_is_kept_in_view(study: Study, explored: Exploration) -> None:
    gone = replace(first(explored), members=all_passages(study)[-1:])
    earlier = decision(gone, verdict="set_aside", reason="For later.")
    page = clusters(replace(study, cluster_decisions=(earlier,)), explored)
    assert [line.reason for line in page.earlier] == ["For later."]
    assert page.earlier[0].why
    assert not any(entry.decisions for entry in page.entries)


def test_a_decision_that_another_took_the_place_of_is_not_shown(study: Study, explored: Exploration) -> None:
    former = decision(first(explored), reason="At first.")
    later = replace(decision(first(explored), id="d2", reason="Then."), follows=("d1",))
    page = clusters(replace(study, cluster_decisions=(former, later)), explored)
    assert [line.reason for line in page.put_by[0].decisions] == ["Then."]


def test_a_merger_is_one_cluster_and_a_split_two(study: Study, explored: Exploration) -> None:
    parts = [
        replace(member, part=cluster.id)
        for cluster in explored.clustering.clusters
        for member in decision(cluster).members
    ]
    merged = replace(decision(first(explored), verdict="merged", name="One"), members=tuple(parts))
    found = findings(replace(study, cluster_decisions=(merged,)), explored)
    page = tree(found, Kind.CLUSTERS)
    (card,) = page.xpath("//article")
    assert text_of(card).startswith("A One Named by Ann Ode")
    split = replace(merged, id="d2", verdict="split", members=tuple(_halved(decision(first(explored)).members)))
    page = tree(findings(replace(study, cluster_decisions=(split,)), explored), Kind.CLUSTERS)
    cards = [text_of(card) for card in page.xpath("//article")]
    assert len(cards) == 3
    assert sum("Split by Ann Ode" in card for card in cards) == 2
    assert len(page.xpath("//*[@id='decided/d2']")) == 1


def _halved(members: tuple[Member, ...]) -> Iterator[Member]:
    for at, member in enumerate(members):
        yield replace(member, part="One half" if at % 2 else "")


def test_without_clusters_one_line_says_how_to_get_them(study: Study, explored: Exploration) -> None:
    assert "clusters.html" not in addresses(findings(study, None))
    way = history(study).clusters
    assert way is not None
    assert way.text.endswith("`crosscase run` makes them.")
    decided = replace(study, cluster_decisions=(decision(first(explored), reason="Small talk."),))
    page = tree(findings(decided, None), Kind.CLUSTERS)
    assert "`crosscase run` makes them" in text_of(page)
    assert "Small talk." in text_of(page)
    assert page.xpath("//article") == []


def test_one_cluster_or_none_is_a_page_without_nonsense(study: Study) -> None:
    for number, told in ((1, "1 cluster holds "), (0, "no cluster among them")):
        page = tree(findings(study, exploration(study, clusters=number)), Kind.CLUSTERS)
        assert told in text_of(page)
        assert len(page.xpath("//article")) == number
        assert len(page.xpath("//figure[@id='figure/map']")) == number
    empty = findings(Study(study.folder), Exploration())
    assert "Draft" in text_of(tree(empty, Kind.CLUSTERS))


def test_words_alone_are_said_to_be_words_alone(study: Study) -> None:
    facts = {fact.name: fact.text for fact in clusters(study, exploration(study, encoder="")).made}
    assert facts["Compared by"].startswith("words alone, as there was no encoder")
    assert "words alone" not in str(clusters(study, exploration(study)).made)


@pytest.mark.parametrize("profile", ["reviewer", "public"])
def test_nobody_but_the_team_sees_clusters(study: Study, explored: Exploration, profile: str) -> None:
    told = replace(study, cluster_decisions=(decision(first(explored)),))
    found = replace(findings_for(told, profile), exploration=explored)
    assert "clusters.html" not in addresses(found)
    everything = " ".join(render(one) for one in pages(found, DAY))
    assert "As the machine sees its passages" not in everything
    assert "clusters.html" not in everything


def test_reviewers_read_reasons_with_places_masked_and_the_public_none(study: Study) -> None:
    step = Amendment(2, "reworded", "As they said it in North Town.", "ann", "2025-01-01")
    told = replace(study, codebook=amended(study.codebook, step))
    for profile, reason in (("reviewer", r"As they said it in \[Community \d\]\."), ("public", "")):
        page = history_page(Material(findings_for(told, profile), DAY))
        (change,) = [change for version in page.versions for change in version.changed]
        assert re.fullmatch(reason, change.why)
        assert "North Town" not in render(page)
        assert ("Why codes changed is not shown" in render(page)) == (not reason)


def test_a_codes_page_has_what_the_machine_sees_folded_and_marked(study: Study, explored: Exploration) -> None:
    found = findings(study, explored)
    code, other, *_ = study.codebook.codes
    (seen,) = tree(found, Kind.CODE, code.id).xpath("//details[contains(@class, 'explored')]")
    assert not seen.get("open")
    assert "Draft Exploratory" in text_of(seen)
    heads = [text_of(head) for head in seen.xpath(".//h3")]
    assert heads == ["Clusters within it", "Hard to tell from", "Outliers", "Under no code, and nearest to this one"]
    assert f"{other.name}: their passages lie mixed (0.50, where .50 is by lot)" in text_of(seen)
    assert tree(found, Kind.CODE, study.codebook.codes[2].id).xpath("//details") == []
    assert tree(findings(study, None), Kind.CODE, code.id).xpath("//details[@class='explored']") == []


def amended(book: Codebook, *steps: Amendment, **about: object) -> Codebook:
    """The codebook with these steps, and this, of its first code."""
    category, *others = book.categories
    code, *codes = category.codes
    changed: Code = replace(code, history=steps, **about)  # type: ignore[arg-type]
    return Codebook((Category(category.id, category.name, codes=(changed, *codes)), *others))


def test_a_code_of_a_cluster_leads_to_the_decision_that_made_it(study: Study, explored: Exploration) -> None:
    code = study.codebook.codes[0]
    promoted = decision(first(explored), verdict="promoted", name="Across", code_id=code.id)
    step = Amendment(3, "defined", "Four say it.", "ann", "2025-06-07", "d1")
    book = amended(study.codebook, step, origin="inductive", since=3)
    found = findings(replace(study, codebook=book, cluster_decisions=(promoted,)), explored)
    (row,) = tree(found, Kind.HISTORY).xpath("//table[contains(@class, 'came')][.//a[text()='Across']]//tr[.//td]")
    assert row.xpath(".//a[text()='Across']/@href") == ["clusters.html#decided/d1"]
    assert "Four say it.Ann Ode, 7 June 2025" in row.text_content()
    (line,) = tree(found, Kind.CLUSTERS).xpath("//*[@id='decided/d1']")
    assert text_of(line).startswith(f"Promoted to the code {code.name} by Ann Ode")


def test_an_inductive_code_leads_to_where_it_was_first_coded(study: Study) -> None:
    codings = tuple(
        replace(coding, at=f"2025-05-0{9 - at}") if coding.code_id == "get.walk" else coding
        for at, coding in enumerate(study.codings)
    )
    book = amended(study.codebook, origin="inductive", since=2)
    page = history(replace(study, codings=codings, codebook=book))
    arrival = page.versions[0].came[0]
    assert arrival.origin.words == "from the data (inductive); first coded in"
    last = max((at for at, coding in enumerate(codings) if coding.code_id == "get.walk"))
    assert arrival.origin.place is not None
    assert codings[last].id in arrival.origin.place.href


def test_the_sources_that_were_not_read_for_a_code_are_named(study: Study) -> None:
    readings = tuple(replace(reading, codebook=1) for reading in study.readings[:-1]) + study.readings[-1:]
    late = amended(study.codebook, since=2)
    arrival = history(replace(study, readings=readings, codebook=late)).versions[0].came[0]
    assert arrival.read == "1 of 4 sources"
    assert [(told, len(sources)) for told, sources in arrival.waiting] == [
        ("2 read before this code existed", 2),
        ("1 not read yet", 1),
    ]


def test_changes_made_at_once_for_one_reason_stand_together(study: Study) -> None:
    step = Amendment(4, "reworded", "Shorter.", "ann", "2025-06-07")
    codes = tuple(replace(code, history=(step,)) for code in study.codebook.codes[:2])
    category = replace(study.codebook.categories[0], codes=codes)
    newest, *_ = history(replace(study, codebook=Codebook((category, *study.codebook.categories[1:])))).versions
    assert newest.number == 4
    (change,) = newest.changed
    assert [link.text for link in change.codes] == [code.name for code in codes]
    assert (change.what, change.why, change.byline) == (
        "reworded, the meaning kept",
        "Shorter.",
        "Ann Ode, 7 June 2025",
    )
