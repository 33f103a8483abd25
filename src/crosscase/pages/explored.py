"""What the machine's clusters show, as pages print it: passages with their places, a code seen from its passages.

Nothing here is a person's decision, and nothing is shown to anyone but the team.
"""

from crosscase.clustering import Cluster, CodeView, Passage
from crosscase.codebook import Code
from crosscase.pages.data import ExploredCode, Link, Part, PassageLine, Twin
from crosscase.pages.material import Material
from crosscase.wording import counted, out_of

FIRMNESS = {
    "firm": "firm: found again whichever interviews were left out",
    "fairly firm": "fairly firm: mostly found again when interviews were left out",
    "loose": "loose: often not found again when interviews were left out",
}


def passage_line(material: Material, passage: Passage, note: str = "", other: Link | None = None) -> PassageLine:
    """A passage with its place, its words cut from the source."""
    place = passage.place
    source = material.sources[place.source_id]
    turn = source.turn_at(place.start)
    return PassageLine(
        source_id=source.id,
        start=place.start,
        end=place.end,
        text=source.text[place.start : place.end],
        speaker=turn.speaker if turn else "",
        time=turn.time if turn else "",
        place=material.turn_link(passage.place),
        source=material.source_link(source.id),
        note=note,
        other=other,
    )


def explored_code(material: Material, code: Code) -> ExploredCode | None:
    """What the machine sees in a code's passages; None where clusters weren't made, or it sees nothing there."""
    exploration = material.exploration
    view = next((view for view in exploration.views if view.code_id == code.id), None) if exploration else None
    if view is None:
        return None
    return ExploredCode(
        counted(view.passages, "passage"),
        view.may_be_two,
        tuple(_part(material, view, part) for part in view.parts),
        _twins(material, code),
        tuple(_outlier(material, passage, other) for passage, other in view.outliers),
        tuple(passage_line(material, passage) for passage in view.uncoded),
    )


def _part(material: Material, view: CodeView, part: Cluster) -> Part:
    size = f"{out_of(len(part.members), view.passages, 'passage')}, from {counted(part.sources, 'source')}"
    return Part(part.name, size, FIRMNESS[part.firmness], passage_line(material, part.central))


def _outlier(material: Material, passage: Passage, code_id: str) -> PassageLine:
    return passage_line(material, passage, "Stands nearer to the passages of", material.named_code(code_id))


def _twins(material: Material, code: Code) -> tuple[Twin, ...]:
    exploration = material.exploration
    twins = []
    for pair in exploration.twins if exploration else ():
        if code.id in (pair.code_id, pair.other_id):
            other = pair.other_id if pair.code_id == code.id else pair.code_id
            why = f"{pair.shared:.2f} of the passages of both carry both"
            if pair.mixed > pair.shared:
                why = f"their passages lie mixed ({pair.mixed:.2f}, where .50 is by lot)"
            twins.append(Twin(material.named_code(other), why))
    return tuple(twins)
