"""What a reader of the public report who knows the field can tie to a place, by what is left in it.

The reader has the report's pages, the list of the real places and people, the files of the repository without the key,
and what an insider knows: which features each place has. `python -m benchmarks.adversary` prints, for each way, how
many cases are told, and how many chance would tell.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path

from crosscase import load
from crosscase.case import Case
from crosscase.framework import Findings
from crosscase.pages import pages, render
from crosscase.profile import findings_for
from crosscase.profile.rarity import Rare
from crosscase.profile.veil import Veil
from crosscase.study import Study

SAMPLE = Path(__file__).parent.parent
NAMES = SAMPLE / "transcripts_sample" / "key"
SECRET = b"what the reader hasn't got"


def main() -> None:
    for line in report():
        print(line)


def report() -> Iterable[str]:
    """A line for each way of telling, with how much of what there is it tells, and what chance gives."""
    study = load(SAMPLE)
    findings = findings_for(study, "public", key=SECRET)
    veil = Veil(study, "public", Rare(), SECRET)
    total = len(study.cases)
    named = named_in(findings, study)
    right, ids = guessed_right(study, veil)
    told = told_by_features(study.cases, findings.study.cases, veil.cases)
    people = [person for person in study.participants if person.case_id]
    yield f"names of places and people in the pages: {len(named)} of {len(all_names(study))} (chance 0)"
    yield f"ids guessed from all that the repository holds: {right} of {ids} (chance 2)"
    yield f"places in the order of their former ids: {in_order(veil.cases)} of {total} (chance 1)"
    lone = alone(map(_period, findings.study.cases))
    yield f"places alone in what is left of their dates: {lone} of {total}"
    yield f"places told by somebody who knows every feature of each: {len(told)} of {total} (chance 1)"
    cells = [cell for matrix in findings.matrices for cell in matrix.cells.values() if cell.codings]
    tied = [cell for cell in cells if cell.row_id in told]
    quotes = {coding.id for cell in tied for coding in cell.codings}
    everything = {coding.id for cell in cells for coding in cell.codings}
    yield f"  and by that, cells with passages: {len(tied)} of {len(cells)} (chance {len(cells) / total:.0f})"
    yield f"  and by that, quotes: {len(quotes)} of {len(everything)} (chance {len(everything) / total:.0f})"
    tied_people = sum(veil.cases[person.case_id] in told for person in people)
    yield f"  and by that, participants of a place: {tied_people} of {len(people)} (chance {len(people) / total:.0f})"


def all_names(study: Study) -> set[str]:
    """The places, and every name that was taken out of the transcripts."""
    names = {case.name for case in study.cases}
    for file, column in (("key.csv", "raw"), ("speakers.csv", "name")):
        lines = (NAMES / file).read_text(encoding="utf-8").splitlines()
        names |= {row[column] for row in csv.DictReader(line for line in lines if not line.startswith("#"))}
    return names


def named_in(findings: Findings, study: Study) -> set[str]:
    text = " ".join(render(page) for page in pages(findings, date(2026, 1, 1)))
    return {name for name in all_names(study) if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)}


def guessed_right(study: Study, veil: Veil) -> tuple[int, int]:
    """How many new ids of people and interviews a guess from the seed gets right, as it once got all of them."""
    interviews = {former: new for former, new in veil.sources.items() if new.startswith("S")}
    right = 0
    for letter, new in (("P", veil.people), ("S", interviews)):
        guess = guessed(new, letter, f"{study.settings.seed} public")
        right += sum(guess[former] == new[former] for former in new)
    return right, len(veil.people) + len(interviews)


def guessed(ids: Iterable[str], letter: str, seed: str) -> dict[str, str]:
    ordered = sorted(ids, key=lambda former: sha256(f"{seed}:{letter}:{former}".encode()).hexdigest())
    return {former: f"{letter}{number:02}" for number, former in enumerate(ordered, 1)}


def in_order(new: Mapping[str, str]) -> int:
    """How many stand where they would if the order were the old one."""
    return sum(former == other for former, other in zip(sorted(new), sorted(new, key=new.__getitem__), strict=True))


def _period(case: Case) -> str:
    return " ".join(f"{episode.from_}-{episode.to} {episode.status}" for episode in case.episodes)


def alone(marks: Iterable[str]) -> int:
    return sum(number == 1 for number in Counter(marks).values())


def told_by_features(true: Iterable[Case], shown: Iterable[Case], new: Mapping[str, str]) -> set[str]:
    """The new ids of cases that only one real place fits, and rightly, for a reader who knows all features."""
    known = {new[case.id]: _features(case) for case in true}
    told = set()
    for case in shown:
        seen = {pair for pair in _features(case) if "(not shown)" not in pair[1]}
        fitting = [case_id for case_id, features in known.items() if seen <= features]
        told |= {case.id} if fitting == [case.id] else set()
    return told


def _features(case: Case) -> set[tuple[str, str]]:
    return {(feature.attribute, feature.value) for episode in case.episodes for feature in episode.features}


if __name__ == "__main__":
    main()
