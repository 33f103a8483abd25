"""How right guesses at a code's values are, in interviews that nothing was learned from.

    python -m benchmarks.values FOLDER… [--vectors DIR]

A folder is a study, whose codings carry values; or a set of passages that people coded, as `benchmarks.deductive` takes
it, in which the codes of one `parent` or of one `question` in `codebook.yaml`, or the `candidates` that passages share,
count as the values of one code. A passage is guessed from the passages of all other interviews. Chance-corrected
agreement is Cohen's kappa, pooled: what agrees, less what would by chance code by code, of what could. *Before* is
likeness to what the codebook says of each value, which is what still counts where too little is coded.

Of a study it also prints how often the case that a coding's quote is taken to speak of is the coder's, in the sources
in which somebody speaks of another case than their own; and the same for episodes that coders named.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from crosscase import Study, load
from crosscase.codebook import Code
from crosscase.coding import Coding, Suggestion
from crosscase.source import passages
from crosscase.suggest import CachedEncoder, Decisions, Encoder, load_encoder
from crosscase.suggest.corpus import Floats, Indices, Marks
from crosscase.suggest.evidence import values_given
from crosscase.suggest.subjects import placed
from crosscase.suggest.values import AHEAD, Said, described, guess, likeness_to_values
from crosscase.voices import Voices

OPEN = -1


@dataclass(frozen=True)
class Choice:
    """The passages that people gave a value of one code: `gold` is passages × values."""

    code: Code
    texts: Sequence[str]
    questions: Sequence[str]
    interviews: Sequence[str]
    gold: Marks


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m benchmarks.values", description=__doc__)
    options.formatter_class = argparse.RawDescriptionHelpFormatter
    options.add_argument("folders", metavar="FOLDER", nargs="+", type=Path)
    options.add_argument("--vectors", type=Path, help="where to keep vectors between runs")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        encoder = CachedEncoder(load_encoder(), chosen.vectors or Path(folder))
        for path in chosen.folders:
            choices = list(of_study(path) if (path / "study.yaml").is_file() else of_set(path))
            for line in report(path.resolve().name, choices, encoder):
                print(line, flush=True)
            for line in subjects(load(path)) if (path / "study.yaml").is_file() else ():
                print(line, flush=True)


def of_study(folder: Path) -> Iterator[Choice]:
    """Each code with values, by the passages that codings which count are of."""
    study = load(folder)
    by_id = {source.id: source for source in study.sources}
    places = sorted(place for source in study.sources for place in passages(source).kept)
    given = values_given(places, study.codebook, Decisions(study.counting))
    for code in study.codebook.codes:
        rows = [places[row] for row in sorted(given[code.id])]
        if len(code.values) < 2 or not rows:
            continue
        gold = [[value in given[code.id][row] for value in code.values] for row in sorted(given[code.id])]
        questions = [by_id[place.source_id].question_before(place.start) for place in rows]
        yield Choice(
            code,
            [by_id[place.source_id].text[place.start : place.end] for place in rows],
            [
                by_id[place.source_id].text[asked.start : asked.end] if asked else ""
                for place, asked in zip(rows, questions, strict=True)
            ],
            [place.source_id for place in rows],
            np.array(gold, bool),
        )


def of_set(folder: Path) -> Iterator[Choice]:
    """The codes that exclude each other, as values of one; a passage is of the group that is never split."""
    listed = yaml.safe_load((folder / "codebook.yaml").read_text(encoding="utf-8"))
    units = [json.loads(line) for line in (folder / "units.jsonl").read_text(encoding="utf-8").splitlines() if line]
    for name, ids in _choices(listed, units).items():
        entries = [entry for entry in listed if entry["id"] in ids]
        values = {entry["id"]: f"{entry['name']}: {entry.get('definition') or ''}".strip(": ") for entry in entries}
        coded = [unit for unit in units if set(unit["codes"]) & values.keys()]
        if len(values) > 1 and coded:
            gold = np.array([[value in unit["codes"] for value in values] for unit in coded], bool)
            texts, interviews = [unit["text"] for unit in coded], [str(unit["group"]) for unit in coded]
            yield Choice(Code("choice", str(name), "all", values=values), texts, [""] * len(coded), interviews, gold)


def _choices(listed: list[dict[str, str]], units: list[dict[str, object]]) -> dict[str, set[str]]:
    chosen: dict[str, set[str]] = defaultdict(set)
    for entry in listed:
        if group := entry.get("parent") or entry.get("question"):
            chosen[group].add(entry["id"])
    for unit in units if not chosen else ():
        among = unit.get("candidates")
        if isinstance(among, list):
            chosen[" ".join(sorted(among))] = set(among)
    return chosen


def report(name: str, choices: Sequence[Choice], encoder: Encoder) -> Iterator[str]:
    before, learned = [], []
    for choice in choices:
        vectors = np.asarray(encoder.encode(choice.texts), float)
        value_vectors = np.asarray(encoder.encode(described(choice.code)), float)
        like = likeness_to_values(choice.texts, vectors, choice.code, value_vectors)
        before.append((like.argmax(axis=1), _ahead(like) >= AHEAD, choice.gold))
        learned.append((*_left_out(choice, vectors, value_vectors, encoder), choice.gold))
    if not choices:
        yield f"{name}: no code with two values that were given"
        return
    total = sum(len(choice.texts) for choice in choices)
    commonest = sum(choice.gold.sum(axis=0).max() for choice in choices)
    yield f"{name}: {len(choices)} codes with values, {total} passages; the commonest for all: {commonest / total:.2f}"
    for what, outcomes in (("before", before), ("learned", learned)):
        every = [(best, np.ones(len(best), bool), gold) for best, _, gold in outcomes]
        yield f"  {what:8} all: {_line(every)}; guessed: {_line(outcomes)}"


def subjects(study: Study) -> Iterator[str]:
    """The case and the episode that codings speak of, by their quotes, beside what coders said. Nothing is learned."""
    voices = Voices(study.sources, study.participants)
    elsewhere = {coding.source_id for coding in study.counting if coding.case_id not in ("", *_own(voices, coding))}
    codings = [coding for coding in study.counting if coding.source_id in elsewhere]
    bare = tuple(map(_bare, codings))
    if not codings:
        return
    guessed = placed(bare, study.sources, study.cases, study.participants)
    of_all = placed(map(_bare, study.counting), study.sources, study.cases, study.participants)
    gold = [voices.case_ids(coding) for coding in codings]
    for what, suggestions in (("speaker's", bare), ("named", guessed)):
        cases = [voices.case_ids(suggestion) for suggestion in suggestions]
        right = sum(one == other for one, other in zip(gold, cases, strict=True)) / len(gold)
        by_chance = sum(gold.count(case) * cases.count(case) for case in set(gold)) / len(gold) ** 2
        kappa = (right - by_chance) / (1 - by_chance)
        yield f"  case, the {what:9} kappa {kappa:.3f}, right {right:.2f} of {len(gold)} in {len(elsewhere)} sources"
    told = [(one.episode_id, other.episode_id) for one, other in zip(study.counting, of_all, strict=True)]
    named = [episodes for episodes in told if episodes[0]]
    right_ones = sum(one == other for one, other in named)
    beyond = sum(bool(other) and one != other for one, other in told)
    yield f"  episode, by dates: {right_ones} of {len(named)} as coders said, {beyond} otherwise"


def _bare(coding: Coding) -> Suggestion:
    """The place of a coding, with nothing of what its coder said."""
    return Suggestion(coding.source_id, coding.start, coding.end, coding.quote, coding.code_id, 0.5, "", "")


def _own(voices: Voices, coding: Coding) -> tuple[str, ...]:
    return voices.case_ids(replace(coding, case_id=""))


def _left_out(choice: Choice, vectors: Floats, value_vectors: Floats, encoder: Encoder) -> tuple[Indices, Marks]:
    """The best value of each passage, and whether it would be guessed, learned from the other interviews."""
    interviews = np.array(choice.interviews)
    questions = np.zeros_like(vectors)
    put = [at for at, question in enumerate(choice.questions) if question]
    if put:
        questions[put] = encoder.encode([choice.questions[at] for at in put])

    def said(rows: Indices) -> Said:
        texts = [choice.texts[row] for row in rows.tolist()]
        return Said(texts, interviews[rows].tolist(), vectors[rows], questions[rows])

    best, clear = np.zeros(len(vectors), int), np.zeros(len(vectors), bool)
    for interview in np.unique(interviews):
        asked, coded = np.flatnonzero(interviews == interview), np.flatnonzero(interviews != interview)
        guessed = guess(choice.code, value_vectors, said(asked), said(coded), choice.gold[coded])
        best[asked], clear[asked] = guessed.scores.argmax(axis=1), guessed.clear
    return best, clear


def _line(outcomes: Sequence[tuple[Indices, Marks, Marks]]) -> str:
    """Kappa, share right and how many."""
    agreed = by_chance = total = 0.0
    for best, counted, of_all in outcomes:
        if not counted.any():
            continue
        chosen, gold = best[counted], of_all[counted]
        right = gold[np.arange(len(chosen)), chosen]
        # Of several values that people gave, the one that was guessed counts, or else the first.
        given = np.where(right, chosen, gold.argmax(axis=1))
        agreed, total = agreed + right.sum(), total + len(chosen)
        by_chance += sum((chosen == at).mean() * (given == at).mean() for at in range(gold.shape[1])) * len(chosen)
    kappa = (agreed - by_chance) / max(total - by_chance, 1e-9)
    return f"kappa {kappa:.3f}, right {agreed / max(1, total):.2f} of {total:.0f}"


def _ahead(scores: Floats) -> Floats:
    ordered = np.sort(scores, axis=1)
    return np.asarray(ordered[:, -1] - ordered[:, -2])


if __name__ == "__main__":
    main()
