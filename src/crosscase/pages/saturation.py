"""The page of saturation: which codes each interview brought, when that stopped, and what may be claimed of it."""

from dataclasses import dataclass

from crosscase.pages import links, record
from crosscase.pages.data import Fact, Frame, Link
from crosscase.pages.figures.drawing import Figure
from crosscase.pages.figures.quality import new_codes
from crosscase.pages.material import Material, frame
from crosscase.quality import Saturated
from crosscase.wording import counted, first_of, listed


@dataclass(frozen=True, slots=True)
class SaturationPage:
    """New codes by interview. `sectors` have a line of facts each; `left_out` says what couldn't be counted."""

    file: str
    frame: Frame
    summary: str
    rule: str
    figure: Figure | None
    contents: Figure | None
    sectors: tuple[Fact, ...]
    left_out: tuple[Fact, ...]
    types: str


def saturation_page(material: Material) -> SaturationPage:
    quality = material.quality
    found = quality.saturated
    saturation = found.saturation
    return SaturationPage(
        links.SATURATION,
        frame(material, "Saturation", "Methods", Link("Methods", links.METHODS)),
        record.saturation(found),
        f"The base are the first {saturation.base} interviews, a run the last {saturation.run}. New information is "
        f"what a run brought, as a share of what the base had; {saturation.threshold:.0%} or less counts as none.",
        new_codes(found, material, "new-codes", "New inductive codes, interview by interview", material.named_code),
        _contents(found, material),
        tuple(Fact(sector, record.saturation(of_sector)) for sector, of_sector in quality.by_sector.items()),
        tuple(_left_out(found)),
        f"{counted(len(material.study.cases), material.study.settings.unit)} can’t show that their types are complete.",
    )


def _contents(found: Saturated, material: Material) -> Figure | None:
    if found.contents is None:
        return None
    contents = Saturated(found.contents, found.contents.codes)
    title = "What is said within codes, deductive ones too"
    return new_codes(contents, material, "new-contents", title, lambda _: Link(""), "values and stances")


def _left_out(found: Saturated) -> list[Fact]:
    facts = []
    if found.unlooked:
        told = f"{first_of(found.unlooked, 12)}: not every interview was gone through for them"
        facts.append(Fact(counted(len(found.unlooked), "code"), told))
    if found.unread:
        named = listed(list(filter(None, found.unread)))
        facts.append(
            Fact(counted(len(found.unread), "interview"), f"not read to the end{': ' + named if named else ''}")
        )
    if found.undated:
        named = listed(list(filter(None, found.undated)))
        told = f"without a date, and so taken for the last{': ' + named if named else ''}"
        facts.append(Fact(counted(len(found.undated), "interview"), told))
    return facts
