"""A name in every text field that a study has, and none of it in anything that a reader outside the team is given.

The nouns and their fields are walked, not listed: a new one is planted too, or fails for want of a declaration.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from types import UnionType
from typing import Any, ForwardRef, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from crosscase.case import Override
from crosscase.cluster import ClusterDecision, Member
from crosscase.codebook import Amendment
from crosscase.coding import Coding, Review, Suggestion, with_context
from crosscase.framework import Findings
from crosscase.layout import ProseLayout, Statement
from crosscase.matrix import Absence
from crosscase.profile import findings_for
from crosscase.profile.declared import undeclared
from crosscase.profile.making import Maker
from crosscase.profile.rarity import Rare
from crosscase.profile.sources import shown_sources
from crosscase.profile.veil import Veil
from crosscase.report import write, write_tables
from crosscase.source import SetAside, Source
from crosscase.study import Study, load
from tests.unpacking import opened

ROOT = Path(__file__).parent.parent
SECRET = b"for tests only"
NAME = "Zorvane"
QUIET_WORD = "quagmir"
QUIET = "I08"
# What gives a study its shape; a name can't stand there, or the study would be another one.
SHAPE = {
    *("Study.folder", "Settings.profile", "Settings.seed", "Source.text", "Source.sha256", "Turn.speaker", "Turn.time"),
    *("Participant.consent", "Participant.speakers", "claim.Is.trait", "Question.marker"),
    *("Episode.from_", "Episode.to", "Source.date", "Quantifier.word", "Query.unit"),
}
MAPPINGS = {"Reading.again", "Theme.lines"}
LISTS = MAPPINGS | {
    *("Settings.not_speakers", "Settings.interviewers", "ProseLayout.notes", "TypologyLayout.notes"),
    *("CasesLayout.notes", "Code.formerly"),
}
# References that may be empty and would point nowhere if they held the name; the ids that they hold are planted.
REFERENCES = {
    *(
        "Participant.source_ids",
        "Question.put",
        "ClusterDecision.follows",
        "ClusterDecision.sources",
        "ClusterDecision.code_id",
        "Coding.voice",
    ),
    *("Review.value", "Review.coding_id", "Summary.cited", "DecisionOption.category_id", "DecisionOption.values"),
    *("Typology.applies_to",),
}
CUT = ("quote", "before", "after")
OF_THE_STUDY = ("problems", "unreadable", "copies", "hashes", "parsed", "written", "moved", "offers")


def hints(noun: type) -> Mapping[str, Any]:
    names = {"Parsed": str} if noun is Study else None
    return get_type_hints(noun, localns=names)


def parts(hint: Any) -> Iterator[Any]:
    """The types that a hint is made of, closed lists of words as one."""
    if get_origin(hint) is Literal or (isinstance(hint, type | ForwardRef) and not get_args(hint)):
        yield hint
    elif get_origin(hint) in (Union, UnionType) or get_args(hint):
        for part in get_args(hint):
            yield from parts(part)


def nouns(noun: type, seen: set[type]) -> set[type]:
    if noun not in seen:
        seen.add(noun)
        for name, hint in hints(noun).items():
            if noun is Study and name in OF_THE_STUDY:
                continue
            for part in parts(hint):
                if isinstance(part, type) and is_dataclass(part):
                    nouns(part, seen)
    return seen


NOUNS = nouns(Study, nouns(Suggestion, set()))


def test_every_field_of_every_noun_is_declared() -> None:
    assert len(NOUNS) > 40
    assert list(undeclared(sorted(NOUNS, key=lambda noun: noun.__name__))) == []


@dataclass(frozen=True, slots=True)
class MoodyCoding(Coding):
    """What a coding would be if somebody gave it another field."""

    mood: str = ""
    shades: tuple[str, ...] = field(default=())


def test_a_field_for_which_nothing_is_declared_is_named_and_hidden() -> None:
    assert list(undeclared([MoodyCoding])) == ["MoodyCoding.mood", "MoodyCoding.shades"]
    study = load(ROOT)
    values = {one.name: getattr(study.codings[0], one.name) for one in fields(Coding)}
    moody = MoodyCoding(**values, mood="in Aldermoor", shades=("in Aldermoor",))
    for profile in ("reviewer", "public"):
        veil = Veil(study, profile, Rare(), SECRET)
        made = Maker(veil, shown_sources(veil), veil.people).made(moody)
        assert (made.mood, made.shades, made.code_id) == ("", (), moody.code_id)


def planted(text: str) -> str:
    """The text with the name in it; ids that refer to each other still do."""
    if any(map(str.isspace, text)):
        return f"{text} {NAME}"
    return "/".join(f"{part}-{NAME.lower()}" for part in text.split("/"))


class Planting:
    """Puts the name into every text of a noun, and remembers where it did."""

    def __init__(self) -> None:
        self.fields: set[str] = set()

    def __call__(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self(part) for part in value)
        return self._noun(value) if is_dataclass(value) else value

    def _noun(self, noun: Any) -> Any:
        kind, values = type(noun), {}
        for name, hint in hints(kind).items():
            value = getattr(noun, name)
            where = f"{'claim.' if 'claim' in kind.__module__ and kind.__name__ == 'Is' else ''}{kind.__name__}.{name}"
            if kind is Study and name in OF_THE_STUDY:
                continue
            is_text = any(part is str for part in parts(hint))
            keeps = where in SHAPE or name in CUT or not is_text
            values[name] = self(value) if keeps else self._texts(value, where)
        return replace(noun, **values)

    def _texts(self, value: Any, where: str) -> Any:
        if isinstance(value, str):
            is_reference = where.endswith(("_id", ".voice", ".value", ".stance", ".consensus"))
            if value or not is_reference:
                self.fields.add(where)
                return planted(value or "words")
            return value
        if not value and where in LISTS:
            self.fields.add(where)
            return {"words-zorvane": 1} if where in MAPPINGS else (planted("words"),)
        if isinstance(value, tuple | frozenset):
            return type(value)(self._texts(part, where) if not is_dataclass(part) else self(part) for part in value)
        if isinstance(value, Mapping):
            self.fields |= {where} if value else set()
            return {planted(key): self._texts(part, where) for key, part in value.items()}
        return value


def in_texts(source: Source) -> Source:
    """The name in the words of a source, as long as the words that it stands for, so that nothing moves."""
    count = 0

    def put(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        ways = (match[0], NAME, match[0], NAME.upper(), match[0], NAME.lower())
        return ways[count % len(ways)]

    text = re.sub(r"(?<![\w-])[a-z]{7}(?![\w-])", put, source.text)
    if source.id == QUIET:
        text = re.sub(r"(?<![\w-])[a-z]{7}(?![\w-])", QUIET_WORD, text)
    return replace(source, text=text)


def with_everything(study: Study) -> Study:
    """The sample, with one of each noun that it has none of, and one interview that nobody has read yet."""
    place = study.codings[0]
    review = Review(place.source_id, place.start, place.end, place.quote, place.code_id, "accept", reviewer="AK")
    member = Member(place.source_id, place.start, place.end, place.quote, part="a part")
    cluster = ClusterDecision(
        "k1", "renamed", (member,), name="What is said", machine_name="said", by="AK", cluster_id="c9", lost=(member,)
    )
    aside = SetAside("a1", place.source_id, 0, 11, "", "a banner", "AK")
    first, *others = study.codebook.categories
    amended = replace(
        first.codes[0], history=(Amendment(1, "defined", "talked about it", "AK", "2023-03-02"),), cues=("so",)
    )
    categories = (replace(first, codes=(amended, *first.codes[1:])), *others)
    sources = [replace(one, set_aside=(aside,)) if one.id == place.source_id else one for one in study.sources]
    people = [replace(person, speakers=(person.id,), attributes={**person.attributes, "born": "In Zorvane"})
              for person in study.participants]  # fmt: skip
    theme, statement = study.themes[0], study.claims[0]
    absence = Absence("J01", study.codebook.codes[0].id, asked=True, note="asked twice", by="AK", on="2023-03-02")
    prose = ProseLayout(
        "prose", "In short", (Statement("It ended.", "First", (theme.id,), (statement.id,), theme.cells[:1]),)
    )
    override = Override(study.typologies[0].id, study.typologies[0].types[0].id, "as they say", "AK", "2023-03-02")
    case = study.cases[0]
    overruled = replace(case, episodes=(replace(case.episodes[0], overrides=(override,)), *case.episodes[1:]))
    return replace(
        study,
        cases=(overruled, *study.cases[1:]),
        absences=(absence,),
        layouts=(*study.layouts, prose),
        summaries=(replace(study.summaries[0], borne_out=(("JO", "partly"),)), *study.summaries[1:]),
        themes=(replace(theme, by_case={"J01": "Told them first."}), *study.themes[1:]),
        settings=replace(study.settings, shown={f"{kind}.{name}-zorvane": "public" for kind, name in COLUMNS}),
        reviews=(review,),
        cluster_decisions=(cluster,),
        codebook=replace(study.codebook, categories=categories),
        sources=tuple(map(in_texts, sources)),
        participants=tuple(people),
        readings=tuple(reading for reading in study.readings if reading.source_id != QUIET),
        codings=tuple(coding for coding in study.codings if coding.source_id != QUIET),
        lost=(study.codings[1],),
    )


COLUMNS = (("cases", "state"), ("cases", "citizen_initiative"), ("participants", "born"), ("sources", "interviewer"))


def recut(study: Study) -> Study:
    """Quotes as the texts now have them."""
    texts = {source.id: source.text for source in study.sources}
    codings = tuple(with_context(coding, texts[coding.source_id]) for coding in study.codings)
    return replace(study, codings=codings)


PLANT = Planting()


def planted_study() -> Study:
    study = with_everything(load(ROOT))
    cases = tuple(replace(case, name=f"New {NAME}") if case.id == "J01" else case for case in study.cases)
    settings = study.settings
    after: Study = PLANT(replace(study, cases=cases))
    ours = replace(after.settings, shown=settings.shown)
    cases = tuple(replace(case, name=f"New {NAME}") if case.id.startswith("J01") else case for case in after.cases)
    return recut(replace(after, settings=ours, cases=cases))


def suggested(study: Study) -> tuple[Suggestion, ...]:
    source = next(one for one in study.sources if one.id.startswith(QUIET))
    code = study.codebook.codes[0].id
    why = f"cue: {QUIET_WORD}; shared words: {QUIET_WORD}, {NAME.lower()}"
    turns = [turn for turn in source.turns if turn.end - turn.start > 40]
    return tuple(
        Suggestion(
            source.id, turn.start, turn.end, source.text[turn.start : turn.end], code, 0.9, why, f"at/{NAME}", "x"
        )
        for turn in turns
    )


@pytest.fixture(scope="module", params=["reviewer", "public"])
def given_out(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Findings, Path]:
    out = tmp_path_factory.mktemp(request.param)
    study = planted_study()
    findings = findings_for(study, request.param, suggested(study), key=SECRET)
    write(findings, out / "pages")
    write_tables(findings, out / "tables")
    return findings, out


def everything_in(path: Path) -> str:
    """All that a file holds, the parts of an archive with their names and properties."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return " ".join(name + archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return opened(path.read_bytes().decode("utf-8", "replace"))


def places(out: Path, word: str) -> list[str]:
    """Where a word stands in what was given out, whatever divides it: files' names, too."""
    found = []
    for path in sorted(path for path in out.rglob("*") if path.is_file()):
        for text in (str(path.relative_to(out)), everything_in(path)):
            at = re.search(word, text, re.IGNORECASE)
            if at:
                found.append(f"{path.name}: …{text[max(0, at.start() - 60) : at.end() + 40]}…")
    return found


def test_the_name_is_planted_in_every_text_field_of_every_noun() -> None:
    planted_study()
    missing = set()
    for noun in NOUNS - {Suggestion}:
        for name, hint in hints(noun).items():
            where = f"{'claim.' if 'claim' in noun.__module__ and noun.__name__ == 'Is' else ''}{noun.__name__}.{name}"
            is_text = any(part is str for part in parts(hint)) and name not in CUT
            if is_text and where not in SHAPE and not (noun is Study and name in OF_THE_STUDY):
                missing |= {where} - PLANT.fields
    assert missing <= REFERENCES


def test_a_name_that_stands_everywhere_is_in_nothing_that_outsiders_are_given(given_out: tuple[Findings, Path]) -> None:
    _, out = given_out
    kinds = {path.suffix for path in out.rglob("*") if path.is_file()}
    assert {".html", ".csv", ".md", ".tex", ".xlsx", ".docx"} <= kinds
    assert places(out, "zorvan") == []


def test_no_word_of_somebody_who_agreed_to_no_quote_is_given_out_by_the_machine(
    given_out: tuple[Findings, Path],
) -> None:
    findings, out = given_out
    assert places(out, QUIET_WORD) == []
    if findings.study.settings.profile == "reviewer":
        assert findings.suggestions
        assert all(suggestion.explanation == "" for suggestion in findings.suggestions)


def test_no_time_to_the_day_and_nobody_of_the_team_is_given_out(given_out: tuple[Findings, Path]) -> None:
    findings, _ = given_out
    study = findings.study
    dates = [coding.at for coding in study.codings] + [summary.on for summary in study.summaries]
    dates += [on for theme in study.themes for on, _, _ in theme.history]
    assert all(re.fullmatch(r"(\d{4}(-\d\d)?)?", date) for date in dates)
    people = {coding.coder for coding in study.codings} | {summary.by for summary in study.summaries}
    people |= {who for theme in study.themes for _, who, _ in theme.history}
    assert all(re.fullmatch(r"coder \d+(, coder \d+)*|consensus|", person) for person in people)
