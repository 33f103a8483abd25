"""`study.yaml`: what the study is called, who codes and who asks."""

from collections.abc import Iterator, Mapping

import msgspec

from crosscase.disclosure import PROFILES
from crosscase.problem import Problem
from crosscase.study.formats.shape import ID, prove, refuse_unread, whole
from crosscase.study.rewriting import rewrite
from crosscase.study.study import Settings

_DEFAULT = Settings()
_WITH_COLUMNS = ("cases", "participants", "sources")
_OUTSIDE = ("reviewer", "public")


class _Settings(msgspec.Struct, forbid_unknown_fields=True):
    title: str = _DEFAULT.title
    about: str = ""
    unit: str = _DEFAULT.unit
    transcripts: str = _DEFAULT.transcripts
    language: str = _DEFAULT.language
    encoder: str = _DEFAULT.encoder
    seed: int = _DEFAULT.seed
    profile: str = _DEFAULT.profile
    coders: dict[str, str] = {}
    consensus: str = ""
    interviewers: list[str] = []
    not_speakers: list[str] = []
    shown: dict[str, str] = {}


def settings(text: str, path: str, problems: list[Problem]) -> tuple[Settings, bool]:
    """The settings, and whether all that the file says could be read."""
    before = len(problems)
    written, document = whole(text, path, _Settings, problems)
    is_whole = len(problems) == before
    plain = {name: getattr(written, name) for name in _Settings.__struct_fields__}
    plain["interviewers"], plain["not_speakers"] = tuple(written.interviewers), tuple(written.not_speakers)
    if not ID.fullmatch(written.transcripts):
        problems.append(
            Problem(
                path,
                1,
                f"`transcripts: {written.transcripts}` is not a folder of the study",
                "give a plain folder name",
            )
        )
        plain["transcripts"] = _DEFAULT.transcripts
    if written.profile not in PROFILES:
        what, line = f"there is no profile `{written.profile}`", document.lines.get("profile", 1)
        problems.append(
            Problem(
                path,
                line,
                what,
                f"`profile` is one of: {', '.join(PROFILES)}; until then it is `public`, which shows least",
            )
        )
        plain["profile"] = "public"
    plain["shown"] = dict(_shown(written.shown, path, document.lines, problems))
    return Settings(**plain), is_whole


def with_coders(text: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """The file with other coders; all else stays as it is. Raises `Refused` if it holds what can't be read."""
    problems: list[Problem] = []
    settings(text, "study.yaml", problems)
    refuse_unread(problems)
    made = rewrite(text, {"coders": dict(before)} if before else {}, {"coders": dict(after)})
    written, _ = settings(made, "study.yaml", [])
    prove(dict(written.coders), dict(after), "study.yaml")
    return made


def _shown(
    written: Mapping[str, str], path: str, lines: Mapping[str, int], problems: list[Problem]
) -> Iterator[tuple[str, str]]:
    """The own columns that outsiders may see; one that can't be understood stays hidden."""
    for column, profile in written.items():
        kind, _, name = column.partition(".")
        if kind in _WITH_COLUMNS and name and profile in _OUTSIDE:
            yield column, profile
            continue
        what = f"`{column}: {profile}` says of no column who may see it"
        do = "write whose column it is, its name, and for whom, as in `cases.size: public`"
        problems.append(Problem(path, lines.get("shown", 1), what, do))
