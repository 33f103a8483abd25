"""Prose exhibits as they are taken away: paragraphs in Markdown, in LaTeX, and in a Word document."""

from crosscase.exchange.document import Text
from crosscase.exhibits.escaping import in_latex, in_markdown, letters_beyond
from crosscase.exhibits.prose import ProseExhibit, Stated


def pulled(exhibit: ProseExhibit) -> str:
    """The words that stand out, in quotation marks, with who speaks; empty where none do."""
    quote = exhibit.quote
    return f"“{' '.join(quote.coding.quote.split())}” ({quote.who})" if quote else ""


def to_text(exhibit: ProseExhibit) -> Text:
    statements = tuple((one.number, one.lead, one.text, _labels(one)) for one in exhibit.statements)
    return Text(exhibit.title, statements, pulled(exhibit), exhibit.notes)


def to_markdown(exhibit: ProseExhibit) -> str:
    """The title, the words that stand out, and a paragraph for each statement, followed by what it rests on."""
    quoted = pulled(exhibit)
    blocks = [f"**{in_markdown(exhibit.title)}**", *([f"> {in_markdown(quoted)}"] if quoted else [])]
    for one in exhibit.statements:
        number = f"{one.number}\\. " if one.number else ""
        lead = f"**{number}{in_markdown(one.lead)}.** " if one.lead else number
        blocks.append(f"{lead}{in_markdown(one.text)}")
        if one.rests:
            blocks.append(f"*Rests on: {in_markdown('; '.join(_labels(one)))}*")
    blocks += [f"*{in_markdown(note)}*" for note in exhibit.notes]
    return "\n\n".join(blocks) + "\n"


def to_latex(exhibit: ProseExhibit) -> str:
    """Paragraphs to be read in with \\input, each followed by what it rests on in small letters."""
    quoted = pulled(exhibit)
    lines = [f"\\paragraph*{{{in_latex(exhibit.title)}}}", ""]
    lines += ["\\begin{quote}", f"\\large {in_latex(quoted)}", "\\end{quote}", ""] if quoted else []
    for one in exhibit.statements:
        number = f"{one.number}. " if one.number else ""
        lead = f"\\textbf{{{number}{in_latex(one.lead)}.}} " if one.lead else number
        lines += [f"{lead}{in_latex(one.text)}", ""]
        if one.rests:
            lines += [f"{{\\footnotesize Rests on: {in_latex('; '.join(_labels(one)))}\\par}}", ""]
    lines += [f"{{\\footnotesize {in_latex(note)}\\par}}" for note in exhibit.notes]
    return "\n".join([*letters_beyond(lines), *lines]) + "\n"


def _labels(one: Stated) -> tuple[str, ...]:
    return tuple(rest.label for rest in one.rests)
