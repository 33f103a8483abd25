"""What the machine's help is worth for a code, so far: as it was kept when it last learned, for nobody but the team."""

from collections.abc import Iterator

from crosscase.codebook import Code
from crosscase.learning import Point, Trust
from crosscase.pages.data import Fact
from crosscase.pages.material import Material
from crosscase.reviewing import tally
from crosscase.study import decisions_counted
from crosscase.wording import counted, how_many, listed

_STANDING = {
    "learning": "Learning: too little was decided to know how right its suggestions are",
    "estimated": "Estimated",
    "silent": "Silent: hardly any of its suggestions were right, so none is shown",
}


def learned_of(material: Material, code: Code) -> tuple[Fact, ...]:
    """Its state, how well it was ranked with more and more interviews, what people kept; nothing if it didn’t learn."""
    learning = material.learning
    known = next((one for one in learning.codes if one.code_id == code.id), None) if learning else None
    if learning is None or known is None:
        return ()
    since = decisions_counted(material.study) - learning.decisions
    told = f"from {how_many(learning.decisions, 'decision')} in the whole study"
    facts = [
        Fact("State", _standing(known.trust)),
        Fact("Learned", told + (f"; {since:,} came since" if since > 0 else "")),
    ]
    if curve := list(_curve(learning.curve, code.id)):
        facts.append(Fact("How well it ranks", f"average precision {listed(curve)}, on the sources that came later"))
    if decided := str(tally(material.study, code.id)):
        facts.append(Fact("Decided", decided))
    return tuple(facts)


def _standing(trust: Trust) -> str:
    words = _STANDING[trust.standing]
    if trust.standing == "estimated":
        return f"{words}: {trust}"
    return f"{words} ({counted(trust.coded, 'coded passage')})"


def _curve(curve: tuple[Point, ...], code_id: str) -> Iterator[str]:
    for point in curve:
        if code_id in point.of_code:
            after = f"after {counted(point.interviews, 'source')}" if point.interviews else "by the codebook alone"
            yield f"{point.of_code[code_id]:.2f} {after}"
