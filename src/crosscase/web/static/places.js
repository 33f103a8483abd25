// Places in a text: code points of the source on one side, nodes of the page on the other.
const points = (text) => (/[\ud800-\udfff]/.test(text) ? Array.from(text).length : text.length);
const units = (text, count) => (/[\ud800-\udfff]/.test(text) ? Array.from(text).slice(0, count).join("").length : count);

const isWord = (character) => /[\p{L}\p{N}\p{M}'’-]/u.test(character ?? "");

function* wordsOf(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) if (!node.parentElement.closest(".ref")) yield node;
}

export class Places {
  #texts = new Map();

  constructor(turns) {
    this.turns = turns;
    this.words = Array.from(document.querySelectorAll(".turn .words"));
  }

  // The turn at an offset: the last that begins there or before it, if it goes on so far; else -1.
  turnAt(offset) {
    let from = 0;
    let to = this.turns.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.turns[middle].head <= offset) from = middle + 1;
      else to = middle;
    }
    return from > 0 && offset < this.turns[from - 1].end ? from - 1 : -1;
  }

  // The words of a turn with its name, a code point each, as the page has them.
  text(turn) {
    if (!this.#texts.has(turn)) this.#texts.set(turn, Array.from(Array.from(wordsOf(this.words[turn]), (node) => node.data).join("")));
    return this.#texts.get(turn);
  }

  slice(start, end) {
    const turn = this.turnAt(start);
    return turn < 0 ? "" : this.text(turn).slice(start - this.turns[turn].head, end - this.turns[turn].head).join("");
  }

  // The page's range of a stretch of text; what lies beyond the turn in which it begins is left out.
  range(start, end) {
    const index = this.turnAt(start);
    if (index < 0) return null;
    const range = new Range();
    const last = Math.min(end, this.turns[index].end);
    let at = this.turns[index].head;
    for (const node of wordsOf(this.words[index])) {
      const length = points(node.data);
      if (start >= at && start < at + length) range.setStart(node, units(node.data, start - at));
      if (last > at && last <= at + length) range.setEnd(node, units(node.data, last - at));
      at += length;
    }
    return range;
  }

  // The offset of a place in the page, or -1 where it is in no turn's words.
  offset(node, within) {
    const words = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.(".words");
    const index = this.words.indexOf(words);
    if (index < 0) return -1;
    let at = this.turns[index].head;
    for (const text of wordsOf(words)) {
      if (text === node) return at + points(text.data.slice(0, within));
      if (node.nodeType !== Node.TEXT_NODE && node.childNodes[within]?.contains(text)) return at;
      at += points(text.data);
    }
    return at;
  }

  // What is selected by mouse or finger, kept in one turn, without space at its edges, and widened to whole words.
  selected() {
    const selection = getSelection();
    if (!selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const from = this.offset(range.startContainer, range.startOffset);
    const index = this.turnAt(from);
    if (index < 0) return null;
    const turn = this.turns[index];
    const to = this.offset(range.endContainer, range.endOffset);
    const text = this.text(index);
    let start = Math.max(from, turn.start) - turn.head;
    let end = (to < from || to > turn.end ? turn.end : to) - turn.head;
    const isSpace = (at) => !text[at] || /\s/u.test(text[at]);
    while (start < end && isSpace(start)) start += 1;
    while (end > start && isSpace(end - 1)) end -= 1;
    if (start === end) return null;
    while (start > turn.start - turn.head && isWord(text[start]) && isWord(text[start - 1])) start -= 1;
    while (end < text.length && isWord(text[end - 1]) && isWord(text[end])) end += 1;
    return { start: turn.head + start, end: turn.head + end };
  }

  // The passage with its end, or start, one word to the right (1) or left (-1), within its turn.
  stretched({ start, end }, step, isStart) {
    const turn = this.turnAt(start);
    if (isStart) {
      const moved = this.#wordEdge(start, step, turn);
      const first = step > 0 ? this.#wordEdge(this.#wordEdge(moved, 1, turn), -1, turn) : moved;
      return first < end ? { start: first, end } : null;
    }
    const moved = this.#wordEdge(end, step, turn);
    const last = step < 0 ? this.#wordEnd(moved, turn) : moved;
    return start < last ? { start, end: last } : null;
  }

  // The end of the last word before a place.
  #wordEnd(offset, turn) {
    const text = this.text(turn);
    const { head, start } = this.turns[turn];
    let at = offset;
    while (at > start && !isWord(text[at - 1 - head])) at -= 1;
    return at;
  }

  // The edge of the next word to the right (or, by -1, to the left) of a place, within its turn.
  #wordEdge(offset, step, turn) {
    const text = this.text(turn);
    const { head, start, end } = this.turns[turn];
    const word = (at) => isWord(text[at - head]);
    let at = offset;
    if (step > 0) {
      while (at < end && !word(at)) at += 1;
      while (at < end && word(at)) at += 1;
      return at;
    }
    while (at > start && !word(at - 1)) at -= 1;
    while (at > start && word(at - 1)) at -= 1;
    return at;
  }
}
