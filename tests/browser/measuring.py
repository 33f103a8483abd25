"""What a page must hold at every size, measured: nothing cut off, covered, or too small to hit."""

# ruff: noqa: E501
from typing import Any

from playwright.sync_api import Page

LEAST = 24
"""CSS pixels that a target is high and wide, or that lie free around its middle (WCAG 2.2, 2.5.8)."""

_HELPERS = """
  const root = document.querySelector("dialog[open]") ?? document.body;
  const isShown = it => it.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && it.getClientRects().length;
  // What only screen readers get is a pixel wide, and so is what holds it.
  const isHidden = it => {
    for (let at = it; at && at !== root; at = at.parentElement) {
      const { width, height } = at.getBoundingClientRect();
      if (width <= 1.5 && height <= 1.5 || at.matches(".skip, [aria-hidden=true]")) return true;
    }
    return false;
  };
  const called = it => `${it.tagName.toLowerCase()}.${it.className} “${(it.innerText || it.value || it.ariaLabel || "").trim().slice(0, 40)}”`;
  const shown = selector => [...root.querySelectorAll(selector)].filter(it => isShown(it) && !isHidden(it));
  const TARGETS = "a[href], button:enabled, summary, input:enabled:not([type=hidden]), select:enabled, textarea:enabled, [role=option]";
"""

SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"

CUT_OFF = (
    """() => {"""
    + _HELPERS
    + """
  const scrolls = it => it && it !== document.documentElement
    && (/auto|scroll/.test(getComputedStyle(it).overflowX) || scrolls(it.parentElement));
  const hasWords = it => [...it.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  const range = new Range();
  const cut = [];
  for (const it of shown("*")) {
    if (!hasWords(it) || it.closest("svg, select")) continue;
    for (const node of it.childNodes) {
      if (node.nodeType !== 3 || !node.data.trim()) continue;
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      if ((box.right > innerWidth + 1 || box.left < -1) && !scrolls(it)) cut.push(`beyond the edge: ${called(it)}`);
      for (let at = it; at && at !== document.body; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (!/hidden|clip/.test(style.overflow) || style.webkitLineClamp !== "none") continue;
        const frame = at.getBoundingClientRect();
        if (box.right > frame.right + 1 || box.bottom > frame.bottom + 4) cut.push(`clipped by ${called(at)}: ${called(it)}`);
      }
    }
  }
  for (const it of shown("input:not([type=checkbox], [type=radio]), select, button, textarea"))
    if (it.scrollWidth > it.clientWidth + 1 && it.tagName !== "INPUT") cut.push(`too narrow: ${called(it)}`);
  return cut;
}"""
)

COVERED = (
    """() => {"""
    + _HELPERS
    + """
  const covered = [];
  for (const it of shown(TARGETS)) {
    it.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const box = it.getClientRects()[0];
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    const label = it.labels?.[0];
    if (!top || !(it.contains(top) || top.contains(it) && getComputedStyle(it).display === "inline" || label?.contains(top)))
      covered.push(`${called(it)} by ${top ? called(top) : "nothing"}`);
  }
  scrollTo(0, 0);
  return covered;
}"""
)

SMALL = (
    """least => {"""
    + _HELPERS
    + """
  const boxes = shown(TARGETS).map(it => {
    const label = /checkbox|radio/.test(it.type ?? "") ? it.closest("label") ?? it.labels?.[0] : null;
    return { it, box: (label ?? it).getBoundingClientRect() };
  });
  const isInText = it => getComputedStyle(it).display.startsWith("inline") && it.closest(".words")
    || getComputedStyle(it).display.startsWith("inline") && [...it.parentElement.childNodes].some(node => node.nodeType === 3 && /[\\p{L}]{2}/u.test(node.data));
  const gap = (x, y, box) => Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
  const isSmall = box => box.width < least - .5 || box.height < least - .5;
  return boxes.filter(({ it, box }) => isSmall(box) && !isInText(it)).filter(({ it, box }) => {
    const x = box.left + box.width / 2, y = box.top + box.height / 2;
    return boxes.some(other => other.it !== it && !it.contains(other.it) && !other.it.contains(it)
      && (gap(x, y, other.box) < least / 2
        || isSmall(other.box) && Math.hypot(x - (other.box.left + other.box.width / 2), y - (other.box.top + other.box.height / 2)) < least));
  }).map(({ it, box }) => `${called(it)} ${Math.round(box.width)}×${Math.round(box.height)}`);
}"""
)

DIALOG = """() => {
  const dialog = document.querySelector("dialog[open]");
  if (!dialog) return ["no dialog"];
  const box = dialog.getBoundingClientRect();
  const fits = box.left >= 0 && box.top >= 0 && box.right <= innerWidth + 1 && box.bottom <= innerHeight + 1;
  const scrolls = dialog.scrollHeight <= dialog.clientHeight + 1 || /auto|scroll/.test(getComputedStyle(dialog).overflowY);
  return [...(fits ? [] : [`beyond the window: ${JSON.stringify(box)}`]), ...(scrolls ? [] : ["cannot be scrolled"]),
    ...(dialog.scrollWidth > dialog.clientWidth + 1 ? ["scrolls sideways"] : [])];
}"""


def faults(page: Page) -> list[str]:
    """What is cut off, covered, too small, or makes the page scroll sideways, each in a line."""
    sideways = page.evaluate(SIDEWAYS)
    told: list[Any] = [f"sideways by {sideways}"] if sideways > 0 else []
    return [*told, *page.evaluate(CUT_OFF), *page.evaluate(COVERED), *page.evaluate(SMALL, LEAST)]
