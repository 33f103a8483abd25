"""A project's codings: new, there already, changed there, or changed in both places."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import get_args

from crosscase.anchoring import reanchor
from crosscase.coding import Coding, Stance, six_letters, with_context
from crosscase.exchange.projects.intake.names import UNSEEN, plain_id
from crosscase.exchange.projects.intake.work import NOBODY, Doubtful, Entry, Named, Work
from crosscase.exchange.projects.project import ProjectCoding
from crosscase.wording import how_many

Said = tuple[str, int, int, str, str, str]


@dataclass(slots=True)
class _Settled:
    """The codings that are new and those that were changed; what is there, and the ids that are taken."""

    present: dict[str, Coding]
    by_place: dict[tuple[Said, str], str]
    taken: set[str]
    made: list[Coding] = field(default_factory=list)
    changed: dict[str, Coding] = field(default_factory=dict)


def codings_of(work: Work, named: Named) -> tuple[tuple[Coding, ...], dict[str, Coding]]:
    """The new codings, and those of the study that were changed in the other program."""
    drafts: dict[str, list[tuple[ProjectCoding, Coding]]] = defaultdict(list)
    for coding in work.project.codings:
        if coding.code in named.codes and coding.source in named.sources:
            case_id = _case_of(named, coding)
            drafts[coding.source].append((coding, _draft(work, named, coding, case_id)))
    _unplaced(work, named)
    settled = _Settled(
        {coding.id: coding for coding in work.study.codings},
        {(_said(coding), coding.coder): coding.id for coding in work.study.codings},
        {coding.id for coding in (*work.study.codings, *work.study.lost)},
    )
    for guid, pairs in drafts.items():
        for coding, draft in _in_text(work, named, guid, pairs):
            _settle(work, named, coding, draft, settled)
    work.record.new["codings"] += len(settled.made)
    work.record.new["changed codings"] += len(settled.changed)
    _gone(work, settled)
    return tuple(settled.made), settled.changed


def _case_of(named: Named, coding: ProjectCoding) -> str:
    """The case of a coding that lies in the part of one case, where the whole source isn't that case's."""
    parts = named.parts.get(coding.source, ())
    within = {case_id for start, end, case_id in parts if start <= coding.start and coding.end <= end}
    own = named.whole_cases.get(coding.source, "")
    return next(iter(within)) if len(within) == 1 and own not in within else ""


def _draft(work: Work, named: Named, coding: ProjectCoding, case_id: str) -> Coding:
    """The coding as the study has it, in the project's text as it would be stored."""
    start, end = named.texts[coding.source].span(coding.start, coding.end)
    coder = named.coders[coding.coder] if coding.coder else work.options.coder or named.coders.get("", NOBODY)
    code_id, source_id = named.codes[coding.code], named.sources[coding.source]
    memo = UNSEEN.sub("", coding.memo)
    value = named.values.get(coding.code, "")
    quote = named.texts[coding.source].text[start:end]
    draft = Coding("", source_id, start, end, quote, code_id, value, case_id, coder=coder, at=coding.at, memo=memo)
    own = work.own_fields("coding", coding.guid)
    stance: Stance = next((stance for stance in get_args(Stance) if stance == own.get("stance")), "")
    voice, at = str(own.get("voice", "")), str(own.get("at", draft.at))
    case_id = _own_case(named, str(own.get("case_id", ""))) or case_id
    return replace(draft, stance=stance, voice=voice, at=at, case_id=case_id) if own else draft


def _own_case(named: Named, case_id: str) -> str:
    return case_id if case_id in named.cases.values() else ""


def _in_text(
    work: Work, named: Named, guid: str, pairs: Sequence[tuple[ProjectCoding, Coding]]
) -> Iterator[tuple[ProjectCoding, Coding]]:
    """The codings of a source in the study's text: as they are, or found again where the texts differ."""
    text = named.texts[guid].text
    source = named.source_by_id[named.sources[guid]]
    if guid not in named.edited:
        yield from pairs
        return
    quoted = [(coding, with_context(draft, text)) for coding, draft in pairs]
    numbered = {str(number): pair for number, pair in enumerate(quoted)}
    anchored = reanchor([replace(draft, id=number) for number, (_, draft) in numbered.items()], source)
    for draft in anchored.found:
        yield numbered[draft.id][0], replace(draft, id="")
    for lost in anchored.lost:
        coding, draft = numbered[lost.coding.id]
        why = f"the text here differs from the project's, and {lost.reason}"
        _doubt(work, named, coding, draft.quote, why, brought=False)


def _settle(work: Work, named: Named, coding: ProjectCoding, draft: Coding, settled: _Settled) -> None:
    """One coding: new, there already, changed there, or changed in both places."""
    if not draft.quote.strip():
        _doubt(work, named, coding, draft.quote, "there are no words", brought=False)
        return
    place = (_said(draft), draft.coder)
    before = work.ledger.get("coding", coding.guid)
    known = settled.by_place.get(place, "")
    if known:
        work.record.there["codings"] += 1
        _note_coding(work, coding, known, draft)
    elif before and before["id"] in settled.present:
        _changed(work, coding, before, draft, settled)
    elif before:
        work.record.there["codings taken away here"] += 1
    else:
        coding_id = _id_for(work, coding, draft, settled.taken)
        settled.made.append(replace(draft, id=coding_id))
        settled.by_place[place] = coding_id
        _note_coding(work, coding, coding_id, draft)
        if coding.proof == "doubtful":
            _doubt(work, named, coding, draft.quote, coding.doubt, brought=True, coding_id=coding_id)


def _changed(work: Work, coding: ProjectCoding, before: Entry, draft: Coding, settled: _Settled) -> None:
    """A coding that came before and stands otherwise there now: taken over, unless it was changed here too."""
    here = settled.present[before["id"]]
    if [here.start, here.end, here.code_id] != before.get("as") or here.coder != draft.coder:
        what = f"the coding `{here.id}` was changed here and there"
        words = " ".join(draft.quote.split())[:60]
        work.record.conflicts.append(f"{what}: there it is “{words}” under `{draft.code_id}`; it stays as it is here")
        return
    settled.changed[here.id] = replace(here, start=draft.start, end=draft.end, code_id=draft.code_id, quote=draft.quote)
    _note_coding(work, coding, here.id, draft)


def _note_coding(work: Work, coding: ProjectCoding, coding_id: str, draft: Coding) -> None:
    work.note_down("coding", coding.guid, coding_id, **{"as": [draft.start, draft.end, draft.code_id]})


def _gone(work: Work, settled: _Settled) -> None:
    """Codings that came before and that the project hasn't any more: they stay, and are counted."""
    sources = {source.guid for source in work.project.sources}
    there = {coding.guid for coding in work.project.codings}
    for (kind, guid), entry in work.ledger.entries.items():
        if kind == "coding" and guid not in there and entry.get("project") == work.file and sources:
            work.record.there["codings gone there"] += entry["id"] in settled.present


def _id_for(work: Work, coding: ProjectCoding, draft: Coding, taken: set[str]) -> str:
    """An id that the same coding gets in everybody's study, unless it is taken."""
    number = 0
    own = str(work.own("coding", coding.guid).get("id", ""))
    if plain_id(own, "") == own and own and own not in taken:
        taken.add(own)
        return own
    while True:
        content = f"{coding.guid}\x1f{_said(draft)}\x1f{number}"
        digest = int.from_bytes(sha256(content.encode("utf-8", errors="replace")).digest())
        name = f"{draft.source_id}-{draft.coder}-{six_letters(digest)}"
        if name not in taken:
            taken.add(name)
            return name
        number += 1


def _doubt(
    work: Work, named: Named, coding: ProjectCoding, quote: str, why: str, *, brought: bool, coding_id: str = ""
) -> None:
    source_id = named.sources.get(coding.source, coding.source)
    code = named.codes.get(coding.code, coding.code)
    work.record.doubtful.append(Doubtful(source_id, quote, code, why, coding.raw, brought, coding_id))


def _unplaced(work: Work, named: Named) -> None:
    """Selections that could not be placed: listed, since nothing else of them comes in."""
    names = {source.guid: named.sources.get(source.guid) or source.name for source in work.project.sources}
    for each in work.project.unplaced:
        codes = how_many(each.codes, "code")
        where = names.get(each.source, each.source)
        work.record.doubtful.append(Doubtful(where, each.snippet, codes, each.why, each.raw, brought=False))


def _said(coding: Coding) -> Said:
    return coding.source_id, coding.start, coding.end, coding.code_id, coding.value, coding.case_id
