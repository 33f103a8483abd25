"""The figures about the coding itself: agreement code by code, new codes by interview, what was asked of whom, and
which codes go together. Each is words and lines first, and has a table that says the same.
"""

from collections.abc import Callable, Mapping, Sequence

from crosscase.agreement.measuring import Estimate, Measure, Measured
from crosscase.coverage import Asked, Together
from crosscase.guide import Question
from crosscase.pages.data import Link
from crosscase.pages.figures.drawing import Entry, Figure, Label, Line, Mark, Shape, disc, lines
from crosscase.pages.material import Material
from crosscase.quality import Saturated
from crosscase.saturation import Saturation
from crosscase.wording import counted, out_of

Named = Callable[[str], Link]

ROW = 22.0
NAMES, SCALE = 268.0, 370.0
LOWEST = -0.4
MARKS = (0.667, 0.8)
"""Alphas from which on conclusions are tentative, and firm (Krippendorff 2004, chapter 11)."""
_CROSS = "m-4-4l8 8m-8 0l8-8"
MOST_PAIRS = 20


def figure_of(value: float | None) -> str:
    """Two digits with a true minus; a dash where there is none. What rounding leaves of a minus is nothing."""
    return "–" if value is None else f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def interval_of(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return "none"
    return f"{figure_of(estimate.low)} to {figure_of(estimate.high)}"


def agreement_by_code(measured: Measured, named: Named) -> Figure | None:
    """Alpha of each code with its interval, the least agreed on first, and how often each coder gave it."""
    measures = [measure for measure in measured.codes if measure.alpha.value is not None]
    if not measures:
        return None
    measures.sort(key=lambda measure: measure.alpha.value or 0.0)
    everything = [*measures, *filter(None, (measured.pooled,))]
    marks: list[Mark] = [Label(NAMES + SCALE + 96, 14, "units given it by", "quiet small")]
    for number, coder in enumerate(measured.coders):
        marks.append(Label(NAMES + SCALE + 124 + number * 60, 32, lines(coder, 9, 1)[0], "end small"))
    bottom = 44 + ROW * len(everything)
    for tick in (0.0, *MARKS, 1.0):
        marks += [
            Line(_at(tick), 40, _at(tick), bottom, "rule"),
            Label(_at(tick), 32, f"{tick:g}", "middle small"),
        ]
    marks.append(Label(_at(LOWEST), 14, "alpha: 0 is chance, 1 is perfect", "quiet small"))
    for number, measure in enumerate(everything):
        marks += _forest_row(measure, 44 + ROW * number + ROW / 2, named, measured.coders)
    lowest = named(measures[0].code_id).text
    return Figure(
        "agreement",
        "How far coders agree, code by code",
        f"{counted(len(measures), 'code')}, from {figure_of(measures[0].alpha.value)} ({lowest}) to "
        f"{figure_of(measures[-1].alpha.value)}; a line is the 95% interval, where there is one.",
        NAMES + SCALE + 140 + 60 * len(measured.coders),
        bottom + 6,
        tuple(marks),
        ("Code", "Alpha", "95% interval", *(f"Given by {coder}" for coder in measured.coders), *_HEADS),
        tuple(_agreement_entries(measure, named, measured.coders) for measure in everything),
        ("A rare code may have a low alpha through one or two passages: its interval is wide then, or there is none.",),
        is_listed=True,
    )


_HEADS = ("Units", "Share of marks", "Kappa", "AC1", "Agreed", "Edges")


def _at(alpha: float) -> float:
    """Where a value stands on the scale; what lies below its end stands at it."""
    return NAMES + 12 + SCALE * (max(alpha, LOWEST) - LOWEST) / (1 - LOWEST)


def _forest_row(measure: Measure, y: float, named: Named, coders: Sequence[str]) -> list[Mark]:
    name = named(measure.code_id).text if measure.code_id else "all codes, each on each unit"
    marks: list[Mark] = [Label(0, y + 4.5, lines(name, 40, 1)[0], "" if measure.code_id else "strong")]
    low, high = measure.alpha.low, measure.alpha.high
    if low is not None and high is not None:
        marks.append(Line(_at(low), y, _at(high), y))
    marks.append(disc(_at(measure.alpha.value or 0.0), y, 4.5, "" if measure.code_id else "outline"))
    marks.append(Label(NAMES + SCALE + 54, y + 4.5, figure_of(measure.alpha.value), "end strong"))
    for number, coder in enumerate(coders):
        marks.append(Label(NAMES + SCALE + 124 + number * 60, y + 4.5, f"{measure.used.get(coder, 0)}", "end"))
    return marks


def _agreement_entries(measure: Measure, named: Named, coders: Sequence[str]) -> tuple[Entry, ...]:
    estimates = (measure.kappa, measure.ac1, measure.percentage, measure.edges)
    return (
        named(measure.code_id) if measure.code_id else "all codes, each on each unit",
        figure_of(measure.alpha.value),
        interval_of(measure.alpha),
        *(f"{measure.used.get(coder, 0):,}" for coder in coders),
        f"{measure.units:,}",
        figure_of(measure.prevalence),
        *(figure_of(estimate.value) for estimate in estimates),
    )


def new_codes(
    found: Saturated, material: Material, id: str, title: str, named: Named, what: str = "codes"
) -> Figure | None:
    """How many codes there are after each interview, in the order held, within the band of 95% of all orders."""
    steps = found.saturation.steps
    if not steps:
        return None
    width, height, left, top = 720.0, 300.0, 56.0, 34.0
    most = max(1.0, *(step.high for step in steps), float(steps[-1].total))
    gap = (width - left - 40) / max(1, len(steps) - 1)

    def x(number: int) -> float:
        return left + gap * number

    def y(total: float) -> float:
        return top + height * (1 - total / most)

    upper = " L".join(f"{x(number):.1f} {y(step.high):.1f}" for number, step in enumerate(steps))
    lower = " L".join(f"{x(number):.1f} {y(step.low):.1f}" for number, step in reversed(list(enumerate(steps))))
    marks: list[Mark] = [Shape(0, 0, f"M{upper} L{lower}Z", "band")]
    for share in (0.0, 0.5, 1.0):
        marks += [
            Line(left - 8, y(most * share), width - 24, y(most * share), "rule"),
            Label(left - 14, y(most * share) + 4.5, f"{most * share:.0f}", "end small"),
        ]
    marks.append(Label(0, 14, f"{what} that some interview has brought by then", "quiet small"))
    for number in range(1, len(steps)):
        before, step = steps[number - 1], steps[number]
        marks.append(Line(x(number - 1), y(before.total), x(number), y(step.total), "curve"))
    marks += _interview_marks(found, x, y, top + height)
    reached = found.saturation.reached
    if reached:
        at = x(reached - 1)
        marks += [
            Line(at, top, at, top + height, "thin-dashed"),
            Label(at + 6, top + height - 8, f"{reached}: the rule holds", "small"),
        ]
    return Figure(
        id,
        title,
        f"{counted(len(steps), 'interview')}; {found.saturation.codes} in the end. The band holds 95% of 1,000 other "
        "orders.",
        width,
        top + height + 48,
        tuple(marks),
        ("Interview", f"New {what}", "Which", "In all", "In any order", "New information"),
        tuple(_step_entries(found.saturation, number, material, named) for number in range(len(steps))),
    )


def _interview_marks(
    found: Saturated, x: Callable[[int], float], y: Callable[[float], float], bottom: float
) -> list[Mark]:
    marks: list[Mark] = []
    steps = found.saturation.steps
    every = 1 if len(steps) <= 24 else 5
    for number, step in enumerate(steps):
        marks.append(disc(x(number), y(step.total), 3.5))
        if number % every == 0:
            marks.append(Label(x(number), bottom + 20, step.source_id or f"{number + 1}", "middle small"))
        if step.source_id in found.guide_changes:
            marks += [
                Line(x(number), y(step.total) - 8, x(number), y(step.total) - 26),
                Label(x(number), y(step.total) - 32, "guide changed", "middle small"),
            ]
    return marks


def _step_entries(saturation: Saturation, number: int, material: Material, named: Named) -> tuple[Entry, ...]:
    step = saturation.steps[number]
    where: Entry = material.source_link(step.source_id) if step.source_id else f"interview {number + 1}"
    new = tuple(named(code_id) for code_id in step.new if code_id)
    ratio = "" if step.ratio is None else _share(step.ratio)
    return where, f"{len(step.new)}", new or "none", f"{step.total}", f"{step.low:.0f} to {step.high:.0f}", ratio


def _share(ratio: float) -> str:
    """New information is a rate of a rule that is set in per cent."""
    return f"{ratio:.0%}"


def asked_grid(asked: Sequence[Asked], questions: Sequence[Question], material: Material) -> Figure | None:
    """Which question was put in which interview, and where people spoke of it."""
    interviews = list(dict.fromkeys(cell.source_id for cell in asked))
    if not asked:
        return None
    by_place = {(cell.question_id, cell.source_id): cell for cell in asked}
    step = min(26.0, 560 / len(interviews))
    left = 420.0
    marks: list[Mark] = [
        disc(left + 6, 12, 5), Label(left + 18, 16.5, "put", "small"),
        disc(left + 66, 12, 5, "open"), Label(left + 78, 16.5, "not put", "small"),
        Shape(left + 146, 12, _CROSS, "cross"), Label(left + 158, 16.5, "not put, and spoken of all the same", "small"),
        Label(left + 392, 17, "?", "middle"), Label(left + 402, 16.5, "not known", "small"),
    ]  # fmt: skip
    for place, source_id in enumerate(interviews):
        if step >= 24 or place % 5 == 0:
            marks.append(Label(left + step * place + step / 2, 44, lines(source_id, 5, 1)[0], "middle small"))
    for number, question in enumerate(questions):
        y = 66 + number * 24.0
        cells = [by_place[question.id, source_id] for source_id in interviews]
        put = sum(cell.put == "put" for cell in cells)
        marks += [
            Line(0, y - 12, left + step * len(interviews) + 90, y - 12, "rule"),
            Label(0, y + 4.5, lines(question.text or question.id, 64, 1)[0]),
            Label(left + step * len(interviews) + 12, y + 4.5, f"{put} of {len(cells)}"),
        ]
        marks += [_asked_mark(cell, left + step * place + step / 2, y) for place, cell in enumerate(cells)]
    return Figure(
        "asked",
        "What was asked of whom",
        f"{counted(len(questions), 'question')} in {counted(len(interviews), 'interview')}.",
        left + step * len(interviews) + 100,
        66 + 24.0 * len(questions),
        tuple(marks),
        ("Question", "Put in", "Not put in", "Spoken of unasked in", "Not known"),
        tuple(_asked_entries(question, interviews, by_place, material) for question in questions),
        (
            "Markers in the transcripts decide, and a person’s word goes before them: guide.yaml corrects what is "
            "wrong.",
        ),
        is_listed=True,
    )


def _asked_mark(cell: Asked, x: float, y: float) -> Mark:
    if cell.put == "put":
        return disc(x, y, 5)
    if cell.put == "unknown":
        return Label(x, y + 5, "?", "middle")
    return Shape(x, y, _CROSS, "cross") if cell.codings else disc(x, y, 5, "open")


def _asked_entries(
    question: Question, interviews: Sequence[str], by_place: Mapping[tuple[str, str], Asked], material: Material
) -> tuple[Entry, ...]:
    cells = [by_place[question.id, source_id] for source_id in interviews]

    def of(cells: Sequence[Asked]) -> Entry:
        return tuple(material.source_link(cell.source_id) for cell in cells) or "none"

    put = [cell for cell in cells if cell.put == "put"]
    not_put = [cell for cell in cells if cell.put == "not put"]
    return (
        question.text or question.id,
        out_of(len(put), len(cells), "interview"),
        of(not_put),
        of([cell for cell in not_put if cell.codings]),
        of([cell for cell in cells if cell.put == "unknown"]),
    )


def codes_together(together: Sequence[Together], named: Named) -> Figure | None:
    """The pairs of codes that share most passages, each beside what chance would give."""
    pairs = [pair for pair in together if pair.is_more][:MOST_PAIRS]
    if not pairs:
        return None
    most = max(pair.passages for pair in pairs)
    left, wide = 400.0, 320.0
    marks: list[Mark] = [
        disc(left + 6, 12, 4.5), Label(left + 18, 16.5, "passages that carry both", "small"),
        disc(left + 196, 12, 4.5, "open"), Label(left + 208, 16.5, "by chance within interviews", "small"),
    ]  # fmt: skip
    for number, pair in enumerate(pairs):
        y = 44 + number * ROW
        first, second = (named(code_id).text for code_id in pair.code_ids)
        chance = pair.passages / pair.lift
        marks += [
            Label(0, y + 4.5, lines(f"{first} · {second}", 60, 1)[0]),
            Line(left + wide * chance / most, y, left + wide * pair.passages / most, y),
            disc(left + wide * chance / most, y, 4.5, "open"),
            disc(left + wide * pair.passages / most, y, 4.5),
            Label(left + wide + 20, y + 4.5, f"{pair.passages}"),
        ]
    return Figure(
        "together",
        "Codes that go together more than chance has it",
        f"The {counted(len(pairs), 'pair')} of codes that share most passages, of those with q at most .05.",
        left + wide + 60,
        44 + ROW * len(pairs),
        tuple(marks),
        ("Code", "Code", "Passages with both", "With the first", "With the second", "Jaccard", "Times chance", "q"),
        tuple(_together_entries(pair, named) for pair in pairs),
        (
            "A list of places to look at, and no finding: passages in a row are more alike than the test takes them to "
            "be.",
        ),
        is_listed=True,
    )


def _together_entries(pair: Together, named: Named) -> tuple[Entry, ...]:
    numbers = (pair.passages, pair.first, pair.second)
    q = "under .001" if pair.q < 0.001 else f"{pair.q:.3f}"
    return (
        *(named(code_id) for code_id in pair.code_ids),
        *(f"{number}" for number in numbers),
        figure_of(pair.jaccard),
        f"{pair.lift:.1f}",
        q,
    )
