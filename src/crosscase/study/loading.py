"""Load a study: read every file, keep what can be read, and list as problems what can't."""

import gc
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from crosscase.case import Case, Participant
from crosscase.claim import Claim
from crosscase.codebook import Code, Codebook
from crosscase.coding import READING_ORDER, Coding, Review
from crosscase.guide import Guide
from crosscase.layout import Layout
from crosscase.matrix import Summary
from crosscase.memo import Memo
from crosscase.problem import Problem, Refused
from crosscase.reading import Reading
from crosscase.source import Role, Source, parse, role_of_label
from crosscase.study import checking, files, formats
from crosscase.study.study import Settings, Study
from crosscase.theme import Theme
from crosscase.typology import Typology
from crosscase.voices import People

Described = dict[str, tuple[formats.tables.SourceRow, Mapping[str, str], int]]


@dataclass(slots=True)
class Reader:
    """Reads files of one folder; gathers problems, and the hash of each file as it was read."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)
    hashes: dict[str, str] = field(default_factory=dict)

    def bytes(self, path: Path) -> bytes:
        data = path.read_bytes()
        self.hashes[self.name(path)] = files.sha256(data)
        return data

    def text(self, path: Path) -> str:
        """The file as UTF-8 text with LF line ends; anything else is a problem, and is read as well as can be."""
        data = self.bytes(path)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            what = f"not UTF-8 text (byte {error.object[error.start]:#04x})"
            self.problems.append(Problem(self.name(path), line, what, "save the file as UTF-8"))
            text = data.decode("utf-8-sig", errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def matching(self, pattern: str) -> Iterator[Path]:
        for path, within in files.inside(self.folder, pattern):
            if within:
                yield path
            else:
                what = "this link leads out of the study, so it is not read"
                self.problems.append(Problem(self.name(path), 1, what, "put the file itself here"))


def load(folder: Path | str) -> Study:
    """Read a study folder. Mistakes in its files become the study's `problems`; nothing is dropped in silence.

    Raises `Refused` if there is no such folder, or no study.yaml in it.
    """
    folder = Path(folder)
    if not (folder / "study.yaml").is_file():
        raise Refused(f"{folder} is not a study (it has no study.yaml); `crosscase init {folder}` makes one")
    reader = Reader(folder)
    settings = formats.settings.settings(reader.text(folder / "study.yaml"), "study.yaml", reader.problems)
    codebook, code_lines = _codebook(reader)
    participants, participant_lines = _table(reader, "participants.csv", formats.tables.participants)
    described = _described(reader)
    sources = _sources(reader, settings, participants, described)
    unreadable: set[str] = set()
    sources = _with_set_aside(reader, sources, unreadable)
    cases, case_places = _cases(reader, participants, sources)
    if not case_places and not any(source.case_id for source in sources) and not any(p.case_id for p in participants):
        sources = _each_its_own_case(sources)
    guide, question_lines = _guide(reader)
    with _undisturbed():
        coded = _codings(reader, sources)
    summaries = _summaries(reader)
    sorted_by, type_places = _typologies(reader)
    source_lines = {source_id: line for source_id, (_, _, line) in described.items()}
    places = checking.Places(
        code_lines, source_lines, participant_lines, case_places, question_lines, summaries, coded.places, type_places
    )
    study = Study(
        folder, settings, codebook, sources, participants, cases, guide,
        codings=_resolved(coded.codings, codebook),
        readings=tuple(coded.readings),
        moved=tuple(coded.moved),
        lost=tuple(coded.lost),
        summaries=_current(summaries, codebook),
        typologies=sorted_by,
        themes=_themes(reader),
        claims=_claims(reader),
        layouts=_layouts(reader),
        reviews=_reviews(reader, sources, unreadable),
        memos=_memos(reader),
        unreadable=frozenset(coded.unreadable | unreadable),
        hashes=reader.hashes,
    )  # fmt: skip
    found = [
        *reader.problems,
        *checking.problems(study, places),
        *formats.themes.problems(study, study.themes, study.claims),
        *formats.layouts.problems_of(
            study.layouts,
            typologies=study.typologies,
            themes=study.themes,
            features=study.values,
            codes=study.codebook.by_id,
        ),
    ]
    return study.with_problems(sorted(set(found)))


def load_codebook(folder: Path | str) -> tuple[Codebook, tuple[Problem, ...]]:
    """Read only a codebook: a folder of category files, or the study that holds one."""
    folder = Path(folder)
    root = folder.parent if folder.name == "codebook" and not (folder / "codebook").is_dir() else folder
    pattern = "codebook/*.yaml" if (root / "codebook").is_dir() else "*.yaml"
    reader = Reader(root)
    codebook, lines = _codebook(reader, pattern)
    if not lines:
        raise Refused(f"{folder} holds no codes; give a codebook folder, or a study that has one")
    return codebook, tuple(sorted(set(reader.problems)))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """No garbage collection meanwhile: a million codings that all stay would be walked through again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class _Coded:
    codings: list[Coding] = field(default_factory=list)
    moved: list[tuple[Coding, Coding]] = field(default_factory=list)
    lost: list[Coding] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    places: list[formats.codings.CodingsFile] = field(default_factory=list)


def _codebook(reader: Reader, pattern: str = "codebook/*.yaml") -> tuple[Codebook, dict[str, tuple[str, int]]]:
    categories = []
    places: dict[str, tuple[str, int]] = {}
    for path in reader.matching(pattern):
        name = reader.name(path)
        category, lines = formats.codebook.category(reader.text(path), name, path.stem, reader.problems)
        seen: list[Code] = []
        for code, line in zip(category.codes, lines, strict=True):
            if code.id in places:
                first = "{}:{}".format(*places[code.id])
                what = f"the code `{code.id}` is already defined in {first}"
                reader.problems.append(Problem(name, line, what, "give this one another id (the first is used)"))
                continue
            places[code.id] = (name, line)
            seen.append(code)
        categories.append(replace(category, codes=tuple(seen)))
    return Codebook(tuple(categories)), places


def _sources(
    reader: Reader, settings: Settings, participants: tuple[Participant, ...], described: Described
) -> tuple[Source, ...]:
    sources = []
    people = People(participants)
    for path in reader.matching(f"{settings.transcripts}/*.txt"):
        text = reader.text(path)
        if unicodedata.normalize("NFC", text) != text:
            what = "letters with accents are stored in two parts (not NFC)"
            reader.problems.append(Problem(reader.name(path), 1, what, "import the text again", "warning"))
        row, attributes, _ = described.get(path.stem, (formats.tables.SourceRow(path.stem), {}, 0))
        turns = parse(text, _roles(path.stem, settings, people), speech=row.kind != "document")
        sha = files.sha256(text.encode("utf-8", errors="replace"))
        sources.append(Source(path.stem, text, turns, sha, row.kind, row.title, row.date, row.case, attributes))
    known = {source.id for source in sources}
    for source_id, (_, _, line) in described.items():
        if source_id not in known:
            what = f"there is no {settings.transcripts}/{source_id}.txt"
            reader.problems.append(Problem("sources.csv", line, what, "import the source, or remove this row"))
    return tuple(sources)


def _described(reader: Reader) -> Described:
    path = reader.folder / "sources.csv"
    if not path.is_file():
        return {}
    described: Described = {}
    for row, attributes, line in formats.tables.source_rows(reader.text(path), "sources.csv", reader.problems):
        if row.id in described:
            what = f"`{row.id}` has a row already (line {described[row.id][2]})"
            reader.problems.append(Problem("sources.csv", line, what, "keep one of them (the first is used)"))
        else:
            described[row.id] = (row, attributes, line)
    return described


def _roles(source_id: str, settings: Settings, people: People) -> Callable[[str], Role]:
    def role_of(label: str) -> Role:
        if people.claiming(label, source_id):
            return "participant"
        if label in settings.interviewers:
            return "interviewer"
        return "unknown" if label in settings.not_speakers else role_of_label(label)

    return role_of


def _table(
    reader: Reader, name: str, read: Callable[[str, str, list[Problem]], Iterator[tuple[Participant, int]]]
) -> tuple[tuple[Participant, ...], dict[str, int]]:
    path = reader.folder / name
    if not path.is_file():
        return (), {}
    rows: list[Participant] = []
    lines: dict[str, int] = {}
    for row, line in read(reader.text(path), name, reader.problems):
        if row.id in lines:
            what = f"the participant `{row.id}` has a row already (line {lines[row.id]})"
            reader.problems.append(Problem(name, line, what, "give this one another id (the first is used)"))
            continue
        lines[row.id] = line
        rows.append(row)
    return tuple(rows), lines


def _cases(
    reader: Reader, participants: tuple[Participant, ...], sources: tuple[Source, ...]
) -> tuple[tuple[Case, ...], dict[str, tuple[str, Mapping[str, int]]]]:
    """The cases with the place of each; where there are no files, those that are named elsewhere, or one per source."""
    cases: dict[str, Case] = {}
    places: dict[str, tuple[str, Mapping[str, int]]] = {}
    for path in reader.matching("cases/*.yaml"):
        name = reader.name(path)
        case, lines = formats.cases.case(reader.text(path), name, path.stem, reader.problems)
        cases[case.id], places[case.id] = case, (name, lines)
    if cases:
        return tuple(cases.values()), places
    named = [person.case_id for person in participants] + [source.case_id for source in sources]
    ids = dict.fromkeys(filter(None, named)) or dict.fromkeys(s.id for s in sources if s.kind != "document")
    return tuple(map(Case, ids)), {}


def _each_its_own_case(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple(s if s.kind == "document" else replace(s, case_id=s.id) for s in sources)


def _guide(reader: Reader) -> tuple[Guide, list[int]]:
    path = reader.folder / "guide.yaml"
    return formats.guide.guide(reader.text(path), "guide.yaml", reader.problems) if path.is_file() else (Guide(), [])


def _codings(reader: Reader, sources: tuple[Source, ...]) -> _Coded:
    by_id = {source.id: source for source in sources}
    coded = _Coded()
    for path in reader.matching("codings/*/*.jsonl"):
        name, coder = reader.name(path), path.parent.name
        file = formats.codings.decode(reader.bytes(path), name, coder, path.stem, reader.problems)
        coded.places.append(file)
        if not file.whole:
            coded.unreadable.add(name)
        source = by_id.get(path.stem)
        if source is None:
            what = f"there is no source `{path.stem}`"
            reader.problems.append(Problem(name, 1, what, "import it again, or rename this file after its source"))
            coded.lost.extend(file.codings)
            continue
        found = formats.codings.anchored(file, source, reader.problems)
        coded.readings.append(file.reading)
        coded.codings.extend(sorted(found.found, key=READING_ORDER))
        coded.moved.extend(found.moved)
        coded.lost.extend(found.lost)
    return coded


def _with_set_aside(reader: Reader, sources: tuple[Source, ...], unreadable: set[str]) -> tuple[Source, ...]:
    """The sources, each with what people have set aside in it."""
    by_id = {source.id: source for source in sources}
    for path in reader.matching("set-aside/*.jsonl"):
        name, source = reader.name(path), by_id.get(path.stem)
        if source is None:
            reader.problems.append(Problem(name, 1, f"there is no source `{path.stem}`", "rename or remove this file"))
            continue
        stretches, whole = formats.set_aside.set_aside(reader.bytes(path), name, source, reader.problems)
        by_id[source.id] = replace(source, set_aside=stretches)
        unreadable.update(() if whole else (name,))
    return tuple(by_id.values())


def _reviews(reader: Reader, sources: tuple[Source, ...], unreadable: set[str]) -> tuple[Review, ...]:
    by_id = {source.id: source for source in sources}
    found: list[Review] = []
    for path in reader.matching("reviews/*/*.jsonl"):
        name, source = reader.name(path), by_id.get(path.stem)
        if source is None:
            reader.problems.append(Problem(name, 1, f"there is no source `{path.stem}`", "rename or remove this file"))
            continue
        reviews, whole = formats.reviews.reviews(reader.bytes(path), name, path.parent.name, source, reader.problems)
        found += reviews
        unreadable.update(() if whole else (name,))
    return tuple(found)


def _memos(reader: Reader) -> tuple[Memo, ...]:
    return tuple(
        formats.memos.memo(reader.text(path), reader.name(path), path.stem, reader.problems)
        for path in reader.matching("memos/*.md")
        if path.stem != "README"
    )


def _summaries(reader: Reader) -> list[tuple[Summary, str, int]]:
    found = []
    for path in reader.matching("charts/*.yaml"):
        name = reader.name(path)
        for summary, line in formats.charts.summaries(reader.text(path), name, reader.problems):
            found.append((summary, name, line))
    return found


def _typologies(reader: Reader) -> tuple[tuple[Typology, ...], dict[str, tuple[str, formats.typologies.Lines]]]:
    """Every typology, with its file and the lines of its types."""
    found: list[Typology] = []
    places: dict[str, tuple[str, formats.typologies.Lines]] = {}
    for path in reader.matching("typologies/*.yaml"):
        name = reader.name(path)
        typology, lines = formats.typologies.typology(reader.text(path), name, path.stem, reader.problems)
        if typology.id in places:
            what = f"the typology `{typology.id}` is already in {places[typology.id][0]}"
            reader.problems.append(Problem(name, 1, what, "give this one another id (the first is used)"))
            continue
        places[typology.id] = (name, lines)
        found.append(typology)
    return tuple(found), places


def _themes(reader: Reader) -> tuple[Theme, ...]:
    return tuple(
        formats.themes.theme(reader.text(path), reader.name(path), path.stem, reader.problems)
        for path in reader.matching("themes/*.md")
    )


def _claims(reader: Reader) -> tuple[Claim, ...]:
    path = reader.folder / "claims.yaml"
    return formats.claims.claims(reader.text(path), "claims.yaml", reader.problems) if path.is_file() else ()


def _layouts(reader: Reader) -> tuple[Layout, ...]:
    found = (
        formats.layouts.layout(reader.text(path), reader.name(path), path.stem, reader.problems)
        for path in reader.matching("exhibits/*.yaml")
    )
    return tuple(one for one in found if one is not None)


def _resolved(read: list[Coding], codebook: Codebook) -> tuple[Coding, ...]:
    """The codings with the present ids of codes that were renamed or merged."""
    now = {old: code.id for old, code in codebook.by_id.items() if old != code.id}
    if not now:
        return tuple(read)
    return tuple(replace(c, code_id=now[c.code_id]) if c.code_id in now else c for c in read)


def _current(read: list[tuple[Summary, str, int]], codebook: Codebook) -> tuple[Summary, ...]:
    codes = codebook.by_id
    kept: dict[tuple[str, str], Summary] = {}
    for summary, _, _ in read:
        code = codes.get(summary.code_id)
        current = replace(summary, code_id=code.id) if code else summary
        kept.setdefault((current.case_id, current.code_id), current)
    return tuple(kept.values())
