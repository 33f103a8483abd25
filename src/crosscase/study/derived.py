"""What the program made and keeps under `.crosscase/`: suggestions, what was learned, clusters.

The way back of acts lies there too. All of it may be deleted.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

import msgspec

from crosscase.case import Episode
from crosscase.clustering import Belonging, Cluster, Clustering, CodeView, Exploration, Passage, Twins
from crosscase.coding import Suggestion
from crosscase.learning import BlindPassage, CodeLearning, Learning, Point, Reviewable, Trust
from crosscase.problem import Refused
from crosscase.study import files
from crosscase.study.study import Study

FOLDER = ".crosscase"
ACTS = f"{FOLDER}/acts"
_SUGGESTIONS = f"{FOLDER}/suggestions.jsonl"
_LEARNING = f"{FOLDER}/learning.json"
_EXPLORATION = f"{FOLDER}/clusters.json"
_LISTED = f"{FOLDER}/clusters-listed.json"

_WAY = 4
"""One more whenever passages are scored in another way: what was suggested before is then made anew."""


@dataclass(frozen=True, slots=True)
class KeptClusters:
    """The clusters that people were last shown: what their ids mean.

    `made_from` is the hash of the passages and of how they were grouped, `described_with` that of the codes they were
    held against, `shaped_by` the ids of the mergers and splits that were applied to them.
    """

    made_from: str
    described_with: str
    shaped_by: tuple[str, ...]
    clustering: Clustering


class _Header(msgspec.Struct):
    made_from: str
    learned_from: str = ""


class _KeptLearning(msgspec.Struct):
    made_from: str
    learned_from: str
    learning: Learning


class _Kept(msgspec.Struct):
    made_from: str
    exploration: Exploration


def save_suggestions(study: Study, suggestions: Iterable[Suggestion]) -> None:
    """Keep suggestions until a text or the codebook changes. Raises `Refused` if they can't be written."""
    header = _Header(fingerprint(study), _decided(study))
    lines = [msgspec.json.encode(header), *(msgspec.json.encode(asdict(s)) for s in suggestions)]
    _keep(study, _SUGGESTIONS, b"\n".join(lines) + b"\n")


def load_suggestions(study: Study) -> tuple[Suggestion, ...] | None:
    """The suggestions made for these texts and this codebook; None if there are none, or they are out of date.

    They may have been made before the last decisions: see `has_learned`.
    """
    kept = _suggestions(study)
    return kept[1] if kept and kept[0].made_from == fingerprint(study) else None


def has_learned(study: Study) -> bool:
    """Whether the suggestions that are kept were made with all that people have decided by now."""
    kept = _suggestions(study)
    return kept is not None and (kept[0].made_from, kept[0].learned_from) == (fingerprint(study), _decided(study))


def save_learning(study: Study, learning: Learning) -> None:
    """Keep what was learned until a text or the codebook changes. Raises `Refused` if it can't be written."""
    kept = _KeptLearning(_learned_with(study), _decided(study), learning)
    _keep(study, _LEARNING, msgspec.json.encode(kept) + b"\n")


def load_learning(study: Study, *, up_to_date: bool = False) -> Learning | None:
    """What was learned of these texts and this codebook; None if nothing was.

    Up to date is what was learned from all that people have decided by now.
    """
    path = study.folder / _LEARNING
    if not path.is_file():
        return None
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_KeptLearning)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return None
    if kept.made_from != _learned_with(study) or (up_to_date and kept.learned_from != _decided(study)):
        return None
    return kept.learning


def learning_stamp(study: Study) -> tuple[int, int] | None:
    """When what was learned was last written, and how long it is; None where nothing was kept."""
    path = study.folder / _LEARNING
    if not path.is_file():
        return None
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


def _learned_with(study: Study) -> str:
    kinds = (Learning, CodeLearning, Reviewable, BlindPassage, Point, Trust)
    form = [tuple(kind.__dataclass_fields__) for kind in kinds]
    return files.sha256(repr((fingerprint(study), form)).encode())


def decisions_counted(study: Study) -> int:
    """How many codings and verdicts there are to learn from."""
    return len(study.counting) + len(study.reviews)


def _suggestions(study: Study) -> tuple[_Header, tuple[Suggestion, ...]] | None:
    path = study.folder / _SUGGESTIONS
    if not path.is_file():
        return None
    try:
        first, *lines = path.read_bytes().splitlines()
        return (
            msgspec.json.decode(first, type=_Header),
            tuple(msgspec.json.decode(line, type=Suggestion) for line in lines),
        )
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return None


def _decided(study: Study) -> str:
    """A hash of the decisions that suggestions learn from, and of who speaks for which case."""
    codings = [(one.coder, one.source_id, one.start, one.end, one.code_id, one.value) for one in study.counting]
    verdicts = [(one.reviewer, one.source_id, one.start, one.end, one.code_id, one.verdict) for one in study.reviews]
    readings = [(one.coder, one.source_id, one.codebook, one.read_to, dict(one.again)) for one in study.readings]
    cases = [(case.id, case.name, case.masked, _bounds(case.episodes)) for case in study.cases]
    speaking = [(person.id, person.case_id, person.speakers, person.source_ids) for person in study.participants]
    of_sources = [(source.id, source.case_id) for source in study.sources]
    decided = (sorted(codings), sorted(verdicts), sorted(map(repr, readings)), cases, speaking, of_sources)
    return files.sha256(repr(decided).encode())


def save_clusters(study: Study, kept: KeptClusters) -> None:
    """Keep the clusters that a person is shown, in place of those shown before. Raises `Refused` if they can't be."""
    _keep(study, _LISTED, msgspec.json.encode(kept) + b"\n")


def load_clusters(study: Study) -> KeptClusters | None:
    """The clusters that a person was last shown; None if there are none that can be read."""
    path = study.folder / _LISTED
    if not path.is_file():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=KeptClusters)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return None


def fingerprint(study: Study) -> str:
    """A hash of all that suggestions depend on: the texts and who speaks, codebook, encoder, their form, their way."""
    texts = [(source.id, source.sha256, [turn.role for turn in source.turns]) for source in study.sources]
    form = tuple(Suggestion.__dataclass_fields__)
    return files.sha256(repr((texts, study.codebook.categories, study.settings.encoder, form, _WAY)).encode())


def _bounds(episodes: Iterable[Episode]) -> list[tuple[str, str, str]]:
    return [(episode.id, episode.from_, episode.to) for episode in episodes]


def save_exploration(study: Study, exploration: Exploration) -> None:
    """Keep clusters until a text, a coding, the codebook or the guide changes. Raises `Refused` as suggestions do."""
    _keep(study, _EXPLORATION, msgspec.json.encode(_Kept(_explored_from(study), exploration)) + b"\n")


def load_exploration(study: Study) -> Exploration | None:
    """The clusters made for this study as it is now; None if there are none, or they are out of date."""
    path = study.folder / _EXPLORATION
    if not path.is_file():
        return None
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError):
        return None
    return kept.exploration if kept.made_from == _explored_from(study) else None


def forget(study: Study) -> None:
    """Remove all that the program made, as where somebody's words must not be kept. Raises `Refused` if it can't."""
    import shutil

    with files.lock(study.folder):
        for path in sorted((study.folder / FOLDER).iterdir()):
            if path.name == "lock" or path.is_symlink():
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def forget_acts(study: Study) -> None:
    """Remove how to take acts back, as where words must not come back. Raises `Refused` where it can't."""
    import shutil

    with files.lock(study.folder):
        place = files.inside_study(study.folder, ACTS)
        try:
            shutil.rmtree(place)
        except FileNotFoundError:
            return
        except OSError as error:
            raise Refused(f"{ACTS} could not be removed: {files.reason(error)}; remove it by hand") from error


def _explored_from(study: Study) -> str:
    """A hash of all that clusters depend on: what suggestions do, and codings, what is set aside, who speaks for which
    case, and the guide."""
    codings = [(coding.source_id, coding.start, coding.end, coding.code_id) for coding in study.counting]
    aside = [(source.set_aside, source.case_id) for source in study.sources]
    form = [tuple(kind.__dataclass_fields__) for kind in (Passage, Cluster, Belonging, Clustering, CodeView, Twins)]
    return files.sha256(repr((fingerprint(study), codings, aside, study.participants, study.guide, form)).encode())


def _keep(study: Study, name: str, data: bytes) -> None:
    path = study.folder / name
    with files.lock(study.folder):
        before = files.sha256(path.read_bytes()) if path.is_file() else None
        files.write(path, data, read=before)
