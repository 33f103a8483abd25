// Paints a source's turns, each only when what stands in it has changed: its passages, and their names beside them.
import { made } from "./elements.js";

const LANES = 10;
// Numbers elsewhere in the text are put right once nobody has decided for so long, and so long at a time: a key comes first.
const CALM = 300;
const AT_A_TIME = 20;

export class Painter {
  #painted = [];
  #words = [];
  #notes = new Map();
  #bare = new Set();
  #numbers = new Map();
  #refs = new Map();
  #waiting = 0;

  // `filled` is told when turns that were bare got what is coded in them.
  constructor(model, places, filled = () => {}) {
    this.model = model;
    this.places = places;
    this.filled = filled;
    this.turns = places.words.map((words) => words.closest(".turn"));
    this.at = new Map(this.turns.map((element, turn) => [element, turn]));
    this.sentencesOf = -1;
    this.kept = "";
  }

  // What the page has as it was served stays, wherever it is what there is to show.
  begin() {
    this.turns.forEach((element, turn) => element.classList.contains("is-bare") && this.#bare.add(turn));
    const passages = this.#passages();
    const served = new Map(Array.from(document.querySelectorAll(".note"), (note) => [note.dataset.place, note]));
    for (const [place, note] of served) this.#numbers.set(place, note.querySelector(".back").textContent);
    for (const ref of document.querySelectorAll(".ref")) this.#refs.set(decodeURIComponent(ref.hash.slice("#note/".length)), ref);
    const byTurn = this.#byTurn(passages);
    this.#painted = byTurn.map((here, turn) => (this.#isServed(here, turn, served) ? here : null));
    const shown = new Set(passages.map(({ place }) => place));
    for (const [place, note] of served) {
      if (shown.has(place)) continue;
      const first = this.turns.indexOf(document.getElementById(place).closest(".turn"));
      this.#painted.fill(null, first, this.turns.indexOf(note.closest(".turn")) + 1);
    }
  }

  // From here on turns are filled as they are wanted.
  listen() {
    document.addEventListener("turns-wanted", ({ detail }) => (detail.filled = this.#fill(this.#wanted(detail))));
    document.dispatchEvent(new Event("coding-begins"));
  }

  // Which turns somebody wants to see whole: these elements; where a place is; all with a code; or those that are coded
  // next, before and behind one of them.
  #wanted({ turns = [], place = "", key, beside = null }) {
    this.kept = key ?? this.kept;
    const isWanted = ({ decisions }) => decisions.some(({ anchor, code }) => (key ? code === key : place.endsWith(anchor)));
    const passages = key || place ? this.passages.filter(isWanted) : [];
    const wanted = [...turns.map((element) => this.at.get(element)), ...passages.flatMap((passage) => this.#between(passage))];
    if (!beside) return wanted;
    const coded = this.here.flatMap((here, turn) => (here.length && !this.turns[turn].hidden ? [turn] : []));
    const from = this.at.get(beside);
    const [before, behind] = [coded.findLast((turn) => turn < from) ?? coded.at(-1), coded.find((turn) => turn > from) ?? coded[0]];
    return [...wanted, before, behind].filter((turn) => turn !== undefined);
  }

  // Puts what is coded beside the words of turns that are bare; they are laid out as others that were painted anew.
  fill(turns) {
    const filled = this.#fill(turns);
    if (filled.length) document.dispatchEvent(new CustomEvent("turns-changed", { detail: filled }));
  }

  #fill(turns) {
    const waiting = Array.from(turns).filter((turn) => this.#bare.has(turn));
    const filled = [];
    while (waiting.length) {
      const turn = waiting.pop();
      if (!this.#bare.delete(turn)) continue;
      const here = this.here[turn];
      this.turns[turn].classList.remove("is-bare");
      this.#painted[turn] = here;
      if (here.length) this.#turn(turn, here);
      filled.push(this.turns[turn]);
      // A passage has its name where it ends, and begins where its address leads.
      for (const passage of here) waiting.push(...this.#edges(passage).filter((edge) => this.#bare.has(edge)));
    }
    if (filled.length) this.filled();
    return filled;
  }

  #edges({ start, end }) {
    return [this.places.turnAt(start), this.places.turnAt(end - 1)];
  }

  #between(passage) {
    const [first, last] = this.#edges(passage);
    return Array.from({ length: last - first + 1 }, (_, more) => first + more);
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
      if (this.#bare.has(turn)) return;
      if (alike(this.#painted[turn], here)) return;
      this.#painted[turn] = here;
      if (this.#turn(turn, here)) changed.push(this.turns[turn]);
    });
    if (changed.length) document.dispatchEvent(new CustomEvent("turns-changed", { detail: changed }));
    if (this.kept) this.fill(this.#wanted({ key: this.kept }));
    this.#number();
  }

  // Makes the sentences of one turn elements that take focus; they stay so until another turn's are.
  cut(turn) {
    if (turn === this.sentencesOf) return;
    this.fill([turn]);
    this.sentencesOf = turn;
    this.places.words[turn].replaceChildren(...this.#nodes(turn, this.here[turn], this.#ending(turn, this.here[turn])));
  }

  // The line beside the text that names a coding.
  nameOf({ id, start, end }) {
    const passage = this.passages.find((one) => !one.isDraft && one.start === start && one.end === end);
    if (passage) this.fill(this.#edges(passage));
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
    const passages = inLanes(Array.from(byPlace.values()));
    passages.forEach((passage, at) => (passage.number = at + 1));
    return passages;
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

  // Paints what is another in a turn; whether its words or notes are others now, so that they have to be laid out.
  #turn(turn, passages) {
    const ending = this.#ending(turn, passages);
    const element = this.turns[turn];
    const words = passages.map(({ start, end, isDraft, decisions }) => `${start}-${end}${isDraft}${decisions.map(({ anchor }) => anchor)}`).join("|");
    const hasOtherWords = words !== this.#words[turn];
    if (hasOtherWords) this.places.words[turn].replaceChildren(...this.#nodes(turn, passages, ending));
    this.#words[turn] = words;
    let notes = element.querySelector(".notes");
    if (!ending.length) {
      notes?.remove();
      element.querySelector(".bars")?.remove();
      return hasOtherWords;
    }
    if (!notes) {
      notes = made("ul", { className: "notes", "aria-label": `Notes on turn ${turn + 1}` });
      element.append(notes);
    }
    return put(notes, ending.map((passage) => this.#note(passage))) || hasOtherWords;
  }

  #nodes(turn, passages, ending) {
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
      if (behind) refs.set(behind, [...(refs.get(behind) ?? []), this.#ref(passage)]);
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
      if (at >= 0 && sentence?.dataset.at !== String(at)) nodes.push((sentence = this.#sentence(turn, at)));
      (at >= 0 ? sentence : { append: (...more) => nodes.push(...more) }).append(piece.element, ...(refs.get(piece) ?? []));
    }
    return nodes;
  }

  // What a screen reader is told where one is: the words, and the codes on them, which stand in the bar.
  #sentence(turn, at) {
    const { head, sentences } = this.places.turns[turn];
    const [from, to] = sentences[at];
    const words = this.places.text(turn).slice(from - head, to - head).join("").trim();
    return made("span", { className: "sentence", tabindex: "-1", "data-at": at, role: "group", "aria-roledescription": "sentence", "aria-label": words, "aria-describedby": "codes-here" });
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

  // The lines that name a passage's codings: those that stand there already, where they say the same.
  #note(passage) {
    const { place, lane, isDraft, decisions } = passage;
    const key = JSON.stringify([lane, isDraft, decisions.map((decision) => SAID.map((name) => decision[name]))]);
    let note = this.#notes.get(place);
    if (note?.key !== key || !note.element.isConnected) {
      note = { key, element: this.#made(passage) };
      this.#notes.set(place, note);
    }
    note.element.classList.toggle("is-waiting", decisions.some(({ isWaiting }) => isWaiting));
    return note.element;
  }

  #made({ place, lane, isDraft, number, decisions }) {
    this.#write(place, number);
    const keys = [...new Set(decisions.map(({ code }) => code))].join(" ");
    const back = made("a", { className: "back", href: `#${place}`, textContent: number, "aria-label": `Note ${number}, back to its passage` });
    const told = made("div", {}, ...(isDraft ? [made("span", { className: "stamp", textContent: "Draft" })] : []), ...decisions.flatMap((decision) => this.#noted(decision)));
    const className = isDraft ? "note is-draft" : "note";
    return made("li", { className, id: `note/${place}`, "data-place": place, "data-lane": lane, "data-keys": keys, tabindex: "-1" }, back, told);
  }

  #noted(decision) {
    const code = this.model.codeOf.get(decision.code);
    const name = code ? made("a", { href: code.href, textContent: decision.name }) : decision.name;
    const line = made("p", { className: "noted" }, name);
    if (decision.value) line.append(" ", made("b", { textContent: decision.value.replaceAll("_", " ") }));
    if (decision.stance) line.append(" ", made("span", { className: "stance", textContent: decision.stance }));
    const ways = this.model.waysOf(decision);
    const about = [this.model.caseOf.get(decision.case) ?? decision.case, decision.episode].filter(Boolean).join(", ");
    if (about && !ways.some(([text]) => text === about)) line.append(" ", made("span", { className: "stance", textContent: `· about ${about}` }));
    for (const [text, href] of ways) line.append(" ", made("a", { className: "cell", href, textContent: text }));
    if (decision.voice) line.append(" ", made("span", { className: "stance", textContent: `· in the words of ${decision.voice}` }));
    if (decision.by) line.append(" ", made("span", { className: "by", textContent: decision.by }));
    const memo = decision.memo ? [made("p", { className: "memo", textContent: decision.memo })] : [];
    return [line, ...memo, ...(decision.memos ?? []).map(memoOn)];
  }

  // Passages are numbered through the text; what stands elsewhere gets its new number while nobody waits for anything.
  #number() {
    clearTimeout(this.#waiting);
    const { passages } = this;
    const write = (from) => {
      if (passages !== this.passages) return;
      const until = performance.now() + AT_A_TIME;
      let at = from;
      while (at < passages.length && performance.now() < until) at = this.#numbered(passages, at);
      if (at < passages.length) idle(() => write(at));
    };
    this.#waiting = setTimeout(() => idle(() => write(0)), CALM);
  }

  #ref({ place, number }) {
    this.#write(place, number);
    const ref = made("a", { className: "ref", id: `ref/${place}`, href: `#note/${place}`, "aria-label": `note ${number}`, textContent: number });
    this.#refs.set(place, ref);
    return ref;
  }

  // A passage's number stands in its note and in its words; where only one of them was written anew, both are again.
  #write(place, number) {
    const before = this.#numbers.get(place) ?? String(number);
    this.#numbers.set(place, before === String(number) ? before : "");
  }

  // Writes the next number that is another; where to go on.
  #numbered(passages, from) {
    let at = from;
    const isRight = ({ place, number }) => !this.#numbers.has(place) || this.#numbers.get(place) === String(number);
    while (at < passages.length && isRight(passages[at])) at += 1;
    if (at === passages.length) return at;
    const { place, number } = passages[at];
    this.#numbers.set(place, String(number));
    const back = document.getElementById(`note/${place}`)?.querySelector(".back");
    if (back) renumber(back, `${number}`, `Note ${number}, back to its passage`);
    const ref = this.#refs.get(place);
    if (ref) renumber(ref, `${number}`, `note ${number}`);
    return at + 1;
  }
}

// What a note says of a coding, by the names that a coding has here.
const SAID = ["id", "code", "name", "value", "stance", "case", "episode", "voice", "memo", "memos", "by"];

// A memo of the journal on a coding: its title leads to it, and it is changed and taken away from here.
function memoOn({ name, title, href, change }) {
  const of = () => made("span", { className: "hidden", textContent: ` the memo “${title}”` });
  const away = made("button", { type: "button", className: "is-quiet", "data-memo": name }, "Take away", of());
  return made("p", { className: "memo-on" }, made("a", { href, textContent: title }), " ", made("a", { href: change }, "Change", of()), " ", away);
}

const idle = globalThis.requestIdleCallback ?? setTimeout;

// Whether two lists of passages would be painted the same.
function alike(before, now) {
  return before?.length === now.length && now.every((passage, at) => isAlike(before[at], passage));
}

function isAlike(before, { place, lane, decisions }) {
  return before.place === place && before.lane === lane && before.decisions.length === decisions.length && decisions.every(({ rev }, at) => before.decisions[at].rev === rev);
}

// Makes these the children of an element, moving none that stands where it belongs; whether anything was another.
function put(parent, children) {
  const wanted = new Set(children);
  const gone = Array.from(parent.children).filter((child) => !wanted.has(child));
  for (const child of gone) child.remove();
  let isOther = gone.length > 0;
  children.forEach((child, at) => {
    if (parent.children[at] === child) return;
    parent.insertBefore(child, parent.children[at] ?? null);
    isOther = true;
  });
  return isOther;
}

// The number's text node stays, so that nothing but its letters is looked at anew.
function renumber(element, number, label) {
  if (element.firstChild?.nodeType === Node.TEXT_NODE) element.firstChild.data = number;
  else element.textContent = number;
  element.setAttribute("aria-label", label);
}

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
