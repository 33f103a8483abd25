"""What a figure is drawn from: words, lines, boxes and shapes at their places, and the table that says the same.

Places are in pixels at a text size of 16. Shapes differ in form and carry letters or words, never colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import ClassVar

from crosscase.pages.data import Link

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NO_TYPE = "?"
TALLEST = 900.0
"""Pixels: 198 mm on paper, where a drawing may shrink to 140, and its words to 70% of theirs."""

_OUTLINES = (
    "m0-9.5a9.5 9.5 0 1 1 0 19a9.5 9.5 0 1 1 0-19z",
    "m-8.5-8.5h17v17h-17z",
    "m0-10l10 10l-10 10l-10-10z",
    "m-11.5 8.5l11.5-20l11.5 20z",
    "m-5.5-9.5h11l5.5 9.5l-5.5 9.5h-11l-5.5-9.5z",
    "m0-10.5l10 7.3l-3.8 11.7h-12.4l-3.8-11.7z",
)


@dataclass(frozen=True, slots=True)
class Label:
    """Words; `kind` holds their class names: `middle`, `end`, `strong`, `quiet`, `on-dark`."""

    x: float
    y: float
    text: str
    kind: str = ""
    form: ClassVar[str] = "label"


@dataclass(frozen=True, slots=True)
class Line:
    x1: float
    y1: float
    x2: float
    y2: float
    kind: str = ""
    form: ClassVar[str] = "line"


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float
    kind: str = ""
    form: ClassVar[str] = "box"


@dataclass(frozen=True, slots=True)
class Shape:
    """An outline around its own middle: the steps of a path from there, in pixels."""

    x: float
    y: float
    outline: str
    kind: str = ""
    form: ClassVar[str] = "shape"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One of the page's symbols for the state of a cell, 14 by 14, around its middle."""

    x: float
    y: float
    name: str
    form: ClassVar[str] = "symbol"


Plain = Label | Line | Box | Shape | Symbol


@dataclass(frozen=True, slots=True)
class Way:
    """Marks that lead somewhere; `title` says what is there. The table behind the figure has the same link."""

    marks: tuple[Plain, ...]
    href: str
    title: str
    form: ClassVar[str] = "way"


Mark = Plain | Way
Entry = str | Link | tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its title, its description for those who don't see it, and the table behind it.

    `key` tells what its signs mean, for those who see the drawing; `is_fluid` lets the drawing grow and shrink;
    `is_listed` says that its rows begin with names as wide as a phone, where its table is read instead.
    """

    id: str
    title: str
    description: str
    width: float
    height: float
    marks: tuple[Mark, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    notes: tuple[str, ...] = ()
    key: str = ""
    is_fluid: bool = False
    is_listed: bool = False

    @property
    def is_tall(self) -> bool:
        """Whether it would have to shrink beyond reading to stand on a sheet: its table is printed alone."""
        return self.height > TALLEST

    @property
    def role(self) -> str:
        """What a drawing is to those who hear it: one picture, or a group where some of its marks lead somewhere."""
        return "group" if any(isinstance(mark, Way) for mark in self.marks) else "img"


def disc(x: float, y: float, radius: float, kind: str = "") -> Shape:
    half, across = f"a{radius} {radius} 0 1 1 0", f"{2 * radius:g}"
    return Shape(x, y, f"m0-{radius}{half} {across}{half}-{across}z", kind)


def badge(x: float, y: float, number: int | None, hue: str = "") -> tuple[Plain, ...]:
    """A group by letter and form, counted from 0, None is for none; only a type has the class of a hue besides."""
    if number is None:
        return Shape(x, y, _OUTLINES[0], f"dashed {hue}".strip()), Label(x, y + 4.5, NO_TYPE, "middle strong")
    low = 1 if number % len(_OUTLINES) == 3 else 0
    return (
        Shape(x, y, _OUTLINES[number % len(_OUTLINES)], f"outline {hue}".strip()),
        Label(x, y + 4.5 + low, letter(number), f"middle strong small {hue}".strip()),
    )


def letter(number: int) -> str:
    """A, B, … Z, AA, AB, …"""
    before, last = divmod(number, len(LETTERS))
    return (letter(before - 1) if before else "") + LETTERS[last]


def lines(text: str, letters: int, at_most: int = 2) -> tuple[str, ...]:
    """The text in lines of so many letters; what doesn't fit ends in an ellipsis."""
    return tuple(wrap(text, letters, max_lines=at_most, placeholder=" …")) or ("",)


def written(x: float, y: float, texts: Sequence[str], kind: str = "", leading: float = 15) -> tuple[Mark, ...]:
    """Lines of words below each other, the first at `y`."""
    return tuple(Label(x, y + number * leading, text, kind) for number, text in enumerate(texts))
