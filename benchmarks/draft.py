"""How right a draft from nothing is: the sample without what people decided, against the plan it was written by.

Run as `python -m benchmarks.draft`. The texts, the codebook, the guide, the participants and the rules stay; codings,
summaries, cases, themes, claims and exhibits go. Nothing was tuned on this: see docs/suggestions.md.
"""

import csv
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from crosscase import Findings, Study, analyse, load
from crosscase.case import Feature
from crosscase.study import load_suggestions

SAMPLE = Path(__file__).parent.parent
GOLD = SAMPLE / "tests" / "gold"
KEPT = ("study.yaml", "guide.yaml", "participants.csv", "sources.csv", "codebook", "typologies", "transcripts_sample")
NOT_A_FEATURE = {"case", "status"}
ANYTHING = {"", "*"}
TYPOLOGY = "models"
WIDTH = 22


def undecided(folder: Path) -> Path:
    """A copy of the sample in which nobody has decided anything yet."""
    for part in KEPT:
        here = SAMPLE / part
        (shutil.copytree if here.is_dir() else shutil.copy)(here, folder / part)
    return folder


def report() -> Iterator[str]:
    """The table that `make bench` prints."""
    with tempfile.TemporaryDirectory() as name:
        folder = undecided(Path(name))
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "crosscase", "run", str(folder)], check=True, capture_output=True)
        seconds = time.perf_counter() - began
        study = load(folder)
        findings = analyse(study, load_suggestions(study) or ())
        yield f"\ndraft from nothing: the sample without what people decided, in {seconds:.0f} s, nothing cached"
        yield from features(findings)
        yield from types(findings)


def features(findings: Findings) -> Iterator[str]:
    """Of the features that the plan gives a value, how many the draft has right, wrong, and open."""
    drafted = {
        (case.id, one.attribute): one
        for case in findings.cases
        for episode in case.episodes
        for one in episode.features
    }
    planned = {
        (row["case"], attribute): value
        for row in _rows("features.csv")
        for attribute, value in row.items()
        if attribute not in NOT_A_FEATURE and value not in ANYTHING
    }
    valued = {place: value for place, value in planned.items() if value not in ("unstated", "conflict")}
    outcome = Counter(_outcome(drafted.get(place), value) for place, value in valued.items())
    stated = outcome["right"] + outcome["wrong"]
    yield (
        f"features with a value: {outcome['right']} of {len(valued)} right, {outcome['wrong']} wrong, "
        f"{outcome['open']} left open; of the {stated} stated {outcome['right'] / max(1, stated):.2f} right"
    )
    by_chance = _by_chance(findings.study, valued)
    yield (
        f"  baselines: by chance {by_chance:.0f} of {len(valued)} ({by_chance / len(valued):.2f}); with each "
        f"attribute's commonest value, which nobody knows beforehand, {_commonest(valued)}"
    )
    others = {place: value for place, value in planned.items() if place not in valued}
    held = sum(_outcome(drafted.get(place), "") == "open" for place in others)
    yield f"features planned to be unstated or in conflict: {held} of {len(others)} left open"
    wrong = Counter(
        (attribute, value, drafted[case, attribute].value)
        for (case, attribute), value in valued.items()
        if _outcome(drafted.get((case, attribute)), value) == "wrong"
    )
    for (attribute, value, instead), count in sorted(wrong.items(), key=lambda one: (-one[1], one[0])):
        yield f"  {count} × {attribute}: {instead} instead of {value}"


def types(findings: Findings) -> Iterator[str]:
    """Planned type against drafted type, jurisdiction by jurisdiction."""
    planned = {row["case"]: row["type"] for row in _rows("types.csv")}
    drafted = {one.case_id: one.type_id or "unresolved" for one in findings.results[TYPOLOGY]}
    table = Counter((planned[case], drafted.get(case, "unresolved")) for case in planned)
    right = sum(count for (one, other), count in table.items() if one == other)
    wrong = sum(count for (one, other), count in table.items() if other not in (one, "unresolved"))
    commonest = max(Counter(planned.values()).values())
    yield (
        f"types: {right} of {len(planned)} right, {wrong} wrong, {len(planned) - right - wrong} unresolved; "
        f"the commonest type for all: {commonest} right"
    )
    names = list(dict.fromkeys([*planned.values(), *drafted.values()]))
    yield "  planned \\ drafted     " + "".join(f"{name:>{WIDTH}}" for name in names)
    for name in dict.fromkeys(planned.values()):
        yield f"  {name:<{WIDTH - 2}}  " + "".join(f"{table[name, other] or '–':>{WIDTH}}" for other in names)


def _outcome(feature: Feature | None, value: str) -> str:
    if feature is None or feature.status != "stated":
        return "open"
    return "right" if feature.value == value else "wrong"


def _by_chance(study: Study, valued: Mapping[tuple[str, str], str]) -> float:
    return sum(1 / len(study.values[attribute]) for _, attribute in valued)


def _commonest(valued: Mapping[tuple[str, str], str]) -> int:
    by_attribute: dict[str, Counter[str]] = {}
    for (_, attribute), value in valued.items():
        by_attribute.setdefault(attribute, Counter())[value] += 1
    return sum(max(counts.values()) for counts in by_attribute.values())


def _rows(name: str) -> list[dict[str, str]]:
    with (GOLD / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    for line in report():
        print(line)
