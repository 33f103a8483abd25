"""An exhibit as one plain grid, and as the tables that journals take: Markdown, and LaTeX with booktabs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from crosscase.decided import NOT_RECORDED
from crosscase.exchange import document, styles
from crosscase.exchange.document import Paragraph, Table, Text
from crosscase.exhibits import paragraphs
from crosscase.exhibits.cases import CaseRow, CasesExhibit, Entry
from crosscase.exhibits.decisions import CaseMark, DecisionsExhibit, PartTable, Taken
from crosscase.exhibits.escaping import in_latex, in_markdown, letters_beyond
from crosscase.exhibits.paragraphs import pulled
from crosscase.exhibits.participants import ParticipantsExhibit, SectorCount
from crosscase.exhibits.prose import ProseExhibit, Stated
from crosscase.exhibits.timeline import EpisodeLine, TimelineExhibit
from crosscase.exhibits.typologies import Consideration, TypologyExhibit
from crosscase.wording import day, sentence

DRAFT = "[Draft]"
LONGEST_FLOAT = 12
WIDEST_UPRIGHT = 4
ROOM, GAP = {False: 45.0, True: 88.0}, {False: 1.2, True: 0.8}
WIDER = 1.05
SHARES = {"feature": 1.0, "consideration": 2.5, "status": 1.3}


@dataclass(frozen=True, slots=True)
class GridCell:
    """`parts` are paragraphs, or the items of a list; `kind` says how they are set; `span` is in columns.

    `drafts` are the places in `parts` of those that nobody has written: they are called drafts where they are printed.
    """

    parts: tuple[str, ...]
    kind: Literal["text", "head", "list", "number"] = "text"
    span: int = 1
    drafts: frozenset[int] = frozenset()

    @property
    def called(self) -> tuple[str, ...]:
        """The parts as text, each draft behind its mark."""
        return tuple(f"{DRAFT} {part}" if at in self.drafts else part for at, part in enumerate(self.parts))


GridRow = tuple[GridCell, ...]
AnyExhibit = ParticipantsExhibit | TypologyExhibit | CasesExhibit | DecisionsExhibit | ProseExhibit | TimelineExhibit


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it is printed: each row's spans add up to the number of columns.

    `shares` are the columns' widths, relative to each other; `bodies` are groups of rows, set apart by rules.
    """

    title: str
    shares: tuple[float, ...]
    head: tuple[GridRow, ...]
    bodies: tuple[tuple[GridRow, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.shares)


def grid(exhibit: AnyExhibit) -> Grid:
    """The exhibit with everything in its place, and every draft called one."""
    if isinstance(exhibit, ParticipantsExhibit):
        return _participants(exhibit)
    if isinstance(exhibit, TypologyExhibit):
        return _types(exhibit)
    if isinstance(exhibit, DecisionsExhibit):
        return _decisions(exhibit)
    if isinstance(exhibit, TimelineExhibit):
        return _timeline(exhibit)
    return _prose(exhibit) if isinstance(exhibit, ProseExhibit) else _cases(exhibit)


def to_document(exhibit: AnyExhibit) -> Table | Text:
    """What stands for the exhibit in a Word document: a native table, or paragraphs where it is prose."""
    return paragraphs.to_text(exhibit) if isinstance(exhibit, ProseExhibit) else to_table(exhibit)


def to_table(exhibit: AnyExhibit) -> Table:
    """The exhibit as a native table of a Word document: its last row of heads, and its rows."""
    drawn = grid(exhibit)
    rows = [tuple(map(_entry_of, row)) for body in drawn.bodies for row in body]
    head = tuple(" ".join(cell.parts) for cell in drawn.head[-1] for _ in range(cell.span))
    over = tuple(map(_entry_of, drawn.head[0])) if len(drawn.head) > 1 else ()
    return Table(drawn.title, head, tuple(rows), _told(drawn), drawn.notes, drawn.shares, over=over)


def _told(drawn: Grid) -> str:
    """What the table consists of, for those to whom it is read out: its columns, and the heads of its rows."""
    columns = ", ".join(" ".join(cell.parts) for cell in drawn.head[-1])
    firsts = (row[0] for body in drawn.bodies for row in body if row[0].kind == "head")
    rows = ", ".join(cell.parts[0] for cell in firsts if any(cell.parts[:1]))
    return f"Columns: {columns}." + (f" Rows: {rows}." if rows else "")


def _entry_of(cell: GridCell) -> document.Entry:
    style: Literal["plain", "bullet"] = "bullet" if cell.kind == "list" else "plain"
    paragraphs = (Paragraph(part, style, at in cell.drafts) for at, part in enumerate(cell.parts))
    return document.Entry(tuple(paragraphs), cell.span, cell.kind == "head")


def to_markdown(exhibit: AnyExhibit) -> str:
    """A pipe table. What crosses all columns at its end follows it as paragraphs, since pipes can't span."""
    if isinstance(exhibit, ProseExhibit):
        return paragraphs.to_markdown(exhibit)
    drawn = grid(exhibit)
    rows = [row for body in drawn.bodies for row in body]
    after = _crossing_at_the_end(drawn, rows)
    names = [" / ".join(filter(None, parts)) for parts in zip(*map(_spread, drawn.head), strict=True)]
    lines = [f"**{in_markdown(drawn.title)}**", "", _pipes(names), _pipes(["---"] * drawn.width)]
    lines += [_pipes(_spread(row)) for row in rows[: len(rows) - len(after)]]
    lines += [line for row in after for part in row[0].called for line in ("", _emphasised(row[0], part))]
    lines += [line for note in drawn.notes for line in ("", f"*{in_markdown(note)}*")]
    return "\n".join(lines) + "\n"


def to_latex(exhibit: AnyExhibit) -> str:
    """A table with booktabs' rules, to be read in with \\input: a wide one lies across, a long one runs over pages."""
    if isinstance(exhibit, ProseExhibit):
        return paragraphs.to_latex(exhibit)
    drawn = grid(exhibit)
    across = drawn.width > WIDEST_UPRIGHT
    is_long = across or sum(map(len, drawn.bodies)) > LONGEST_FLOAT
    columns = "".join(_latex_columns(drawn, across=across))
    head = ["\\toprule", *_latex_head(drawn), "\\midrule"]
    apart = "\\addlinespace[1em]" if is_long else "\\midrule"
    body = f"\n{apart}\n".join(_latex_body(rows, drawn.width, is_long=is_long) for rows in drawn.bodies)
    notes = [f"\\par\\smallskip\\noindent{{\\footnotesize {in_latex(note)}\\par}}" for note in drawn.notes]
    caption = f"\\caption*{{{in_latex(drawn.title)}}}"
    if not is_long:
        opening = ["\\begin{table}[htbp]", "\\small", CAPTION, caption, f"\\begin{{tabular}}{{{columns}}}", *head]
        lines = [*opening, body, "\\bottomrule", "\\end{tabular}", *notes, "\\end{table}"]
    else:
        again = f"\\multicolumn{{{drawn.width}}}{{l}}{{\\textit{{continued}}}} \\\\"
        heads = [caption + "\\\\", *head, "\\endfirsthead", again, *head, "\\endhead"]
        feet = ["\\bottomrule", "\\endfoot", "\\bottomrule", "\\endlastfoot"]
        size = ["\\scriptsize", "\\setlength{\\tabcolsep}{0.4em}"] if across else ["\\small"]
        opening = [*size, "\\setlength{\\LTcapwidth}{\\linewidth}", CAPTION, f"\\begin{{longtable}}{{{columns}}}"]
        lines = ["{", *opening, *heads, *feet, body, "\\end{longtable}", *notes, "}"]
    if across:
        lines = ["\\begin{landscape}", *lines, "\\end{landscape}"]
    return "\n".join([*_latex_needs(lines, is_long=is_long, across=across), *lines]) + "\n"


def _participants(exhibit: ParticipantsExhibit) -> Grid:
    width = len(exhibit.headings)
    head = tuple(GridCell((text,), "head") for text in exhibit.headings)

    def counts(participants: int, cases: int | None) -> GridRow:
        told = "" if cases is None else exhibit.case_count(cases)
        return (GridCell((f"{participants}",), "number"), *[GridCell((told,), "number")] * (width - 3))

    def sector(one: SectorCount) -> tuple[GridRow, ...]:
        first = [one.label, *[""] * len(one.roles)]
        lines = ((line.label, line.participants, None) for line in one.roles)
        rows = [*lines, (one.subtotal, one.participants, one.cases)]
        return tuple(
            (GridCell((title,), "head"), GridCell((label,)), *counts(number, cases))
            for title, (label, number, cases) in zip(first, rows, strict=True)
        )

    total = (GridCell((exhibit.total,), "head"), GridCell(("",)), *counts(exhibit.participants, exhibit.cases))
    shares = (3.0, 3.0, 2.0, 2.0)[:width]
    return Grid(exhibit.title, shares, (head,), (*map(sector, exhibit.sectors), (total,)), exhibit.notes)


def _types(exhibit: TypologyExhibit) -> Grid:
    width = len(exhibit.columns)
    head = tuple(GridCell((f"{column.name} (n = {len(column.case_ids)})",), "head") for column in exhibit.columns)
    lists = tuple(
        GridCell(column.counted, "list", drafts=_all_of(column.bullets, is_draft=column.is_draft))
        for column in exhibit.columns
    )
    spanning = tuple(
        (
            (GridCell((row.label,), "head", width),),
            (_spanning(row, width),),
        )
        for row in exhibit.considerations
    )
    return Grid(exhibit.title, (1.0,) * width, (head,), ((lists,), *spanning), exhibit.notes)


def _cases(exhibit: CasesExhibit) -> Grid:
    width = len(exhibit.headings) + 1
    over = (GridCell(("",), "head"), *(GridCell((label,), "head", len(under)) for label, under in exhibit.columns))
    head = tuple(GridCell((text,), "head") for text in (sentence(exhibit.unit), *exhibit.headings))
    bodies = []
    for group in exhibit.groups:
        rows = [_case_row(row) for row in group.rows] or [(GridCell((f"No {exhibit.unit}.",), "text", width),)]
        bodies.append(((GridCell((group.name,), "head", width),), *rows))
    key = tuple(f"{label}: {_key(told)}." for label, told in exhibit.key)
    shares = (1.5, *(SHARES[kind] for _, under in exhibit.columns for _, kind in under))
    dash = (f"–: {NOT_RECORDED}.",) if exhibit.has_gaps else ()
    return Grid(exhibit.title, shares, (over, head), tuple(bodies), (*exhibit.notes, *dash, *key))


def _decisions(exhibit: DecisionsExhibit) -> Grid:
    heads = ("Option", "How many", "Which, by type", "In a participant’s words")
    head = tuple(GridCell((text,), "head") for text in heads)
    bodies = []
    for point in exhibit.points:
        for number, part in enumerate(point.parts):
            title = f"{point.title}: {part.label}" if part.label else point.title
            first = [(GridCell((title,), "head", len(heads)),)]
            note = [(GridCell((point.note,), "text", len(heads)),)] if point.note and not number else []
            options = [_option_row(option, exhibit) for option in part.options]
            bodies.append((*first, *note, *options, *_rest_row(part, len(heads))))
    return Grid(exhibit.title, (2.2, 1.0, 3.0, 3.0), (head,), tuple(bodies), exhibit.notes)


def _option_row(option: Taken, exhibit: DecisionsExhibit) -> GridRow:
    counted = f"{option.count} of {exhibit.of}" if option.count else "nobody"
    by_type = [f"{name}: {_names(marks)}" if name else _names(marks) for _, name, marks in option.by_type]
    earlier = [f"earlier: {_names(option.earlier)}"] if option.earlier else []
    quote = f"“{' '.join(option.quote.coding.quote.split())}” ({option.quote.who})" if option.quote else ""
    return (
        GridCell((sentence(option.label), *filter(None, [option.meaning])), "head"),
        GridCell((counted, *([option.basis] if option.count else []))),
        GridCell((*by_type, *earlier)),
        GridCell((quote,)),
    )


def _rest_row(part: PartTable, width: int) -> Iterator[GridRow]:
    if part.rest:
        told = "; ".join(f"{why}: {_names(marks)}" for why, marks in part.rest)
        yield (GridCell((f"None of these. {sentence(told)}.",), "text", width),)


def _names(marks: Iterable[CaseMark]) -> str:
    return ", ".join(mark.label for mark in marks)


def _prose(exhibit: ProseExhibit) -> Grid:
    """A row for each statement; a number stands in a column of its own."""
    numbered = any(one.number for one in exhibit.statements)
    heads = (*["No."] * numbered, "Statement", "Rests on")
    shares = (0.4, 5.0, 3.0)[-len(heads) :]
    body = [_statement_row(one, len(heads)) for one in exhibit.statements]
    quoted = pulled(exhibit)
    words = [(GridCell((quoted,), "text", len(heads)),)] if quoted else []
    head = tuple(GridCell((text,), "head") for text in heads)
    return Grid(exhibit.title, shares, (head,), tuple(tuple(rows) for rows in (words, body) if rows), exhibit.notes)


def _statement_row(one: Stated, width: int) -> GridRow:
    number = [GridCell((one.number,), "head")] if width > 2 else []
    told = GridCell(tuple(filter(None, (one.lead, one.text))))
    return (*number, told, GridCell(tuple(rest.label for rest in one.rests), "list"))


def _timeline(exhibit: TimelineExhibit) -> Grid:
    """A row for each episode, under the type of its case."""
    heads = (sentence(exhibit.unit), "From", "To", "Status")
    bodies = []
    for group in exhibit.groups:
        rows = [_episode_row(line, group.name) for line in group.lines]
        bodies.append(((GridCell((group.name,), "head", len(heads)),), *rows))
    head = tuple(GridCell((text,), "head") for text in heads)
    return Grid(exhibit.title, (3.0, 2.0, 2.0, 1.5), (head,), tuple(bodies), exhibit.notes)


def _episode_row(line: EpisodeLine, of_group: str) -> GridRow:
    """An episode; what type it was is said where it isn't that of its case's last one."""
    begin = day(line.from_) or "not known"
    end = day(line.to) or "no end recorded"
    named = (line.label, *[f"then: {line.type_name}"] * (line.type_name != of_group))
    texts = (GridCell((text,)) for text in (begin, end, line.status or "not recorded"))
    return (GridCell(named, "head", drafts=_all_of(named, is_draft=line.is_draft)), *texts)


def _key(told: Iterable[tuple[str, str]]) -> str:
    return "; ".join(f"{word} = {meaning.rstrip('.')}" for word, meaning in told)


def _case_row(row: CaseRow) -> GridRow:
    first = GridCell((row.label, *row.notes, *row.earlier), "head")
    return (first, *map(_entry, row.entries))


def _entry(entry: Entry) -> GridCell:
    parts = tuple(_entry_parts(entry))
    is_draft = entry.is_draft and bool(entry.text)
    return GridCell(parts, drafts=frozenset({len(parts) - 1}) if is_draft else frozenset())


def _entry_parts(entry: Entry) -> Iterator[str]:
    if entry.chip:
        told = ", ".join(filter(None, (entry.chip.words, entry.chip.remark)))
        told = "–" if entry.chip.is_unrecorded and not entry.chip.words else told
        yield f"{entry.code}: {told}" if entry.code else told
    elif entry.code:
        yield entry.code
    if entry.text:
        yield f"“{entry.text}”" if entry.is_quote else entry.text


def _spanning(row: Consideration, width: int) -> GridCell:
    written = tuple(" ".join(sentence.text for sentence in paragraph) for paragraph in row.paragraphs)
    drafts = _all_of(written, is_draft=row.is_draft)
    return GridCell(written or (row.missing,), "text", width, drafts)


def _all_of(parts: Sequence[str], *, is_draft: bool) -> frozenset[int]:
    return frozenset(range(len(parts))) if is_draft else frozenset()


def _crossing_at_the_end(drawn: Grid, rows: Sequence[GridRow]) -> list[GridRow]:
    """The rows after the last one with several cells."""
    last = max((number for number, row in enumerate(rows) if len(row) > 1), default=-1)
    return list(rows[last + 1 :]) if drawn.width > 1 else []


def _spread(row: GridRow) -> list[str]:
    """A row's texts, a spanning one in its first column."""
    return [text for cell in row for text in (_marked(cell, alone=len(row) == 1), *[""] * (cell.span - 1))]


def _marked(cell: GridCell, *, alone: bool) -> str:
    parts = [_emphasised(cell, part) if alone else in_markdown(part) for part in cell.called if part]
    return "<br>".join(f"• {part}" for part in parts) if cell.kind == "list" else "<br>".join(parts)


def _emphasised(cell: GridCell, part: str) -> str:
    return f"**{in_markdown(part)}**" if cell.kind == "head" else in_markdown(part)


def _pipes(texts: Iterable[str]) -> str:
    return "| " + " | ".join(texts) + " |"


CAPTION = "\\captionsetup{position=top,justification=raggedright,singlelinecheck=false}"


def _latex_needs(lines: Iterable[str], *, is_long: bool, across: bool) -> Iterator[str]:
    """What has to stand in the preamble, and whether pdfLaTeX has all the letters."""
    packages = ["array", "booktabs", "caption", *["longtable"] * is_long, *["pdflscape"] * across]
    yield "% Read it in with \\input. In the preamble: \\usepackage[T1]{fontenc}"
    yield f"% \\usepackage{{{','.join(packages)}}}"
    if across:
        yield "% It lies across an A4 page with margins of 2.5 cm: \\usepackage[a4paper,margin=2.5cm]{geometry}"
    yield from letters_beyond(lines)


def _latex_columns(drawn: Grid, *, across: bool) -> Iterator[str]:
    alone = [(n, cell) for row in _rows_of(drawn) for n, cell in _numbered(row) if cell.span == 1]
    least = [0.0] * drawn.width
    for number, cell in alone:
        need = WIDER * styles.longest_word(cell.called, bold=cell.kind == "head") + GAP[across]
        least[number] = max(least[number], min(need, ROOM[across] * document.WIDEST_WORD))
    for number, share in enumerate(styles.fitted(drawn.shares, least, ROOM[across])):
        below = [row[number].kind for body in drawn.bodies for row in body if len(row) == drawn.width]
        ragged = "left" if below and all(kind == "number" for kind in below) else "right"
        width = f"\\dimexpr{int(share * 10_000) / 10_000:.4f}\\linewidth-2\\tabcolsep\\relax"
        # TeX parts no word that begins a paragraph, and the space makes it the second thing there
        yield f">{{\\ragged{ragged}\\arraybackslash\\hspace{{0pt}}}}p{{{width}}}"


def _rows_of(drawn: Grid) -> Iterator[GridRow]:
    yield from (*drawn.head, *(row for body in drawn.bodies for row in body))


def _numbered(row: GridRow) -> Iterator[tuple[int, GridCell]]:
    at = 0
    for cell in row:
        yield at, cell
        at += cell.span


def _latex_head(drawn: Grid) -> Iterator[str]:
    """The rows of heads; one that stands over others has a rule under each of its cells."""
    for number, row in enumerate(drawn.head):
        yield _latex_row(row, drawn.width)
        if number < len(drawn.head) - 1:
            over = ((at, cell) for at, cell in _numbered(row) if any(cell.parts))
            yield "".join(f"\\cmidrule(lr){{{at + 1}-{at + cell.span}}}" for at, cell in over)


def _latex_body(rows: Sequence[GridRow], width: int, *, is_long: bool) -> str:
    """The rows of a body. In a long table none is left behind by what it stands over, and long ones are set apart."""
    lines = []
    for number, row in enumerate(rows):
        leads = is_long and len(row) == 1 and row[0].kind == "head"
        lines.append(_latex_row(row, width) + ("*" if leads else ""))
        tall = any(len(cell.parts) > 1 for cell in row)
        lines += ["\\addlinespace"] * (is_long and tall and number < len(rows) - 1)
    return "\n".join(lines)


def _latex_row(row: GridRow, width: int) -> str:
    return " & ".join(_latex_cell(cell, width) for cell in row) + " \\\\"


def _latex_cell(cell: GridCell, width: int) -> str:
    parts = [in_latex(part) for part in cell.called if part]
    if cell.kind == "list":
        parts = [f"\\hangindent=1em\\textbullet\\enspace {part}" for part in parts]
    if cell.kind == "head" and parts:
        parts[0] = f"\\textbf{{{parts[0]}}}"
    text = "\\par ".join(parts)
    if cell.span == 1:
        return text
    setting = (
        ">{\\raggedright\\arraybackslash}p{\\dimexpr\\linewidth-2\\tabcolsep\\relax}" if cell.span == width else "l"
    )
    return f"\\multicolumn{{{cell.span}}}{{{setting}}}{{{text}}}"
