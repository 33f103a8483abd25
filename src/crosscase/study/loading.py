"""Load a study: read every file, keep what can be read, and list as problems what can't."""

import gc
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import TypeVar

from crosscase.anchoring import Offer
from crosscase.case import Case, Participant
from crosscase.claim import Claim
from crosscase.codebook import Category, Code, Codebook
from crosscase.coding import READING_ORDER, Coding, Review
from crosscase.guide import Guide
from crosscase.layout import Layout, ProseLayout
from crosscase.matrix import Absence, Summary
from crosscase.memo import Memo
from crosscase.problem import Problem, Refused
from crosscase.reading import Reading
from crosscase.source import SetAside, Source, parse
from crosscase.study import checking, copies, files, formats, speaking, unread
from crosscase.study.listing import Entry, Listing
from crosscase.study.reader import Reader, folder_of, stem
from crosscase.study.renaming import PresentIds
from crosscase.study.roles import Roles, without_likely_asker
from crosscase.study.study import Settings, Study
from crosscase.theme import Theme
from crosscase.typology import Flaws, Typology, flaws

T = TypeVar("T")
Described = dict[str, tuple[formats.tables.SourceRow, Mapping[str, str], int]]
Numbered = list[tuple[T, int]]


def load(folder: Path | str, known: Study | None = None) -> Study:
    """Read a study folder. Mistakes in its files become the study's `problems`; nothing is dropped in silence.

    `known` is the study as it was loaded before: only files that have changed since are parsed again, so that
    `load(folder, study)` after one decision costs little, and nearly nothing where none has. The result is the same as
    without it.
    Raises `Refused` if there is no such folder, or no study.yaml in it.
    """
    folder = Path(folder)
    if not (folder / "study.yaml").is_file():
        raise Refused(f"{folder} is not a study (it has no study.yaml); `crosscase init {folder}` makes one")
    files.recover(folder)
    reader = Reader(Listing(folder), known.parsed if known is not None else {})
    if known is not None and known.folder == folder and reader.is_as_known():
        return replace(known, written=())
    study = _read(folder, reader)
    reader.keep_listing()
    return study


def _read(folder: Path, reader: Reader) -> Study:
    settings = _settings(reader)
    codebook, code_lines = _codebook(reader)
    present = PresentIds.of(codebook)
    participants, participant_lines = _participants(reader)
    described = _described(reader)
    sources = _sources(reader, settings, participants, described)
    sources = _with_set_aside(reader, sources)
    cases, case_places = _cases(reader, participants, sources)
    if not case_places and not any(source.case_id for source in sources) and not any(p.case_id for p in participants):
        sources = _each_its_own_case(sources)
    guide, question_lines = _guide(reader)
    with _undisturbed():
        coded = _codings(reader, sources, settings)
    summaries, absences = _cells(reader, codebook)
    charted = present.summaries(summary for summary, _, _ in summaries)
    cases, case_places = present.cases(cases, case_places)
    decided = present.cluster_decisions(_cluster_decisions(reader, sources))
    typologies, type_places = present.typologies(*_typologies(reader))
    source_lines = {source_id: line for source_id, (_, _, line) in described.items()}
    study = Study(
        folder, settings, codebook, sources, participants, cases, guide,
        codings=present.codings(coded.codings),
        readings=tuple(coded.readings),
        moved=tuple(coded.moved),
        lost=tuple(coded.lost),
        offers=coded.offers,
        summaries=tuple(summary for summary in charted if not summary.is_draft),
        drafts=tuple(summary for summary in charted if summary.is_draft),
        absences=present.absences(absence for absence, _, _ in absences),
        typologies=typologies,
        themes=present.themes(_themes(reader)),
        claims=present.claims(_claims(reader)),
        layouts=present.layouts(_layouts(reader)),
        reviews=_reviews(reader, sources, settings),
        memos=_memos(reader),
        cluster_decisions=tuple(decision for _, decision in decided),
        unreadable=frozenset(coded.unreadable | reader.failed),
        copies=frozenset((*reader.left_out, *reader.listing.copies())),
        hashes=reader.hashes,
        parsed=reader.parsed,
    )  # fmt: skip
    places = checking.Places(
        code_lines, source_lines, participant_lines, case_places, question_lines, summaries, coded.places, type_places,
        _flaws(reader, study), absences, decided,
    )  # fmt: skip
    found = [
        *reader.problems,
        *unread.problems(reader.listing, settings.transcripts, {source.id for source in sources}),
        *checking.problems(study, places),
        *formats.themes.problems(study, study.themes, study.claims),
        *formats.layouts.problems_of(study.layouts, _known_to_layouts(study)),
    ]
    return study.with_problems(sorted(set(found)))


def _known_to_layouts(study: Study) -> formats.layouts.Known:
    quoted = {one.quote for one in study.layouts if isinstance(one, ProseLayout) and one.quote}
    return formats.layouts.Known(
        [typology.id for typology in study.typologies],
        {theme.id: theme for theme in study.themes},
        study.values,
        study.codebook.by_id,
        [category.id for category in study.codebook.categories],
        [case.id for case in study.cases],
        [claim.id for claim in study.claims],
        {coding.id for coding in study.codings if coding.id in quoted} if quoted else (),
    )


def codings_file(study: Study, path: str) -> formats.codings.CodingsFile | None:
    """A codings file as it was read, with the line of each coding; None where there is none that can be read."""
    parsed = study.parsed.get(path)
    return parsed.value.file if parsed is not None else None


def load_codebook(folder: Path | str) -> tuple[Codebook, tuple[Problem, ...]]:
    """Read only a codebook: a folder of category files, or the study that holds one."""
    folder = Path(folder)
    root = folder.parent if folder.name == "codebook" and not (folder / "codebook").is_dir() else folder
    if not root.is_dir():
        raise Refused(f"there is no folder {folder}")
    pattern = "codebook/*.yaml" if (root / "codebook").is_dir() else "*.yaml"
    reader = Reader(Listing(root))
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
    offers: dict[str, tuple[Offer, ...]] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    places: list[formats.codings.CodingsFile] = field(default_factory=list)


def _settings(reader: Reader) -> Settings:
    settings, is_whole = _named(reader, "study.yaml", formats.settings.settings) or (Settings(), False)
    if not is_whole:
        reader.failed.add("study.yaml")
    return settings


def _named(reader: Reader, name: str, parse: Callable[[str, str, list[Problem]], T]) -> T | None:
    """What the one file of this name is parsed to; None if there is none."""
    entry = reader.named(name)
    if entry is None:
        return None
    return reader.parse_text(entry, lambda text, problems: parse(text, name, problems))


def _each(
    reader: Reader,
    pattern: str,
    parse: Callable[[str, str, str, list[Problem]], T],
    is_same: Callable[[T, T], bool],
    known: Collection[str] = (),
) -> Iterator[tuple[Entry, T]]:
    """Every file that fits the pattern, with what it is parsed to; files that can't be read are problems, and so are
    copies of another, which `is_same` tells, unless the study knows their names.
    """
    values: dict[str, tuple[Entry, T]] = {}
    for entry in reader.listing.matching(pattern):

        def parse_text(text: str, problems: list[Problem], entry: Entry = entry) -> T:
            return parse(text, entry.name, stem(entry), problems)

        value = reader.parse_text(entry, parse_text)
        if value is not None:
            values[entry.name] = entry, value
    found = copies.copies({path: value for path, (_, value) in values.items()}, is_same, known)
    for path, first in found.items():
        reader.leave_out(path, copies.problem(path, first))
        del values[path]
    yield from values.values()


def _codebook(reader: Reader, pattern: str = "codebook/*.yaml") -> tuple[Codebook, dict[str, tuple[str, int]]]:
    categories: list[Category] = []
    places: dict[str, tuple[str, int]] = {}
    for entry, (category, lines) in _each(reader, pattern, formats.codebook.category, copies.is_same_category):
        codes: list[Code] = []
        for code, line in zip(category.codes, lines, strict=True):
            if code.id in places:
                first = "{}:{}".format(*places[code.id])
                what = f"the code `{code.id}` is already defined in {first}"
                reader.problems.append(Problem(entry.name, line, what, "give this one another id (the first is used)"))
                continue
            places[code.id] = (entry.name, line)
            codes.append(code)
        categories.append(replace(category, codes=tuple(codes)))
    return Codebook(tuple(categories)), places


def _sources(
    reader: Reader, settings: Settings, participants: tuple[Participant, ...], described: Described
) -> tuple[Source, ...]:
    sources: dict[str, Source] = {}
    speakers, path = _speaker_rows(reader)
    rows = tuple(row for row, _ in speakers)
    roles = reader.same("roles", Roles(participants, settings.interviewers, settings.not_speakers, rows))
    for entry in reader.listing.matching(f"{settings.transcripts}/*.txt"):
        row, attributes, _ = described.get(stem(entry), (formats.tables.SourceRow(stem(entry)), {}, 0))

        def parse_source(
            text: str,
            problems: list[Problem],
            name: str = entry.name,
            row: formats.tables.SourceRow = row,
            attributes: Mapping[str, str] = attributes,
        ) -> Source:
            return _source(text, name, row, attributes, roles, problems)

        source = reader.parse_text(entry, parse_source, given=(roles, row, attributes))
        if source is not None:
            sources[entry.name] = source
    coded = {stem(entry) for entry in reader.listing.matching("codings/*/*.jsonl")}
    for copy, first in copies.copies(sources, copies.is_same_text, coded | set(described)).items():
        reader.leave_out(copy, copies.problem(copy, first))
        del sources[copy]
    ids = {source.id for source in sources.values()}
    for source_id, (_, _, line) in described.items():
        if source_id not in ids:
            what = f"there is no {settings.transcripts}/{source_id}.txt"
            reader.problems.append(Problem("sources.csv", line, what, "import the source, or remove this row"))
    reader.problems += speaking.rows_problems(speakers, path, tuple(sources.values()))
    return tuple(sources.values())


def _source(
    text: str,
    name: str,
    row: formats.tables.SourceRow,
    attributes: Mapping[str, str],
    roles: Roles,
    problems: list[Problem],
) -> Source:
    if unicodedata.normalize("NFC", text) != text:
        what = "letters with accents are stored in two parts (not NFC)"
        problems.append(Problem(name, 1, what, "import the text again", "warning"))
    turns = parse(text, roles.of(row.id), speech=row.kind != "document")
    if row.kind != "document":
        turns = without_likely_asker(text, turns, roles.decided(row.id))
        problems += speaking.nobody_asks(text, turns, row.id, roles, name)
    sha = files.sha256(text.encode("utf-8", errors="replace"))
    return Source(row.id, text, turns, sha, row.kind, row.title, row.date, row.case, attributes)


def _speaker_rows(reader: Reader) -> tuple[Numbered[formats.speakers.SpeakerRow], str]:
    path = formats.speakers.PATH
    return _named(reader, path, formats.speakers.speakers) or [], path


def _described(reader: Reader) -> Described:
    described: Described = {}
    for row, attributes, line in _named(reader, "sources.csv", _source_rows) or ():
        if row.id in described:
            what = f"`{row.id}` has a row already (line {described[row.id][2]})"
            reader.problems.append(Problem("sources.csv", line, what, "keep one of them (the first is used)"))
        else:
            described[row.id] = (row, attributes, line)
    return described


def _source_rows(
    text: str, path: str, problems: list[Problem]
) -> list[tuple[formats.tables.SourceRow, Mapping[str, str], int]]:
    return list(formats.tables.source_rows(text, path, problems))


def _participants(reader: Reader) -> tuple[tuple[Participant, ...], dict[str, int]]:
    people: list[Participant] = []
    lines: dict[str, int] = {}
    for person, line in _named(reader, "participants.csv", _participant_rows) or ():
        if person.id in lines:
            what = f"the participant `{person.id}` has a row already (line {lines[person.id]})"
            do = "give this one another id (the first is used)"
            reader.problems.append(Problem("participants.csv", line, what, do))
            continue
        lines[person.id] = line
        people.append(person)
    return tuple(people), lines


def _participant_rows(text: str, path: str, problems: list[Problem]) -> Numbered[Participant]:
    return list(formats.tables.participants(text, path, problems))


def _cases(
    reader: Reader, participants: tuple[Participant, ...], sources: tuple[Source, ...]
) -> tuple[tuple[Case, ...], Mapping[str, tuple[str, Mapping[str, int]]]]:
    """The cases with the place of each; where there are no files, those that are named elsewhere, or one per source."""
    cases: dict[str, Case] = {}
    places: dict[str, tuple[str, Mapping[str, int]]] = {}
    named = [person.case_id for person in participants] + [source.case_id for source in sources]
    for entry, (case, lines) in _each(reader, "cases/*.yaml", formats.cases.case, copies.is_same_case, set(named)):
        cases[case.id], places[case.id] = case, (entry.name, lines)
    if cases:
        return tuple(cases.values()), places
    ids = dict.fromkeys(filter(None, named)) or dict.fromkeys(s.id for s in sources if s.kind != "document")
    return tuple(map(Case, ids)), {}


def _each_its_own_case(sources: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple(s if s.kind == "document" else replace(s, case_id=s.id) for s in sources)


def _guide(reader: Reader) -> tuple[Guide, list[int]]:
    return _named(reader, "guide.yaml", formats.guide.guide) or (Guide(), [])


@dataclass(frozen=True, slots=True)
class _CodedFile:
    """A codings file, and where its codings stand in the text as it is now, in reading order."""

    file: formats.codings.CodingsFile
    found: tuple[Coding, ...]
    moved: tuple[tuple[Coding, Coding], ...]
    lost: tuple[Coding, ...]
    offers: Mapping[str, tuple[Offer, ...]] = field(default_factory=dict)
    reading: Reading | None = None


def _codings(reader: Reader, sources: tuple[Source, ...], settings: Settings) -> _Coded:
    coded = _Coded()
    for path, of_file in _coded_files(reader, sources, settings).items():
        coded.places.append(of_file.file)
        if not of_file.file.whole:
            coded.unreadable.add(path)
        if of_file.reading is not None:
            coded.readings.append(of_file.reading)
        coded.codings.extend(of_file.found)
        coded.moved.extend(of_file.moved)
        coded.lost.extend(of_file.lost)
        coded.offers.update(of_file.offers)
    return coded


def _coded_files(reader: Reader, sources: tuple[Source, ...], settings: Settings) -> dict[str, _CodedFile]:
    """The codings files that are no copies of others, by their paths."""
    by_id = {source.id: source for source in sources}
    coded: dict[str, _CodedFile] = {}
    for entry in reader.listing.matching("codings/*/*.jsonl"):
        source = by_id.get(stem(entry))

        def parse_codings(
            data: bytes, problems: list[Problem], entry: Entry = entry, source: Source | None = source
        ) -> _CodedFile:
            return _coded_file(data, entry, source, problems)

        of_file = reader.parse_bytes(entry, parse_codings, given=source)
        if of_file is not None:
            coded[entry.name] = of_file
    coders = (*settings.coders, settings.consensus)
    found = copies.of_sources(coded, _is_same_coding, by_id) | copies.of_coders(coded, _is_same_coding, coders)
    for path, problem in found.items():
        reader.leave_out(path, problem)
        del coded[path]
    return coded


def _is_same_coding(one: _CodedFile, other: _CodedFile) -> bool:
    ids = {coding.id for coding in one.file.codings}
    return any(coding.id in ids for coding in other.file.codings)


def _coded_file(data: bytes, entry: Entry, source: Source | None, problems: list[Problem]) -> _CodedFile:
    file = formats.codings.decode(data, entry.name, folder_of(entry), stem(entry), problems)
    if source is None:
        what = f"there is no source `{stem(entry)}`"
        problems.append(Problem(entry.name, 1, what, "import it again, or rename this file after its source"))
        return _CodedFile(file, (), (), file.codings)
    places = formats.codings.anchored(file, source, problems)
    found = tuple(sorted(places.found, key=READING_ORDER))
    lost = tuple(lost.coding for lost in places.lost)
    reading = formats.codings.reading_of(file, source, found, places.moved, problems)
    offers = {lost.coding.id: lost.offers for lost in places.lost}
    return _CodedFile(file, found, places.moved, lost, offers, reading)


def _of_sources(
    reader: Reader,
    pattern: str,
    sources: tuple[Source, ...],
    parse: Callable[[bytes, Entry, Source, list[Problem]], tuple[T, bool]],
) -> Iterator[tuple[str, Source, T]]:
    """The files of a kind that has one for each source; one whose lines can't all be read is never written over."""
    by_id = {source.id: source for source in sources}
    for entry in reader.listing.matching(pattern):
        source = by_id.get(stem(entry))
        if source is None:
            reader.problems.append(copies.stray(entry.name, by_id))
            reader.left_out.add(entry.name)
            continue

        def parse_lines(
            data: bytes, problems: list[Problem], entry: Entry = entry, source: Source = source
        ) -> tuple[T, bool]:
            return parse(data, entry, source, problems)

        lines = reader.parse_bytes(entry, parse_lines, given=source)
        if lines is not None:
            if not lines[1]:
                reader.failed.add(entry.name)
            yield entry.name, source, lines[0]


def _with_set_aside(reader: Reader, sources: tuple[Source, ...]) -> tuple[Source, ...]:
    """The sources, each with what people have set aside in it."""

    def parse_stretches(
        data: bytes, entry: Entry, source: Source, problems: list[Problem]
    ) -> tuple[tuple[SetAside, ...], bool]:
        return formats.set_aside.set_aside(data, entry.name, source, problems)

    by_id = {source.id: source for source in sources}
    for _, source, stretches in _of_sources(reader, "set-aside/*.jsonl", sources, parse_stretches):
        by_id[source.id] = replace(source, set_aside=stretches)
    return tuple(by_id.values())


def _reviews(reader: Reader, sources: tuple[Source, ...], settings: Settings) -> tuple[Review, ...]:
    def parse_reviews(data: bytes, entry: Entry, source: Source, problems: list[Problem]) -> tuple[list[Review], bool]:
        return formats.reviews.reviews(data, entry.name, folder_of(entry), source, problems)

    by_path = {path: reviews for path, _, reviews in _of_sources(reader, "reviews/*/*.jsonl", sources, parse_reviews)}
    coders = (*settings.coders, settings.consensus)
    for path, problem in copies.of_coders(by_path, _is_same_review, coders).items():
        reader.leave_out(path, problem)
        del by_path[path]
    return tuple(chain.from_iterable(by_path.values()))


def _is_same_review(one: list[Review], other: list[Review]) -> bool:
    nobodys = [replace(review, reviewer="") for review in other]
    return any(replace(review, reviewer="") in nobodys for review in one)


def _cluster_decisions(reader: Reader, sources: tuple[Source, ...]) -> formats.clusters.Numbered:
    """What people decided about clusters, each with its line; members at their places in the texts as they are now."""
    path = formats.clusters.PATH
    entry = reader.named(path)
    if entry is None:
        return ()
    parsed = reader.parse_bytes(entry, lambda data, problems: formats.clusters.decisions(data, path, problems))
    if parsed is None:
        return ()
    numbered, is_whole = parsed
    if not is_whole:
        reader.failed.add(path)
    named = formats.clusters.sources_of(decision for _, decision in numbered)
    by_id = {source.id: source for source in sources if source.id in named}

    def place() -> formats.clusters.Numbered:
        return tuple((line, formats.clusters.anchored(decision, by_id)) for line, decision in numbered)

    return reader.worked_out("members of clusters", (numbered, by_id), place)


def _memos(reader: Reader) -> tuple[Memo, ...]:
    memos = _each(reader, "memos/*.md", formats.memos.memo, copies.is_same_memo)
    return tuple(memo for entry, memo in memos if stem(entry) != "README")


def _cells(reader: Reader, codebook: Codebook) -> tuple[list[tuple[Summary, str, int]], list[tuple[Absence, str, int]]]:
    """The summaries, and people's words on empty cells, with their places; each cell has one home."""
    summaries: list[tuple[Summary, str, int]] = []
    absences: list[tuple[Absence, str, int]] = []
    homes: dict[tuple[str, str], str] = {}
    for entry, cells in _each(reader, "charts/*.yaml", _chart, copies.is_same_chart):
        for content, line in cells:
            code = codebook.by_id.get(content.code_id)
            cell = (content.case_id, code.id if code else content.code_id)
            if cell in homes:
                what = f"the cell of `{cell[0]}` on `{cell[1]}` is already in {homes[cell]}"
                reader.problems.append(Problem(entry.name, line, what, "keep one of them (the first is used)"))
                continue
            homes[cell] = f"{entry.name}:{line}"
            if isinstance(content, Summary):
                summaries.append((content, entry.name, line))
            else:
                absences.append((content, entry.name, line))
    return summaries, absences


def _chart(text: str, path: str, stem: str, problems: list[Problem]) -> Numbered[Summary | Absence]:  # noqa: ARG001
    return list(formats.charts.cells(text, path, problems))


def _typologies(reader: Reader) -> tuple[tuple[Typology, ...], dict[str, tuple[str, formats.typologies.Lines]]]:
    """Every typology, with its file and the lines of its types."""
    typologies: list[Typology] = []
    places: dict[str, tuple[str, formats.typologies.Lines]] = {}
    for entry, (typology, lines) in _each(
        reader, "typologies/*.yaml", formats.typologies.typology, copies.is_same_typology
    ):
        if typology.id in places:
            what = f"the typology `{typology.id}` is already in {places[typology.id][0]}"
            reader.problems.append(Problem(entry.name, 1, what, "give this one another id (the first is used)"))
            continue
        places[typology.id] = (entry.name, lines)
        typologies.append(typology)
    return tuple(typologies), places


def _flaws(reader: Reader, study: Study) -> Mapping[str, Flaws]:
    """What is wrong with each typology; looking at every combination of values takes long, so it is kept."""

    def look(typology: Typology) -> Callable[[], Flaws]:
        return lambda: flaws(typology, study.values)

    return {
        typology.id: reader.worked_out(f"flaws of {typology.id}", (typology, study.values), look(typology))
        for typology in study.typologies
    }


def _themes(reader: Reader) -> tuple[Theme, ...]:
    return tuple(theme for _, theme in _each(reader, "themes/*.md", formats.themes.theme, copies.is_same_theme))


def _claims(reader: Reader) -> tuple[Claim, ...]:
    return _named(reader, "claims.yaml", formats.claims.claims) or ()


def _layouts(reader: Reader) -> tuple[Layout, ...]:
    layouts = _each(reader, "exhibits/*.yaml", formats.layouts.layout, copies.is_same_layout)
    return tuple(layout for _, layout in layouts if layout)
