"""Decisions of coders together: what the layer of consensus holds where they coded a source each for themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crosscase.coding import Coding
from crosscase.problem import Refused
from crosscase.reading import Reading
from crosscase.study.decisions.coding import checked_coding, codings_change
from crosscase.study.decisions.door import agreed, coder_of, decide, known, source_of
from crosscase.study.files import Change
from crosscase.study.study import Study


def settle(
    study: Study,
    source_id: str,
    spans: Sequence[tuple[int, int]],
    kept: Sequence[str],
    drafts: Sequence[Coding] = (),
    *,
    memo: str = "",
) -> Study:
    """The coders have settled these stretches of a source: the layer of consensus holds there what they keep, no more.

    `spans` are in code points; `kept` are ids of coders' codings that begin in them, `drafts` what none of them had.
    What the layer held there before goes. `memo` says why, on each coding that is written. Raises `Refused` where
    study.yaml names no layer, for a span that isn't in the source, or a coding that doesn't begin in one.
    """

    def act(now: Study) -> Iterator[Change]:
        layer, source = layer_of(now), source_of(now, source_id)
        if not spans or any(not 0 <= start < end <= len(source.text) for start, end in spans):
            raise Refused(f"this is no stretch of {source_id}; load the page again")
        agreed(
            _held(study, layer, source_id, spans),
            _held(now, layer, source_id, spans),
            f"what is settled in {source_id}",
        )
        theirs = {one.id: one for one in now.codings if one.source_id == source_id and one.coder != layer}
        wanted = [theirs[known(coding_id, theirs, f"coding of a coder in {source_id}")] for coding_id in kept]
        made: list[Coding] = []
        for coding in (*wanted, *drafts):
            if not _begins_in(coding, spans):
                raise Refused(f"{coding.start} to {coding.end} of {source_id} doesn't begin in what is settled here")
            fresh = replace(coding, id="", coder=layer, source_id=source_id, at="", memo=memo)
            made.append(checked_coding(_without(now, layer, source_id, spans), layer, fresh, made))
        gone = dict.fromkeys(one.id for one in _held(now, layer, source_id, spans))
        before = now.reading(layer, source_id) or Reading(layer, source_id, now.codebook.version, 0)
        parts = before.parts if before.is_done else tuple(sorted({*before.parts, *spans}))
        yield codings_change(now, layer, source, added=made, changed=gone, reading=replace(before, parts=parts))

    return decide(study, act)


def finish_settling(study: Study, source_id: str) -> Study:
    """The coders have settled all of a source: where the layer of consensus holds nothing, nothing applies.

    Raises `Refused` where they haven't settled anything of it.
    """

    def act(now: Study) -> Iterator[Change]:
        layer, source = layer_of(now), source_of(now, source_id)
        reading = now.reading(layer, source_id)
        if reading is None:
            raise Refused(f"nothing of {source_id} is settled yet")
        yield codings_change(now, layer, source, reading=replace(reading, read_to=None, parts=()))

    return decide(study, act)


def layer_of(now: Study) -> str:
    """The layer of consensus. Raises `Refused` where the study names none."""
    if not now.settings.consensus:
        raise Refused("study.yaml names no layer for what coders settle; write `consensus: consensus` there first")
    return coder_of(now, now.settings.consensus)


def _without(now: Study, layer: str, source_id: str, spans: Sequence[tuple[int, int]]) -> Study:
    """The study without what the layer held in these stretches, against which new codings are checked."""
    held = set(_held(now, layer, source_id, spans))
    return replace(now, codings=tuple(coding for coding in now.codings if coding not in held))


def _held(study: Study, layer: str, source_id: str, spans: Sequence[tuple[int, int]]) -> list[Coding]:
    """What the layer holds in these stretches."""
    of_layer = (one for one in study.codings if (one.coder, one.source_id) == (layer, source_id))
    return [coding for coding in of_layer if _begins_in(coding, spans)]


def _begins_in(coding: Coding, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= coding.start < end for start, end in spans)
