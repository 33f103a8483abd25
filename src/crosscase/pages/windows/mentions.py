"""What an id in a memo leads to: a passage, a code, a case, a cell, a source, another memo, or a page of the report."""

from collections.abc import Mapping
from functools import cached_property

from crosscase.memo import Memo
from crosscase.pages import links
from crosscase.pages.data import Link
from crosscase.pages.markdown import in_plain_words, mentions
from crosscase.pages.material import Material
from crosscase.wording import value_words


class Mentions:
    """Looks up what ids lead to, in the words that people call it by."""

    def __init__(self, material: Material) -> None:
        self._material, self._study = material, material.study

    def __call__(self, id: str) -> Link | None:
        """Where an id leads, if anywhere; `J05/policy.status` is a cell, `policy.status=proposed` a code's value."""
        if "/" in id:
            return self._cell(*id.split("/", 1))
        if "=" in id:
            return self._value(*id.split("=", 1))
        return self._known.get(id) or self._code(id) or self._coding(id)

    def broken(self, memo: Memo) -> tuple[str, ...]:
        """The ids that a memo names and that lead nowhere."""
        return tuple(subject for subject in subjects(memo) if self(subject) is None)

    def _cell(self, row_id: str, code_id: str) -> Link | None:
        row, code = self._rows.get(row_id), self._study.codebook.by_id.get(code_id)
        if not row or not code:
            return None
        return Link(f"{row}, {code.name}", links.window("cell", row=row_id, code=code.id))

    def _value(self, code_id: str, value: str) -> Link | None:
        code = self._study.codebook.by_id.get(code_id)
        if not code or value not in code.values:
            return None
        return Link(f"{code.name}: {value_words(value)}", links.window("code", id=code.id))

    def _code(self, code_id: str) -> Link | None:
        code = self._study.codebook.by_id.get(code_id)
        return Link(code.name, links.window("code", id=code.id)) if code else None

    def _coding(self, coding_id: str) -> Link | None:
        decision = self._material.by_id.get(coding_id)
        if decision:
            return Link(self._material.called(decision), self._material.passage(decision))
        coding = self._not_counting.get(coding_id)
        return Link(f"{coding}, a passage that no longer counts", links.source(coding)) if coding else None

    @cached_property
    def _known(self) -> Mapping[str, Link]:
        """What goes by one id; a case goes before all else that may be called the same."""
        study = self._study
        known = {memo.name: Link(title(memo), links.window("memos", name=memo.name)) for memo in study.memos}
        known |= {theme.id: Link(theme.name, links.theme(theme.id)) for theme in study.themes}
        known |= {one.id: Link(one.name, links.typology(one.id)) for one in study.typologies}
        known |= {claim.id: Link(claim.text, links.claim(claim.id)) for claim in study.claims}
        known |= {one.id: Link(one.id, links.SOURCES) for one in study.participants}
        known |= {source.id: Link(source.id, links.source(source.id)) for source in study.sources}
        names = self._material.case_names
        return known | {case_id: Link(name, links.window("case", id=case_id)) for case_id, name in names.items()}

    @cached_property
    def _rows(self) -> Mapping[str, str]:
        """What the rows of matrices are called: those of participants, and of cases."""
        return {one.id: one.id for one in self._study.participants} | dict(self._material.case_names)

    @cached_property
    def _not_counting(self) -> Mapping[str, str]:
        """The source of each coding that doesn't count, or was lost."""
        return {coding.id: coding.source_id for coding in (*self._study.codings, *self._study.lost)}


def subjects(memo: Memo) -> tuple[str, ...]:
    """The ids of what a memo is about, and of what it names in double brackets, each once."""
    return tuple(dict.fromkeys((*memo.about, *mentions(memo.text))))


def is_about(memo: Memo, id: str) -> bool:
    """Whether a memo is about this, or about a part of it: a cell of a case or of a code, a value of a code."""
    return any(id == subject or id in subject.replace("=", "/").split("/") for subject in subjects(memo))


def title(memo: Memo) -> str:
    """A memo's first line, without the signs of a heading; its name where it has no words."""
    first = next((line.strip("# \t*") for line in memo.text.splitlines() if line.strip("# \t*")), "")
    return in_plain_words(first) or memo.name
