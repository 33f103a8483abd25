"""Going through what the machine proposes in a terminal, with the keys that the window has."""

import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from crosscase import Refused, Study, stages, study
from crosscase.cli.saying import STUDY, progress_of, say
from crosscase.coding import Verdict
from crosscase.learning import BlindPassage, Learning
from crosscase.problem import one_line
from crosscase.source import Segment
from crosscase.stages.reviewing import Next
from crosscase.study.study import Written
from crosscase.wording import how_many, value_words

WIDTH = 100
KEYS = "a accept · r reject · l later · Enter another code · u take back · q stop"
BLIND_KEYS = "a digit: this one · 0 none of these · Enter another code · u take back · q stop"


@click.command()
@STUDY
@click.option("--as", "coder", required=True, metavar="CODER", help="Who you are, as study.yaml names you.")
@click.option("--code", "code_id", default="", help="For this code only; else the codes take turns.")
@click.option("--queue", default="find", metavar="find|teach|order|revisit", help="In which order (default find).")
@click.option("--limit", type=click.IntRange(1), default=None, help="Stop after so many verdicts.")
def review(folder: Path, coder: str, code_id: str, queue: str, limit: int | None) -> None:
    """Decide on what the machine proposes, one passage at a time. Each verdict is written at once.

    \b
    a accepts, r rejects, l leaves for later, Enter gives another code, a digit accepts with that value,
    u takes back, q stops. Where there is no terminal, each line of the input is a key.

    Example: crosscase review my-study --as AB --code money.cost
    """
    loaded = study.load(folder)
    with progress_of("reading passages") as progress:
        learning = stages.learn(loaded, progress)
    _Review(loaded, learning, coder, queue, code_id).go(limit)


class _Review:
    """One sitting: what was decided in it, and how to take it back."""

    def __init__(self, loaded: Study, learning: Learning, coder: str, queue: str, code_id: str) -> None:
        self.study, self.learning, self.coder = loaded, learning, coder
        self.queue, self.code_id = queue, code_id
        self.written: list[Sequence[Written]] = []
        self.around = _around(loaded)
        self.case_names = {case.id: case.name or case.id for case in loaded.cases}

    def go(self, limit: int | None) -> None:
        """Put one after the other until nothing is left, or enough is decided, or nobody answers."""
        while limit is None or len(self.written) < limit:
            next_up = stages.next_up(self.study, self.learning, self.coder, self.queue, self.code_id)
            say(self._put(next_up))
            if next_up is None and not self.written:
                break
            key = _key()
            if key == "q":
                break
            try:
                self._answer(next_up, key)
            except Refused as refusal:
                click.echo(one_line(f"not done: {refusal}"))
        say(filter(None, [f"{how_many(len(self.written), 'verdict')} given", str(stages.tally(self.study))]))

    def _put(self, next_up: Next | None) -> Iterable[str]:
        if next_up is None:
            return ["nothing is left in this order", "u take back · q stop"][: 2 if self.written else 1]
        return self._blind_lines(next_up.blind) if next_up.blind else self._lines(next_up)

    def _answer(self, next_up: Next | None, key: str) -> None:
        if key == "u":
            self._take_back()
        elif next_up is None:
            click.echo("u take back · q stop")
        elif next_up.blind:
            self._answer_blind(next_up.blind, key)
        elif key in _VERDICTS:
            self._done(stages.judge_suggestion(self.study, self.coder, next_up.reviewable, _VERDICTS[key]))
        elif key == "":
            code_id = self._other_code()
            if code_id:
                self._done(stages.judge_suggestion(self.study, self.coder, next_up.reviewable, "change", code_id))
        elif value := self._numbered(self._values(next_up), key):
            self._done(stages.judge_with_value(self.study, self.coder, next_up.reviewable, value))
        else:
            click.echo(KEYS)

    def _answer_blind(self, passage: BlindPassage, key: str) -> None:
        code_id = self._numbered(passage.choices, key) if key else self._other_code()
        if code_id or key == "0":
            self._done(stages.judge_blind(self.study, self.coder, passage, code_id))
        elif key:
            click.echo(BLIND_KEYS)

    def _done(self, after: Study) -> None:
        self.study = after
        self.written.append(after.written)

    def _take_back(self) -> None:
        if not self.written:
            raise Refused("there is nothing to take back in this sitting")
        self.study = stages.take_back(self.study, self.written[-1])
        self.written.pop()
        click.echo("taken back")

    def _other_code(self) -> str:
        words = _line("which code, by its name or id? ")
        return stages.code_called(self.study, words) if words.strip() else ""

    def _values(self, next_up: Next) -> tuple[str, ...]:
        return tuple(self.study.codebook.by_id[next_up.reviewable.suggestion.code_id].values)

    def _numbered(self, names: Sequence[str], key: str) -> str:
        return names[int(key) - 1] if key.isdecimal() and 0 < int(key) <= len(names) else ""

    def _lines(self, next_up: Next) -> Iterator[str]:
        suggestion = next_up.reviewable.suggestion
        code = self.study.codebook.by_id[suggestion.code_id]
        yield f"\n{next_up.left:,} left"
        yield from self.around(suggestion.segment)
        value = f", with the value {value_words(suggestion.value)}" if suggestion.value else ""
        about = f", about {self.case_names.get(suggestion.case_id, suggestion.case_id)}" if suggestion.case_id else ""
        yield click.style(one_line(f"Does this carry {code.name}{value}{about}?"), bold=True)
        yield from _wrapped(code.definition, "  ")
        yield from _wrapped(f"Why: {suggestion.explanation}", "  ")
        if values := self._values(next_up):
            yield "  " + " · ".join(f"{number} {value_words(value)}" for number, value in enumerate(values, 1))
        yield KEYS

    def _blind_lines(self, passage: BlindPassage) -> Iterator[str]:
        yield "\nwithout what the machine made of it, if anything:"
        yield from self.around(passage.place)
        yield click.style("Which of these codes applies?", bold=True)
        for number, code_id in enumerate(passage.choices, 1):
            code = self.study.codebook.by_id[code_id]
            yield from _wrapped(f"{number} {code.name}. {code.definition}", "  ")
        yield BLIND_KEYS


def _around(loaded: Study) -> Callable[[Segment], Iterator[str]]:
    """How a passage is shown among what was said around it."""
    from datetime import date

    from crosscase.pages import material_of
    from crosscase.pages.windows.review import surroundings
    from crosscase.profile import findings_for

    material = material_of(findings_for(loaded, "team"), date.today())

    def lines(place: Segment) -> Iterator[str]:
        said = surroundings(material, place, is_linked=False)
        yield one_line(f"{said.who} ({said.place.text})")
        if said.asked:
            yield from _wrapped(f"{said.asked_by or 'Asked'}: {said.asked}", "  ")
        yield from _wrapped(said.before, "  ")
        yield from _wrapped(said.words, "> ")
        yield from _wrapped(said.behind, "  ")

    return lines


def _wrapped(text: str, margin: str) -> list[str]:
    return textwrap.wrap(one_line(text), WIDTH, initial_indent=margin, subsequent_indent=margin)


def _key() -> str:
    """The key that was pressed, or the first sign of a line; empty for Enter, and `q` where nobody answers."""
    if sys.stdin.isatty():
        pressed = click.getchar()
        return "q" if pressed in ("\x03", "\x04") else pressed.strip()
    line = sys.stdin.readline()
    return line.strip()[:1] if line else "q"


def _line(question: str) -> str:
    click.echo(question, nl=False)
    return sys.stdin.readline()


_VERDICTS: Mapping[str, Verdict] = {"a": "accept", "r": "reject", "l": "later"}
