"""A project's cases: which are the study's own, which are new, and which sources are whose."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from crosscase.case import Case
from crosscase.exchange.projects.intake.names import column, free, one_line, plain_id
from crosscase.exchange.projects.intake.work import Part, Work
from crosscase.exchange.projects.project import Project, ProjectCase


def cases_of(work: Work) -> tuple[dict[str, str], tuple[Case, ...]]:
    """The id of each case here, and the cases that are new or have new values."""
    by_id = {case.id: case for case in work.study.cases}
    by_name = {(case.name or case.id).casefold(): case.id for case in work.study.cases}
    taken = {case_id.casefold() for case_id in by_id}
    ids: dict[str, str] = {}
    changed: list[Case] = []
    for case in work.project.cases:
        if is_of_a_source(work.project, case):
            continue
        name = one_line(case.name)
        known = work.ledger.get("case", case.guid).get("id", "")
        known = known if known in by_id else by_name.get(name.casefold(), "")
        values = {column(key): one_line(value) for key, value in case.attributes.items()}
        own = str(work.own("case", case.guid).get("id", ""))
        if known:
            ids[case.guid] = known
            work.record.there["cases"] += 1
            changed += _more_of(work, by_id[known], values)
        else:
            ids[case.guid] = free(own or plain_id(name, "case"), taken)
            called = "" if name == ids[case.guid] else name
            masked = one_line(str(work.own_fields("case", case.guid).get("masked", "")))
            changed.append(Case(ids[case.guid], called, masked, attributes=values))
            work.record.new["cases"] += 1
        work.note_down("case", case.guid, ids[case.guid])
    return ids, tuple(changed)


def is_of_a_source(project: Project, case: ProjectCase) -> bool:
    """Whether a case without a name only holds the values of one source, as some programs write them."""
    return not case.name and len(case.sources) == 1 and case.sources[0] in project.source_by_guid


def _more_of(work: Work, here: Case, values: Mapping[str, str]) -> Iterator[Case]:
    """A case of the study with the values that it hasn't got yet; one that differs is a conflict."""
    for key, value in values.items():
        if here.attributes.get(key, value) != value:
            known = here.attributes[key]
            work.record.conflicts.append(f"the case `{here.id}` has {key} “{known}” here and “{value}” there")
    more = {key: value for key, value in values.items() if key not in here.attributes}
    if more:
        work.record.new["case values"] += len(more)
        yield replace(here, attributes={**here.attributes, **more})


def whole_cases_of(work: Work, case_ids: Mapping[str, str], parts: Mapping[str, Sequence[Part]]) -> dict[str, str]:
    """The case of each source that belongs to one case only, as a whole."""
    cases: dict[str, set[str]] = defaultdict(set)
    for case in work.project.cases:
        for source in case.sources if case.guid in case_ids else ():
            cases[source].add(case_ids[case.guid])
    for coding in work.project.whole_codings:
        if coding.code in case_ids:
            cases[coding.source].add(case_ids[coding.code])
    for source, of_source in parts.items():
        text = work.project.source_by_guid[source].text or ""
        cases[source] |= {case_id for _, _, case_id in of_source if _is_most(text, of_source, case_id)}
    several = sum(len(ids) > 1 for ids in cases.values())
    work.record.left["sources that belong to several cases"] += several
    return {source: next(iter(ids)) for source, ids in cases.items() if len(ids) == 1}


def _is_most(text: str, parts: Iterable[Part], case_id: str) -> bool:
    """Whether a case's parts make up more than half of a source's text: then it is that case's as a whole."""
    covered = reached = 0
    for start, end in sorted((start, end) for start, end, case in parts if case == case_id):
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return 2 * covered > len(text)


def parts_of(work: Work, case_ids: Mapping[str, str]) -> dict[str, list[Part]]:
    """The parts of each source that belong to cases: coded so, or referred to."""
    parts: dict[str, list[Part]] = defaultdict(list)
    for coding in work.project.codings:
        if coding.code in case_ids:
            parts[coding.source].append((coding.start, coding.end, case_ids[coding.code]))
    for span in work.project.case_spans:
        if span.case in case_ids:
            parts[span.source].append((span.start, span.end, case_ids[span.case]))
    return parts
