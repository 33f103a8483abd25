"""The codebook is the analytical framework: codes in categories, each defined so that two people use it alike.

A code's `id` is permanent. What may change is its name and wording; a code that took over others names them in
`formerly`, so that no coding is ever orphaned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

Origin = Literal["deductive", "inductive"]
CodeKind = Literal["theme", "attribute"]


Amended = Literal["defined", "reworded", "redefined", "values", "renamed", "moved", "merged", "split", "retired"]


@dataclass(frozen=True, slots=True)
class Amendment:
    """One step in a code's history: what was done to it in which version of the codebook, why, by whom and when.

    `redefined` is a change of meaning: what was read before it wasn't read for this code. `reworded` isn't one.
    `cluster` is the id of the decision that made the code out of a cluster.
    """

    version: int
    what: Amended
    why: str = ""
    by: str = ""
    on: str = ""
    cluster: str = ""


@dataclass(frozen=True, slots=True)
class Code:
    """One code, described as in MacQueen et al. 1998: name, definition, when to use, when not to, examples.

    `values` maps each allowed value to what it means; empty where a coding of this code carries no value.
    `cues` are words or phrases that often mark a passage on this code. `since` is the codebook version that
    introduced it, and `formerly` are the ids of codes that were renamed to or merged into this one.
    """

    id: str
    name: str
    category_id: str
    origin: Origin = "deductive"
    kind: CodeKind = "theme"
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    since: int = 1
    formerly: tuple[str, ...] = ()
    history: tuple[Amendment, ...] = ()

    @property
    def meant_since(self) -> int:
        """The version of the codebook in which the code got the meaning that it has now."""
        return max((step.version for step in self.history if step.what == "redefined"), default=self.since)


@dataclass(frozen=True, slots=True)
class Category:
    """A group of codes: one file of the codebook, one framework matrix of the report."""

    id: str
    name: str
    description: str = ""
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True)
class Codebook:
    """All categories in the order of their files."""

    categories: tuple[Category, ...] = ()

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        return tuple(code for category in self.categories for code in category.codes)

    @cached_property
    def by_id(self) -> Mapping[str, Code]:
        """Each code under its id and under the ids it formerly had; a present id wins over a former one."""
        former = {old: code for code in self.codes for old in code.formerly}
        return former | {code.id: code for code in self.codes}

    @property
    def version(self) -> int:
        """The highest version that a code, or a step of its history, names: 0 for an empty codebook."""
        steps = [step.version for code in self.codes for step in code.history]
        return max((*steps, *(code.since for code in self.codes)), default=0)


@dataclass(frozen=True, slots=True)
class CodebookChange:
    """One difference between two codebooks; `detail` says which fields were reworded, or which ids were merged."""

    what: Literal["added", "removed", "reworded", "moved", "renamed", "merged"]
    code_id: str
    detail: str = ""


def compare(old: Codebook, new: Codebook) -> tuple[CodebookChange, ...]:
    """What was done to a codebook: codes added, removed, reworded, moved to another category, renamed, merged.

    A code of the old book that a code of the new one names in `formerly` was renamed if it is the only one and the
    new id was unknown, else merged. Changes come in the order of the new book, removals last.
    """
    before = {code.id: code for code in old.codes}
    after = {code.id for code in new.codes}
    changes: list[CodebookChange] = []
    taken: set[str] = set()
    for code in new.codes:
        former = [before[former_id] for former_id in code.formerly if former_id in before and former_id not in after]
        taken.update(gone.id for gone in former)
        changes.extend(_changes(code, before.get(code.id), former))
    removed = (CodebookChange("removed", code_id) for code_id in before if code_id not in taken | after)
    return (*changes, *removed)


_WORDING = ("name", "origin", "kind", "definition", "include", "exclude", "examples", "cues", "values")


def _changes(code: Code, same: Code | None, former: list[Code]) -> list[CodebookChange]:
    origin = same
    changes = []
    if same is None and len(former) == 1:
        origin = former[0]
        changes.append(CodebookChange("renamed", code.id, f"was {origin.id}"))
    elif former:
        changes.append(CodebookChange("merged", code.id, "took over " + ", ".join(old.id for old in former)))
    elif same is None:
        changes.append(CodebookChange("added", code.id))
    if origin is not None:
        reworded = [name for name in _WORDING if getattr(origin, name) != getattr(code, name)]
        if reworded:
            changes.append(CodebookChange("reworded", code.id, ", ".join(reworded)))
        if origin.category_id != code.category_id:
            changes.append(CodebookChange("moved", code.id, f"{origin.category_id} to {code.category_id}"))
    return changes
