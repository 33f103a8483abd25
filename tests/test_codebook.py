from dataclasses import replace

from crosscase.codebook import Category, Code, Codebook, CodebookChange, compare


def book(*codes: Code) -> Codebook:
    categories = dict.fromkeys(code.category_id for code in codes)
    return Codebook(tuple(Category(c, c, codes=tuple(x for x in codes if x.category_id == c)) for c in categories))


COST = Code("money.cost", "Cost", "money", definition="What it costs.")
TIME = Code("time.length", "Length", "time")
OLD = book(COST, TIME)


def test_the_same_codebook_has_no_changes() -> None:
    assert compare(OLD, OLD) == ()


def test_added_removed_reworded_and_moved_codes_are_told_apart() -> None:
    new = book(replace(COST, definition="What was paid.", category_id="means"), Code("money.loan", "Loan", "money"))
    assert compare(OLD, new) == (
        CodebookChange("reworded", "money.cost", "definition"),
        CodebookChange("moved", "money.cost", "money to means"),
        CodebookChange("added", "money.loan"),
        CodebookChange("removed", "time.length"),
    )


def test_a_code_with_one_former_id_was_renamed() -> None:
    new = book(replace(COST, id="money.price", formerly=("money.cost",)), TIME)
    assert compare(OLD, new) == (CodebookChange("renamed", "money.price", "was money.cost"),)


def test_a_code_that_took_over_others_was_merged() -> None:
    new = book(replace(COST, formerly=("time.length",)))
    assert compare(OLD, new) == (CodebookChange("merged", "money.cost", "took over time.length"),)
    both = book(Code("effort", "Effort", "money", formerly=("money.cost", "time.length")))
    assert compare(OLD, both) == (CodebookChange("merged", "effort", "took over money.cost, time.length"),)


def test_a_former_id_leads_to_the_code_that_took_over() -> None:
    new = book(replace(COST, formerly=("time.length",)))
    assert new.by_id["time.length"].id == "money.cost"
    assert book(replace(COST, formerly=("time.length",)), TIME).by_id["time.length"].id == "time.length"


def test_the_version_is_the_newest_codes() -> None:
    assert book(COST, replace(TIME, since=3)).version == 3
    assert Codebook().version == 0
