"""Drafts for what nobody has written yet: bullets from a type's rule, a paragraph from a theme's cells.

A draft only puts together what is on record: the codebook's words, people's summaries, participants' words.
"""

from collections.abc import Iterator, Mapping

from crosscase.codebook import Category, Codebook
from crosscase.coding import Coding, Suggestion
from crosscase.framework import Findings
from crosscase.matrix import Cell, readability
from crosscase.naming import case_labels
from crosscase.theme import Sentence, Theme
from crosscase.typology import All, Is, Not, Rule
from crosscase.wording import sentence, value_words

SENTENCES = 4

Place = tuple[str, str]


def bullets(rule: Rule, codebook: Codebook) -> tuple[str, ...]:
    """What a rule asks for, a bullet for each of its parts, in the codebook's words."""
    return tuple(sentence(_phrase(part, codebook)) for part in parts(rule))


def parts(rule: Rule) -> tuple[Rule, ...]:
    """The parts of a rule that all have to hold."""
    return rule.rules if isinstance(rule, All) else (rule,)


def paragraph(theme: Theme, cells: Mapping[Place, Cell]) -> tuple[Sentence, ...]:
    """The most readable summary or quote from each of up to four cases of a theme, in the order of its cells.

    Where there are only suggestions, the likeliest one.
    """
    best: dict[str, tuple[int, float, int, Sentence]] = {}
    for order, place in enumerate(dict.fromkeys(theme.cells)):
        for kind, rank, text in _extracts(cells.get(place)):
            shown = f"“{text}”" if kind else text
            found = (kind, rank, order, Sentence(shown, (place,)))
            best[place[0]] = min(best.get(place[0], found), found, key=lambda one: one[:3])
    chosen = sorted(best.values(), key=lambda one: one[:3])[:SENTENCES]
    return tuple(sentence for *_, sentence in sorted(chosen, key=lambda one: one[2]))


def draft_of(category: Category, cells: tuple[Place, ...]) -> Theme:
    """A category as a consideration that nobody has written: its name, and the cells that there are."""
    return Theme(f"draft-{category.id}", category.name, category.description, consideration=True, cells=cells)


def said_by(findings: Findings, coding: Coding) -> str:
    """Whose words a passage is, by sector, and the case that it tells of: `prosecutor, Eldersted`."""
    voices, labels = findings.voices, case_labels(findings.study)
    sectors = dict.fromkeys(person.sector for person in voices.participants(coding) if person.sector)
    cases = dict.fromkeys(labels.get(case_id, "") for case_id in voices.case_ids(coding))
    return ", ".join(filter(None, (*sectors, *cases)))


def meaning(codebook: Codebook, feature: str, value: str) -> str:
    """What the codebook says that a value means; empty where it says nothing."""
    code = codebook.by_id.get(feature)
    return (code.values.get(value) or "").strip() if code else ""


def name(codebook: Codebook, code_id: str) -> str:
    code = codebook.by_id.get(code_id)
    return code.name if code else code_id


def _phrase(rule: Rule, codebook: Codebook) -> str:
    if isinstance(rule, Is):
        told = [_told(codebook, rule.feature, value) for value in rule.values]
        return f"{_inside(name(codebook, rule.feature))}: {' or '.join(told)}"
    if isinstance(rule, Not):
        return f"not so that {_phrase(rule.rule, codebook)}"
    parts = [_phrase(part, codebook) for part in rule.rules]
    if len(parts) == 1:
        return parts[0]
    apart = [text if isinstance(part, Is) else f"({text})" for part, text in zip(rule.rules, parts, strict=True)]
    return "; and ".join(apart) if isinstance(rule, All) else "either " + "; or ".join(apart)


def _told(codebook: Codebook, feature: str, value: str) -> str:
    said = meaning(codebook, feature, value).rstrip(".")
    return _inside(said) if said else value_words(value)


def _inside(words: str) -> str:
    """As it stands inside a sentence: a capital that begins a plain word goes."""
    return words[:1].lower() + words[1:] if words[1:2].islower() or words[1:2] == " " else words


def _extracts(cell: Cell | None) -> Iterator[tuple[int, float, str]]:
    """What can be shown of a cell: its kind (0 summary, 1 coding, 2 suggestion), its rank (lower is better), words."""
    if cell is None:
        return
    if cell.summary and cell.summary.text.strip():
        text = " ".join(cell.summary.words.split())
        yield 0, readability(text), text
        return
    for quote in cell.quotes:
        text = " ".join(quote.quote.split())
        yield (2, -quote.score, text) if isinstance(quote, Suggestion) else (1, readability(text), text)
