// Where one is in a text: a passage that goes by sentences and by words, and never leaves its turn.
export class Cursor {
  constructor(places) {
    this.places = places;
    this.passage = null;
    const all = places.turns.flatMap((turn, at) => turn.sentences.map(([start, end]) => ({ start, end, turn: at, is_coded: turn.is_coded })));
    this.all = all;
    // Where nobody is known to answer, every sentence is somebody's.
    this.answering = all.some((sentence) => sentence.is_coded) ? all.filter((sentence) => sentence.is_coded) : all;
  }

  // The sentence so many steps away; from nowhere, the first in sight.
  moved(step, sentences = this.answering) {
    if (!this.passage) return sentences.find(({ turn }) => this.places.words[turn].getBoundingClientRect().bottom > 90) ?? sentences[0];
    const { start } = this.passage;
    const inside = sentences.findIndex((sentence) => start >= sentence.start && start < sentence.end);
    const next = sentences.findIndex((sentence) => sentence.start > start);
    const after = next < 0 ? sentences.length : next;
    const to = inside >= 0 ? inside + step : after - (step > 0 ? 1 : 0) + step;
    return sentences[Math.min(Math.max(to, 0), sentences.length - 1)];
  }

  // The passage longer (1) or shorter (-1) by a sentence.
  longer(step) {
    const turn = this.places.turns[this.places.turnAt(this.passage.start)];
    const ends = turn.sentences.map(([, end]) => end);
    const last = ends.findIndex((end) => end >= this.passage.end);
    const end = ends[last + step];
    return end > this.passage.start ? { start: this.passage.start, end } : null;
  }

  // The sentence at a place of the page, where somebody clicked.
  at(x, y) {
    const place = document.caretPositionFromPoint?.(x, y);
    const range = place ? null : document.caretRangeFromPoint?.(x, y); // WebKit's, where it lacks the other
    const node = place?.offsetNode ?? range?.startContainer;
    const offset = node ? this.places.offset(node, place?.offset ?? range.startOffset) : -1;
    return this.all.find(({ start, end }) => offset >= start && offset < end) ?? null;
  }

  // In words: which turn, which sentence of it, how long.
  told() {
    const { start, end } = this.passage;
    const turn = this.places.turnAt(start);
    const { sentences } = this.places.turns[turn];
    const sentence = sentences.findIndex(([from, to]) => start >= from && start < to);
    const words = this.places.slice(start, end).split(/\s+/).filter(Boolean).length;
    const at = sentence < 0 ? "" : `, sentence ${sentence + 1} of ${sentences.length}`;
    return `Turn ${turn + 1} of ${this.places.turns.length}${at} · ${words} ${words === 1 ? "word" : "words"}`;
  }
}
