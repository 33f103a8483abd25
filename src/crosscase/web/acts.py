"""What can be decided in the window: each act as it is sent, and the decision that it is."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from typing import Annotated, Any

import msgspec

from crosscase import citing
from crosscase.case import Feature, FeatureStatus, Override
from crosscase.codebook import Category, Code, CodeKind
from crosscase.coding import Coding, Stance, Suggestion
from crosscase.exchange.importing import id_of
from crosscase.learning import BlindPassage
from crosscase.matrix import Summary
from crosscase.memo import Memo
from crosscase.problem import Refused
from crosscase.source import Segment
from crosscase.study import Study, decisions

At = Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class Who:
    """Who decides, and when; and how to see what is on offer, and what is put blind, for acts that are about one."""

    coder: str
    today: str
    offered: Callable[[], Iterable[Suggestion]] = tuple
    blind: Callable[[], Iterable[BlindPassage]] = tuple
    is_blind: bool = False

    def suggestion(self, id: str) -> Suggestion:
        """Raises `Refused` for one that isn't on offer any more."""
        suggestion = next((one for one in self.offered() if one.id == id), None)
        if suggestion is None:
            raise Refused("this suggestion is not on offer any more; load the page again")
        return suggestion

    def blind_passage(self, place: Segment, choices: Sequence[str]) -> BlindPassage:
        """Raises `Refused` for one that isn't put with these choices any more."""
        passages = (one for one in self.blind() if (one.place, one.choices) == (place, tuple(choices)))
        passage = next(passages, None)
        if passage is None:
            raise Refused("the machine has learned since, and this passage is not put any more; load the page again")
        return passage


class Act(msgspec.Struct, forbid_unknown_fields=True, tag_field="act"):
    """One thing that a person decides. Its name, in the field `act`, is that of the decision."""

    def decide(self, study: Study, who: Who) -> Study:
        raise NotImplementedError


class Passage(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A passage under a code, or under one that its act makes.

    The words are cut from the source; `quote` are those that the page had, if it says so: where others stand there now,
    the act is refused. `id` is made by the page: what is sent twice is known again.
    """

    start: At
    end: At
    code: str = ""
    id: str = ""
    value: str = ""
    stance: Stance = ""
    case: str = ""
    episode: str = ""
    voice: str = ""
    memo: str = ""
    quote: str = ""

    def coding(self, source_id: str) -> Coding:
        return Coding(
            self.id,
            source_id,
            self.start,
            self.end,
            self.quote,
            self.code,
            self.value,
            self.case,
            self.stance,
            memo=self.memo,
            episode_id=self.episode,
            voice=self.voice,
        )


class NewCode(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A code as a person writes it down; without an id it gets one made of its name."""

    name: str
    category: str
    id: str = ""
    kind: CodeKind = "theme"
    definition: str = ""
    include: list[str] = []
    exclude: list[str] = []
    examples: list[str] = []
    values: dict[str, str] = {}

    def code(self, taken: Collection[str]) -> Code:
        return Code(
            self.id or free_id(self.name, taken, f"{self.category}."),
            self.name,
            self.category,
            "inductive",
            self.kind,
            self.definition,
            tuple(self.include),
            tuple(self.exclude),
            tuple(self.examples),
            values=self.values,
        )


class AddCodings(Act, tag="add_codings"):
    """`new`, if any, is a code that is made first; all passages then carry it."""

    source: str
    passages: list[Passage]
    new: NewCode | None = None

    def decide(self, study: Study, who: Who) -> Study:
        drafts = [passage.coding(self.source) for passage in self.passages]
        new = _made(self.new, study)
        carrying = [replace(draft, code_id=new.id) for draft in drafts] if new else drafts
        return decisions.add_codings(study, who.coder, carrying, new=new)


class CodingFields(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """What of a coding is to be another; what isn't named stays."""

    start: At | msgspec.UnsetType = msgspec.UNSET
    end: At | msgspec.UnsetType = msgspec.UNSET
    code_id: str | msgspec.UnsetType = msgspec.UNSET
    value: str | msgspec.UnsetType = msgspec.UNSET
    stance: Stance | msgspec.UnsetType = msgspec.UNSET
    case_id: str | msgspec.UnsetType = msgspec.UNSET
    episode_id: str | msgspec.UnsetType = msgspec.UNSET
    voice: str | msgspec.UnsetType = msgspec.UNSET
    memo: str | msgspec.UnsetType = msgspec.UNSET


class ChangeCoding(Act, tag="change_coding"):
    coding: str
    fields: CodingFields

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.change_coding(study, who.coder, self.coding, **named(self.fields))


class RemoveCoding(Act, tag="remove_coding"):
    coding: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.remove_coding(study, who.coder, self.coding)


class PlaceCoding(Act, tag="place_coding"):
    coding: str
    start: At
    end: At

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.place_coding(study, who.coder, self.coding, self.start, self.end)


class AcceptMoves(Act, tag="accept_moves"):
    """Codings that found their place again in an edited text keep it: everybody's; of a blind coder, their own."""

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.accept_moves(study, who.coder if who.is_blind else "")


class ReadUpTo(Act, tag="read_up_to"):
    source: str
    offset: At

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.read_up_to(study, who.coder, self.source, self.offset)


class Finish(Act, tag="finish"):
    source: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.finish(study, who.coder, self.source)


class Reopen(Act, tag="reopen"):
    source: str
    read_to: At = 0

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.reopen(study, who.coder, self.source, self.read_to)


class Settle(Act, tag="settle"):
    """`starts` and `ends` are the stretches, pair by pair; `code`, if any, is what no coder had, for all of each."""

    source: str
    starts: list[At]
    ends: list[At]
    kept: list[str] = []
    code: str = ""
    value: str = ""
    memo: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        if len(self.starts) != len(self.ends):
            raise Refused("a stretch has a start and an end; load the page again")
        spans = list(zip(self.starts, self.ends, strict=True))
        others = [
            Passage(start, end, self.code, value=self.value).coding(self.source) for start, end in spans if self.code
        ]
        return decisions.settle(study, self.source, spans, self.kept, others, memo=self.memo)


class FinishSettling(Act, tag="finish_settling"):
    source: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.finish_settling(study, self.source)


class LookAgain(Act, tag="look_again"):
    source: str
    code: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.look_again(study, who.coder, self.source, self.code)


class SetAside(Act, tag="set_aside"):
    source: str
    start: At
    end: At
    reason: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.set_aside(study, self.source, self.start, self.end, reason=self.reason, by=who.coder)


class TakeInAgain(Act, tag="take_in_again"):
    source: str
    aside: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.take_in_again(study, self.source, self.aside)


class Accept(Act, tag="accept"):
    suggestion: str
    blind: bool = False

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.accept(study, who.coder, who.suggestion(self.suggestion), blind=self.blind)


class Change(Act, tag="change"):
    """`new`, if any, is a code that is made first; the passage then carries it."""

    suggestion: str
    passage: Passage
    blind: bool = False
    new: NewCode | None = None

    def decide(self, study: Study, who: Who) -> Study:
        suggestion = who.suggestion(self.suggestion)
        draft = self.passage.coding(suggestion.source_id)
        new = _made(self.new, study)
        carrying = replace(draft, code_id=new.id) if new else draft
        return decisions.change(study, who.coder, suggestion, carrying, blind=self.blind, new=new)


class Reject(Act, tag="reject"):
    suggestion: str
    blind: bool = False

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.reject(study, who.coder, who.suggestion(self.suggestion), blind=self.blind)


class Postpone(Act, tag="postpone"):
    suggestion: str
    blind: bool = False

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.postpone(study, who.coder, who.suggestion(self.suggestion), blind=self.blind)


class PassOver(Act, tag="pass_over"):
    source: str
    start: At
    end: At
    code: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.pass_over(study, who.coder, self.source, self.start, self.end, self.code)


class Audit(Act, tag="audit"):
    """The code that applies to a passage that was put blind, with its choices; none where `code` is empty."""

    source: str
    start: At
    end: At
    choices: list[str]
    code: str = ""
    new: NewCode | None = None

    def decide(self, study: Study, who: Who) -> Study:
        passage = who.blind_passage(Segment(self.source, self.start, self.end), self.choices)
        new = _made(self.new, study)
        return decisions.audit(study, who.coder, passage, new.id if new else self.code, new=new)


class Summarise(Act, tag="summarise"):
    """`codings` are those that were read for it, `cited` those that the text leads to.

    Where `numbers` are given, a mark `[3]` in the text is the third of them, and says by itself what is cited. `draft`
    are the machine's words that it began as, if it did.
    """

    row: str
    code: str
    text: str
    status: str = ""
    codings: list[str] = []
    cited: list[str] = []
    numbers: list[str] = []
    draft: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        text, cited = self._kept(study) if self.numbers else (self.text, tuple(self.cited))
        read = tuple(self.codings)
        summary = Summary(self.row, self.code, text, self.status, read, who.coder, who.today, cited, (), self.draft)
        return decisions.summarise(study, summary)

    def _kept(self, study: Study) -> tuple[str, tuple[str, ...]]:
        """The text with its marks as a file has them; what was cited without a mark before stays so."""
        before = next((one for one in study.charted if (one.case_id, one.code_id) == (self.row, self.code)), None)
        marked = citing.marked(before.text, before.cited) if before else ()
        besides = [coding for coding in before.cited if coding not in marked] if before else ()
        return citing.stored(self.text, self.numbers, besides)


class Cite(Act, tag="cite"):
    row: str
    code: str
    codings: list[str]

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.cite(study, self.row, self.code, self.codings)


class ConfirmSummary(Act, tag="confirm_summary"):
    row: str
    code: str
    codings: list[str]

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.confirm_summary(study, self.row, self.code, self.codings, by=who.coder)


class JudgeSummary(Act, tag="judge_summary"):
    row: str
    code: str
    verdict: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.judge_summary(study, self.row, self.code, self.verdict, by=who.coder)


class RemoveSummary(Act, tag="remove_summary"):
    row: str
    code: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.remove_summary(study, self.row, self.code)


class ConfirmAbsence(Act, tag="confirm_absence"):
    row: str
    code: str
    asked: bool
    note: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.confirm_absence(study, self.row, self.code, asked=self.asked, by=who.coder, note=self.note)


class WithdrawAbsence(Act, tag="withdraw_absence"):
    row: str
    code: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.withdraw_absence(study, self.row, self.code)


class DecideFeature(Act, tag="decide_feature"):
    case: str
    episode: str
    attribute: str
    value: str = ""
    status: FeatureStatus = "stated"
    evidence: list[str] = []
    memo: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        if self.status == "stated" and not self.value:
            raise Refused("choose a value, or say why there is none: unclear, not asked, in conflict")
        evidence = tuple(self.evidence)
        feature = Feature(self.attribute, self.value, self.status, evidence, who.coder, self.memo)
        return decisions.decide_feature(study, self.case, self.episode, feature)


class WithdrawFeature(Act, tag="withdraw_feature"):
    case: str
    episode: str
    attribute: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.withdraw_feature(study, self.case, self.episode, self.attribute)


class OverrideType(Act, tag="override_type"):
    case: str
    episode: str
    typology: str
    type: str
    reason: str

    def decide(self, study: Study, who: Who) -> Study:
        override = Override(self.typology, self.type, self.reason, who.coder, who.today)
        return decisions.override_type(study, self.case, self.episode, override)


class WithdrawOverride(Act, tag="withdraw_override"):
    case: str
    episode: str
    typology: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.withdraw_override(study, self.case, self.episode, self.typology)


class DefineCategory(Act, tag="define_category"):
    """Without an id, it gets one made of its name."""

    name: str
    category: str = ""
    description: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        there = {category.id for category in study.codebook.categories}
        category = Category(self.category or free_id(self.name, there), self.name, self.description)
        return decisions.define_category(study, category)


class DefineCode(Act, tag="define_code"):
    code: NewCode
    why: str = ""
    before: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        code = self.code.code(study.codebook.by_id)
        return decisions.define_code(study, code, by=who.coder, why=self.why, before=self.before)


class CodeFields(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What of a code is to be another; what isn't named stays."""

    name: str | msgspec.UnsetType = msgspec.UNSET
    kind: CodeKind | msgspec.UnsetType = msgspec.UNSET
    definition: str | msgspec.UnsetType = msgspec.UNSET
    include: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    exclude: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    examples: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    cues: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    values: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


class RewordCode(Act, tag="reword_code"):
    """`redefined` says that the meaning is another, and not only the words."""

    code: str
    fields: CodeFields = CodeFields()
    redefined: bool = False
    why: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        fields = named(self.fields)
        return decisions.reword_code(study, self.code, by=who.coder, why=self.why, redefined=self.redefined, **fields)


class RenameCode(Act, tag="rename_code"):
    code: str
    to: str
    why: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.rename_code(study, self.code, self.to, by=who.coder, why=self.why)


class MoveCode(Act, tag="move_code"):
    code: str
    category: str
    before: str = ""
    why: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.move_code(study, self.code, self.category, by=who.coder, why=self.why, before=self.before)


class MergeCodes(Act, tag="merge_codes"):
    code: str
    into: str
    texts: dict[str, str] = {}
    why: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.merge_codes(study, self.code, self.into, by=who.coder, why=self.why, texts=self.texts)


class SplitCode(Act, tag="split_code"):
    """`dealt` gives codings to new codes, by their ids, or by the name of one that has none yet."""

    code: str
    new: list[NewCode]
    dealt: dict[str, str] = {}
    why: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        codes: list[Code] = []
        called: dict[str, str] = {}
        for new in self.new:
            codes.append(new.code({*study.codebook.by_id, *(code.id for code in codes)}))
            called[new.id or new.name] = codes[-1].id
        dealt = {coding_id: called.get(code, code) for coding_id, code in self.dealt.items()}
        return decisions.split_code(study, self.code, codes, dealt, by=who.coder, why=self.why)


class RetireCode(Act, tag="retire_code"):
    code: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.retire_code(study, self.code)


class WriteMemo(Act, tag="write_memo"):
    """A memo without a name is a new one, and is named by its day and its first words."""

    text: str
    name: str = ""
    about: list[str] = []
    kind: str = ""

    def decide(self, study: Study, who: Who) -> Study:
        before = next((memo for memo in study.memos if memo.name == self.name), None)
        date, by = (before.date, before.by) if before else (who.today, who.coder)
        about = tuple(dict.fromkeys(filter(None, map(str.strip, self.about))))
        text = self.text if self.text.endswith("\n") else f"{self.text}\n"
        memo = Memo(self.name, date, by, self.kind.strip(), about, text)
        return decisions.write_memo(study, memo)


class RemoveMemo(Act, tag="remove_memo"):
    name: str

    def decide(self, study: Study, who: Who) -> Study:
        return decisions.remove_memo(study, self.name)


ACTS: Sequence[type[Act]] = tuple(Act.__subclasses__())
"""Every act that a page may send."""


ON_ONES_OWN = (
    *(AddCodings, ChangeCoding, RemoveCoding, PlaceCoding, AcceptMoves, ReadUpTo, Finish, Reopen, LookAgain, PassOver),
    *(WriteMemo, RemoveMemo),
)
"""The acts that touch only this coder's own work, and show nothing of others': what a blind coder may do at once."""

ON_ONE_SOURCE = (Settle, FinishSettling)
"""The acts on what coders made of one source: for a blind coder they open with it. All others rest on all sources."""


def read(data: bytes) -> "Sent":
    """An act as it was sent, with the version of the study on the page that it was decided on.

    Raises `Refused`, with what is wrong, for anything else.
    """
    try:
        return _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"this can't be read as a decision: {error}") from error


def deciding(act: Act, who: Who) -> Callable[[Study], Study]:
    return lambda study: act.decide(study, who)


def named(fields: msgspec.Struct) -> dict[str, Any]:
    """The fields that were sent."""
    values = {name: getattr(fields, name) for name in fields.__struct_fields__}
    return {name: value for name, value in values.items() if value is not msgspec.UNSET}


def _made(new: NewCode | None, study: Study) -> Code | None:
    return None if new is None else new.code(study.codebook.by_id)


def free_id(name: str, taken: Collection[str], before: str = "") -> str:
    """An id made of a name, numbered where there is such a one already."""
    made = f"{before}{id_of(name.lower()) or 'code'}"
    numbers = (f"{made}-{number}" for number in count(2))
    return next(code_id for code_id in chain((made,), numbers) if code_id not in taken)


class Sent(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`key` is made by the page for each act anew: what is sent twice under one key is done once."""

    version: str
    act: (
        AcceptMoves
        | AddCodings | ChangeCoding | RemoveCoding | PlaceCoding | ReadUpTo | Finish | Reopen | LookAgain | SetAside
        | TakeInAgain | Settle | FinishSettling | Accept | Change | Reject | Postpone | Audit | PassOver | Summarise
        | Cite | ConfirmSummary | JudgeSummary | RemoveSummary | ConfirmAbsence | WithdrawAbsence | DecideFeature
        | WithdrawFeature | OverrideType | WithdrawOverride | DefineCategory | DefineCode | RewordCode | RenameCode
        | MoveCode | MergeCodes | SplitCode | RetireCode | WriteMemo | RemoveMemo
    )  # fmt: skip
    key: str = ""


_DECODER = msgspec.json.Decoder(Sent)
