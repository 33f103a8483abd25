"""What people wrote in a study, as a profile's reader may see it: cases, summaries, themes, claims, exhibits."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from crosscase.case import Case, Episode, Feature, Override
from crosscase.claim import Claim
from crosscase.codebook import Category, Code
from crosscase.disclosure import NOT_SHOWN, held_by_one, is_name
from crosscase.layout import DecisionsLayout, Layout, ParticipantsLayout, ProseLayout
from crosscase.matrix import Absence, Summary
from crosscase.profile.layouts import shown_decisions, shown_prose
from crosscase.profile.rarity import Place
from crosscase.profile.veil import Veil
from crosscase.theme import CounterEvidence, Section, Sentence, Theme
from crosscase.typology import Typology

Words = Callable[[str], str]


def of_one(veil: Veil) -> str:
    """What stands where only one case has something: `one jurisdiction (not shown)`."""
    return f"one {veil.study.settings.unit} ({NOT_SHOWN})"


def shown_case(veil: Veil, case: Case) -> Case:
    label = veil.labels[case.id]
    names = cell_words(veil, case.id)
    episodes = tuple(_episode(veil, case, number, one, names) for number, one in enumerate(case.episodes, 1))
    return Case(veil.cases[case.id], label, label, shown_attributes(veil, case), episodes)


def shown_attributes(veil: Veil, case: Case) -> Mapping[str, str]:
    """A case's attributes; a value that may name a place is told as a number, and to the public not at all."""
    every = ((pair, other.id) for other in veil.study.cases for pair in other.attributes.items())
    alone = held_by_one(every) if veil.is_public and len(veil.study.cases) > 1 else set()
    shown = {}
    for name, value in case.attributes.items():
        if is_name(value) and veil.is_public:
            continue
        shown[name] = veil.attribute_labels.get((name, value), value)
        if (name, value) in alone:
            shown[name] = of_one(veil)
    return shown


def cell_words(veil: Veil, case_id: str) -> Words:
    """How what was written of a case is shown."""
    mask = veil.cell_mask(case_id)
    return lambda text: mask(veil.kept(text))


def words(veil: Veil, case_ids: Iterable[str] = ()) -> Words:
    """How what was written of these cases, or of none, is shown."""
    mask = veil.text_mask(case_ids)
    return lambda text: mask(veil.kept(text))


def _episode(veil: Veil, case: Case, number: int, episode: Episode, names: Words) -> Episode:
    begins, ends = (at[:4] if veil.is_public else at for at in (episode.from_, episode.to))
    return replace(
        episode,
        id=f"{veil.cases[case.id]}-{number}",
        from_=begins,
        to=ends,
        features=tuple(_feature(veil, one, names) for one in episode.features),
        overrides=tuple(_override(veil, one, names) for one in episode.overrides),
    )


def _feature(veil: Veil, feature: Feature, names: Words) -> Feature:
    by = veil.coders.get(feature.by, feature.by)
    if (feature.attribute, feature.value) in veil.rare.values:
        return Feature(feature.attribute, of_one(veil), "stated", (), by)
    evidence = tuple(veil.codings[one] for one in feature.evidence if one in veil.codings)
    memo = "" if veil.is_public else names(feature.memo)
    return replace(feature, evidence=evidence, by=by, memo=memo)


def _override(veil: Veil, override: Override, names: Words) -> Override:
    return replace(override, reason=names(override.reason), by=veil.coders.get(override.by, override.by))


def shown_summary(veil: Veil, summary: Summary) -> Summary | None:
    """The summary; None for one that tells of something rare, or for the public of one participant."""
    place = (summary.case_id, summary.code_id)
    row = veil.cases.get(summary.case_id) or (not veil.is_public and veil.people.get(summary.case_id))
    if not row or place in veil.rare.places or summary.code_id in veil.rare.codes:
        return None
    case_id = next((p.case_id for p in veil.study.participants if p.id == summary.case_id), summary.case_id)
    return replace(
        summary,
        case_id=row,
        text=cell_words(veil, case_id)(summary.text),
        coding_ids=tuple(veil.codings.get(one, one) for one in summary.coding_ids),
        by=veil.coders.get(summary.by, summary.by),
    )


def shown_absence(veil: Veil, absence: Absence) -> Absence | None:
    """A person's word on an empty cell, as a summary is shown; to the public without its note."""
    place = (absence.case_id, absence.code_id)
    row = veil.cases.get(absence.case_id) or (not veil.is_public and veil.people.get(absence.case_id))
    if not row or place in veil.rare.places or absence.code_id in veil.rare.codes:
        return None
    case_id = next((p.case_id for p in veil.study.participants if p.id == absence.case_id), absence.case_id)
    return replace(
        absence,
        case_id=row,
        note="" if veil.is_public else cell_words(veil, case_id)(absence.note),
        by=veil.coders.get(absence.by, absence.by),
    )


def shown_code(veil: Veil, code: Code) -> Code:
    told = words(veil)

    def each(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(told(text) for text in texts)

    return replace(
        code,
        name=told(code.name),
        definition=told(code.definition),
        include=each(code.include),
        exclude=each(code.exclude),
        examples=each(code.examples),
        cues=each(code.cues),
        values={value: told(meaning) for value, meaning in code.values.items()},
    )


def shown_category(veil: Veil, category: Category) -> Category:
    """The category without the codes that were found in one case only."""
    codes = tuple(shown_code(veil, code) for code in category.codes if code.id not in veil.rare.codes)
    told = words(veil)
    return replace(category, name=told(category.name), description=told(category.description), codes=codes)


def shown_theme(veil: Veil, theme: Theme) -> Theme:
    told = words(veil)
    counter = theme.counter_evidence
    hidden = {coding.id for coding in veil.rare.codings}
    found = tuple(veil.codings[one] for one in counter.found if one in veil.codings and one not in hidden)
    return replace(
        theme,
        name=told(theme.name),
        statement=told(theme.statement),
        cells=_cells(veil, theme.cells),
        counter_evidence=CounterEvidence(told(counter.searched), found, told(counter.note)),
        confidence={name: told(text) for name, text in theme.confidence.items()},
        relations={name: told(text) for name, text in theme.relations.items()},
        history=tuple((on, told_by(veil, who), told(what)) for on, who, what in theme.history),
        sections=tuple(_section(veil, section) for section in theme.sections),
    )


def told_by(veil: Veil, who: str) -> str:
    """`AK, JO` as `coder 1, coder 2` where coders go by number."""
    return ", ".join(veil.coders.get(one, one) for one in (part.strip() for part in who.split(",")))


def _cells(veil: Veil, cells: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(
        (veil.cases.get(case_id, case_id), code_id)
        for case_id, code_id in cells
        if code_id not in veil.rare.codes and (case_id, code_id) not in veil.rare.places
    )


def _section(veil: Veil, section: Section) -> Section:
    paragraphs = tuple(tuple(_sentence(veil, one) for one in paragraph) for paragraph in section.paragraphs)
    return replace(section, title=words(veil)(section.title), paragraphs=paragraphs)


def _sentence(veil: Veil, sentence: Sentence) -> Sentence:
    """A sentence that rests on one case alone doesn't lead the public to that case."""
    cases = {case_id for case_id, _ in sentence.cells}
    alone = veil.is_public and len(cases) == 1
    return replace(
        sentence, text=words(veil, cases)(sentence.text), cells=() if alone else _cells(veil, sentence.cells)
    )


def shown_claim(veil: Veil, claim: Claim) -> Claim:
    told = words(veil)
    ids = {"case": veil.cases, "participant": veil.people, "source": veil.sources}[claim.query.unit]
    listed = () if veil.is_public or not claim.found else tuple(ids.get(one, one) for one in claim.found.ids)
    found = claim.found and replace(claim.found, ids=listed)
    note = "" if veil.is_public else told(claim.note)
    return replace(claim, text=told(claim.text), scope=told(claim.scope), note=note, found=found)


def shown_typology(veil: Veil, typology: Typology) -> Typology:
    told = words(veil)
    types = tuple(
        replace(one, name=told(one.name), describe=tuple(told(text) for text in one.describe)) for one in typology.types
    )
    return replace(typology, name=told(typology.name), types=types, reason=told(typology.reason))


def shown_layout(veil: Veil, layout: Layout) -> Layout:
    """The layout without names; to the public participants are told by sector only."""
    names = words(veil)
    notes = tuple(names(note) for note in layout.notes)
    if isinstance(layout, ParticipantsLayout):
        groups = tuple(replace(group, roles=()) for group in layout.groups) if veil.is_public else layout.groups
        return replace(layout, title=names(layout.title), groups=groups, notes=notes)
    if isinstance(layout, DecisionsLayout):
        return shown_decisions(layout, names, veil.cases, veil.rare, of_one(veil))
    if isinstance(layout, ProseLayout):
        return shown_prose(layout, names, veil.cases, veil.codings, veil.rare)
    return replace(layout, title=names(layout.title), notes=notes)
