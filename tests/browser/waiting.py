"""Waiting in a page of ours: Playwright's `wait_for_function` evaluates strings in it, which its policy forbids."""

from playwright.sync_api import Page

PATIENCE, PAUSE = 5000, 50


def until(page: Page, expression: str) -> None:
    """Wait until an expression of the page is true. Fails where it isn't within five seconds."""
    for _ in range(PATIENCE // PAUSE):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(PAUSE)
    raise AssertionError(f"this didn't come true: {expression}")
