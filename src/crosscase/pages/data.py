"""What stands on each page of a report, as values: one dataclass per page, every number and link worked out."""

from collections.abc import Mapping
from dataclasses import dataclass

from crosscase.codebook import Category, Code
from crosscase.matrix import Basis

LONGEST_LINE = 140


@dataclass(frozen=True, slots=True)
class Link:
    """A text with an address; an empty address makes it a text only."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a facts table: what, how many or which, and a remark."""

    name: str
    text: str = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page carries around its content; `trail` leads from the overview down to this page.

    `draft` says how far the report is a draft, `profile` for whom it was made; each is empty where that goes unsaid.
    `windows` stand in the bar in place of the report's sections where the page is served, and is one to work on.
    """

    title: str
    study: str
    language: str
    sections: tuple[Link, ...]
    section: str
    trail: tuple[Link, ...]
    draft: str
    stamp: str
    profile: str = ""
    is_public: bool = False
    is_window: bool = False
    windows: tuple[Link, ...] = ()

    @property
    def is_section(self) -> bool:
        """Whether this page is its section, and not one of the pages in it: then only the overview leads here."""
        return len(self.trail) <= 2


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim passage with everything known about it. `text` is always `source.text[start:end]`.

    `explanation` and `score` are given for suggestions only; `about` names a case other than the speaker's own,
    `voice` whose words a document quotes; `counts` says so where it counts for others than those whose words it holds.
    Where a page asks for them, `role` is what the speaker is known to be, and `near` itself in the same page.
    """

    source_id: str
    start: int
    end: int
    text: str
    basis: Basis
    place: Link
    source: Link
    speaker: str
    time: str
    code: Link
    value: str = ""
    stance: str = ""
    coder: str = ""
    on: str = ""
    memo: str = ""
    about: str = ""
    voice: str = ""
    counts: str = ""
    score: str = ""
    explanation: str = ""
    role: str = ""
    near: str = ""

    @property
    def span(self) -> tuple[str, int, int]:
        return self.source_id, self.start, self.end


@dataclass(frozen=True, slots=True)
class Sign:
    """A cell's state in a shape and in words; `shape` is the name of a symbol in the page."""

    shape: str
    words: str


@dataclass(frozen=True, slots=True)
class CodeLine:
    """One code in the overview; `share` is the length of its bar, of 100."""

    code: Link
    cases: str
    transcripts: str
    documents: str
    codings: int
    suggestions: int
    share: int


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source in the overview; `share` is the length of its bar, of 100."""

    source: Link
    kind: str
    case: str
    date: str
    words: str
    coded_by: str
    passages: str
    share: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """Pages of one kind, as the overview lists them."""

    anchor: str
    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class TypeSign:
    """A type's letter, its hue's number (0 for unresolved and where there are no types), and its name."""

    letter: str
    hue: int
    name: str


@dataclass(frozen=True, slots=True)
class CodeHead:
    """A column. `parent` is the place of the code that this one is finer than, -1 where there is none.

    `finer` is how many codes are finer than it; `is_empty` says that no cell of it holds anything.
    `values` come with what each means.
    """

    id: str
    code: Link
    definition: str
    values: tuple[tuple[str, str], ...]
    parent: int = -1
    finer: int = 0
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """A person's summary as it is printed, with what a reader should know before trusting it.

    `pieces` are its words, and between them the marks that lead to passages.
    """

    pieces: tuple[Link, ...]
    byline: str
    flags: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class CellValue:
    """A value in a cell, and how many of its codings carry it; `decides` where the case's type rests on it."""

    name: str
    number: int
    decides: bool = False


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What stands in a cell and behind it.

    `sign` says what the cell rests on, `status` is the shape of its state; `drafted` tells what suggestions add to a
    cell that also holds people's codings or summary. `passages` counts its codings, and `dots` are as many of them as
    a glance takes in. `stances` are those of all its codings; `absence` is a person's word on why it is empty.
    """

    anchor: str
    code: str
    sign: Sign
    is_draft: bool
    drafted: str
    is_empty: bool
    written: Written | None
    values: tuple[CellValue, ...]
    passages: int
    dots: int
    quotes: tuple[Quote, ...]
    onward: tuple[Link, ...]
    status: str
    stances: tuple[str, ...]
    absence: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    anchor: str
    id: str
    name: str
    attributes: tuple[Fact, ...]
    cells: tuple[MatrixCell, ...]
    type: TypeSign = TypeSign("", 0, "")


@dataclass(frozen=True, slots=True)
class RowGroup:
    """The rows of one type, with how many they are; all rows, where cases have no types."""

    type: TypeSign
    count: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """A passage as a matrix quotes it where no script runs; `asked` is the question before it, once for each turn."""

    anchor: str
    who: str
    text: str
    place: Link
    asked: str = ""


@dataclass(frozen=True, slots=True)
class QuotedSource:
    """The passages of one source that a matrix quotes, each once, in reading order."""

    source: Link
    passages: tuple[QuotedPassage, ...]


@dataclass(frozen=True, slots=True)
class MatrixPage:
    """`other` leads to the same matrix with the other kind of rows, where there is one.

    `view` is what cells show on opening: `values` or `summaries`. `shown` is how many columns are then there, `folds`
    what is folded away, by its name for the script. `label` is what a type is called, `usual` the byline of most
    summaries. `quoted` are the passages for a reader without a script, where these rows are the study's cases; `data`
    is what the script works with, and `texts` the turns that it shows, as `pages/cells.py` describes them.
    """

    file: str
    frame: Frame
    name: str
    description: str
    caption: str
    size: str
    unit: str
    units: str
    label: str
    heads: tuple[CodeHead, ...]
    groups: tuple[RowGroup, ...]
    view: str
    shown: int
    folds: tuple[tuple[str, str], ...]
    usual: str
    quoted: tuple[QuotedSource, ...]
    texts: dict[str, list[list[str | int]]]
    data: dict[str, object]
    columns_on_paper: int
    is_wide: bool
    other: Link | None

    @property
    def rows(self) -> tuple[MatrixRow, ...]:
        return tuple(row for group in self.groups for row in group.rows)


@dataclass(frozen=True, slots=True)
class CodeQuote:
    """A passage of a code: `lead` is its place, or who speaks where no place may be told, `said` what else is known.

    What the passages of a source have in common is said once, in its `SourceGroup`.
    """

    quote: Quote
    lead: Link
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """The passages of one case from one source; `who` speaks in all of them, `by` whom they all were coded and when."""

    anchor: str
    source: Link
    who: str
    by: str
    quotes: tuple[CodeQuote, ...]


@dataclass(frozen=True, slots=True)
class CaseGroup:
    """The passages of one case on a code, source by source, and what a person wrote of them.

    `more` are those that stand behind the first few, `rest` says how many.
    """

    anchor: str
    name: str
    cell: str
    type: TypeSign
    count: str
    written: Written | None
    groups: tuple[SourceGroup, ...]
    more: tuple[SourceGroup, ...]
    rest: str


@dataclass(frozen=True, slots=True)
class StripMark:
    """What a case has of a value (`filled`, `dashed`, nothing), or of passages (a `number`, or its cell's `state`)."""

    shape: str
    words: str
    href: str = ""
    number: int = 0
    state: Sign | None = None


@dataclass(frozen=True, slots=True)
class StripRow:
    name: str
    meaning: str
    number: int
    marks: tuple[StripMark, ...]


@dataclass(frozen=True, slots=True)
class StripGroup:
    """The cases of one type, by their names."""

    type: TypeSign
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """A code's values by case, and how often it was said; columns are cases, by type."""

    groups: tuple[StripGroup, ...]
    rows: tuple[StripRow, ...]

    @property
    def is_typed(self) -> bool:
        return any(group.type.letter for group in self.groups)


@dataclass(frozen=True, slots=True)
class PassageLine:
    """A passage that the machine grouped. `text` is always `source.text[start:end]`; `note` says why it is shown."""

    source_id: str
    start: int
    end: int
    text: str
    speaker: str
    time: str
    place: Link
    source: Link
    note: str = ""
    other: Link | None = None

    @property
    def short(self) -> str:
        """Its beginning, for tables."""
        text = " ".join(self.text.split())
        return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE].rsplit(' ', 1)[0]} …"


@dataclass(frozen=True, slots=True)
class Part:
    """A cluster within a code: its machine's name, size, firmness, and most central passage."""

    name: str
    size: str
    firmness: str
    central: PassageLine


@dataclass(frozen=True, slots=True)
class Twin:
    """Another code that may say the same, and what makes it look so."""

    code: Link
    why: str


@dataclass(frozen=True, slots=True)
class ExploredCode:
    """A code as the machine sees its passages. `may_be_two` is a sign to look, never a finding."""

    passages: str
    may_be_two: bool
    parts: tuple[Part, ...]
    twins: tuple[Twin, ...]
    outliers: tuple[PassageLine, ...]
    uncoded: tuple[PassageLine, ...]


@dataclass(frozen=True, slots=True)
class CodePage:
    """`strip` lays the code over all cases; `silent` names those without a passage, by the state of their cell."""

    file: str
    frame: Frame
    code: Code
    category: Link
    about: str
    counts: str
    read: str
    drafted: str
    strip: Strip | None
    silent: tuple[Fact, ...]
    coded: tuple[CaseGroup, ...]
    suggested: tuple[CaseGroup, ...]
    explored: ExploredCode | None
    learned: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that lies in the same codings throughout; `anchors` are of those that begin here.

    `notes` are those whose passage ends with this piece. `within` has the numbers of its codings, by the order in which
    they begin in the page; it is empty where all of them begin here.
    """

    text: str
    codings: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()
    is_draft: bool = False
    notes: tuple["Note", ...] = ()
    within: str = ""

    @property
    def is_deep(self) -> bool:
        return len(self.codings) > 1


@dataclass(frozen=True, slots=True)
class NotedCode:
    """A code beside a passage, with what its coder noted.

    `key` is what a choice of codes goes by; `cells` are those that the coding counts in.
    """

    code: Link
    key: str
    value: str
    stance: str
    by: str
    cells: tuple[Link, ...]
    memo: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """Beside the text: which codes a passage carries, by whose decision.

    `place` is the passage's anchor and `anchor` the note's; `back` and `here` lead to them. Passages that overlap have
    their bars in different lanes.
    """

    number: int
    is_draft: bool
    place: str
    anchor: str
    back: str
    here: str
    lane: int
    codes: tuple[NotedCode, ...]

    @property
    def keys(self) -> str:
        return " ".join(dict.fromkeys(code.key for code in self.codes))


@dataclass(frozen=True, slots=True)
class QuestionPlace:
    """A question of the guide, and its anchor in a transcript."""

    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class TurnLine:
    """`questions` are those of the guide that stand at this turn; a bare one lacks what is coded in it."""

    anchor: str
    number: int
    role: str
    head: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    notes: tuple[Note, ...]
    questions: tuple[QuestionPlace, ...] = ()
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class CodeHere:
    """A code in one source: the way to its passages, what a choice goes by, and how many there are."""

    code: Link
    key: str
    number: str


@dataclass(frozen=True, slots=True)
class CodeShelf:
    """The codes of one category that occur in a source."""

    category: str
    codes: tuple[CodeHere, ...]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """`line` says in one line what a source is, `facts` all that is known of it.

    `parted` are the anchors of codings that stand in more than one piece, with their numbers. A long text is drawn turn
    by turn, as it comes into sight.
    """

    file: str
    frame: Frame
    name: str
    line: str
    facts: tuple[Fact, ...]
    shelves: tuple[CodeShelf, ...]
    not_put: tuple[str, ...]
    turns: tuple[TurnLine, ...]
    parted: tuple[tuple[str, int], ...]
    is_draft: bool
    is_long: bool

    @property
    def questions(self) -> tuple[QuestionPlace, ...]:
        """The questions of the guide that have a place in the text, in its order."""
        return tuple(question for turn in self.turns for question in turn.questions)

    @property
    def is_whole(self) -> bool:
        """Whether all that is coded is in the page."""
        return not any(turn.is_bare for turn in self.turns)

    @property
    def is_linked(self) -> bool:
        """Whether every code beside the text leads to its page, so that it can be told by that."""
        notes = (note for turn in self.turns for note in turn.notes)
        return all(code.code.href for note in notes for code in note.codes)


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A code in the codebook: its page, what it is, how widely people found it, and its values with their meanings."""

    code: Code
    href: str
    about: str
    extent: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CodebookPage:
    """`categories` come with their anchors."""

    file: str
    frame: Frame
    version: int
    ways: tuple[Link, ...]
    categories: tuple[tuple[str, Category, tuple[CodeEntry, ...]], ...]


@dataclass(frozen=True, slots=True)
class SearchedText:
    """What can be found: its name and place, whose or what it is about, and its words, each part with its label."""

    name: str
    href: str
    about: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SearchedSource:
    """A source whose turns can be found: `file` holds their words, `about` says whose they are by who speaks.

    `anchors` has the place in the source's page of each turn, in their order.
    """

    id: str
    name: str
    href: str
    file: str
    about: Mapping[str, str]
    anchors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchedKind:
    """What is found together: types, codes, cells, or the turns of sources; `noun` is what each of them is."""

    name: str
    noun: str
    texts: tuple[SearchedText, ...] = ()
    sources: tuple[SearchedSource, ...] = ()

    @property
    def number(self) -> int:
        return len(self.texts) + sum(len(source.anchors) for source in self.sources)


@dataclass(frozen=True, slots=True)
class SearchPage:
    """`index` is the list of kinds, packed; `texts` are the turns of all sources, for a page that travels alone."""

    file: str
    frame: Frame
    scope: str
    index: str
    texts: Mapping[str, list[list[str | int]]]


Page = MatrixPage | CodePage | SourcePage | CodebookPage | SearchPage
