"""Decisions that are written out in prose: memos, themes, claims; and who took part."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from crosscase.case import Participant
from crosscase.claim import Claim
from crosscase.memo import Memo
from crosscase.problem import Refused
from crosscase.study import formats
from crosscase.study.decisions.door import agreed, change_of, decide, known, plain_id, readable, text_of, today
from crosscase.study.files import Change
from crosscase.study.study import Study
from crosscase.theme import Theme

WORDS, LONGEST = 5, 60
"""So many words of a memo, and characters in all, make its name."""


def write_memo(study: Study, memo: Memo) -> Study:
    """Write a memo: a new one, or another text for one that is there. One without a name is new, and gets one."""

    def act(now: Study) -> Iterator[Change]:
        if not memo.text.strip():
            raise Refused("the memo has no words; write some")
        dated = replace(memo, date=memo.date or today())
        names = {there.name for there in now.memos}
        name = memo.name if memo.name in names else plain_id(memo.name or _name(dated, names), "a memo")
        seen = next((there for there in study.memos if there.name == name), None)
        before = next((there for there in now.memos if there.name == name), None)
        agreed(seen, before, f"the memo `{name}`")
        path = f"memos/{name}.md"
        yield change_of(now, path, formats.memos.edited(text_of(now, path), dated))

    return decide(study, act)


def remove_memo(study: Study, name: str) -> Study:
    """Take a memo away, file and all. What other memos say of it leads nowhere from then on."""

    def act(now: Study) -> Iterator[Change]:
        memos = {memo.name: memo for memo in now.memos}
        memo = memos[known(name, memos, "memo")]
        agreed(next((seen for seen in study.memos if seen.name == name), None), memo, f"the memo `{name}`")
        path = f"memos/{name}.md"
        readable(now, path)
        yield change_of(now, path, None)

    return decide(study, act)


def write_theme(study: Study, theme: Theme) -> Study:
    """Change what a theme says in its front matter: its statement, cells, claims, counter-evidence and so on."""

    def act(now: Study) -> Iterator[Change]:
        themes = {there.id: there for there in now.themes}
        before = themes[known(theme.id, themes, "theme")]
        agreed(next((seen for seen in study.themes if seen.id == theme.id), None), before, f"the theme `{theme.id}`")
        yield change_of(
            now, before.path, formats.themes.edited(text_of(now, before.path), before, theme, path=before.path)
        )

    return decide(study, act)


def write_claim(study: Study, claim: Claim) -> Study:
    """Put a claim into the ledger: a new one, or in place of the one with this id."""

    def act(now: Study) -> Iterator[Change]:
        before = next((there for there in now.claims if there.id == claim.id), None)
        agreed(next((seen for seen in study.claims if seen.id == claim.id), None), before, f"the claim `{claim.id}`")
        after = tuple(claim if there.id == claim.id else there for there in now.claims)
        path = "claims.yaml"
        ledger = after if before is not None else (*now.claims, claim)
        yield change_of(now, path, formats.claims.edited(text_of(now, path), ledger, path=path))

    return decide(study, act)


def describe_participant(study: Study, participant: Participant) -> Study:
    """Put a participant into participants.csv: a new row, or in place of the one with this id."""

    def act(now: Study) -> Iterator[Change]:
        before = next((there for there in now.participants if there.id == participant.id), None)
        seen = next((there for there in study.participants if there.id == participant.id), None)
        agreed(seen, before, f"the participant `{participant.id}`")
        if participant.case_id:
            known(participant.case_id, [case.id for case in now.cases], "case")
        for source_id in participant.source_ids:
            known(source_id, [source.id for source in now.sources], "source")
        rows = tuple(participant if there.id == participant.id else there for there in now.participants)
        after = rows if before is not None else (*rows, participant)
        path = "participants.csv"
        yield change_of(now, path, formats.tables.participants_edited(text_of(now, path), after, path=path))

    return decide(study, act)


def _name(memo: Memo, taken: Collection[str]) -> str:
    """A name that no memo has: the day, and the first words of the first line that has any."""
    words = re.findall(r"[^\W_]+", next(line for line in memo.text.splitlines() if line.strip()))[:WORDS]
    name = "-".join((memo.date, *(word.lower() for word in words)))[:LONGEST]
    candidates = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    # Where capitals don't count, two names that differ in nothing else are one file.
    known_names = {there.casefold() for there in taken}
    return next(candidate for candidate in candidates if candidate.casefold() not in known_names)
