"""How each of a study's YAML and CSV files becomes the method's nouns. What can't be read becomes a `Problem`."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import msgspec

from crosscase.case import Case, Episode, Feature, FeatureStatus, Override, Participant
from crosscase.codebook import Category, Code, CodeKind, Origin
from crosscase.disclosure import PROFILES
from crosscase.guide import Guide, Question
from crosscase.matrix import Summary
from crosscase.problem import Problem
from crosscase.source import Kind
from crosscase.study.study import Settings
from crosscase.study.yaml import Lined, LinedList, convert, parse, placed

Words = str | list[str]
T = TypeVar("T")
ID = re.compile(r"[^\W_][\w.\-]*")


_DEFAULT = Settings()


class _Settings(msgspec.Struct, forbid_unknown_fields=True):
    title: str = _DEFAULT.title
    about: str = ""
    unit: str = _DEFAULT.unit
    transcripts: str = _DEFAULT.transcripts
    language: str = _DEFAULT.language
    encoder: str = _DEFAULT.encoder
    seed: int = _DEFAULT.seed
    profile: str = _DEFAULT.profile
    coders: dict[str, str] = {}
    consensus: str = ""
    interviewers: list[str] = []
    not_speakers: list[str] = []


class _Category(msgspec.Struct, forbid_unknown_fields=True):
    category: str = ""
    name: str = ""
    description: str = ""
    codes: list[Any] = []


class _Code(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    name: str = ""
    origin: Origin = "deductive"
    kind: CodeKind = "theme"
    definition: str = ""
    include: Words = ""
    exclude: Words = ""
    examples: Words = ""
    cues: Words = ""
    values: dict[str, str] | list[str] = {}
    since: int = 1
    formerly: Words = ""


class _Guide(msgspec.Struct, forbid_unknown_fields=True):
    questions: list[Any] = []


class _Question(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    text: str = ""
    codes: Words = ""
    marker: str = ""
    skipped: Words = ""


class _Case(msgspec.Struct, forbid_unknown_fields=True):
    id: str = ""
    name: str = ""
    masked: str = ""
    attributes: dict[str, str] = {}
    episodes: list[Any] = []


class _Episode(msgspec.Struct, forbid_unknown_fields=True, rename={"from_": "from"}):
    id: str
    from_: str = ""
    to: str = ""
    status: str = ""
    features: dict[str, Any] = {}
    types: dict[str, Any] = {}


class _Override(msgspec.Struct, forbid_unknown_fields=True):
    type: str
    reason: str
    by: str = ""
    on: str = ""


class _Feature(msgspec.Struct, forbid_unknown_fields=True):
    value: str = ""
    status: FeatureStatus = "stated"
    evidence: Words = ""
    by: str = ""
    memo: str = ""


class _Summary(msgspec.Struct, forbid_unknown_fields=True):
    summary: str
    status: str = ""
    codings: Words = ""
    by: str = ""
    on: str = ""


class _Participant(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    case: str = ""
    sector: str = ""
    role: str = ""
    consent: str = ""
    speakers: str = ""
    sources: str = ""


class SourceRow(msgspec.Struct, forbid_unknown_fields=True):
    """What `sources.csv` says of one source."""

    id: str
    kind: Kind = "interview"
    title: str = ""
    date: str = ""
    case: str = ""


def settings(text: str, path: str, problems: list[Problem]) -> Settings:
    written, document = _whole(text, path, _Settings, problems)
    plain = {name: getattr(written, name) for name in _Settings.__struct_fields__}
    plain["interviewers"], plain["not_speakers"] = tuple(written.interviewers), tuple(written.not_speakers)
    if not ID.fullmatch(written.transcripts):
        problems.append(
            Problem(
                path,
                1,
                f"`transcripts: {written.transcripts}` is not a folder of the study",
                "give a plain folder name",
            )
        )
        plain["transcripts"] = _DEFAULT.transcripts
    if written.profile not in PROFILES:
        what, line = f"there is no profile `{written.profile}`", document.lines.get("profile", 1)
        problems.append(
            Problem(
                path,
                line,
                what,
                f"`profile` is one of: {', '.join(PROFILES)}; until then it is `public`, which shows least",
            )
        )
        plain["profile"] = "public"
    return Settings(**plain)


def category(text: str, path: str, stem: str, problems: list[Problem]) -> tuple[Category, list[int]]:
    """One codebook file, with the line of each of its codes."""
    written, document = _whole(text, path, _Category, problems)
    category_id = written.category or stem
    lines: list[int] = []
    codes = []
    for item, line in _items(document, "codes"):
        code = convert(item, _Code, path, problems, line)
        if code is not None and _is_id(code.id, "code", path, line, problems):
            lines.append(line)
            codes.append(_code(code, category_id))
    return Category(category_id, written.name or category_id, written.description, tuple(codes)), lines


def guide(text: str, path: str, problems: list[Problem]) -> tuple[Guide, list[int]]:
    """The interview guide, with the line of each of its questions."""
    _, document = _whole(text, path, _Guide, problems)
    lines: list[int] = []
    questions = []
    for item, line in _items(document, "questions"):
        asked = convert(item, _Question, path, problems, line)
        if asked is not None:
            lines.append(line)
            codes, skipped = _words(asked.codes), _words(asked.skipped)
            questions.append(Question(asked.id, asked.text, codes, asked.marker, skipped))
    return Guide(tuple(questions)), lines


def case(text: str, path: str, stem: str, problems: list[Problem]) -> tuple[Case, dict[str, int]]:
    """A case, with the line of each episode and of each `episode/feature`."""
    lines: dict[str, int] = {}
    written, document = _whole(text, path, _Case, problems)
    episodes = []
    for item, line in _items(document, "episodes"):
        written_features = item.get("features") if isinstance(item, Lined) else None
        episode = convert(item, _Episode, path, problems, line)
        if episode is not None:
            lines[episode.id] = line
            if isinstance(written_features, Lined):
                lines |= {f"{episode.id}/{name}": at for name, at in written_features.lines.items()}
            features = tuple(_features(written_features, path, problems))
            overrides = tuple(_overrides(item, path, problems))
            episodes.append(Episode(episode.id, episode.from_, episode.to, episode.status, features, overrides))
            if _ends_too_soon(episode):
                what = f"episode `{episode.id}` ends ({episode.to}) before it begins ({episode.from_})"
                problems.append(Problem(path, item.lines["to"], what, "correct one of the dates"))
    if written.id not in ("", stem):
        what = f"the case calls itself `{written.id}`, but its file is called {stem}.yaml"
        problems.append(Problem(path, 1, what, "give both the same name (the file's is used)"))
    return Case(stem, written.name, written.masked, written.attributes, tuple(episodes)), lines


def summaries(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[Summary, int]]:
    """The cells of one chart file, each with its line."""
    document, found = parse(text, path)
    problems += found
    for case_id, cells in document.items():
        if not isinstance(cells, Lined):
            what = f"`{case_id}` should hold `code: …` lines"
            problems.append(
                Problem(path, document.lines[case_id], what, "write the code's id, then its summary below it")
            )
            continue
        for code_id, cell in cells.items():
            line = cells.lines[code_id]
            written = convert(cell, _Summary, path, problems, line)
            if written is not None:
                rests_on = _words(written.codings)
                yield Summary(case_id, code_id, written.summary, written.status, rests_on, written.by, written.on), line


def participants(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[Participant, int]]:
    """The rows of `participants.csv`; columns beyond the known ones become attributes."""
    for row, rest, line in _rows(text, path, _Participant, problems):
        speakers, sources = _list(row.speakers), _list(row.sources)
        yield Participant(row.id, row.case, row.sector, row.role, row.consent, speakers, sources, rest), line


def source_rows(text: str, path: str, problems: list[Problem]) -> Iterator[tuple[SourceRow, Mapping[str, str], int]]:
    yield from _rows(text, path, SourceRow, problems)


def _whole(text: str, path: str, shape: type[T], problems: list[Problem]) -> tuple[T, Lined]:
    """A file as its shape, and as it was parsed, with the lines of its entries."""
    document, found = parse(text, path)
    problems += found
    return convert(document, shape, path, problems) or shape(), document


def _items(document: Lined, name: str) -> list[tuple[Any, int]]:
    """The entries of a list with their lines; none where there is no list of that name."""
    items = document.get(name)
    return list(zip(items, items.lines, strict=True)) if isinstance(items, LinedList) else []


def _code(written: _Code, category_id: str) -> Code:
    values = written.values if isinstance(written.values, dict) else dict.fromkeys(written.values, "")
    return Code(
        id=written.id,
        name=written.name or written.id,
        category_id=category_id,
        origin=written.origin,
        kind=written.kind,
        definition=" ".join(written.definition.split()),
        include=_words(written.include),
        exclude=_words(written.exclude),
        examples=_words(written.examples),
        cues=_words(written.cues),
        values=values,
        since=written.since,
        formerly=_words(written.formerly),
    )


def _ends_too_soon(episode: _Episode) -> bool:
    """As far as both dates go: what began in March 2021 may well end in 2021."""
    known = min(len(episode.from_), len(episode.to))
    return episode.to[:known] < episode.from_[:known]


def _features(written: Any, path: str, problems: list[Problem]) -> Iterator[Feature]:
    for attribute, entry in written.items() if isinstance(written, Lined) else ():
        line = written.lines[attribute]
        entry = entry if isinstance(entry, Lined) else placed({"value": entry}, line)
        feature = convert(entry, _Feature, path, problems, line)
        if feature is not None:
            evidence = _words(feature.evidence)
            yield Feature(attribute, feature.value, feature.status, evidence, feature.by, feature.memo)


def _overrides(episode: Any, path: str, problems: list[Problem]) -> Iterator[Override]:
    written = episode.get("types") if isinstance(episode, Lined) else None
    if not isinstance(written, Lined):
        return
    for typology_id, entry in written.items():
        override = convert(entry, _Override, path, problems, written.lines[typology_id])
        if override is not None:
            yield Override(typology_id, override.type, override.reason, override.by, override.on)


def _is_id(id: str, what: str, path: str, line: int, problems: list[Problem]) -> bool:
    if ID.fullmatch(id):
        return True
    advice = "use letters, digits, `.`, `-` and `_`, as in `norms.mobility`"
    problems.append(Problem(path, line, f"`{id}` can't be the id of a {what}", advice))
    return False


def _words(written: Words) -> tuple[str, ...]:
    return tuple(written) if isinstance(written, list) else (written,) if written else ()


def _list(written: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in written.split(";") if part.strip())


def _rows(
    text: str, path: str, shape: type[Any], problems: list[Problem]
) -> Iterator[tuple[Any, Mapping[str, str], int]]:
    lines = text.split("\n")
    comments = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    body = "\n".join(lines[comments:])
    head = lines[comments] if comments < len(lines) else ""
    separator = max(",;\t", key=head.count) if head else ","
    if separator != ",":
        name = "semicolons" if separator == ";" else "tabs"
        problems.append(
            Problem(
                path,
                comments + 1,
                f"columns are separated by {name}",
                "they are read as such; commas are usual",
                "warning",
            )
        )
    table = csv.reader(io.StringIO(body), delimiter=separator)
    header = [name.strip() for name in next(table, [])]
    known = shape.__struct_encode_fields__
    if header and "id" not in header:
        problems.append(Problem(path, comments + 1, "no column is called `id`", "name the first column `id`"))
        return
    line = comments + table.line_num + 1
    for cells in table:
        if any(cell.strip() for cell in cells):
            yield from _row(cells, header, shape, path, line, problems, known)
        line = comments + table.line_num + 1


def _row(
    cells: list[str],
    header: list[str],
    shape: type[Any],
    path: str,
    line: int,
    problems: list[Problem],
    known: tuple[str, ...],
) -> Iterator[tuple[Any, Mapping[str, str], int]]:
    if len(cells) > len(header):
        what = f"{len(cells)} fields, but the table has {len(header)} columns"
        problems.append(Problem(path, line, what, "put quotation marks around a field that holds the separator"))
        cells = cells[: len(header)]
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name}
    if not row.get("id"):
        problems.append(Problem(path, line, "this row has no id", "give it one"))
        return
    fixed = placed({name: row[name] for name in known if row.get(name)}, line)
    converted = convert(fixed, shape, path, problems, line)
    if converted is not None:
        yield converted, {name: value for name, value in row.items() if name not in known and value}, line
