// The keys of a source's page: one table, from which they are heard, listed by `?`, and described in the manual.
export const KEYS = [
  ["↓ ↑", "next, previous sentence of those who answer", { ArrowDown: "next", ArrowUp: "previous" }],
  ["Alt ↓ ↑", "the same, the interviewer’s sentences too", { "Alt+ArrowDown": "nextOfAll", "Alt+ArrowUp": "previousOfAll" }],
  ["⇧↓ ⇧↑", "longer, shorter by a sentence", { "Shift+ArrowDown": "longer", "Shift+ArrowUp": "shorter" }],
  ["Alt ← →", "end by a word", { "Alt+ArrowLeft": "endLeft", "Alt+ArrowRight": "endRight" }],
  ["Alt ⇧ ← →", "start by a word", { "Alt+Shift+ArrowLeft": "startLeft", "Alt+Shift+ArrowRight": "startRight" }],
  ["Enter, c", "code the passage; on a suggestion, code it otherwise", { Enter: "code", c: "code" }],
  ["Space", "the same code again", { " ": "again" }],
  ["1–9", "a recent code", Object.fromEntries(Array.from("123456789", (digit) => [digit, "recent"]))],
  ["n N", "next, previous coding", { n: "nextCoding", N: "previousCoding" }],
  ["o", "the next of several codings here", { o: "other" }],
  ["v m", "value, stance, case …; memo of the coding here", { v: "details", m: "memo" }],
  ["e", "its edges: then Alt ← →, and Enter", { e: "edges" }],
  ["Del", "take the coding here away", { Delete: "remove", Backspace: "remove" }],
  ["u U", "take back, do again", { u: "undo", U: "redo" }],
  ["s S", "next, previous suggestion", { s: "nextOffer", S: "previousOffer" }],
  ["a r l", "accept, reject, leave for later", { a: "accept", r: "reject", l: "postpone" }],
  ["h", "read up to here", { h: "readHere" }],
  ["⇧F", "finished, or open again", { F: "finish" }],
  ["x", "set the passage aside, or take it in again", { x: "aside" }],
  ["/", "show the passages of one code only", { "/": "filter" }],
  ["Ctrl K", "go to a code, a source, a page, or words of this text", { "Ctrl+k": "go" }],
  ["[ ]", "previous, next source", { "[": "sourceBefore", "]": "sourceAfter" }],
  ["p", "play from here, or stop", { p: "play" }],
  ["← →", "three seconds back, on", { ArrowLeft: "soundBack", ArrowRight: "soundOn" }],
  ["?", "these keys", { "?": "keys" }],
  ["Esc", "leave", { Escape: "leave" }],
];

const OFF = "crosscase single keys off";
const acts = Object.assign({}, ...KEYS.map(([, , on]) => on));

export const letters = {
  get areOn() {
    return localStorage.getItem(OFF) === null;
  },
  set areOn(on) {
    if (on) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  },
};

// The name of the act that a key stands for, or nothing. A letter, digit or sign alone may be switched off.
export function actOf({ key, shiftKey, altKey, ctrlKey, metaKey }) {
  const isSign = key.length === 1 && key !== " ";
  if (isSign && !ctrlKey && !metaKey && !letters.areOn) return undefined;
  const held = [ctrlKey || metaKey ? "Ctrl" : "", altKey ? "Alt" : "", shiftKey && !isSign ? "Shift" : ""].filter(Boolean);
  return acts[[...held, key].join("+")];
}
