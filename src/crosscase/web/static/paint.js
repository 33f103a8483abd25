// Paints a source's turns, each only when what stands in it has changed: its passages, and their names beside them.
import { made } from "./elements.js";

const LANES = 10;

export class Painter {
  #signatures = [];
  #served = new Map();
  #first = new Map();
  #ways = new Map();

  constructor(model, places) {
    this.model = model;
    this.places = places;
    this.turns = places.words.map((words) => words.closest(".turn"));
    this.sentencesOf = -1;
  }

  // What the page has as it was served stays, wherever it is what there is to show.
  begin() {
    const passages = this.#passages();
    this.#first = new Map(passages.map(({ place, decisions }) => [place, decisions]));
    const served = new Map(Array.from(document.querySelectorAll(".note"), (note) => [note.dataset.place, note]));
    this.#served = served;
    const byTurn = this.#byTurn(passages);
    this.#signatures = byTurn.map((here, turn) => (this.#isServed(here, turn, served) ? signature(here) : null));
    const shown = new Set(passages.map(({ place }) => place));
    for (const [place] of served) {
      if (shown.has(place)) continue;
      for (const piece of document.querySelectorAll(`[data-codings~="${CSS.escape(place)}"]`)) {
        this.#signatures[this.turns.indexOf(piece.closest(".turn"))] = null;
      }
    }
    this.paint();
  }

  #isServed(passages, turn, served) {
    const { end } = this.places.turns[turn];
    return passages.every(({ place, decisions, lane, end: to }) => {
      const note = served.get(place);
      if (!note || note.dataset.lane !== String(lane)) return false;
      const hasMore = decisions.some(({ memo, memos, isWaiting }) => memo || memos?.length || isWaiting);
      return to > end || (!hasMore && note.querySelectorAll(".noted").length === decisions.length);
    });
  }

  // Paints what has changed; `offers` are suggestions that are to be shown.
  paint(offers = []) {
    this.passages = this.#passages(offers);
    this.here = this.#byTurn(this.passages);
    const changed = [];
    this.here.forEach((here, turn) => {
      const now = signature(here);
      if (this.#signatures[turn] === now) return;
      this.#signatures[turn] = now;
      this.#turn(turn, here);
      changed.push(this.turns[turn]);
    });
    if (!changed.length) return;
    document.dispatchEvent(new CustomEvent("turns-changed", { detail: changed }));
    this.#number(this.passages);
  }

  // Makes the sentences of one turn elements that take focus; they stay so until another turn's are.
  cut(turn) {
    if (turn === this.sentencesOf) return;
    this.sentencesOf = turn;
    this.places.words[turn].replaceChildren(...this.#words(turn, this.here[turn], this.#ending(turn, this.here[turn])));
  }

  // The line beside the text that names a coding.
  nameOf({ id, start, end }) {
    const passage = this.passages.find((one) => !one.isDraft && one.start === start && one.end === end);
    const at = passage?.decisions.findIndex((decision) => decision.id === id) ?? -1;
    return document.getElementById(`note/${passage?.place}`)?.querySelectorAll(".noted")[at];
  }

  // The sentence elements of the turn in which they take focus.
  sentences() {
    return Array.from(this.places.words[this.sentencesOf]?.querySelectorAll(".sentence") ?? []);
  }

  #passages(offers = []) {
    const drafts = offers.map((offer) => ({ ...offer, isDraft: true, anchor: `draft/${offer.id}` }));
    const decisions = [...this.model.codings, ...drafts];
    decisions.sort((one, other) => one.start - other.start || one.end - other.end);
    const byPlace = new Map();
    for (const decision of decisions) {
      const key = `${decision.start}-${decision.end}${decision.isDraft ? "?" : ""}`;
      const passage = byPlace.get(key);
      if (passage) passage.decisions.push(decision);
      else byPlace.set(key, { start: decision.start, end: decision.end, isDraft: Boolean(decision.isDraft), place: decision.anchor, decisions: [decision] });
    }
    return inLanes(Array.from(byPlace.values()));
  }

  #byTurn(passages) {
    const { turns } = this.places;
    const byTurn = turns.map(() => []);
    for (const passage of passages) {
      for (let turn = Math.max(this.places.turnAt(passage.start), 0); turn < turns.length && turns[turn].head < passage.end; turn += 1) {
        if (passage.start < turns[turn].end) byTurn[turn].push(passage);
      }
    }
    return byTurn;
  }

  #ending(turn, passages) {
    return passages.filter(({ end }) => this.places.turnAt(end - 1) === turn);
  }

  #turn(turn, passages) {
    const ending = this.#ending(turn, passages);
    const element = this.turns[turn];
    this.#keepWays(element);
    this.places.words[turn].replaceChildren(...this.#words(turn, passages, ending));
    let notes = element.querySelector(".notes");
    if (!ending.length) {
      notes?.remove();
      element.querySelector(".bars")?.remove();
      return;
    }
    if (!notes) {
      notes = made("ul", { className: "notes", "aria-label": `Notes on turn ${turn + 1}` });
      element.append(notes);
    }
    notes.replaceChildren(...ending.map((passage) => this.#note(passage)));
  }

  // The ways from a coding to its cells, which only the server knows, are kept when its name is painted anew.
  #keepWays(element) {
    for (const note of element.querySelectorAll(".note")) {
      if (!this.#served.delete(note.dataset.place)) continue;
      const decisions = this.#first.get(note.dataset.place) ?? [];
      note.querySelectorAll(".noted").forEach((noted, at) => {
        const isIt = decisions[at]?.name === noted.querySelector("a:not(.cell)")?.textContent;
        if (isIt) this.#ways.set(decisions[at].id, Array.from(noted.querySelectorAll(".cell")));
      });
    }
  }

  #words(turn, passages, ending) {
    const { head, start, end, sentences } = this.places.turns[turn];
    const text = this.places.text(turn);
    const cuts = turn === this.sentencesOf ? sentences.flat() : [];
    const edges = [...new Set([head, start, end, ...cuts, ...passages.flatMap((passage) => [Math.max(passage.start, head), Math.min(passage.end, end)])])];
    edges.sort((one, other) => one - other);
    const seen = new Set();
    const pieces = edges.slice(1).map((right, at) => ({ left: edges[at], right, element: null }));
    for (const piece of pieces) piece.element = this.#piece(piece, text.slice(piece.left - head, piece.right - head).join(""), passages, head, seen);
    const refs = new Map();
    for (const passage of ending) {
      const last = pieces.findLast(({ left, right }) => left >= start && passage.start <= left && passage.end >= right);
      const behind = last ?? pieces.find(({ left }) => left >= start);
      if (behind) refs.set(behind, [...(refs.get(behind) ?? []), ref(passage)]);
    }
    return this.#gathered(turn, pieces, refs);
  }

  #gathered(turn, pieces, refs) {
    const { head, start, sentences } = this.places.turns[turn];
    const nodes = [];
    if (start > head) nodes.push(made("span", { className: "head", dir: "auto" }, ...pieces.filter(({ right }) => right <= start).map(({ element }) => element)));
    let sentence = null;
    for (const piece of pieces.filter(({ left }) => left >= start)) {
      const at = turn === this.sentencesOf ? sentences.findIndex(([from, to]) => piece.left >= from && piece.right <= to) : -1;
      if (at >= 0 && sentence?.dataset.at !== String(at)) nodes.push((sentence = made("span", { className: "sentence", tabindex: "-1", "data-at": at })));
      (at >= 0 ? sentence : { append: (...more) => nodes.push(...more) }).append(piece.element, ...(refs.get(piece) ?? []));
    }
    return nodes;
  }

  #piece({ left, right }, words, passages, head, seen) {
    const here = passages.filter((passage) => passage.start <= left && passage.end >= right);
    if (!here.length) return document.createTextNode(words);
    const decisions = here.flatMap((passage) => passage.decisions);
    const isDraft = decisions.every((decision) => decision.isDraft);
    const fresh = decisions.filter(({ anchor, start }) => start >= head && !seen.has(anchor)).map(({ anchor }) => anchor);
    for (const anchor of fresh) seen.add(anchor);
    const classes = ["piece", isDraft ? "is-draft" : "", decisions.length > 1 ? "deep" : ""].filter(Boolean).join(" ");
    const element = made(isDraft ? "span" : "mark", { className: classes, "data-codings": decisions.map(({ anchor }) => anchor).join(" ") });
    if (fresh.length) element.id = fresh[0];
    element.append(...fresh.slice(1).map((anchor) => made("span", { id: anchor })), words);
    return element;
  }

  #note(passage) {
    const { place, lane, isDraft, decisions } = passage;
    const keys = [...new Set(decisions.map(({ code }) => code))].join(" ");
    const back = made("a", { className: "back", href: `#${place}` });
    const told = made("div", {}, ...(isDraft ? [made("span", { className: "stamp", textContent: "Draft" })] : []), ...decisions.flatMap((decision) => this.#noted(decision)));
    const classes = ["note", isDraft ? "is-draft" : "", decisions.some(({ isWaiting }) => isWaiting) ? "is-waiting" : ""].filter(Boolean).join(" ");
    return made("li", { className: classes, id: `note/${place}`, "data-place": place, "data-lane": lane, "data-keys": keys, tabindex: "-1" }, back, told);
  }

  #noted(decision) {
    const code = this.model.codeOf.get(decision.code);
    const name = code ? made("a", { href: code.href, textContent: decision.name }) : decision.name;
    const line = made("p", { className: "noted" }, name);
    if (decision.value) line.append(" ", made("b", { textContent: decision.value.replaceAll("_", " ") }));
    if (decision.stance) line.append(" ", made("span", { className: "stance", textContent: decision.stance }));
    const about = [this.model.caseOf.get(decision.case) ?? decision.case, decision.episode].filter(Boolean).join(", ");
    if (about) line.append(" ", made("span", { className: "stance", textContent: `· about ${about}` }));
    for (const way of about ? [] : (this.#ways.get(decision.id) ?? [])) line.append(" ", way);
    if (decision.voice) line.append(" ", made("span", { className: "stance", textContent: `· in the words of ${decision.voice}` }));
    if (decision.by) line.append(" ", made("span", { className: "by", textContent: decision.by }));
    const memo = decision.memo ? [made("p", { className: "memo", textContent: decision.memo })] : [];
    return [line, ...memo, ...(decision.memos ?? []).map(memoOn)];
  }

  // Passages are numbered through the text: written where the number is another, once there is time.
  #number(passages) {
    const write = () => {
      const numbers = new Map(passages.map(({ place }, at) => [place, String(at + 1)]));
      for (const back of document.querySelectorAll(".note .back")) {
        const { place } = back.closest(".note").dataset;
        const number = numbers.get(place);
        if (!number || back.textContent === number) continue;
        back.textContent = number;
        back.setAttribute("aria-label", `Note ${number}, back to its passage`);
        const named = document.getElementById(`ref/${place}`);
        if (named) named.replaceChildren(made("span", { className: "hidden", textContent: "note " }), number);
      }
    };
    (globalThis.requestIdleCallback ?? setTimeout)(write);
  }
}

const signature = (passages) => passages.map(({ place, lane, decisions }) => `${place}:${lane}:${decisions.map(({ rev }) => rev)}`).join("|");

// A memo of the journal on a coding: its title leads to it, and it is changed and taken away from here.
function memoOn({ name, title, href, change }) {
  const of = () => made("span", { className: "hidden", textContent: ` the memo “${title}”` });
  const away = made("button", { type: "button", className: "is-quiet", "data-memo": name }, "Take away", of());
  return made("p", { className: "memo-on" }, made("a", { href, textContent: title }), " ", made("a", { href: change }, "Change", of()), " ", away);
}

const ref = ({ place }) => made("a", { className: "ref", id: `ref/${place}`, href: `#note/${place}` });

// For each passage the first lane in which it meets no other, up to the last lane.
function inLanes(passages) {
  const freeFrom = [];
  for (const passage of passages) {
    const free = freeFrom.findIndex((from) => from <= passage.start);
    passage.lane = Math.min(free < 0 ? freeFrom.length : free, LANES - 1);
    freeFrom[passage.lane] = Math.max(freeFrom[passage.lane] ?? 0, passage.end);
  }
  return passages;
}
