"""QualCoder's projects (.qda folders with a database), of every version: columns are looked up, nothing is written."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from crosscase.exchange.projects.positions import Habit, Reading, Selected, Text, placed
from crosscase.exchange.projects.project import (
    CaseSpan,
    Note,
    Project,
    ProjectCase,
    ProjectCode,
    ProjectCoding,
    ProjectSource,
    Unplaced,
    guid_for,
    merged,
    not_carried,
)
from crosscase.exchange.projects.tables import Row, Tables, opened, whole
from crosscase.exchange.transcript import Unreadable

DATABASE = "data.qda"
NEWEST = 17
HABIT = Habit("code points", True)
_REASONS = {
    "image codings": "regions of pictures",
    "audio/video codings": "times of recordings",
    "sources without text": "not text",
    "codings that cannot be placed": "each is listed",
    "codings marked important": "no such thing",
    "graphs": "no such thing",
}


def read(folder: Path) -> Project:
    """The project of a .qda folder, or of the database in it. Raises `Unreadable`."""
    path = folder / DATABASE if folder.is_dir() else folder
    if not path.is_file():
        raise Unreadable(f"it holds no {DATABASE}, so it is no project of QualCoder")
    with opened(path) as tables:
        if "code_text" not in tables or "source" not in tables:
            raise Unreadable("it is a database, but none of QualCoder's")
        return _Reader(tables, folder.name).project()


class _Reader:
    """One database, read table by table."""

    def __init__(self, tables: Tables, name: str) -> None:
        self._tables = tables
        self._name = name
        self._about = next(tables.rows("project", "databaseversion", "date", "memo", "about"), {})
        self._left: Counter[str] = Counter()
        self._unplaced: list[Unplaced] = []
        self._texts: dict[str, Text] = {}

    def project(self) -> Project:
        codes = tuple(self._codes())
        sources = {row["id"]: self._source(row) for row in self._tables.rows("source", *_OF_SOURCES)}
        codings, twice = merged(self._codings(sources, {code.guid for code in codes}))
        spans = tuple(self._case_spans(sources))
        notes = (*self._annotations(sources), *self._journals())
        self._count()
        owners = (coding.coder for coding in codings)
        names = (row["name"] for row in self._tables.rows("coder_names", "name"))
        return Project(
            self._name.removesuffix(".qda"),
            self._about.get("about") or "QualCoder",
            codes,
            tuple(sources.values()),
            codings,
            cases=tuple(self._cases(sources)),
            case_spans=spans,
            notes=notes,
            variables=dict(self._variables()),
            coders=tuple(dict.fromkeys(filter(None, (*owners, *names)))),
            unplaced=tuple(self._unplaced),
            not_carried=not_carried(self._left, _REASONS),
            merged=twice,
            notices=tuple(self._notices()),
        )

    def _guid(self, kind: str, number: str) -> str:
        return guid_for("qualcoder", self._about.get("date", ""), kind, number)

    def _codes(self) -> Iterator[ProjectCode]:
        """Categories and codes, those above first."""
        above: dict[str, str] = {}
        made: dict[str, ProjectCode] = {}
        for row in self._tables.rows("code_cat", "catid", "name", "memo", "supercatid"):
            guid = self._guid("category", row["catid"])
            above[guid] = self._guid("category", row["supercatid"]) if row["supercatid"] else ""
            made[guid] = ProjectCode(guid, row["name"], codable=False, description=row["memo"])
        for row in self._tables.rows("code_name", "cid", "name", "memo", "catid", "color", "supercid"):
            guid = self._guid("code", row["cid"])
            parent = self._guid("category", row["catid"]) if row["catid"] else ""
            above[guid] = self._guid("code", row["supercid"]) if row["supercid"] else parent
            made[guid] = ProjectCode(guid, row["name"], color=row["color"], description=row["memo"])
        yield from _downwards(made, above)

    def _source(self, row: Row) -> ProjectSource:
        text = None
        if row["fulltext"] or not row["mediapath"]:
            text = self._texts[row["id"]] = Text(row["fulltext"])
        else:
            self._left["sources without text"] += 1
        values = self._values("file", row["id"])
        return ProjectSource(
            self._guid("source", row["id"]), row["name"], text.plain if text else None,
            "text" if text else "picture", row["memo"], values, row["owner"], row["date"], str(HABIT), "as it counts",
        )  # fmt: skip

    def _codings(self, sources: Mapping[str, ProjectSource], codes: set[str]) -> Iterator[ProjectCoding]:
        by_source: dict[str, list[Row]] = {}
        for row in self._tables.rows("code_text", *_OF_CODINGS):
            by_source.setdefault(row["fid"], []).append(row)
        for source_id, rows in by_source.items():
            text = self._texts.get(source_id)
            selected = [Selected((whole(row["pos0"]), whole(row["pos1"])), row["seltext"]) for row in rows]
            places = placed(text, selected, HABIT).placed if text else ()
            for number, (row, selection) in enumerate(zip(rows, selected, strict=True)):
                place = places[number] if places else None
                code = self._guid("code", row["cid"])
                if place is None or place.span is None or code not in codes:
                    why = "its text is missing" if place is None else place.doubt or "its code is not in the codebook"
                    self._lost(sources, source_id, selection, why)
                    continue
                self._left["codings marked important"] += row["important"] == "1"
                yield ProjectCoding(
                    self._guid("coding", row["ctid"]), sources[source_id].guid, *place.span, code, row["owner"],
                    row["date"], row["memo"], place.proof, place.doubt, selection.raw,
                )  # fmt: skip

    def _lost(self, sources: Mapping[str, ProjectSource], source_id: str, selection: Selected, why: str) -> None:
        source = sources[source_id].guid if source_id in sources else ""
        self._unplaced.append(Unplaced(source, selection.raw, 1, why, selection.name))
        self._left["codings that cannot be placed"] += 1

    def _cases(self, sources: Mapping[str, ProjectSource]) -> Iterator[ProjectCase]:
        wholes: dict[str, list[str]] = {}
        for row in self._tables.rows("case_text", "caseid", "fid", "pos0", "pos1"):
            if row["fid"] in sources and self._is_whole(row):
                wholes.setdefault(row["caseid"], []).append(sources[row["fid"]].guid)
        for row in self._tables.rows("cases", "caseid", "name", "memo"):
            guid, mine = self._guid("case", row["caseid"]), tuple(wholes.get(row["caseid"], ()))
            yield ProjectCase(guid, row["name"], row["memo"], self._values("case", row["caseid"]), mine)

    def _is_whole(self, row: Row) -> bool:
        text = self._texts.get(row["fid"])
        start, end = whole(row["pos0"]), whole(row["pos1"])
        return text is None or end == 0 or (start == 0 and end >= len(text.raw))

    def _case_spans(self, sources: Mapping[str, ProjectSource]) -> Iterator[CaseSpan]:
        for row in self._tables.rows("case_text", "caseid", "fid", "pos0", "pos1"):
            text = self._texts.get(row["fid"])
            if text and not self._is_whole(row):
                span = Reading(text, HABIT).span((whole(row["pos0"]), whole(row["pos1"])))
                if span:
                    yield CaseSpan(self._guid("case", row["caseid"]), sources[row["fid"]].guid, *span)

    def _values(self, kind: str, number: str) -> dict[str, str]:
        rows = self._tables.rows("attribute", "name", "attr_type", "value", "id")
        mine = (row for row in rows if (row["attr_type"], row["id"]) == (kind, number))
        return {row["name"]: row["value"] for row in mine if row["value"].strip()}

    def _variables(self) -> Iterator[tuple[str, str]]:
        for row in self._tables.rows("attribute_type", "name", "valuetype"):
            yield row["name"], "Float" if row["valuetype"] == "numeric" else "Text"

    def _annotations(self, sources: Mapping[str, ProjectSource]) -> Iterator[Note]:
        for row in self._tables.rows("annotation", "anid", "fid", "pos0", "pos1", "memo", "owner", "date"):
            text, source = self._texts.get(row["fid"]), sources.get(row["fid"])
            span = Reading(text, HABIT).span((whole(row["pos0"]), whole(row["pos1"]))) if text else None
            place = (source.guid, *span) if source and span else ("", 0, 0)
            about = (source.guid,) if source else ()
            guid = self._guid("annotation", row["anid"])
            yield Note(guid, "", row["memo"], row["owner"], row["date"], about, *place)

    def _journals(self) -> Iterator[Note]:
        for row in self._tables.rows("journal", "jid", "name", "jentry", "owner", "date"):
            yield Note(self._guid("journal", row["jid"]), row["name"], row["jentry"], row["owner"], row["date"])
        if self._about.get("memo", "").strip():
            yield Note(self._guid("project", "memo"), "Project memo", self._about["memo"], at=self._about["date"])

    def _count(self) -> None:
        for table, column, what in (
            ("code_image", "imid", "image codings"),
            ("code_av", "avid", "audio/video codings"),
            ("graph", "grid", "graphs"),
        ):
            self._left[what] += sum(1 for _ in self._tables.rows(table, column))

    def _notices(self) -> Iterator[str]:
        version = self._about.get("databaseversion", "")
        if whole(version.removeprefix("v")) > NEWEST or not version.startswith("v"):
            yield f"its database is of version {version or 'none'}, not known here (up to v{NEWEST})"


_OF_SOURCES = ("id", "name", "fulltext", "mediapath", "memo", "owner", "date")
_OF_CODINGS = ("ctid", "cid", "fid", "seltext", "pos0", "pos1", "owner", "date", "memo", "important")


def _downwards(made: Mapping[str, ProjectCode], above: Mapping[str, str]) -> Iterator[ProjectCode]:
    """The codes with those above them first; one whose way up goes round in a circle stands at the top."""

    def depth(guid: str) -> int:
        steps = 0
        while above.get(guid) in made and steps <= len(made):
            guid, steps = above[guid], steps + 1
        return 0 if steps > len(made) else steps

    for guid, code in sorted(made.items(), key=lambda item: depth(item[0])):
        parent = above[guid] if depth(guid) else ""
        yield replace(code, parent=parent)
