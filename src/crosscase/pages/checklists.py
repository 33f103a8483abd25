"""Reporting checklists, filled in from the study's files where they tell, and put to the authors where they don't.

COREQ has 32 items (Tong, Sainsbury and Craig 2007), SRQR 21 (O'Brien and colleagues 2014). The wording is ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crosscase.pages import links, record
from crosscase.pages.data import Link
from crosscase.pages.material import Material
from crosscase.reading import State
from crosscase.wording import counted, listed, out_of, plural

Answer = tuple[str, tuple[Link, ...]]

OVERVIEW, CODING = Link("overview", links.INDEX), Link("who coded what", links.here("coding"))
VERSIONS, SOURCES = Link("versions", links.here("codebook")), Link("sources", links.SOURCES)
MATRICES, MACHINE = Link("matrices", links.MATRICES), Link("the machine’s part", links.here("machine"))


@dataclass(frozen=True, slots=True)
class Item:
    """One item: what it asks, what the files say (empty where they don't), and what is left for the authors."""

    number: int
    topic: str
    found: str
    links: tuple[Link, ...]
    prompt: str


@dataclass(frozen=True, slots=True)
class Checklist:
    name: str
    reference: str
    groups: tuple[tuple[str, tuple[Item, ...]], ...]
    told: str


# (what it asks, the name of the answer from the files, what the authors have to say)
_COREQ = (
    ("The team", (
        ("Who interviewed", "interviewers", "names of those who asked"),
        ("Their credentials", "", "degrees of each interviewer and coder"),
        ("Their occupation then", "", "posts held while the study ran"),
        ("Their gender", "", "as each would put it"),
        ("Their training and experience", "", "in interviewing and in analysis"),
        ("Ties with participants beforehand", "", "who knew whom, and how"),
        ("What participants knew of the interviewer", "", "what they were told of reasons and aims"),
        ("What interviewers brought with them", "", "assumptions, interests, reasons for the study"),
    )),
    ("The design", (
        ("Method and orientation", "method", "the theory of knowledge behind it, if any"),
        ("How participants were chosen", "", "purposive, snowball, other; by which criteria"),
        ("How they were approached", "", "by whom and by what means"),
        ("How many took part", "size", ""),
        ("Who declined or left", "", "how many, and why"),
        ("Where the talks took place", "", "in person, by telephone, by video"),
        ("Who else was present", "", "anyone besides participant and interviewer"),
        ("Who the participants are", "sample", "anything else that matters about them"),
        ("The questions", "guide", "whether they were tried out first"),
        ("Repeat interviews", "repeated", "whether any were planned"),
        ("Recording", "timed", "sound, video or notes; who typed it"),
        ("Notes from the field", "", "whether any were taken, and when"),
        ("How long it took", "", "minutes of each talk"),
        ("When new things stopped coming up", "saturation", "what is claimed about it, and for what"),
        ("Transcripts shown to participants", "", "to whom, and what they changed"),
    )),
    ("Analysis and findings", (
        ("How many coded", "coders", ""),
        ("The tree of codes", "tree", ""),
        ("Where the themes came from", "derivation", ""),
        ("Software", "software", ""),
        ("Findings shown to participants", "", "to whom, and what they said"),
        ("Quotations with their speaker", "quotes", "whether the names given to speakers protect them"),
        ("Findings that fit the data", "consistency", "a reading of the matrices against the text of the report"),
        ("Major themes", "matrices", "that each is told clearly"),
        ("Minor themes and odd cases", "odd", "how the exceptions are dealt with"),
    )),
)  # fmt: skip

_SRQR = (
    ("Title and abstract", (
        ("Title says what kind of study it is", "title", "whether it names the approach"),
        ("Abstract", "", "that its numbers are those of this report"),
    )),
    ("Introduction", (
        ("The problem and what is known of it", "", "literature and why it matters"),
        ("The question", "about", "the question in one sentence"),
    )),
    ("Methods", (
        ("Approach and paradigm", "method", "the paradigm, and why this approach"),
        ("The researchers and their part in it", "", "who they are, and how that may have mattered"),
        ("Context", "context", "where and when, and what was going on"),
        ("Sampling", "", "how, and when it was enough"),
        ("Ethics", "consent", "which board approved it, under what number"),
        ("How data were collected", "collection", "procedure, changes on the way"),
        ("Instruments", "guide", "recorder, and how the questions changed"),
        ("Units", "size", ""),
        ("Processing", "processing", "how it was typed, checked and de-identified"),
        ("Analysis", "analysis", "how themes were arrived at"),
        ("What makes it trustworthy", "trust", "member checks, debriefing, negative cases"),
    )),
    ("Findings", (
        ("Synthesis and interpretation", "matrices", "the main findings in words"),
        ("Links to the data", "quotes", ""),
    )),
    ("Discussion", (
        ("What it adds, and where it holds", "", "prior work, and to whom the findings carry over"),
        ("Limits", "limits", "what else limits it"),
    )),
    ("Other", (
        ("Conflicts of interest", "", "of each author"),
        ("Funding", "", "who paid, and what they had a say in"),
    )),
)  # fmt: skip


def checklists(material: Material) -> tuple[Checklist, ...]:
    answers = _answers(material)
    return (
        _checklist("COREQ", "For interviews and focus groups: 32 items, Tong et al. 2007", _COREQ, answers),
        _checklist("SRQR", "For qualitative research: 21 items, O’Brien et al. 2014", _SRQR, answers),
    )


def _checklist(
    name: str,
    reference: str,
    groups: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...],
    answers: Mapping[str, Answer],
) -> Checklist:
    number, filled = 0, []
    for title, rows in groups:
        items = []
        for topic, key, prompt in rows:
            number += 1
            found, links = answers[key] if key else ("", ())
            items.append(Item(number, topic, found, links if found else (), prompt if found or prompt else topic))
        filled.append((title, tuple(items)))
    everything = [item for _, items in filled for item in items]
    told = sum(bool(item.found) for item in everything)
    open_ = sum(bool(item.prompt) for item in everything)
    return Checklist(
        name,
        reference,
        tuple(filled),
        f"The study’s files say something on {out_of(told, number, 'item')}; {open_} of {number} leave "
        "something to the authors.",
    )


def _answers(material: Material) -> Mapping[str, Answer]:
    answers = {**_about_people(material), **_about_data(material), **_about_analysis(material)}
    return {key: (_stop(text), links) for key, (text, links) in answers.items()}


def _stop(text: str) -> str:
    return text if not text or text.endswith((".", "”")) else f"{text}."


def _about_people(material: Material) -> Mapping[str, Answer]:
    return {
        "interviewers": (record.interviewers(material), (SOURCES,)),
        "size": (_size(material), (SOURCES,)),
        "sample": (_sample(material), (SOURCES,)),
        "repeated": (record.repeated(material), (SOURCES,)),
        "consent": (_consent(material), ()),
        "limits": (_limits(material), (SOURCES,)),
    }


def _about_data(material: Material) -> Mapping[str, Answer]:
    settings = material.study.settings
    stored = f"Stored as text by turns, and frozen once coded; {record.passages(material)}"
    return {
        "title": (f"“{settings.title}”", (OVERVIEW,)),
        "about": (settings.about, (OVERVIEW,)),
        "guide": (record.guide(material), _asked(material)),
        "timed": (record.timed(material), (SOURCES,)),
        "context": (_described(material), (SOURCES,)),
        "collection": (_described(material), (SOURCES,)),
        "processing": (stored, (MACHINE,)),
    }


def _about_analysis(material: Material) -> Mapping[str, Answer]:
    book = material.study.codebook
    tree = f"{counted(len(book.codes), 'code')} in {counted(len(book.categories), 'category')}"
    from_data = f"{record.inductive(material)} inductive, the others deductive"
    return {
        "method": (f"Framework method; {from_data}", (VERSIONS,)),
        "saturation": (_saturation(material), (VERSIONS, *_page(material, "saturation", links.SATURATION))),
        "coders": (_coders(material), (CODING, *_page(material, "agreement", links.AGREEMENT))),
        "tree": (tree, (Link("codebook", links.CODEBOOK),)),
        "derivation": (from_data, (VERSIONS,)),
        "software": (record.software_facts(material)[0].text, (MACHINE,)),
        "quotes": (
            f"Each quote is cut from its source as the page is built, and names {_named(material)}",
            (MATRICES,),
        ),
        "consistency": ("Every cell, type and count leads to the passages it rests on", (MATRICES,)),
        "matrices": (f"One framework matrix for each of {len(book.categories)} categories", (MATRICES,)),
        "odd": (_odd(material), _typologies(material)),
        "analysis": (_analysis(material), (MATRICES, *_typologies(material))),
        "trust": (_trust(material), (CODING,)),
    }


def _size(material: Material) -> str:
    study = material.study
    documents = sum(source.kind == "document" for source in study.sources)
    size = [counted(len(study.participants), "participant"), counted(len(study.sources) - documents, "interview")]
    size += [counted(documents, "document")] if documents else []
    return listed([*size, counted(len(study.cases), study.settings.unit)])


def _analysis(material: Material) -> str:
    typed = ", and sorted into types by rules" if material.study.typologies else ""
    rows = material.study.settings.unit if material.is_public else f"{material.study.settings.unit} and participant"
    return f"Coded, charted by {rows}{typed}"


def _named(material: Material) -> str:
    return "the speaker’s sector" if material.is_public else "speaker and turn"


def _typologies(material: Material) -> tuple[Link, ...]:
    return tuple(Link(typology.name, links.typology(typology.id)) for typology in material.study.typologies)


def _sample(material: Material) -> str:
    sample, roles = record.sample(material), record.roles(material)
    return f"{sample}. Roles: {roles}." if sample and roles else sample


def _asked(material: Material) -> tuple[Link, ...]:
    return () if material.is_public else _page(material, "what was asked of whom", links.COVERAGE)


def _page(material: Material, name: str, address: str) -> tuple[Link, ...]:
    return (Link(name, address),) if material.has_quality else ()


def _coders(material: Material) -> str:
    """Who coded how much (24), and how far they agree."""
    coded = "; ".join(f"{line.name}: {line.sources}" for line in record.coders(material))
    agreement = record.agreement(material) if material.has_quality else ""
    return f"{coded}. {agreement}" if coded and agreement else coded


def _saturation(material: Material) -> str:
    """When new codes stopped (22), as the interviews in their order tell it."""
    told = record.saturation(material.quality.saturated) if material.has_quality else ""
    return " ".join(filter(None, (told, _late_codes(material))))


def _late_codes(material: Material) -> str:
    last = max(record.versions(material), key=lambda line: line.version, default=None)
    if last is None or last.version == 1:
        return ""
    return f"The last codes came with codebook version {last.version}: {counted(len(last.codes), 'code')}."


def _described(material: Material) -> str:
    return " ".join(f"{fact.name}: {fact.text}." for fact in record.source_facts(material)[:-1])


def _consent(material: Material) -> str:
    people = material.study.participants
    stated = sum(bool(person.consent) for person in people)
    return f"How they may be named is recorded for {out_of(stated, len(people), 'participant')}." if stated else ""


def _odd(material: Material) -> str:
    told = []
    for typology in material.study.typologies:
        results = material.findings.results[typology.id]
        unresolved = sum(not result.type_id for result in results)
        unusual = sum(bool(result.atypical) for result in results)
        total = counted(len(results), "episode")
        told.append(
            f"{typology.name}: of {total} {unresolved} unresolved, {unusual} not typical of the {typology.label}"
        )
    return "; ".join(told)


def _trust(material: Material) -> str:
    double = record.double_coded(material)
    total = len(material.study.sources)
    return (
        f"{record.share(len(double), total, 'source')} double-coded; the codings, rules and overrides can be read here."
    )


def _limits(material: Material) -> str:
    total = len(material.study.sources)
    left = total - len(material.sources_in(State.DONE))
    told = [f"{out_of(left, total, 'source')} not read to the end by people"] if left else []
    if waiting := len(material.waiting_sources):
        told.append(f"{out_of(waiting, total, 'source')} read before the codebook had all its codes")
    heard = {person.case_id for person in material.study.participants}
    silent = [case.id for case in material.study.cases if case.id not in heard]
    if silent:
        unit = material.study.settings.unit
        told.append(f"{out_of(len(silent), len(material.study.cases), unit)} without a participant of its own")
    outside = sum(not person.case_id for person in material.study.participants)
    if outside:
        told.append(
            f"{out_of(outside, len(material.study.participants), 'participant')} speak for none of the "
            f"{plural(material.study.settings.unit)}"
        )
    return "; ".join(told)
