from dataclasses import replace

from crosscase.coding import Coding, overlaps, with_context

TEXT = "P01: It was dear. We paid.\n\nP02: It was dear. They paid.\n"


def coding(quote: str, text: str = TEXT, nth: int = 0, **fields: str) -> Coding:
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    return with_context(Coding("c", "s", start, start + len(quote), quote, "money.cost", **fields), text)  # type: ignore[arg-type]


def test_overlaps_are_pairs_with_the_same_code_and_coder() -> None:
    one, two = coding("It was dear."), coding("dear. We")
    assert overlaps([two, one]) == ((one, two),)
    assert overlaps([one, replace(two, coder="B")]) == ()
    assert overlaps([one, replace(two, code_id="other")]) == ()
    assert overlaps([one, coding("We paid.")]) == ()
