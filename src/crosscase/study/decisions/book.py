"""The codebook's files, as decisions write them: a category begun, a code put among others, a code made on the way."""

from collections.abc import Iterator
from dataclasses import replace

from crosscase.codebook import Amendment, Category, Code, Codebook
from crosscase.problem import Refused
from crosscase.study import formats
from crosscase.study.decisions.door import Act, change_of, known, plain_id, text_of, today
from crosscase.study.files import Change
from crosscase.study.study import Study

FOUND = "found in a passage"
"""Why a code was made that a passage asked for."""


def next_version(now: Study) -> int:
    """The codebook version that a new code, or a new meaning, gets: a new one if somebody has read under this one."""
    present = code_version(now)
    return present + 1 if any(reading.codebook >= present for reading in now.readings) else present


def code_version(now: Study) -> int:
    """The version that the codebook has; 1 for one that is empty."""
    return max(now.codebook.version, 1)


def added_to_book(now: Study, code: Code, step: Amendment, *, before: str = "", new: Category | None = None) -> Change:
    """The file of the code's category, at whose end or before another code it stands; a new file for a `new` one."""
    defined = _defined(now, code, step)
    if new is not None:
        return begun(now, replace(new, codes=(replace(defined, category_id=new.id),)))
    category = category_of(now, code.category_id)
    return book_change(now, replace(category, codes=put_among(category, defined, before)))


def with_code(code: Code | None, by: str, act: Act) -> Act:
    """An act on a code that is made for it, and that it finds in the codebook; both are written, or neither is."""
    if code is None:
        return act

    def both(now: Study) -> Iterator[Change]:
        step = Amendment(next_version(now), "defined", FOUND, by, today())
        yield added_to_book(now, code, step)
        made = _defined(now, code, step)
        categories = [
            replace(category, codes=(*category.codes, made)) if category.id == made.category_id else category
            for category in now.codebook.categories
        ]
        yield from act(replace(now, codebook=Codebook(tuple(categories))))

    return both


def extended_book(now: Study, category: Category, step: Amendment) -> Change:
    """A category's file with these codes at its end; a new file where there is no such category yet."""
    defined = [replace(code, since=step.version, history=(step,), category_id=category.id) for code in category.codes]
    there = next((there for there in now.codebook.categories if there.id == category.id), None)
    if there is None:
        return begun(now, replace(category, codes=tuple(defined)))
    return book_change(now, replace(there, codes=(*there.codes, *defined)))


def begun(now: Study, category: Category) -> Change:
    """A new file of the codebook."""
    plain_id(category.id, "a category")
    if any(there.id == category.id for there in now.codebook.categories):
        raise Refused(f"there is a category `{category.id}` already")
    path = f"codebook/{category.id}.yaml"
    if path in now.hashes:
        raise Refused(f"{path} is there already; choose another id for the category")
    return change_of(now, path, formats.codebook.edited("", category, path=path))


def category_of(now: Study, category_id: str) -> Category:
    """Raises `Refused` for a category that the codebook doesn't have."""
    categories = {category.id: category for category in now.codebook.categories}
    return categories[known(category_id, categories, "category")]


def _defined(now: Study, code: Code, step: Amendment) -> Code:
    check_free(now, code.id)
    if not code.name.strip() and code.name:
        raise Refused("the code's name has no letters; write a word or two")
    return replace(code, since=step.version, history=(step,), name=code.name or code.id)


def check_free(now: Study, code_id: str) -> None:
    """Raises `Refused` for an id that no code can have, or that one has or had."""
    plain_id(code_id, "a code")
    if code_id in now.codebook.by_id:
        raise Refused(f"the id `{code_id}` is, or was, that of a code; choose another")


def put_among(category: Category, code: Code, before: str) -> tuple[Code, ...]:
    """The category's codes with this one before another, or at their end."""
    codes = list(category.codes)
    ids = [there.id for there in codes]
    codes.insert(ids.index(known(before, ids, f"code in {category.id}:")) if before else len(codes), code)
    return tuple(codes)


def book_change(now: Study, after: Category) -> Change:
    """The file of a category as it is written for these codes."""
    path = _path(now, after.id)
    return change_of(now, path, formats.codebook.edited(text_of(now, path), after, path=path))


def _path(now: Study, category_id: str) -> str:
    """The file of a category, which may have any name."""
    for path in sorted(path for path in now.hashes if path.startswith("codebook/")):
        stem = path.rpartition("/")[2].removesuffix(".yaml")
        category, _ = formats.codebook.category(text_of(now, path), path, stem, [])
        if category.id == category_id:
            return path
    raise Refused(f"no file of the codebook holds the category `{category_id}`")
