"""What the command line says of a study, a line at a time; styles are click's."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from crosscase.agreement import Agreement, Comparison, Outcome, counted
from crosscase.codebook import Codebook, CodebookChange
from crosscase.disclosure import Withheld
from crosscase.features import unsupported
from crosscase.framework import Findings, states
from crosscase.problem import Problem, Refused
from crosscase.profile import SeenStudy
from crosscase.reading import State
from crosscase.revisit import BORDERLINE, Candidate, Waiting
from crosscase.stages import Checked, Coded, Deidentified, Saturated
from crosscase.study import Study
from crosscase.typology import Result, told
from crosscase.wording import first_of, how_many, number_or_none

MOST_LISTED = 12

if TYPE_CHECKING:
    from crosscase.agreement.measuring import Estimate, Measure, Measured
    from crosscase.exchange.edits import Changes
    from crosscase.exchange.importing import ImportReport

IN_JSON = ("path", "line", "what", "do", "level")
FIRST = 3


def contents(study: Study) -> str:
    errors = sum(problem.level == "error" for problem in study.problems)
    found = list(states(study).values())
    told = ", ".join(f"{found.count(state)} {state.value}" for state in reversed(State) if state in found)
    counts = [f"{how_many(len(study.sources), 'source')}" + (f" ({told})" if told else "")]
    counts += [how_many(len(study.codebook.codes), "code"), how_many(len(study.codings), "coding")]
    counts += [how_many(len(study.cases), "case")]
    return f"{', '.join(counts)}: {how_many(errors, 'problem')}, {how_many(len(study.problems) - errors, 'note')}"


def withheld(findings: Findings) -> Iterator[str]:
    """What outside readers aren't shown, and what a person has still to judge; nothing for the team."""
    study = findings.study
    if not isinstance(study, SeenStudy):
        return
    yield from (f"withheld: {what}" for what in _withheld(study.withheld, study.settings.unit))
    yield from (f"judge: {what}" for what in _to_judge(study.withheld, study.settings.unit))


def _withheld(counts: Withheld, unit: str) -> Iterator[str]:
    yield f"the words of {how_many(counts.codings, 'coding')}, in whole or in part"
    if counts.codes:
        yield f"{how_many(len(counts.codes), 'code')} found in one {unit} only: {', '.join(counts.codes)}"
    if counts.values:
        yield f"{how_many(counts.values, 'value')} that one {unit} alone has"
    if counts.claims:
        yield f"{how_many(counts.claims, 'claim')} that can't be counted from what is shown, or are marked as rare"
    if counts.columns:
        yield f"own columns, for want of a declaration (`shown` in study.yaml): {', '.join(counts.columns)}"


def _to_judge(counts: Withheld, unit: str) -> Iterator[str]:
    for name, value in counts.kept:
        yield f"{name}: {value} is shown, since a type rests on it, and one {unit} alone has it"
    if counts.retold:
        cells = first_of([f"{row}/{code}" for row, code in counts.retold], MOST_LISTED)
        summaries = how_many(len(counts.retold), "summary")
        yield f"{summaries} written over withheld words may retell them: {cells}"
    yield "names of other people, and turns of phrase by which somebody is known: nothing finds them but reading"


def as_json(checked: Checked, *, with_notes: bool) -> str:
    """Each problem with its path, line, what, do and level, and how many there are of each."""
    problems = checked.study.problems if with_notes else checked.errors
    listed = [{name: getattr(problem, name) for name in IN_JSON} for problem in problems]
    counts = {"errors": len(checked.errors), "notes": len(checked.notes)}
    return json.dumps({"problems": listed, "counts": counts}, ensure_ascii=False, indent=2)


def imported(report: "ImportReport") -> Iterator[str]:
    """What became of a file: one line, then a line each for what was dropped and guessed."""
    if report.problem:
        yield click.style(f"{report.file}:1: ", fg="red") + report.problem
        return
    if report.status == "unchanged":
        yield f"{report.file}: already in the study as {report.source_id}"
        return
    names = ", ".join(f"{name} ({turns})" for name, turns in report.speakers.items()) or "none"
    size = f"{how_many(report.turns, 'turn')}, {report.words:,} words"
    yield f"{report.file}: {report.source_id}, {size}; speakers: {names}"
    yield from (f"  dropped: {what}" for what in report.dropped)
    yield from (f"  guessed: {what}" for what in report.guessed)
    yield from (f"  looks like a {what}; set it aside if it is" for what in report.notices)


def problem_lines(problems: Iterable[Problem]) -> Iterator[str]:
    """A line for each problem, but one for all of a kind in one file that may be said together."""
    for (path, several), alike in groupby(problems, key=lambda problem: (problem.path, problem.several)):
        group = list(alike)
        if several and len(group) > 1:
            ids = first_of([f"`{problem.about}`" for problem in group], FIRST)
            what = f"{len(group):,} {several} ({ids}; `--json` lists all)"
            yield problem_line(Problem(path, group[0].line, what, group[0].do, group[0].level))
        else:
            yield from map(problem_line, group)


def problem_line(problem: Problem) -> str:
    """The problem, its place in red if it is an error."""
    colour = "red" if problem.level == "error" else "yellow"
    return f"{click.style(f'{problem.place}:', fg=colour)} {problem.told}"


def codes(codebook: Codebook) -> Iterator[str]:
    """A heading for each category, and a line for each of its codes."""
    width = max((len(code.id) for code in codebook.codes), default=0)
    for category in codebook.categories:
        yield click.style(category.name, bold=True)
        yield from (f"  {code.id:<{width}}  {code.origin:<9}  {code.name}" for code in category.codes)


def changed(changes: Sequence[CodebookChange]) -> Iterator[str]:
    for change in changes:
        yield f"{change.what:<9} {change.code_id}" + (f"  ({change.detail})" if change.detail else "")
    if not changes:
        yield "the same codes, in the same words"


def coded(coded: Coded) -> Iterator[str]:
    """The rows that people have to look at, then what became of all."""
    placements = coded.placements
    yield from (str(doubt) for doubt in (*placements.doubtful, *placements.missing))
    there = len(placements.codings) - coded.added
    yield (
        f"{how_many(coded.added, 'coding')} added, {there} there already, "
        f"{len(placements.doubtful)} doubtful, {len(placements.missing)} not found"
    )


def taken_back(changes: "Changes") -> Iterator[str]:
    """What was changed on both sides, so that a person has to decide; then what became of the edited summaries."""
    for conflict in changes.conflicts:
        yield f"not taken, changed on both sides: {conflict.row_id} {conflict.code_id}"
        yield f"  in the workbook: {conflict.theirs}\n  in the study:    {conflict.ours}"
    taken = how_many(len(changes.changed), "summary")
    yield f"{taken} taken, {changes.unchanged} unchanged, {how_many(len(changes.conflicts), 'conflict')}"


def accepted(written: Mapping[str, int]) -> Iterator[str]:
    for case_id, number in written.items():
        yield f"{case_id}: {how_many(number, 'feature')} written, as proposed from codings"


def classified(findings: Findings, case_id: str) -> Iterator[str]:
    """How the cases were sorted, or one of them with its rules; then what there is to doubt about it."""
    yield from traces(findings, case_id) if case_id else types(findings)
    yield from doubts(findings, case_id)
    if not findings.study.typologies:
        yield "there is no typology yet: describe types and their rules in typologies/*.yaml"


def types(findings: Findings) -> Iterator[str]:
    """A line for each episode: its type, or that it is unresolved, with what decided or is missing."""
    drafts = {(case.id, episode.id) for case in findings.cases for episode in case.episodes if episode.is_proposed}
    names_of = _episodes(findings)
    for typology in findings.study.typologies:
        yield click.style(f"{typology.name} (version {typology.version})", bold=True)
        names = {kind.id: kind.name for kind in typology.types}
        for result in findings.results[typology.id]:
            kind = names.get(result.type_id, "unresolved")
            episode = (result.case_id, result.episode_id)
            mark = "draft, " if episode in drafts else ""
            yield f"  {names_of[episode]:<10} {kind:<42} {mark}{_why(result)}"
    if drafts:
        yield f"{how_many(len(drafts), 'draft')}: nobody has decided a feature there; what is proposed stands in"


def _episodes(findings: Findings) -> Mapping[tuple[str, str], str]:
    """What each episode is called: its id, behind its case's where several cases have the same."""
    episodes = [(case.id, episode.id) for case in findings.cases for episode in case.episodes]
    several = Counter(episode_id for _, episode_id in episodes)
    return {
        (case_id, episode_id): f"{case_id} {episode_id}" if several[episode_id] > 1 else episode_id
        for case_id, episode_id in episodes
    }


def traces(findings: Findings, case_id: str) -> Iterator[str]:
    """For one case, every rule that was tried, and what would make it another type."""
    if case_id not in {case.id for case in findings.study.cases}:
        raise Refused(f"there is no case `{case_id}`")
    for typology in findings.study.typologies:
        names = {kind.id: kind.name for kind in typology.types}
        for result in (result for result in findings.results[typology.id] if result.case_id == case_id):
            yield click.style(
                f"{result.episode_id}, {typology.name}: {names.get(result.type_id, 'unresolved')}", bold=True
            )
            for type_id, trace in result.traces.items():
                yield f"  {names[type_id]}"
                yield from (f"    {line}" for line in told(trace))
            for flip in result.flips:
                changes = " and ".join(f"{name} were {value}" for name, value in flip.changes)
                yield f"  if {changes}: {names.get(flip.type_id, 'unresolved')}"


def doubts(findings: Findings, case_id: str) -> Iterator[str]:
    """Decisions that their evidence no longer bears out, and facts on which informants contradict each other."""
    codings = {coding.id: coding for coding in findings.codings}
    names_of = _episodes(findings)
    for case in findings.study.cases:
        for episode in case.episodes if case_id in ("", case.id) else ():
            for feature in unsupported(episode.features, codings):
                claim = f"{names_of[case.id, episode.id]} {feature.attribute} is {feature.value}"
                yield f"look again: {claim}, which none of its evidence says"
            for feature in episode.features:
                if feature.status == "conflict":
                    where = f"{names_of[case.id, episode.id]} {feature.attribute}"
                    yield f"in conflict: {where} ({', '.join(feature.evidence)})"


def waiting_lines(entries: Sequence[Waiting], total: int) -> Iterator[str]:
    """A heading for each code, and under it a line for each source that waits for it."""
    for code, group in groupby(entries, key=lambda entry: entry.code):
        of_code = list(group)
        version = f"as it is meant since version {code.meant_since} of the codebook"
        yield click.style(
            f"{code.id}, {version}: {len(of_code)} of {how_many(total, 'source')} to go through", bold=True
        )
        yield from (f"  {entry.source.id:<12} {_likeliest(entry)}" for entry in of_code)
    if not entries:
        yield "no source waits: each was read under a codebook that had the codes as they are"


def pair(words: str) -> tuple[str, str]:
    """A name and what is to stand for it, as `Lea=P01`."""
    name, sign, replacement = words.partition("=")
    if not sign:
        raise Refused(f"`{words}` should be a name, `=`, and the words for it, as in `Lea=P01`")
    return name.strip(), replacement.strip()


def numbered(words: str) -> tuple[str, list[int]]:
    """A part and the numbers of its passages, as `Fees=1,4-6`."""
    name, _, listed = words.rpartition("=")
    ends = [part.strip().partition("-") for part in listed.split(",")]
    if not name.strip() or not all(first.isdecimal() and (last.isdecimal() or not dash) for first, dash, last in ends):
        raise Refused(f"`{words}` should be a name, `=`, and numbers of passages, as in `Fees=1,4-6`")
    numbers: list[int] = []
    for first, _, last in ends:
        numbers += range(int(first), int(last or first) + 1)
    return name.strip(), numbers


def deidentified(done: Deidentified, key: Path) -> Iterator[str]:
    """What was replaced, where the key is, and what is left for people to see to."""
    yield f"{how_many(done.texts, 'text')} changed, {how_many(done.codings, 'coding')} moved along; the key: {key}"
    for place in done.still_named:
        yield f"still named: {place}"
    if done.still_named:
        yield "and in the files as they were received (original/): keep those apart"


def agreement_lines(agreement: Agreement, study: Study) -> Iterator[str]:
    """A line for each passage that was coded otherwise, with who said what; then the counts, also for each pair."""
    if not agreement.readers:
        yield "nothing to compare: no source was read by two coders, or not for the same codes"
        return
    for comparison in agreement.disagreements:
        statements = comparison.statements(study.codebook.by_id[comparison.code_id].name)
        quote = shorten(comparison.quote, 70, placeholder=" …")
        yield f"{_place(comparison, study)}: “{quote}”  {' · '.join(statements)}"
    for coders, comparisons in agreement.pairs.items() if len(agreement.pairs) > 1 else ():
        yield f"{' and '.join(coders)}: {_outcomes(comparisons)}"
    coders_by_source = agreement.coders_by_source
    numbers = sorted({len(names) for names in coders_by_source.values()})
    by = f"{numbers[0]} coders" + (" or more" if len(numbers) > 1 else "")
    yield f"{_outcomes(agreement.comparisons)}, in {how_many(len(coders_by_source), 'source')} read by {by}"


def measured_lines(measured: "Measured", study: Study, code_id: str = "") -> Iterator[str]:
    """A table of coefficients, the least agreed on first; then what all codes give together, and what was left out."""
    code = study.codebook.by_id.get(code_id)
    measures = [one for one in measured.codes if code is None or one.code_id == code.id]
    if not measures or measured.pooled is None:
        yield "nothing to measure: no source was read by two coders, or not for the same codes"
        return
    names = {one.id: one.name for one in study.codebook.codes} | {"": "all codes, each on each unit"}
    width = max(len(names[one.code_id]) for one in (*measures, measured.pooled))
    given = " and ".join(measured.coders)
    yield f"{'':{width}} {'units':>6} {given:>11}   alpha  95 % interval   kappa     AC1  agreed   edges"
    known = [one for one in measures if one.alpha.value is not None]
    for measure in sorted(known, key=lambda one: one.alpha.value or 0.0):
        yield _measure_line(names[measure.code_id], measure, width)
    if code is None:
        yield _measure_line(names[""], measured.pooled, width)
        yield f"sets of codes (alpha, MASI distances): {_figure(measured.sets)}  {_interval(measured.sets)}"
    yield from _unmeasured(measures, names)


def _measure_line(name: str, measure: "Measure", width: int) -> str:
    used = " and ".join(str(number) for number in measure.used.values())
    alpha = f"{_figure(measure.alpha)}  {_interval(measure.alpha):13}"
    others = "  ".join(
        _figure(estimate) for estimate in (measure.kappa, measure.ac1, measure.percentage, measure.edges)
    )
    return f"{name:{width}} {measure.units:>6} {used:>11}  {alpha}  {others}"


def _figure(estimate: "Estimate") -> str:
    return "     –" if estimate.value is None else f"{estimate.value:6.2f}"


def _interval(estimate: "Estimate") -> str:
    if estimate.low is None or estimate.high is None:
        return "–"
    return f"{estimate.low:.2f} to {estimate.high:.2f}"


def _unmeasured(measures: Iterable["Measure"], names: Mapping[str, str]) -> Iterator[str]:
    """Why figures or intervals are missing, each reason once, with the codes that it concerns."""
    reasons: dict[str, list[str]] = {}
    for measure in measures:
        if measure.alpha.why:
            reasons.setdefault(measure.alpha.why, []).append(names[measure.code_id])
    for why, codes in reasons.items():
        yield f"{how_many(len(codes), 'code')}: {why} ({first_of(codes, 5)})"


def saturation_lines(found: Saturated, study: Study) -> Iterator[str]:
    """A line for each interview, then what may be said of saturation, and what may not."""
    saturation = found.saturation
    if not saturation.steps:
        yield "nothing to count: no interview was read to the end"
        return
    names = {code.id: code.name for code in study.codebook.codes}
    yield "interview  new  total  in any order   new information"
    for step in saturation.steps:
        ratio = "" if step.ratio is None else f"{step.ratio:.0%}"
        new = ", ".join(names[code_id] for code_id in step.new)
        band = f"{step.low:.0f} to {step.high:.0f}"
        numbers = f"{len(step.new):>4} {step.total:>6}  {band:>12}  {ratio:>5}"
        yield f"{step.source_id:9} {numbers}  {shorten(new, 70, placeholder=' …')}".rstrip()
    yield from _saturated(found)


def _saturated(found: Saturated) -> Iterator[str]:
    saturation = found.saturation
    rule = f"{saturation.base}+{saturation.run} at {saturation.threshold:.0%}"
    share = f"{saturation.reached_in:.0%} of 1,000 orders"
    if len(saturation.steps) < saturation.base + saturation.run:
        yield f"too few interviews to say anything of saturation: {rule} needs {saturation.base + saturation.run}"
    elif saturation.reached is None:
        yield f"not saturated ({rule}): the last interviews still brought new codes; reached in {share}"
    else:
        usually = f", there after {saturation.usually:.0f} as a median" if saturation.usually else ""
        yield f"saturated after {saturation.reached} interviews ({rule}); reached in {share}{usually}"
    if saturation.later:
        yield f"but later interviews brought {how_many(saturation.later, 'more code')}"
    unseen = f"at least {saturation.unseen:.0f} more may be unseen (Chao2)"
    yield f"{saturation.codes} of {how_many(found.codes, 'code')} were given; {unseen}"
    yield "this is about codes in these interviews, not about meanings, nor whom nobody asked, nor types of cases"
    if found.unlooked:
        codes = f"{how_many(len(found.unlooked), 'code')} ({first_of(found.unlooked, 5)})"
        yield f"left out, since not every interview was gone through for them: {codes}"
    if found.unread:
        yield f"left out, since not read to the end: {', '.join(found.unread)}"
    if found.undated:
        yield f"without a date, and so taken for the last: {', '.join(found.undated)}"


def _place(comparison: Comparison, study: Study) -> str:
    source = study.source(comparison.source_id)
    turn = source.turn_at(comparison.start) if source else None
    return f"{comparison.source_id}, turn {turn.number}" if turn else comparison.source_id


def _outcomes(comparisons: Sequence[Comparison]) -> str:
    outcomes = counted(comparisons)
    alike, edges = outcomes[Outcome.SAME], outcomes[Outcome.OTHER_EDGES]
    return (
        f"{how_many(alike, 'passage')} coded alike, {number_or_none(edges)} with other edges, "
        f"{number_or_none(len(comparisons) - alike - edges)} otherwise"
    )


def charted(findings: Findings) -> str:
    cells = [cell for matrix in findings.matrices for cell in matrix.cells.values()]
    drafts = sum(cell.status == "draft" for cell in cells)
    from_people = sum(bool(cell.summary or cell.codings) for cell in cells)
    empty = len(cells) - from_people - drafts
    counts = f"{from_people} from people's codings, {how_many(drafts, 'draft')}, {empty} empty"
    return f"{how_many(len(cells), 'cell')}: {counts}"


def _why(result: Result) -> str:
    if result.override:
        return f"by {result.override.by or 'a person'}: {result.override.reason}"
    if result.not_typed:
        return result.not_typed
    return ("decided by " if result.type_id else "wanting ") + (", ".join(result.decided) or "a fitting rule")


def _weight(candidate: Candidate) -> str:
    if candidate.margin is not None:
        return "at the edge of the cluster" if candidate.margin < BORDERLINE else "of the cluster"
    return f"{candidate.weight:.2f}" if candidate.is_suggested else how_many(int(candidate.weight), "cue")


def _likeliest(entry: Waiting) -> str:
    if not entry.candidates:
        return "nothing suggested, and " + ("none of the code's cues" if entry.code.cues else "the code has no cues")
    best = entry.candidates[0]
    weight = _weight(best)
    turn = entry.source.turn_at(best.segment.start)
    place = f"turn {turn.number}, " if turn else ""
    more = f" (and {len(entry.candidates) - 1} more)" if len(entry.candidates) > 1 else ""
    return f"{place}{weight}: {shorten(best.quote, 90, placeholder=' …')}{more}"
