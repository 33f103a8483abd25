"""What the command line says of a study, a line at a time; styles are click's."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

import click

from crosscase.codebook import Codebook, CodebookChange
from crosscase.disclosure import Withheld
from crosscase.features import unsupported
from crosscase.framework import Findings, states
from crosscase.problem import Problem, Refused
from crosscase.profile import SeenStudy
from crosscase.reading import State
from crosscase.revisit import BORDERLINE, Candidate, Waiting
from crosscase.stages import Checked, Coded, Collected, Deidentified, Printed
from crosscase.study import Study
from crosscase.typology import Result, told
from crosscase.wording import first_of, how_many

MOST_LISTED = 12

if TYPE_CHECKING:
    from crosscase.exchange.blind import Drawn
    from crosscase.exchange.edits import Changes

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


def printed(pdf: Printed) -> str:
    """How much paper a report is, and how long it took to print."""
    size = pdf.path.stat().st_size / 1_000_000
    return f"{how_many(pdf.sheets, 'sheet')}, {size:.1f} MB, printed in {how_many(round(pdf.seconds), 'second')}"


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


def drawn(drawn: "Drawn") -> str:
    """How much is on a blind sheet."""
    sources = len({segment.source_id for segment in drawn.segments})
    return f"{len(drawn.segments)} of {how_many(drawn.passages, 'passage')} in {how_many(sources, 'source')}"


def collected(back: Collected) -> Iterator[str]:
    """The rows that people have to look at, then what became of all."""
    yield from map(str, back.doubts)
    yield (
        f"{how_many(back.added, 'coding')} added, {back.there} there already; "
        f"{how_many(back.read, 'passage')} read, {len(back.doubts)} in doubt"
    )
    if back.blank:
        empty = how_many(back.blank, "row")
        yield f"{empty} left empty, and so not read: write `none` where no code applies, or say `--all-read`"
    if back.finished:
        yield f"read to the end: {', '.join(back.finished)}"


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
