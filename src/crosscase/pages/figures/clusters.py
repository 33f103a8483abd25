"""The figures of clusters: a map of the passages, and which source said what. Every mark leads to its words.

Clusters go by letter, so that they are told apart in print and by everyone.
"""

from collections import defaultdict
from collections.abc import Mapping
from textwrap import shorten

from crosscase.clustering import Belonging, Passage
from crosscase.judged import Decided
from crosscase.pages.explored import passage_line
from crosscase.pages.figures.drawing import Entry, Figure, Label, Line, Mark, Way, badge, disc, letter, lines
from crosscase.pages.material import Material
from crosscase.wording import counted, out_of

WIDTH, HEIGHT, EDGE = 720, 540, 24
STEP, ROW, TOP = 56, 26, 40
LETTER, LONGEST, ENOUGH = 7.2, 34, 48
SMALLEST, LARGEST = 3.0, 11.0
WAYS = "A mark leads to its passage in the transcript; the table has the same links."


def passage_map(material: Material, now: Decided, names: Mapping[str, str]) -> Figure | None:
    """Every passage that is drawn as the letter of its cluster, near to those that were seen alike."""
    placed = [belonging for belonging in now.clustering.belongings if belonging.at]
    if not placed:
        return None
    letters, total = _letters(now), len(now.clustering.belongings)
    central = {shown.cluster.central: number for number, shown in enumerate(now.clusters)}
    # The most central ones are drawn last, so that nothing covers them.
    placed.sort(key=lambda belonging: belonging.passage in central)
    return Figure(
        "map",
        "A map of the passages",
        f"{out_of(len(placed), total, 'passage')} as the letters of their clusters: {_listed(names)}.",
        WIDTH,
        HEIGHT,
        tuple(_mark(material, belonging, letters, central) for belonging in placed),
        ("Passage", "Source", "Where", "Cluster", "Next best"),
        tuple(_row(material, now, belonging, letters) for belonging in now.clustering.belongings if belonging.at),
        (
            "Exploratory. Distances on this map aren’t measurements: near means seen alike, far means little.",
            *_drawn(len(placed), total),
            f"Each letter is a passage of that cluster, in an outline the most central one; a dot is in none. {WAYS}",
        ),
    )


def _drawn(count: int, total: int) -> tuple[str, ...]:
    if count == total:
        return ()
    return (f"{out_of(count, total, 'passage')} are drawn, and listed in the table: every so many of each source.",)


def _listed(names: Mapping[str, str]) -> str:
    return "; ".join(f"{sign}, {name}" for sign, name in names.items())


def _mark(
    material: Material, belonging: Belonging, letters: Mapping[Passage, str], central: Mapping[Passage, int]
) -> Mark:
    x, y = belonging.at or (0.0, 0.0)
    across, down = round(EDGE + x * (WIDTH - 2 * EDGE), 1), round(EDGE + y * (HEIGHT - 2 * EDGE), 1)
    passage = belonging.passage
    line = passage_line(material, passage)
    sign = letters.get(passage)
    if passage in central:
        drawing = badge(across, down, central[passage])
    else:
        drawing = (Label(across, down + 4.5, sign),) if sign else (disc(across, down, 2.5, "quiet"),)
    return Way(drawing, line.place.href, f"{sign or 'In no cluster'}: {_beginning(line.text)} ({line.source.text})")


def _beginning(text: str) -> str:
    """Enough words to know a passage by: the table under the map has more of them."""
    return shorten(text, ENOUGH, placeholder=" …", break_on_hyphens=False)


def _letters(now: Decided) -> dict[Passage, str]:
    return {member: letter(number) for number, shown in enumerate(now.clusters) for member in shown.cluster.members}


def _row(material: Material, now: Decided, belonging: Belonging, letters: Mapping[Passage, str]) -> tuple[Entry, ...]:
    line = passage_line(material, belonging.passage)
    cluster = letters.get(belonging.passage, "none: resembles no other" if belonging.is_apart else "none: left over")
    second = [letter(number) for number, shown in enumerate(now.clusters) if belonging.second_id in shown.ids]
    return line.short, line.source.text, line.place, cluster, ", ".join(sign for sign in second if sign != cluster)


def dots(material: Material, now: Decided, names: Mapping[str, str]) -> Figure:
    """Sources down, clusters across: the larger a dot, the more passages of the cluster are from the source."""
    said = _by_source(now)
    sources = [source_id for source_id in material.sources if source_id in said]
    titles = {source_id: material.source_link(source_id) for source_id in sources}
    left = LETTER * min(LONGEST, max(len(title.text) for title in titles.values())) + 12
    most = max(len(passages) for by_cluster in said.values() for passages in by_cluster.values())
    marks: list[Mark] = [
        mark for number in range(len(now.clusters)) for mark in badge(_across(left, number), 18, number)
    ]
    rows: list[tuple[Entry, ...]] = []
    for row, source_id in enumerate(sources):
        y = TOP + ROW * row + ROW / 2
        label = Label(0, y + 4.5, lines(titles[source_id].text, LONGEST, 1)[0])
        marks += [Line(0, y - ROW / 2, _across(left, len(names)) - STEP / 2, y - ROW / 2, "rule"), label]
        for number, cluster in enumerate(now.clusters):
            passages = said[source_id].get(cluster.id, [])
            if passages:
                marks.append(_dot(material, passages, most, _across(left, number), y, letter(number)))
        rows.append((titles[source_id], *(_links(material, said[source_id].get(one.id, [])) for one in now.clusters)))
    return Figure(
        "dots",
        "Which source each cluster is from",
        f"{counted(len(sources), 'source')} by {counted(len(names), 'cluster')}; the numbers count passages.",
        _across(left, len(names)) - STEP / 2,
        TOP + ROW * len(sources) + 8,
        tuple(marks),
        ("Source", *(f"{sign}: {name}" for sign, name in names.items())),
        tuple(rows),
        (f"The larger a dot, the more passages. {WAYS.replace('its passage', 'the first passage')}",),
    )


def _by_source(now: Decided) -> dict[str, dict[str, list[Passage]]]:
    said: dict[str, dict[str, list[Passage]]] = defaultdict(dict)
    for cluster in now.clusters:
        for member in cluster.cluster.members:
            said[member.place.source_id].setdefault(cluster.id, []).append(member)
    return said


def _across(left: float, number: int) -> float:
    return left + STEP * number + STEP / 2


def _dot(material: Material, passages: list[Passage], most: int, x: float, y: float, sign: str) -> Mark:
    radius = round(max(SMALLEST, LARGEST * (len(passages) / most) ** 0.5), 1)
    told = f"{sign}: {counted(len(passages), 'passage')}"
    marks = (disc(x - 6, y, radius, "dot"), Label(x + 9, y + 4.5, f"{len(passages)}", "count"))
    return Way(marks, material.turn_link(passages[0].place).href, told)


def _links(material: Material, passages: list[Passage]) -> Entry:
    return tuple(material.turn_link(passage.place) for passage in passages) or "–"
