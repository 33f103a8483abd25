"""What a blind second coder doesn't see: what others made of a source that this coder hasn't finished."""

from dataclasses import replace

from crosscase.problem import Refused
from crosscase.study import Study
from crosscase.web.acts import ON_ONE_SOURCE, ON_ONES_OWN, Act, AddCodings, RemoveMemo, WriteMemo


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
    if not study.unfinished(coder):
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


def may_act(study: Study, coder: str, act: Act) -> None:
    """Raises `Refused` for an act that would touch others' work, or show something of it, before this coder has read.

    The pages don't offer such acts; this holds whatever is sent.
    """
    if isinstance(act, ON_ONES_OWN):
        _is_ones_own(study, coder, act)
    elif isinstance(act, ON_ONE_SOURCE):
        if act.source not in study.finished(coder):
            raise Refused("whoever codes blind settles a source with others once they have finished it")
    elif study.unfinished(coder):
        raise Refused(
            "whoever codes blind changes the codebook, writes into cells, decides features and sets passages aside "
            "once they have finished every source"
        )


def _is_ones_own(study: Study, coder: str, act: Act) -> None:
    """A new code is everybody's. A memo of somebody else that isn't shown is none to this coder."""
    if isinstance(act, AddCodings) and act.new and study.unfinished(coder):
        raise Refused("whoever codes blind makes new codes once they have finished every source")
    if not isinstance(act, WriteMemo | RemoveMemo) or not act.name:
        return
    if act.name not in {memo.name for memo in unseen(study, coder).memos}:
        raise Refused("there is no memo of yours of this name; write a new one")
