"""What a page needs for coding: where each sentence stands, what to code with, what is coded, what changed since."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crosscase.codebook import Code
from crosscase.coding import READING_ORDER, Coding, Suggestion
from crosscase.naming import code_in_words, names
from crosscase.pages import links
from crosscase.pages.data import Link
from crosscase.pages.windows.mentions import subjects, title
from crosscase.reviewing import still_open
from crosscase.source import Source, Turn, sentences
from crosscase.study import Study
from crosscase.web.media import recording, seconds


@dataclass(frozen=True, slots=True)
class TurnPlaces:
    """Where a turn stands, in code points of the source: its name from `head`, its words from `start`.

    `time` is when it begins, in seconds; -1 where the text doesn't say.
    """

    head: int
    start: int
    end: int
    is_coded: bool
    speaker: str
    time: float
    sentences: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class CodeChoice:
    id: str
    name: str
    category: str
    href: str
    definition: str
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CaseChoice:
    id: str
    name: str
    episodes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frameworks:
    """What passages can be coded with, and said to be about; with `is_closed` no code can be made yet."""

    categories: tuple[tuple[str, str], ...]
    codes: tuple[CodeChoice, ...]
    cases: tuple[CaseChoice, ...]
    is_closed: bool


@dataclass(frozen=True, slots=True)
class OnCoding:
    """A memo on a coding: its name, its title, and where it is read and changed."""

    name: str
    title: str
    href: str
    change: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A coding of this source. Only the coder's own can be changed by them; `by` names whose it is where it isn't.

    `memo` is what its coder noted with it, `memos` are those of the journal that are on it.
    """

    id: str
    anchor: str
    start: int
    end: int
    code: str
    name: str
    value: str
    stance: str
    case: str
    episode: str
    voice: str
    memo: str
    by: str
    memos: tuple[OnCoding, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """A suggestion that nobody has decided on, or that somebody left for `later`."""

    id: str
    start: int
    end: int
    code: str
    name: str
    value: str
    score: float
    explanation: str
    is_later: bool


@dataclass(frozen=True, slots=True)
class Aside:
    id: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a source's page changes while people code. `lost` codings have no place in the text as it is now."""

    coded: tuple[Coded, ...]
    offered: tuple[Offered, ...]
    asides: tuple[Aside, ...]
    is_done: bool
    read_to: int
    moved: tuple[str, ...]
    lost: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a page has that may become another."""

    text: str
    frameworks: Frameworks
    standing: Standing


@dataclass(frozen=True, slots=True)
class CodingData:
    """`ways` lead from each coding, by its id, to the cells in which it counted when the page was made."""

    source: str
    text: str
    version: str
    coder: str
    token: str
    before: str
    after: str
    media: str
    turns: tuple[TurnPlaces, ...]
    frameworks: Frameworks
    standing: Standing
    ways: Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What became different on a source's page since a version: codings new or changed, ids `gone`, and the rest whole.

    `text` is the text's hash: where it is another, the page has to be loaded again.
    """

    since: str
    version: str
    token: str
    text: str
    coded: tuple[Coded, ...]
    gone: tuple[str, ...]
    standing: Standing
    frameworks: Frameworks | None


def told(
    study: Study, source: Source, coder: str, suggestions: Sequence[Suggestion], *, is_closed: bool = False
) -> Told:
    """What may change on the page of a source. Of a blind coder's study, nothing of others is in it to begin with."""
    now = standing(study, source, coder, suggestions)
    return Told(source.sha256, frameworks(study, is_closed=is_closed), now)


def coding_data(
    study: Study,
    source: Source,
    coder: str,
    now: Told,
    cells: Mapping[str, tuple[Link, ...]],
    *,
    version: str,
    token: str,
) -> CodingData:
    """All that the page of a source needs."""
    ids = [source.id for source in study.sources]
    at = ids.index(source.id)
    return CodingData(
        source.id,
        source.sha256,
        version,
        coder,
        token,
        links.source(ids[at - 1]) if at else "",
        links.source(ids[at + 1]) if at + 1 < len(ids) else "",
        f"media/{links.source(source.id)}" if recording(study, source) else "",
        tuple(_turns(source)),
        now.frameworks,
        now.standing,
        {coding_id: tuple((way.text, way.href) for way in of_coding) for coding_id, of_coding in cells.items()},
    )


def changes(before: Told, now: Told, *, since: str, version: str, token: str) -> Changes:
    """What a page that has `before` needs in order to show what is `now`."""
    had = {coded.id: coded for coded in before.standing.coded}
    has = {coded.id for coded in now.standing.coded}
    rest = now.standing
    return Changes(
        since,
        version,
        token,
        now.text,
        tuple(coded for coded in rest.coded if _is_other(had.get(coded.id), coded)),
        tuple(coding_id for coding_id in had if coding_id not in has),
        Standing((), rest.offered, rest.asides, rest.is_done, rest.read_to, rest.moved, rest.lost),
        None if now.frameworks == before.frameworks else now.frameworks,
    )


def _is_other(before: Coded | None, coded: Coded) -> bool:
    return before is not coded and before != coded


def places(study: Study) -> list[tuple[str, str, str]]:
    """Codes, sources and pages, each with its kind, its name and its address."""
    return [
        *(("code", code.name, links.code(code.id)) for code in study.codebook.codes),
        *(("source", source.title or source.id, links.source(source.id)) for source in study.sources),
        *(("matrix", category.name, links.matrix(category.id)) for category in study.codebook.categories),
        ("page", "Codebook", links.CODEBOOK),
        ("page", "Sources", links.SOURCES),
        ("page", "Findings", links.INDEX),
    ]


def frameworks(study: Study, *, is_closed: bool = False) -> Frameworks:
    categories = study.codebook.categories
    say = names(study)
    codes = [_choice(code_in_words(code, say), category.name) for category in categories for code in category.codes]
    return Frameworks(
        tuple((category.id, category.name) for category in categories),
        tuple(codes),
        tuple(
            CaseChoice(case.id, case.name or case.id, tuple(episode.id for episode in case.episodes))
            for case in study.cases
        ),
        is_closed,
    )


def standing(study: Study, source: Source, coder: str, suggestions: Sequence[Suggestion]) -> Standing:
    """The codings that count and this coder's own; the suggestions nobody has decided on, those left for later last."""
    codings = [coding for coding in study.counting if coding.source_id == source.id]
    own = [coding for coding in study.codings if (coding.coder, coding.source_id) == (coder, source.id)]
    shown = sorted(dict.fromkeys((*codings, *own)), key=READING_ORDER)
    places = links.Places(source, shown)
    reading = study.reading(coder, source.id)
    is_done = reading is not None and reading.is_done
    memos = _memos(study)
    return Standing(
        tuple(_coded(study, coding, places.anchor(coding), coder, tuple(memos.get(coding.id, ()))) for coding in shown),
        tuple(_offered(study, source, suggestions)),
        tuple(Aside(aside.id, aside.start, aside.end, aside.reason) for aside in source.set_aside),
        is_done,
        len(source.text) if is_done else (reading.read_to or 0 if reading else 0),
        tuple(new.id for _, new in study.moved if (new.coder, new.source_id) == (coder, source.id)),
        tuple(
            (coding.id, _name(study, coding.code_id), coding.quote)
            for coding in study.lost
            if (coding.coder, coding.source_id) == (coder, source.id)
        ),
    )


def _turns(source: Source) -> Iterator[TurnPlaces]:
    before = 0
    for turn in source.turns:
        name = len(source.text[before : turn.start].lstrip())
        spans = tuple(_sentences(source.text, turn))
        is_coded = turn.role != "interviewer"
        yield TurnPlaces(turn.start - name, turn.start, turn.end, is_coded, turn.speaker, seconds(turn.time), spans)
        before = turn.end


def _sentences(text: str, turn: Turn) -> Iterator[tuple[int, int]]:
    for start, end in sentences(text[turn.start : turn.end]):
        yield turn.start + start, turn.start + end


def _choice(code: Code, category: str) -> CodeChoice:
    values = tuple(code.values.items())
    href = links.code(code.id)
    return CodeChoice(code.id, code.name, category, href, code.definition, code.include, code.exclude, values)


def _memos(study: Study) -> dict[str, list[OnCoding]]:
    """The memos that are on something by itself, by its id."""
    memos: dict[str, list[OnCoding]] = {}
    for memo in study.memos:
        place = links.window("memos", name=memo.name)
        change = links.window("memos", name=memo.name, change="1")
        for subject in subjects(memo):
            memos.setdefault(subject, []).append(OnCoding(memo.name, title(memo), place, change))
    return memos


def _coded(study: Study, coding: Coding, anchor: str, coder: str, memos: tuple[OnCoding, ...]) -> Coded:
    by = "" if coding.coder == coder else study.settings.coders.get(coding.coder) or coding.coder or "someone"
    return _said(coding, anchor, _name(study, coding.code_id), by, memos)


# After an act all codings of a long source but one are as they were.
@lru_cache(maxsize=1 << 14)
def _said(coding: Coding, anchor: str, name: str, by: str, memos: tuple[OnCoding, ...]) -> Coded:
    return Coded(
        coding.id,
        anchor,
        coding.start,
        coding.end,
        coding.code_id,
        name,
        coding.value,
        coding.stance,
        coding.case_id,
        coding.episode_id,
        coding.voice,
        coding.memo,
        by,
        memos,
    )


def _offered(study: Study, source: Source, suggestions: Iterable[Suggestion]) -> Iterator[Offered]:
    open_ones = []
    for suggestion, is_later in still_open(study, (one for one in suggestions if one.source_id == source.id)):
        open_ones.append((is_later, suggestion))
    open_ones.sort(key=lambda pair: (pair[0], READING_ORDER(pair[1])))
    for is_later, suggestion in open_ones:
        yield Offered(
            suggestion.id,
            suggestion.start,
            suggestion.end,
            suggestion.code_id,
            _name(study, suggestion.code_id),
            suggestion.value,
            suggestion.score,
            suggestion.explanation,
            is_later,
        )


def _name(study: Study, code_id: str) -> str:
    code = study.codebook.by_id.get(code_id)
    return code.name if code else f"{code_id} (not in the codebook)"
