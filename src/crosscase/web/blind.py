"""What a blind second coder doesn't see: what others made of a source that this coder hasn't finished."""

from dataclasses import replace

from crosscase.problem import Refused
from crosscase.study import Study


def unseen(study: Study, coder: str) -> Study:
    """The study without others' codings in sources that this coder is still to read, nor what follows from them.

    Summaries, features, types, themes, claims, exhibits and others' memos rest on all sources: they come back once this
    coder has finished every one of them.
    """
    done = study.finished(coder)
    kept = replace(
        study,
        codings=tuple(one for one in study.codings if one.coder == coder or one.source_id in done),
        readings=tuple(one for one in study.readings if one.coder == coder or one.source_id in done),
        reviews=tuple(one for one in study.reviews if one.reviewer == coder),
        lost=tuple(one for one in study.lost if one.coder == coder),
        offers={},
        problems=(),
    )
    if has_read_all(study, coder):
        return kept
    cases = tuple(
        replace(case, episodes=tuple(replace(one, features=(), overrides=()) for one in case.episodes))
        for case in study.cases
    )
    return replace(
        kept,
        cases=cases,
        summaries=(),
        drafts=(),
        absences=(),
        typologies=(),
        themes=(),
        claims=(),
        layouts=(),
        memos=tuple(memo for memo in study.memos if memo.by == coder),
        cluster_decisions=(),
    )


def has_read_all(study: Study, coder: str) -> bool:
    """Whether this coder has finished every source, so that what rests on all of them is shown."""
    return {source.id for source in study.sources} <= study.finished(coder)


def may_conclude(study: Study, coder: str) -> None:
    """Raises `Refused` while this coder can't see what rests on all sources: it would be written over unseen."""
    if not has_read_all(study, coder):
        raise Refused("whoever codes blind writes into cells and decides features once every source is finished")
