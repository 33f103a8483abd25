"""What of a study a reader gets to see at all, before any of it is masked: without what only one case has."""

from collections.abc import Iterable
from dataclasses import replace

from crosscase.case import Case, Episode, Feature
from crosscase.codebook import Category
from crosscase.coding import Coding
from crosscase.profile.layouts import chosen_layout
from crosscase.profile.rarity import Place
from crosscase.profile.veil import Veil
from crosscase.study import Study
from crosscase.theme import CounterEvidence, Section, Sentence, Theme


def chosen(veil: Veil) -> Study:
    """The study with its own ids and names, and nothing in it that only one case has."""
    study = veil.study
    known = {source.id for source in study.sources}
    categories = tuple(_category(veil, category) for category in study.codebook.categories)
    codings = (coding for coding in study.codings if coding.source_id in known)
    return replace(
        study,
        codebook=replace(study.codebook, categories=categories),
        cases=tuple(_case(veil, case) for case in study.cases),
        codings=tuple(_coding(veil, c) for c in codings if c.code_id not in veil.rare.codes),
        readings=tuple(reading for reading in study.readings if reading.source_id in known),
        summaries=tuple(cell for cell in study.summaries if _has_row(veil, cell.case_id, cell.code_id)),
        absences=tuple(cell for cell in study.absences if _has_row(veil, cell.case_id, cell.code_id)),
        themes=tuple(_theme(veil, theme) for theme in study.themes),
        layouts=tuple(chosen_layout(layout, veil.rare, veil.of_one) for layout in study.layouts),
    )


def _category(veil: Veil, category: Category) -> Category:
    return replace(category, codes=tuple(code for code in category.codes if code.id not in veil.rare.codes))


def _case(veil: Veil, case: Case) -> Case:
    return replace(case, episodes=tuple(_episode(veil, episode) for episode in case.episodes))


def _episode(veil: Veil, episode: Episode) -> Episode:
    return replace(episode, features=tuple(_feature(veil, feature) for feature in episode.features))


def _feature(veil: Veil, feature: Feature) -> Feature:
    """A value that only one case has is told as that, without what it rests on."""
    if (feature.attribute, feature.value) not in veil.rare.values:
        return feature
    return Feature(feature.attribute, veil.of_one, "stated", (), feature.by)


def _coding(veil: Veil, coding: Coding) -> Coding:
    return replace(coding, value="", stance="") if coding.id in veil.rare_codings else coding


def _has_row(veil: Veil, row_id: str, code_id: str) -> bool:
    """Whether a cell is of a row that the reader sees, and tells nothing that only one case has."""
    is_seen = row_id in veil.cases or (not veil.is_public and row_id in veil.people)
    return is_seen and code_id not in veil.rare.codes and (row_id, code_id) not in veil.rare.places


def _theme(veil: Veil, theme: Theme) -> Theme:
    counter = theme.counter_evidence
    found = tuple(coding_id for coding_id in counter.found if coding_id not in veil.rare_codings)
    return replace(
        theme,
        cells=_cells(veil, theme.cells),
        counter_evidence=CounterEvidence(counter.searched, found, counter.note),
        sections=tuple(_section(veil, section) for section in theme.sections),
    )


def _cells(veil: Veil, cells: Iterable[Place]) -> tuple[Place, ...]:
    places = (place for place in cells if place not in veil.rare.places)
    return tuple((case_id, code_id) for case_id, code_id in places if code_id not in veil.rare.codes)


def _section(veil: Veil, section: Section) -> Section:
    paragraphs = tuple(tuple(_sentence(veil, one) for one in paragraph) for paragraph in section.paragraphs)
    return replace(section, paragraphs=paragraphs)


def _sentence(veil: Veil, sentence: Sentence) -> Sentence:
    """A sentence that rests on one case alone doesn't lead the public to that case."""
    is_alone = veil.is_public and len({case_id for case_id, _ in sentence.cells}) == 1
    return replace(sentence, cells=() if is_alone else _cells(veil, sentence.cells))
