"""The framework matrix: cases by codes, each cell a person's summary with the passages that it rests on.

To chart is to write those summaries. The program fills in what stands behind them, and says why a cell is empty.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeVar

from crosscase import citing
from crosscase.codebook import Category, Code
from crosscase.coding import READING_ORDER, Coding, Decision, Suggestion
from crosscase.guide import taken_together
from crosscase.reading import Standing

if TYPE_CHECKING:
    import pandas as pd

Basis = Literal["people", "draft"]
T = TypeVar("T", Coding, Suggestion)

QUOTES_IN_A_CELL = 3
READABLE = 165
REWRITTEN_BELOW = 0.5
"""A summary that began as a draft is a person's when less than this share of the draft's words is left."""

_WORD = re.compile(r"\w+")


class Status(StrEnum):
    """What stands in a cell, or why nothing does. The value is how it is said on a page."""

    SUMMARISED = "summarised"
    SAID = "said, not charted yet"
    DRAFT = "draft"
    SILENT = "asked, nothing said"
    NOTHING = "nothing said"
    NOT_ASKED = "not asked"
    NOT_READ = "not read yet"
    OPEN = "still being read"
    OLDER = "read before this code existed"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a person wrote into a cell: the case's account on this code, in its own terms.

    `coding_ids` are the codings that were read for it, `cited` those that the text leads to, in the order of the text:
    a mark `[2]` in it is the second of them;
    `status` is the writer's own word, such as `done` or `thin`. `borne_out` says of each second reader (who, verdict)
    whether the passages bear the text out: yes, partly or no; a text that is written anew has none. `draft` is what the
    machine put together and the text began as.
    """

    case_id: str
    code_id: str
    text: str
    status: str = ""
    coding_ids: tuple[str, ...] = ()
    by: str = ""
    on: str = ""
    cited: tuple[str, ...] = ()
    borne_out: tuple[tuple[str, str], ...] = ()
    draft: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether at least half of the draft's words still stand: then it is nobody's summary yet."""
        return bool(self.draft.strip()) and left_of(self.draft, self.words) >= REWRITTEN_BELOW

    @property
    def words(self) -> str:
        """The text without its marks."""
        return citing.words(self.text, self.cited)


@dataclass(frozen=True, slots=True)
class Absence:
    """A person's word on why a cell is empty: its question was put and nothing was said, or it was not put."""

    case_id: str
    code_id: str
    asked: bool
    note: str = ""
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a matrix: a case, or a participant. `source_ids` are the sources that speak for it."""

    id: str
    name: str
    attributes: Mapping[str, str]
    source_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One case on one code.

    `basis` is `draft` as soon as a suggestion stands in where no person has read. `absence` is a person's word on why
    nothing is there; it gives the status of a cell without summary and codings. `stale` says that codings came or went
    since the summary was written; `pasted`, that the summary is a quote.
    `quotes` are up to three of its codings or suggestions, from different speakers where there are several. `draft` is
    a summary that is still mostly the machine's choice of words: it counts for nothing.
    """

    row_id: str
    code_id: str
    status: Status
    basis: Basis
    summary: Summary | None = None
    codings: tuple[Coding, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    quotes: tuple[Decision, ...] = ()
    stale: bool = False
    pasted: bool = False
    absence: Absence | None = None
    draft: Summary | None = None

    @property
    def values(self) -> Mapping[str, int]:
        """How many codings carry each value, in the order in which they first occur."""
        counts: dict[str, int] = defaultdict(int)
        for coding in self.codings:
            if coding.value:
                counts[coding.value] += 1
        return counts


@dataclass(frozen=True)
class Matrix:
    """The framework matrix of one category. `cells` holds every row × code, by `(row_id, code_id)`."""

    category: Category
    basis: Basis
    rows: tuple[Row, ...]
    cells: Mapping[tuple[str, str], Cell]

    @property
    def codes(self) -> tuple[Code, ...]:
        return self.category.codes

    def cells_of(self, row: Row) -> Iterator[Cell]:
        return (self.cells[row.id, code.id] for code in self.codes)

    def to_frame(self) -> "pd.DataFrame":
        """Rows × codes; each entry the summary's text, or the cell's status where nobody wrote one."""
        import pandas as pd

        entries = [[_entry(cell) for cell in self.cells_of(row)] for row in self.rows]
        index = pd.Index([row.id for row in self.rows], name="row")
        return pd.DataFrame(entries, index=index, columns=[code.id for code in self.codes], dtype=object)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a chart is drawn from, besides the codings: who is where, what was read, what was asked, what was written.

    `rows_of` gives the rows of a coding or suggestion (several, where it holds the words of several), `speakers_of` who
    said it. `standing` says whether a source was read for a code. `asked` says whether a question about a code was put
    to a source, and is None where that isn't known. `summaries`, `absences` and `drafts` are by row and code.
    """

    rows_of: Callable[[Decision], tuple[str, ...]]
    speakers_of: Callable[[Decision], Hashable]
    standing: Callable[[Code, str], Standing]
    asked: Callable[[str, str], bool | None]
    summaries: Mapping[tuple[str, str], Summary] = field(default_factory=dict)
    absences: Mapping[tuple[str, str], Absence] = field(default_factory=dict)
    drafts: Mapping[tuple[str, str], Summary] = field(default_factory=dict)


def chart(
    category: Category,
    rows: Sequence[Row],
    codings: Iterable[Coding],
    suggestions: Iterable[Suggestion],
    evidence: Evidence,
) -> Matrix:
    """Draw up one category's matrix: every row × code, with its passages, summary and status.

    `suggestions` are those that stand in where nobody has read. With none given, the basis is `people`.
    """
    coded = aggregate(codings, evidence.rows_of)
    drafted = aggregate(suggestions, evidence.rows_of)
    cells = {}
    for row in rows:
        for code in category.codes:
            key = (row.id, code.id)
            cells[key] = _cell(row, code, coded.get(key, ()), drafted.get(key, ()), evidence)
    basis: Basis = "draft" if any(cell.basis == "draft" for cell in cells.values()) else "people"
    return Matrix(category, basis, tuple(rows), cells)


def aggregate(
    decisions: Iterable[T], rows_of: Callable[[Decision], Iterable[str]]
) -> dict[tuple[str, str], tuple[T, ...]]:
    """Gather codings, or suggestions, by row and code, in reading order; one may stand in several rows."""
    gathered: dict[tuple[str, str], list[T]] = defaultdict(list)
    for decision in decisions:
        for row_id in rows_of(decision):
            gathered[row_id, decision.code_id].append(decision)
    return {key: tuple(sorted(found, key=READING_ORDER)) for key, found in gathered.items()}


def representative(
    decisions: Sequence[T], speaker_of: Callable[[Decision], Hashable], at_most: int = QUOTES_IN_A_CELL
) -> tuple[T, ...]:
    """Up to three quotes to show for a cell: each speaker's most readable one first, then their next ones.

    Suggestions go by score. Among codings, readable means near 165 characters, some 30 words: long enough to stand
    alone, short enough to be read in a table. Ties go to the earlier place. The chosen ones are returned in reading
    order.
    """
    heard: dict[Hashable, int] = defaultdict(int)
    turns: list[tuple[int, int, int]] = []
    appeals = [_appeal(decision) for decision in decisions]
    for rank, index in enumerate(sorted(range(len(decisions)), key=appeals.__getitem__)):
        speaker = speaker_of(decisions[index])
        turns.append((heard[speaker], rank, index))
        heard[speaker] += 1
    chosen: dict[tuple[str, int, int], T] = {}
    for *_, index in sorted(turns):
        chosen.setdefault(READING_ORDER(decisions[index]), decisions[index])
        if len(chosen) == at_most:
            break
    return tuple(sorted(chosen.values(), key=READING_ORDER))


def left_of(draft: str, text: str) -> float:
    """How many of a draft's words still stand in a text, of 1; each counts as often as it is there."""
    words = Counter(_WORD.findall(draft.casefold()))
    return (words & Counter(_WORD.findall(text.casefold()))).total() / max(1, words.total())


def readability(quote: str) -> int:
    """How far a quote's length is from the most readable one, in characters: 0 is best."""
    return abs(len(quote) - READABLE)


def _cell(
    row: Row, code: Code, codings: tuple[Coding, ...], suggestions: tuple[Suggestion, ...], evidence: Evidence
) -> Cell:
    key = (row.id, code.id)
    summary, absence = evidence.summaries.get(key), evidence.absences.get(key)
    return Cell(
        row.id,
        code.id,
        _status(row, code, codings, suggestions, evidence),
        "draft" if suggestions else "people",
        summary,
        codings,
        suggestions,
        _quotes(codings, suggestions, evidence),
        stale=_is_stale(summary, codings),
        pasted=_is_pasted(summary, codings),
        absence=absence,
        draft=evidence.drafts.get(key),
    )


def _quotes(
    codings: tuple[Coding, ...], suggestions: tuple[Suggestion, ...], evidence: Evidence
) -> tuple[Decision, ...]:
    if codings:
        return representative(codings, evidence.speakers_of)
    return representative(suggestions, evidence.speakers_of)


def _status(
    row: Row, code: Code, codings: Sequence[Coding], suggestions: Sequence[Suggestion], evidence: Evidence
) -> Status:
    """What people wrote or coded goes first, then their word on an empty cell, then what the machine suggests."""
    key = (row.id, code.id)
    if key in evidence.summaries:
        return Status.SUMMARISED
    if codings:
        return Status.SAID
    if absence := evidence.absences.get(key):
        return Status.SILENT if absence.asked else Status.NOT_ASKED
    if suggestions:
        return Status.DRAFT
    return _unread(row, code, evidence) or _silent(row, code, evidence)


# What is least known goes first: as long as one source is untouched, nothing that others were read for matters.
_UNREAD = {
    Standing.UNTOUCHED: Status.NOT_READ,
    Standing.OPEN: Status.OPEN,
    Standing.OLDER: Status.OLDER,
}


def _unread(row: Row, code: Code, evidence: Evidence) -> Status | None:
    """Why an empty cell says nothing yet; None where each source that speaks for the row was read for the code."""
    standings = {evidence.standing(code, source_id) for source_id in row.source_ids} or {Standing.UNTOUCHED}
    return next((status for standing, status in _UNREAD.items() if standing in standings), None)


def _silent(row: Row, code: Code, evidence: Evidence) -> Status:
    """What the silence of sources that were read to the end means."""
    asked = taken_together(evidence.asked(code.id, source_id) for source_id in row.source_ids)
    if asked is None:
        return Status.NOTHING
    return Status.SILENT if asked else Status.NOT_ASKED


def _is_stale(summary: Summary | None, codings: tuple[Coding, ...]) -> bool:
    if summary is None or not summary.coding_ids:
        return False
    return {coding.id for coding in codings} != set(summary.coding_ids)


def _is_pasted(summary: Summary | None, codings: tuple[Coding, ...]) -> bool:
    words = _plain(summary.words) if summary else ""
    return bool(words) and any(words in _plain(coding.quote) for coding in codings)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .\"'“”‘’")


def _entry(cell: Cell) -> str:
    return cell.summary.text if cell.summary else cell.status.value


def _appeal(decision: Decision) -> float:
    """The lower, the more it appeals; equals keep their order, which is that of reading."""
    return -decision.score if isinstance(decision, Suggestion) else readability(decision.quote)
