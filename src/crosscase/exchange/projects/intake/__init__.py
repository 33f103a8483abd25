"""A project on its way into a study: what is new in it, what is there already, what contradicts what is there.

What came before is known by its guid, from a list that is kept with the originals; else by its place and its names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from crosscase.exchange.projects.intake.cases import cases_of, parts_of, whole_cases_of
from crosscase.exchange.projects.intake.codes import coders_of, codes_of
from crosscase.exchange.projects.intake.codings import codings_of
from crosscase.exchange.projects.intake.memos import memos_of
from crosscase.exchange.projects.intake.names import column, in_table, one_line, plain_id
from crosscase.exchange.projects.intake.sources import remarks, sources_of
from crosscase.exchange.projects.intake.work import Doubtful, Ledger, Named, Options, Work
from crosscase.exchange.projects.project import NotCarried, Project
from crosscase.study import Study
from crosscase.study.decisions.bringing import Intake
from crosscase.wording import how_many

__all__ = ["Arrival", "Doubtful", "Ledger", "Options", "arrival", "column", "in_table", "one_line", "plain_id"]

_WHY = {
    "links": "relations between things; notes keep what they are on",
    "sets of codes or notes": "groups; those of sources are kept in sources.csv",
    "code colours": "codes have no colour here",
    "codings of a whole source": "a coding needs words; a source's values hold what is true of all of it",
    "codings that were there twice": "the same coder, code and place: one was kept",
    "groupings of codes below the first level": "a codebook has one level of categories; the codes below are kept",
    "sources that belong to several cases": "their codings say which, where they lie in one case's part",
}


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a project comes to in this study: what is to be written, and all that a person should know of it."""

    intake: Intake
    name: str
    origin: str
    new: Mapping[str, int]
    there: Mapping[str, int]
    conflicts: tuple[str, ...] = ()
    doubtful: tuple[Doubtful, ...] = ()
    not_carried: tuple[NotCarried, ...] = ()
    notices: tuple[str, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it that the study doesn't have."""
        return not self.new


def arrival(project: Project, study: Study, options: Options | None = None, ledger: Ledger | None = None) -> Arrival:
    """What a project comes to in this study."""
    work = Work(project, study, options or Options(), ledger or Ledger())
    coders = coders_of(work)
    codes = codes_of(work)
    case_ids, cases = cases_of(work)
    parts = parts_of(work, case_ids)
    whole_cases = whole_cases_of(work, case_ids, parts)
    sources = sources_of(work, whole_cases)
    named = Named(
        coders, codes.ids, codes.values, case_ids, whole_cases, parts, sources.ids, sources.texts, sources.edited,
        sources.by_id,
    )  # fmt: skip
    codings, changed = codings_of(work, named)
    memos = memos_of(work, named)
    _count(work, named)
    used = {coding.coder for coding in (*codings, *changed.values())}
    new_coders = {coder: name for name, coder in coders.items() if coder not in study.settings.coders}
    intake = Intake(
        coders={coder: name for coder, name in new_coders.items() if coder in used},
        categories=codes.categories,
        sources=sources.made,
        cases=cases,
        codings=codings,
        changed=changed,
        memos=memos,
        kept=work.kept(),
        finished=work.options.finished,
        why=f"imported from {project.origin or 'another program'}",
    )
    return _told(work, named, intake)


def _told(work: Work, named: Named, intake: Intake) -> Arrival:
    record, project = work.record, work.project
    left = tuple(NotCarried(what, count, _WHY[what]) for what, count in record.left.items() if count)
    return Arrival(
        intake,
        project.name,
        project.origin,
        {what: count for what, count in record.new.items() if count},
        {what: count for what, count in record.there.items() if count},
        tuple(record.conflicts),
        tuple(record.doubtful),
        (*project.not_carried, *left),
        (*project.notices, *_on_cases(named), *remarks(work, named.sources)),
        _readings(work, named),
    )


def _on_cases(named: Named) -> Iterator[str]:
    parts = sum(map(len, named.parts.values()))
    if parts:
        yield f"{how_many(parts, 'passage')} of a case: the source, or the codings within, are that case's now"


def _readings(work: Work, named: Named) -> dict[str, str]:
    """How each source's places were read, and why so."""
    said = ((named.sources.get(source.guid, ""), source) for source in work.project.sources)
    return {source_id: f"{source.habit}; {source.why}" for source_id, source in said if source_id and source.habit}


def _count(work: Work, named: Named) -> None:
    """What a project has and a study has no room for."""
    project = work.project
    work.record.left["links"] += len(project.links)
    work.record.left["sets of codes or notes"] += sum(bool(group.codes or group.notes) for group in project.groups)
    work.record.left["code colours"] += sum(bool(code.color) for code in project.codes)
    whole = (coding for coding in project.whole_codings if coding.code not in named.cases)
    work.record.left["codings of a whole source"] += sum(1 for _ in whole)
    work.record.left["codings that were there twice"] += project.merged
