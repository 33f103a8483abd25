"""What the study's files tell of how it was made: sources, coders, codebook, re-visits, the machine's part.

Nothing here is guessed. Counts carry their unit and what they are out of; shares are given from 30 upwards only.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from crosscase.codebook import Code
from crosscase.coding import Coding
from crosscase.disclosure import FEWEST_SPEAKERS, NOT_SHOWN, WITHHELD
from crosscase.guide import asked
from crosscase.pages import links
from crosscase.pages.data import Fact, Link
from crosscase.pages.figures.quality import figure_of, interval_of
from crosscase.pages.material import Material, code_page
from crosscase.quality import Saturated
from crosscase.reading import Reading, Standing, State
from crosscase.source import SHORTEST_PASSAGE, Source
from crosscase.wording import counted, day, listed, out_of, plural, sentence, value_words

FEWEST_FOR_A_SHARE = 30

Versions = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class CoderLine:
    name: str
    sources: str
    codings: str
    when: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    version: int
    deductive: int
    inductive: int
    codes: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Revisit:
    """A code that sources wait for: they were read before it was in the codebook, or before it meant what it means.

    `again` were gone through for it since, or read by somebody who had it.
    """

    version: int
    code: Link
    count: str
    sources: tuple[Link, ...]
    again: tuple[Link, ...]


def share(number: int, total: int, noun: str) -> str:
    """`2 of 8 codes`; from 30 on with a percentage."""
    told = out_of(number, total, noun)
    return f"{told} ({number / total:.0%})" if total >= FEWEST_FOR_A_SHARE else told


def source_facts(material: Material) -> tuple[Fact, ...]:
    """Each kind of source with its number, dates and words, then participants and cases."""
    study = material.study
    kinds = {kind: [s for s in study.sources if s.kind == kind] for kind in ("interview", "focus group", "document")}
    facts = [Fact(sentence(plural(kind)), _described(found)) for kind, found in kinds.items() if found]
    people = sample(material)
    if people:
        facts.append(Fact("Participants", people))
    facts.append(Fact(sentence(plural(study.settings.unit)), cases_and_episodes(material)))
    return tuple(facts)


def _described(sources: Sequence[Source]) -> str:
    words = [source.words for source in sources]
    dates = sorted(source.date for source in sources if source.date)
    told = f"{len(sources)}, {sum(words):,} words in all"
    if len(sources) > 1:
        told += f" (from {min(words):,} to {max(words):,} each)"
    if dates:
        undated = len(sources) - len(dates)
        told += f"; dated {day(dates[0])}" + (f" to {day(dates[-1])}" if dates[-1] != dates[0] else "")
        told += f" ({undated} without a date)" if undated else ""
    return told


def sample(material: Material) -> str:
    """`22, by sector: 16 prosecutor and 6 advocate`."""
    people = material.study.participants
    sectors = Counter(person.sector or "no sector given" for person in people)
    told = (
        f", by sector: {listed([f'{number} {name}' for name, number in sectors.items()])}" if len(sectors) > 1 else ""
    )
    return f"{len(people)}{told}" if people else ""


def roles(material: Material) -> str:
    found = Counter(person.role for person in material.study.participants if person.role not in ("", NOT_SHOWN))
    return listed([f"{number} {role}" for role, number in sorted(found.items(), key=lambda entry: -entry[1])])


def cases_and_episodes(material: Material) -> str:
    cases = material.study.cases
    told = f"{len(cases)}, with {counted(sum(len(case.episodes) for case in cases), 'episode')} described"
    spoken = {person.case_id for person in material.study.participants} & {case.id for case in cases}
    return f"{told}; {out_of(len(spoken), len(cases), material.study.settings.unit)} with a participant of its own"


def coders(material: Material) -> tuple[CoderLine, ...]:
    """Who coded how many of the sources, with how many codings, and when; the consensus layer last."""
    study = material.study
    layer = study.settings.consensus
    ids = sorted({coder for coder, _ in study.coded}, key=lambda coder: (coder == layer, coder))
    of_coder: dict[str, list[Coding]] = {coder: [] for coder in ids}
    for coding in study.codings:
        of_coder.setdefault(coding.coder, []).append(coding)
    total = len(study.sources)
    return tuple(
        CoderLine(
            f"Consensus of the coders ({coder})" if coder == layer else _coder(material, coder),
            _read_by(study.readings, coder, total),
            f"{len(of_coder[coder]):,}",
            _span([coding.at for coding in of_coder[coder] if coding.at]),
        )
        for coder in ids
    )


def _read_by(readings: Sequence[Reading], coder: str, total: int) -> str:
    own = [reading for reading in readings if reading.coder == coder]
    told = out_of(len(own), total, "source")
    still_open = sum(not reading.is_done for reading in own)
    return f"{told}, of which {still_open} {State.OPEN.value}" if still_open else told


def _coder(material: Material, coder: str) -> str:
    name = material.coder_name(coder)
    return f"{coder}, {name}" if name != coder else coder


def _span(dates: Sequence[str]) -> str:
    first, last = (day(min(dates)), day(max(dates))) if dates else ("not recorded", "")
    return f"{first} to {last}" if last and last != first else first


def people_coding(material: Material) -> tuple[str, ...]:
    """The coders' ids, without the consensus layer."""
    return tuple(sorted({coder for coder, _ in material.study.coded} - {material.study.settings.consensus}))


def double_coded(material: Material) -> frozenset[str]:
    """The sources that two people or more have read to the end, each for themselves."""
    layer = material.study.settings.consensus
    done = (reading for reading in material.study.readings if reading.is_done and reading.coder != layer)
    readers = Counter(reading.source_id for reading in done)
    return frozenset(source_id for source_id, number in readers.items() if number > 1)


def settled_sources(material: Material) -> frozenset[str]:
    """The sources that the consensus layer has gone through to the end."""
    study = material.study
    readings = (reading for reading in study.readings if reading.coder == study.settings.consensus)
    return frozenset(reading.source_id for reading in readings if reading.is_done)


def coding_facts(material: Material) -> tuple[Fact, ...]:
    study, total = material.study, len(material.study.sources)
    double, still_open = double_coded(material), len(material.sources_in(State.OPEN))
    settled = settled_sources(material)
    return (
        Fact("Read to the end by people", out_of(len(material.sources_in(State.DONE)), total, "source")),
        *([Fact("Still being read", out_of(still_open, total, "source"))] if still_open else []),
        Fact("Double-coded", share(len(double), total, "source"), _sources(material, double)),
        Fact("Settled in consensus", _settled(material, settled, double)),
        Fact(
            "Codings that count", f"{counted(len(material.findings.codings), 'coding')} of {len(study.codings):,} made"
        ),
        Fact("Summaries written", _summaries(material)),
        Fact("Decided against the rules", _overrides(material)),
    )


def _settled(material: Material, settled: frozenset[str], double: frozenset[str]) -> str:
    if not material.study.settings.consensus:
        return "no consensus layer is named in study.yaml"
    told = f"{len(settled & double)} of {counted(len(double), 'double-coded source')}"
    return f"{told}; there that layer alone counts, and the coders’ own codings are kept"


def _summaries(material: Material) -> str:
    by = Counter(material.coder_name(s.by) if s.by else "no name given" for s in material.study.summaries)
    cells = [cell for matrix in material.findings.matrices for cell in matrix.cells.values()]
    told = out_of(sum(cell.summary is not None for cell in cells), len(cells), "cell")
    return f"{told} by {material.study.settings.unit}" + (f"; by {listed(list(by))}" if by else "")


def _overrides(material: Material) -> str:
    results = [result for found in material.findings.results.values() for result in found]
    if not results:
        return "no typology"
    return out_of(sum(result.override is not None for result in results), len(results), "result")


def _sources(material: Material, ids: frozenset[str]) -> tuple[Link, ...]:
    if material.is_public:
        return ()
    return tuple(material.source_link(source.id) for source in material.study.sources if source.id in ids)


def versions(material: Material) -> tuple[VersionLine, ...]:
    """What each version of the codebook brought, of the codes that stand in it now."""
    codes = material.study.codebook.codes
    return tuple(
        VersionLine(
            number,
            sum(code.origin == "deductive" for code in codes if code.since == number),
            sum(code.origin == "inductive" for code in codes if code.since == number),
            tuple(code_page(code) for code in codes if code.since == number),
        )
        for number in sorted({code.since for code in codes})
    )


def inductive(material: Material) -> str:
    codes = material.study.codebook.codes
    return share(sum(code.origin == "inductive" for code in codes), len(codes), "code")


def revisits(material: Material) -> tuple[Revisit, ...]:
    """For each code that came, or was redefined, after a reading: which sources wait, and which were read again."""
    return tuple(revisit for code in material.study.codebook.codes if (revisit := _revisit(material, code)))


def _revisit(material: Material, code: Code) -> Revisit | None:
    before = [r.source_id for r in material.study.readings if r.is_done and max(r.codebook, 1) < code.meant_since]
    waiting = frozenset(one for one in before if material.findings.standing(code, one) is Standing.OLDER)
    again = frozenset(before) & material.findings.sources_read_for(code)
    if not before:
        return None
    read = len(material.sources_in(State.DONE))
    return Revisit(
        code.meant_since,
        code_page(code),
        out_of(len(waiting), read, "source") + " read to the end",
        _sources(material, waiting),
        _sources(material, again),
    )


def software_facts(material: Material) -> tuple[Fact, ...]:
    settings = material.study.settings
    used = "its suggestions are used here" if material.findings.is_draft else "no suggestion is used here"
    return (
        Fact("Software", f"crosscase {version('crosscase')}"),
        Fact("Encoder", f"{settings.encoder}; {used}"),
        Fact("Seed", f"{settings.seed}"),
        Fact("Passages", passages(material)),
        Fact("Codebook", f"version {material.codebook_version}"),
    )


def passages(material: Material) -> str:
    """What the machine reads, and what is left out of it."""
    read = material.findings.passages.values()
    kept, short = sum(len(p.kept) for p in read), sum(len(p.left_out) for p in read)
    joined = sum(p.joined for p in read)
    return (
        f"{counted(kept, 'passage')} of participants and documents; left out for being under {SHORTEST_PASSAGE} words: "
        f"{counted(short, 'passage')}; {counted(joined, 'short sentence')} kept with a neighbour"
    ) + (" (of the texts as they are shown here)" if material.made_for else "")


def machine(material: Material) -> str:
    """What the machine did, in two sentences."""
    suggestions = material.findings.suggestions
    total = len(material.study.sources)
    encoders = listed(sorted({suggestion.encoder for suggestion in suggestions}))
    drafted = out_of(len({suggestion.source_id for suggestion in suggestions}), total, "source")
    proposed = (
        f"For {drafted} that no person has read to the end, it proposed {counted(len(suggestions), 'suggestion')} "
        f"(encoder {encoders}), which are marked as drafts and count as nobody’s finding."
        if suggestions
        else "It proposed nothing that stands in this report: codings, summaries and features are from people’s files."
    )
    return (
        f"{proposed} It cut every quote from its source, counted, and applied the rules that people wrote to the "
        "features that people decided, and it assigned no type by likeness of words."
    )


def guide(material: Material) -> str:
    """How many questions, and of how many interviews each was asked."""
    questions = material.study.guide.questions
    interviews = [source for source in material.study.sources if source.kind != "document"]
    if not questions:
        return ""
    put = [[asked(question, source) for source in interviews] for question in questions]
    known = [answers.count(True) for answers in put if None not in answers]
    everywhere = sum(number == len(interviews) for number in known)
    told = f"{out_of(everywhere, len(questions), 'question')} put in every interview"
    if everywhere < len(known):
        told += f", the least asked in {out_of(min(known), len(interviews), 'interview')}"
    unknown = len(put) - len(known)
    return f"{told}; of {unknown} it isn’t recorded where they were put" if unknown else told


def interviewers(material: Material) -> str:
    """Who asked in how many interviews, where `sources.csv` has a column `interviewer`."""
    interviews = [source for source in material.study.sources if source.kind != "document"]
    found = Counter(who for source in interviews if (who := source.attributes.get("interviewer", "")))
    told = listed([f"{who} in {number}" for who, number in found.items()])
    return f"{told}, of {counted(len(interviews), 'interview')}" if told else ""


def repeated(material: Material) -> str:
    people = material.study.participants
    voices = material.findings.voices
    again = sum(len(voices.source_ids(person)) > 1 for person in people)
    return f"{out_of(again, len(people), 'participant')} speak in more than one source" if people else ""


def timed(material: Material) -> str:
    interviews = [source for source in material.study.sources if source.kind != "document"]
    if material.is_public:
        return ""
    marked = sum(any(turn.time for turn in source.turns) for source in interviews)
    return f"{out_of(marked, len(interviews), 'transcript')} carry time marks" if interviews else ""


def disclosure(material: Material) -> tuple[Fact, ...]:
    """What this reader isn't shown, and what may be guessed all the same; empty for the team."""
    study = material.study
    if not material.made_for:
        return ()
    withheld = material.withheld
    unit, total = study.settings.unit, len(study.cases)
    speaking = Counter(person.case_id for person in study.participants)
    heard = [speaking[case.id] for case in study.cases if speaking[case.id]]
    few = sum(number < FEWEST_SPEAKERS for number in heard)
    facts = [
        Fact("Made for", material.reader),
        Fact("Words withheld", f"{_withheld(material)}; they count, and are not printed"),
        Fact(
            "Who could be speaking",
            f"behind a passage of one {unit} stand fewer than {FEWEST_SPEAKERS} participants in "
            f"{out_of(few, len(heard), unit)} with a participant of its own, and only one in {heard.count(1)}: "
            "who knows the place may know the person",
        ),
    ]
    if withheld.codes:
        names = f"{counted(len(withheld.codes), 'code')}, found in one {unit} only: {listed(list(withheld.codes))}"
        facts.append(Fact("Codes left out", names))
    if withheld.values:
        facts.append(
            Fact("Values left out", f"{counted(withheld.values, 'value')} that only one {unit} of {total} has")
        )
    if withheld.kept:
        shown = listed([f"{name}: {value_words(value)}" for name, value in withheld.kept])
        facts.append(Fact("Rare, yet shown", f"{shown}. Only one {unit} has each of these, and its type rests on it"))
    if withheld.claims:
        told = f"{counted(withheld.claims, 'claim')} that would tell a {unit} by its rarity, or can’t be counted here"
        facts.append(Fact("Claims left out", told))
    return tuple(facts)


def _withheld(material: Material) -> str:
    codings = material.findings.codings
    hidden = sum(WITHHELD in coding.quote for coding in codings)
    people = material.withheld.people
    agreed = f", among them all of {counted(people, 'participant')} who agreed to no quote" if people else ""
    return f"those of {out_of(hidden, len(codings), 'coding')}, in whole or in part{agreed}"


def quality(material: Material) -> str:
    """How far coders agree, when new codes stopped, how much was read and coded, as a paragraph of recorded numbers."""
    if not material.has_quality:
        return ""
    told = [agreement(material), saturation(material.quality.saturated), _heard(material)]
    return " ".join(filter(None, told))


def quality_pages(material: Material) -> tuple[Link, ...]:
    pages = (Link("Agreement", links.AGREEMENT), Link("Saturation", links.SATURATION))
    return pages if material.is_public else (*pages, Link("Coverage", links.COVERAGE))


def agreement(material: Material) -> str:
    """Who was compared on what, and how far they agree beyond chance."""
    measured = material.quality.measured
    if measured.pooled is None or measured.pooled.alpha.value is None:
        return ""
    alphas = [measure.alpha.value for measure in measured.codes if measure.alpha.value is not None]
    double = out_of(len(measured.sources), len(material.study.sources), "source")
    alpha = measured.pooled.alpha
    interval = f" (95% interval {interval_of(alpha)})" if alpha.low is not None else ""
    return (
        f"{listed(measured.coders)} read {double} each for themselves. On {measured.units:,} passages Krippendorff’s "
        f"alpha is {figure_of(alpha.value)} over all codes{interval}, and {figure_of(min(alphas))} to "
        f"{figure_of(max(alphas))} code by code."
    )


def saturation(found: Saturated) -> str:
    """When the rule held first, in how many orders it did, and what came after."""
    curve = found.saturation
    number = len(curve.steps)
    needed = curve.base + curve.run
    if number < needed:
        return (
            f"{counted(number, 'interview')} read to the end: too few to say anything, since the rule needs {needed}."
        )
    orders = f"in {round(curve.reached_in * 1000):,} of 1,000 orders"
    if curve.reached is None:
        told = f"Not saturated after {counted(number, 'interview')}: the last still brought new codes."
        return f"{told} The rule of saturation held {orders}."
    later = curve.later
    after = f" Later ones brought {counted(later, 'more code')} all the same." if later else " None came later."
    return (
        f"The rule of saturation held first after {curve.reached} of {counted(number, 'interview')}, and {orders}."
        f"{after} {curve.codes} of {counted(found.codes, 'code')} were given; at least {curve.unseen:.0f} may exist "
        "that nobody mentioned (Chao2)."
    )


def _heard(material: Material) -> str:
    people = material.quality.covered.heard
    words, coded = sum(person.words for person in people), sum(person.coded for person in people)
    return f"Of {words:,} words of participants, {coded:,} carry a code." if words else ""
