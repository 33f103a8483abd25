"""What a command or a click does, each as one call: import, check, code, chart, suggest, agree, classify, report, run.

Nothing here prints. Each reads the folder or takes the study as it was loaded, and gives back values.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from crosscase.agreement import Agreement, UnitKind
from crosscase.case import Feature
from crosscase.cluster import ClusterDecision
from crosscase.clustering import Clustering, Exploration, Grain
from crosscase.codebook import Category, Code
from crosscase.coding import Suggestion
from crosscase.features import Proposal, accepted, is_date
from crosscase.framework import Findings, agreement_of, analyse, measured_of, states
from crosscase.judged import Decided, DecidedCluster, as_seen, drafted_code
from crosscase.problem import Problem, Refused, nearest
from crosscase.reading import State
from crosscase.source import Segment
from crosscase.study import DERIVED, Study, load, load_exploration, load_suggestions, save_exploration, save_suggestions

if TYPE_CHECKING:
    from crosscase.agreement.measuring import Measured
    from crosscase.exchange.edits import Changes
    from crosscase.exchange.importing import About, ImportReport
    from crosscase.exchange.quotes import Placements
    from crosscase.revisit import Waiting
    from crosscase.saturation import Saturation
    from crosscase.suggest import CachedEncoder

SETTINGS = "study.yaml"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """A study with all that is wrong in it; `moved` counts the codings whose new place was kept."""

    study: Study
    moved: int = 0

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.study.problems if problem.level == "error")

    @property
    def notes(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.study.problems if problem.level != "error")


@dataclass(frozen=True, slots=True)
class Built:
    """What was written: the report's first page, the tables, and why some of them were left as they are."""

    findings: Findings
    index: Path
    tables: tuple[Path, ...] = ()
    left: str = ""


def check(folder: Path | str, *, accept_moves: bool = False, known: Study | None = None) -> Checked:
    """All that is wrong in a study's files, and what its themes and claims say that the data don't bear out.

    With `accept_moves`, codings that found their place again in an edited text keep it, which is written.
    Raises `Refused` if the folder is no study, or the places can't be written.
    """
    study = load(folder, known)
    moved = len(study.moved) if accept_moves else 0
    if moved:
        from crosscase.study import decisions

        study = decisions.accept_moves(study)
    return Checked(interpreted(study), moved)


def interpreted(study: Study) -> Study:
    """The study with what its themes, claims and types say wrongly, and what is coded and not decided, as problems."""
    if not study.themes and not study.claims and not study.typologies:
        return study
    from crosscase import decided, interpretation

    findings = analyse(study)
    return study.with_problems(
        sorted({*study.problems, *interpretation.problems(findings), *decided.problems(findings)})
    )


def about(kind: str | None, *, case_id: str = "", date: str = "", title: str = "") -> "About":
    """What is known of files before they are read. Raises `Refused` if the date is none."""
    from crosscase.exchange.importing import About

    if date and not is_date(date):
        raise Refused(f"`{date}` is no date; write it as 2021-06-15, 2021-06 or 2021")
    return About(kind or "", case_id, date, title)  # type: ignore[arg-type]


def import_files(folder: Path, files: Sequence[Path], about: "About") -> tuple["ImportReport", ...]:
    """Bring files into a study, a report on each; a bad one never stops the others.

    Raises `Refused`, with nothing read, if there is no such case, or one title is given to several files.
    """
    from crosscase.exchange import importing

    study = load(folder)
    case_ids = [case.id for case in study.cases]
    if about.case_id and case_ids and about.case_id not in case_ids:
        raise Refused(f"there is no case `{about.case_id}`; {nearest(about.case_id, case_ids)}")
    if about.title and len(files) > 1:
        raise Refused("a title is of one file; import the others by themselves")
    known = {source.id for source in study.sources}
    return importing.import_files(folder, files, transcripts=study.settings.transcripts, known=known, about=about)


@dataclass(frozen=True, slots=True)
class Coded:
    """What became of codings that were listed by their quotes: how many are new, and which have no certain place."""

    placements: "Placements"
    added: int
    problems: tuple[Problem, ...]

    @property
    def is_whole(self) -> bool:
        return not self.placements.doubtful and not self.placements.missing


def code(study: Study, table: Path, *, by: str) -> Coded:
    """Take in the codings of a table of quotes; those that the coder has made already are left as they are.

    Raises `Refused` if it is no such table, or nobody may code under this name.
    """
    from crosscase.exchange import quotes
    from crosscase.study import decisions

    rows, problems = quotes.read(table)
    placements = quotes.placed(rows, study)
    new = placements.new(study, by)
    if new:
        decisions.add_codings(study, by, new)
    return Coded(placements, len(new), problems)


@dataclass(frozen=True, slots=True)
class Queue:
    """The sources that wait for a code; without suggestions, its cues say which passages are likely."""

    entries: tuple["Waiting", ...]
    by_suggestions: bool


def revisit(study: Study, code_id: str = "") -> Queue:
    """The sources that were read before a code existed. Raises `Refused` if there is no such code."""
    from crosscase.revisit import waiting

    suggestions = load_suggestions(study)
    return Queue(waiting(study, suggestions or (), code_id), suggestions is not None)


def look_again(study: Study, source_id: str, code_id: str, *, by: str) -> Study:
    """Sign off that a source was gone through again for a code."""
    from crosscase.study import decisions

    if not code_id or not by:
        raise Refused("say with --code for which code it was gone through, and with --by who did it")
    return decisions.look_again(study, by, source_id, code_id)


def chart(study: Study, workbook: Path, *, by: str) -> "Changes":
    """Take the summaries that were edited in a workbook back into the study's charts; all are written, or none."""
    from crosscase.exchange.workbook import apply, read_back

    changes = read_back(workbook, study)
    apply(study, changes, by=by, on=date.today().isoformat())
    return changes


def suggest(study: Study, progress: Progress | None = None) -> tuple[Suggestion, ...]:
    """The machine's suggestions for the study as it is now: those that were kept, or else made anew, and kept."""
    kept = load_suggestions(study)
    if kept is not None:
        return kept
    from crosscase.suggest import CachedEncoder, load_encoder
    from crosscase.suggest import suggest as make

    encoder = CachedEncoder(load_encoder(study.settings.encoder), study.folder / DERIVED / "vectors")
    suggestions = make(study.sources, study.codebook, encoder, progress=progress or _silent)
    save_suggestions(study, suggestions)
    return suggestions


def clusters(
    study: Study, scope: str, *, grain: Grain = "medium", k: int | None = None, progress: Progress | None = None
) -> Clustering:
    """Clusters of the passages that no coding covers, of all, or of those under a code; nothing is kept."""
    from crosscase.suggest.clusters import clusters_of

    return clusters_of(study, _encoder(study, progress), scope=scope, grain=grain, k=k)


def explore(study: Study, progress: Progress | None = None) -> Exploration:
    """What clusters show of the study as it is now: those that were kept, or else made anew, and kept.

    Those that were made of words alone, for want of an encoder, are made anew, since there may be one now.
    """
    kept = load_exploration(study)
    if kept is not None and kept.clustering.encoder:
        return kept
    from crosscase.suggest.clusters import exploration_of

    exploration = exploration_of(study, _encoder(study, progress))
    save_exploration(study, exploration)
    return exploration


def _encoder(study: Study, progress: Progress | None) -> "CachedEncoder":
    from crosscase.suggest import CachedEncoder, load_encoder

    return CachedEncoder(load_encoder(study.settings.encoder), study.folder / DERIVED / "vectors", progress)


def list_clusters(
    study: Study, scope: str, *, grain: Grain = "medium", k: int | None = None, progress: Progress | None = None
) -> Decided:
    """The clusters as people's decisions leave them. They are kept, so that their ids can be named from then on."""
    from crosscase.suggest.clusters import shown

    return shown(study, _encoder(study, progress), scope=scope, grain=grain, k=k)


def show_cluster(study: Study, cluster_id: str) -> DecidedCluster:
    """One cluster of the last list. Raises `Refused` if there is none of this id, or the list is out of date."""
    from crosscase.suggest.clusters import last_shown

    return last_shown(study).by_id(cluster_id)


def promote_cluster(
    study: Study,
    cluster_id: str,
    code: Code,
    *,
    by: str,
    reason: str,
    category_name: str = "",
    ticked: Sequence[int] = (),
    before: str = "",
) -> Study:
    """Make a code of a cluster, with a draft of what `code` leaves empty; `category_name` begins a new category.

    `ticked` are the numbers of the passages that are its examples, counted from 1; without any, the central ones are.
    """
    from crosscase.study import decisions

    seen = show_cluster(study, cluster_id)
    draft = drafted_code(seen, code, [seen.cluster.members[at] for at in _numbered(seen, ticked)])
    category = Category(code.category_id, category_name) if category_name else None
    cluster = replace(_as_seen(study, [cluster_id], reason), name=draft.name)
    return decisions.promote_cluster(study, by, cluster, draft, category=category, before=before)


def merge_clusters(
    study: Study, cluster_ids: Sequence[str], *, by: str, name: str = "", reason: str = ""
) -> tuple[Study, DecidedCluster]:
    """Take several clusters for one from now on; gives back the study, and that one."""
    from crosscase.study import decisions

    clusters = {seen.id: seen for seen in map(partial(show_cluster, study), cluster_ids)}
    parts = {passage.place: seen.id for seen in clusters.values() for passage in seen.cluster.members}
    cluster = _as_seen(study, list(clusters), reason, parts)
    after = decisions.merge_clusters(study, by, replace(cluster, name=name or cluster.name))
    return after, _after(after).by_id(cluster_ids[0])


def split_cluster(
    study: Study, cluster_id: str, parts: Mapping[str, Sequence[int]], *, by: str, reason: str = ""
) -> tuple[Study, tuple[DecidedCluster, ...]]:
    """Take one cluster for several from now on: names, each with the numbers of its passages (from 1); the rest stays.

    Gives back the study, and the parts.
    """
    from crosscase.study import decisions

    seen = show_cluster(study, cluster_id)
    placed: dict[Segment, str] = {}
    for part, numbers in parts.items():
        for at in _numbered(seen, numbers):
            passage = seen.cluster.members[at]
            if passage.place in placed:
                raise Refused(f"passage {at + 1} is in two parts; each belongs to one")
            placed[passage.place] = part
    after = decisions.split_cluster(study, by, _as_seen(study, [cluster_id], reason, placed))
    decision = after.cluster_decisions[-1]
    return after, tuple(cluster for cluster in _after(after).clusters if cluster.shaped == decision)


def rename_cluster(study: Study, cluster_id: str, name: str, *, by: str, reason: str = "") -> Study:
    """Call a cluster something else than the machine does."""
    from crosscase.study import decisions

    return decisions.rename_cluster(study, by, replace(_as_seen(study, [cluster_id], reason), name=name))


def reject_cluster(study: Study, cluster_id: str, *, by: str, reason: str) -> Study:
    """Say that a cluster is nothing that the codebook lacks, and why."""
    from crosscase.study import decisions

    return decisions.reject_cluster(study, by, _as_seen(study, [cluster_id], reason))


def set_aside_cluster(study: Study, cluster_id: str, *, by: str, reason: str = "") -> Study:
    """Leave a cluster for later."""
    from crosscase.study import decisions

    return decisions.set_aside_cluster(study, by, _as_seen(study, [cluster_id], reason))


def withdraw_cluster_decision(study: Study, decision_id: str) -> Study:
    """Take a decision about a cluster back."""
    from crosscase.study import decisions, load_clusters

    after = decisions.withdraw_cluster_decision(study, decision_id)
    if load_clusters(after) is not None:
        _after(after)
    return after


def _after(study: Study) -> Decided:
    from crosscase.suggest.clusters import shown_after

    return shown_after(study)


def _as_seen(
    study: Study, cluster_ids: Sequence[str], reason: str, parts: Mapping[Segment, str] | None = None
) -> ClusterDecision:
    from crosscase.suggest.clusters import last_shown

    last = last_shown(study)
    clusters = [last.by_id(cluster_id) for cluster_id in cluster_ids]
    return replace(as_seen(last, clusters, parts or {}), reason=reason)


def _numbered(seen: DecidedCluster, numbers: Sequence[int]) -> list[int]:
    """Places in the list of a cluster's passages, of numbers that count from 1."""
    count = len(seen.cluster.members)
    for number in numbers:
        if not 1 <= number <= count:
            raise Refused(f"there is no passage {number} in `{seen.id}`; it has 1 to {count}")
    return [number - 1 for number in numbers]


def wants_suggestions(study: Study) -> bool:
    """Whether there is a source that no person has read to the end, for which suggestions would stand in."""
    return any(state is not State.DONE for state in states(study).values())


def agree(study: Study, source_id: str = "", code_id: str = "") -> Agreement:
    """Where coders coded the same text alike or otherwise; in one source, or on one code, if asked for.

    Raises `Refused` if there is no such source or code.
    """
    codes = study.codebook.by_id
    if source_id and study.source(source_id) is None:
        nearby = nearest(source_id, [source.id for source in study.sources])
        raise Refused(f"there is no source `{source_id}`; {nearby}")
    if code_id and code_id not in codes:
        raise Refused(f"there is no code `{code_id}`; {nearest(code_id, list(codes))}")
    return agreement_of(study).limited(source_id, codes[code_id].id if code_id else "")


def measure(study: Study, unit: UnitKind = "passage") -> "Measured":
    """How far coders agree on each code beyond chance, with intervals, or why there is no figure."""
    return measured_of(study, unit)


@dataclass(frozen=True, slots=True)
class Saturated:
    """When new codes stopped appearing, in the interviews that were read to the end, by their dates.

    `unread` are interviews that nobody has read to the end, `undated` those without a date (put last), `unlooked` the
    names of codes that were not looked for in every interview: when they came can't be told, so they are left out.
    """

    saturation: "Saturation"
    codes: int
    unread: tuple[str, ...] = ()
    undated: tuple[str, ...] = ()
    unlooked: tuple[str, ...] = ()


def saturation(
    study: Study, *, sector: str = "", every_code: bool = False, base: int = 4, run: int = 2, threshold: float = 0.05
) -> Saturated:
    """New inductive codes (or `every_code`) by interview, only those of one `sector` if asked for.

    Raises `Refused` where nobody has that sector, or the numbers are none that it can be counted with.
    """
    from crosscase.saturation import saturate

    findings = analyse(study)
    interviews = [source for source in study.sources if source.kind != "document"]
    if sector:
        interviews = [source for source in interviews if sector in sectors_of(findings, source.id)]
    if sector and not interviews:
        sectors = sorted({person.sector for person in study.participants if person.sector})
        raise Refused(f"nobody of the sector `{sector}` was interviewed; {nearest(sector, sectors)}")
    stands = states(study)
    read = [source for source in interviews if stands.get(source.id) is State.DONE]
    ordered = sorted(read, key=lambda source: (source.date or "9", source.id))
    wanted = [code for code in study.codebook.codes if every_code or code.origin == "inductive"]
    ids = {source.id for source in read}
    looked = [code for code in wanted if ids <= findings.sources_read_for(code)]
    codes: dict[str, set[str]] = {source.id: set() for source in ordered}
    known = {code.id for code in looked}
    for coding in findings.codings:
        if coding.source_id in codes and coding.code_id in known:
            codes[coding.source_id].add(coding.code_id)
    try:
        saturated = saturate(tuple(codes.items()), base=base, run=run, threshold=threshold, seed=study.settings.seed)
    except ValueError as error:
        raise Refused(str(error)) from error
    return Saturated(
        saturated,
        len(looked),
        tuple(source.id for source in interviews if source.id not in ids),
        tuple(source.id for source in ordered if not source.date),
        tuple(code.name for code in wanted if code not in looked),
    )


def sectors_of(findings: Findings, source_id: str) -> frozenset[str]:
    """The sectors of those who speak in a source."""
    people = (person for person in findings.study.participants if source_id in findings.voices.source_ids(person))
    return frozenset(person.sector for person in people)


def classify(study: Study) -> Findings:
    """The cases sorted into types, with the kept suggestions where they are up to date."""
    return analyse(study, load_suggestions(study) or ())


def accept(findings: Findings, *, by: str, case_id: str = "") -> tuple[Study, Mapping[str, int]]:
    """Decide every feature that was proposed from codings and that nobody has decided; all are written, or none.

    Gives back the study as it then is, and how many were written for each case. `case_id` limits it to one case.
    """
    from crosscase.study import decisions

    decided = {(case, episode): features for case, episode, features in _undecided(findings, case_id, by)}
    study = decisions.decide_features(findings.study, decided) if decided else findings.study
    written: dict[str, int] = defaultdict(int)
    for (case, _), features in decided.items():
        written[case] += len(features)
    return study, written


@dataclass(frozen=True, slots=True)
class Deidentified:
    """The study with other words for names: how many codings moved along, and where a name still stands."""

    study: Study
    texts: int
    codings: int
    still_named: tuple[str, ...]


def deidentify(study: Study, names: Mapping[str, str], key: Path) -> Deidentified:
    """Put other words for names in all texts, moving every coding along; the key, kept apart, brings them back.

    Raises `Refused`, with nothing written, if it could not be undone: see `decisions.replace_names`.
    """
    from crosscase.study import decisions
    from crosscase.study.keys import extend_key

    decisions.check_names(study, names)
    extend_key(key, names, folder=study.folder)
    after = decisions.replace_names(study, names)
    return _deidentified(study, after, decisions.still_named(after, names))


def key_of(folder: Path) -> Path:
    """Where the key of a study is kept if nobody says where: beside it, never in it."""
    folder = folder.resolve()
    return folder.parent / f"{folder.name}-key.csv"


def restore(study: Study, key: Path) -> Deidentified:
    """Bring the names of a key back into the texts, moving every coding along."""
    from crosscase.study import decisions
    from crosscase.study.keys import read_key

    after = decisions.replace_names(study, {words: name for name, words in read_key(key).items()})
    return _deidentified(study, after, ())


def _deidentified(before: Study, after: Study, still_named: tuple[str, ...]) -> Deidentified:
    texts = {source.id for source, new in zip(before.sources, after.sources, strict=True) if source.text != new.text}
    codings = sum(coding.source_id in texts for coding in after.codings)
    return Deidentified(after, len(texts), codings, still_named)


def report(study: Study, out: Path | None = None, *, profile: str = "", people_only: bool = False) -> Built:
    """Write the report as web pages. Raises `Refused` where they can't be written, or study.yaml can't be trusted."""
    from crosscase.report import write

    findings = _for_readers(study, profile, people_only=people_only)
    return Built(findings, write(findings, out or study.folder / "reports"))


def export(study: Study, out: Path | None = None, *, profile: str = "", people_only: bool = False) -> tuple[Path, ...]:
    """Write the tables, the exhibits, the matrices to edit and the Word document. Raises `Refused` as `report` does."""
    from crosscase.report import write_tables

    findings = _for_readers(study, profile, people_only=people_only)
    return write_tables(findings, out or study.folder / "reports" / "tables")


def run(
    study: Study,
    out: Path | None = None,
    *,
    profile: str = "",
    people_only: bool = False,
    progress: Progress | None = None,
) -> Built:
    """All that can be done without a person: suggest, cluster, chart, and write report and tables.

    Tables that somebody has edited are left as they are, and `left` says so.
    """
    from crosscase.report import write, write_tables

    _trust(study)
    if not people_only and wants_suggestions(study):
        suggest(study, progress)
    if not people_only:
        explore(study, progress)
    findings = _for_readers(study, profile, people_only=people_only)
    folder = out or study.folder / "reports"
    index = write(findings, folder)
    try:
        return Built(findings, index, write_tables(findings, folder / "tables"))
    except Refused as refusal:
        return Built(findings, index, left=str(refusal))


def lacks_suggestions(study: Study) -> bool:
    """Whether suggestions would stand in somewhere, but there are none for the study as it is now."""
    return wants_suggestions(study) and load_suggestions(study) is None


def lacks_clusters(study: Study) -> bool:
    """Whether there are no clusters for the study as it is now."""
    return bool(study.sources) and load_exploration(study) is None


def _for_readers(study: Study, profile: str, *, people_only: bool) -> Findings:
    from crosscase.profile import SeenStudy, findings_for

    _trust(study)
    suggestions = load_suggestions(study) if not people_only and wants_suggestions(study) else ()
    findings = findings_for(study, profile, suggestions or ())
    # Clusters are the machine's words on passages as they stand in the texts: nobody but the team may see those.
    for_the_team = not isinstance(findings.study, SeenStudy)
    return replace(findings, exploration=load_exploration(study)) if for_the_team and not people_only else findings


def _trust(study: Study) -> None:
    """Refuse to build anything for anyone where it isn't certain for whom: the settings couldn't be read whole."""
    if SETTINGS in study.unreadable:
        wrong = next(problem for problem in study.problems if problem.path == SETTINGS)
        raise Refused(f"{wrong}. Until study.yaml is read as a whole, nothing is built, since it says for whom")


def _undecided(findings: Findings, case_id: str, by: str) -> Iterator[tuple[str, str, tuple[Feature, ...]]]:
    """Case, episode, and what was proposed there on which nobody has decided."""
    proposals: dict[str, list[Proposal]] = defaultdict(list)
    for proposal in findings.proposals:
        if proposal.feature.status != "not_asked":
            proposals[proposal.case_id].append(proposal)
    for case in findings.study.cases:
        if case_id not in ("", case.id):
            continue
        decided = {(e.id, feature.attribute) for e in case.episodes for feature in e.features}
        for episode in accepted(case, proposals[case.id], by).episodes:
            features = tuple(f for f in episode.features if (episode.id, f.attribute) not in decided)
            if features:
                yield case.id, episode.id, features


def _silent(done: int, total: int) -> None:
    """For whoever doesn't look on."""
