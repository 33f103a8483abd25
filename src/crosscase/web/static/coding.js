// Coding on the page of a source: a cursor that goes by sentences, a palette, and every act written at once.
import { Palette } from "./palette.js";
import { Places } from "./places.js";
import { Saving } from "./saving.js";

const KEYS = [
  ["↓ ↑", "next, previous sentence"], ["⇧↓ ⇧↑", "longer, shorter"], ["Alt ← →", "end by a word"], ["Alt ⇧ ← →", "start by a word"],
  ["Enter", "code"], ["Space", "the same code again"], ["1–9", "a recent code"], ["Del", "take a coding away"],
  ["s", "next suggestion"], ["a r l", "accept, reject, later"], ["u", "take the last act back"], ["⇧F", "finished, or open again"],
];

export async function start(hearing) {
  const file = decodeURIComponent(location.pathname.slice(1));
  const response = await fetch(`/coding/${encodeURIComponent(file)}`);
  if (response.ok) new Desk(await response.json(), hearing);
}

class Desk {
  constructor(data, hearing) {
    this.data = data;
    this.places = new Places(data.turns);
    this.sentences = data.turns.flatMap((turn, at) => (turn.is_coded ? turn.sentences.map(([start, end]) => ({ start, end, turn: at })) : []));
    this.bar = this.#bar();
    this.saving = new Saving(data, (text, isBad) => this.#tell(text, isBad));
    this.palette = new Palette(data);
    this.fresh = new Map();
    hearing.isOurs = (version) => version === data.version || this.saving.waiting > 0;
    this.#restore();
    document.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("pointerup", () => setTimeout(() => this.#select(this.places.selected()), 0));
    addEventListener("pagehide", () => sessionStorage.setItem(this.#place, JSON.stringify(this.passage ?? null)));
  }

  get #place() {
    return `crosscase ${this.data.source}`;
  }

  #restore() {
    const kept = JSON.parse(sessionStorage.getItem(this.#place) ?? "null");
    if (kept && this.places.turnAt(kept.start) >= 0) this.#select(kept);
  }

  #bar() {
    const bar = document.createElement("div");
    bar.className = "desk";
    const place = Object.assign(document.createElement("p"), { className: "desk-place", textContent: "↓ begins" });
    place.setAttribute("aria-live", "polite");
    const saved = Object.assign(document.createElement("p"), { className: "desk-saved" });
    saved.setAttribute("role", "status");
    const button = (text, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
      made.addEventListener("click", act);
      return made;
    };
    this.finished = button("", () => this.#finish());
    const keys = document.createElement("details");
    const list = document.createElement("dl");
    for (const [key, what] of KEYS) {
      list.append(Object.assign(document.createElement("dt"), { textContent: key }), Object.assign(document.createElement("dd"), { textContent: what }));
    }
    keys.append(Object.assign(document.createElement("summary"), { textContent: "Keys" }), list);
    bar.append(place, button("Code", () => this.#choose()), button("Take back", () => this.#undo()), this.finished, keys, saved);
    bar.setAttribute("role", "region");
    bar.setAttribute("aria-label", "Coding");
    document.body.append(bar);
    this.place = place;
    this.saved = saved;
    this.keys = keys;
    this.#showFinished();
    return bar;
  }

  #tell(text, isBad = false) {
    this.saved.textContent = text;
    this.saved.classList.toggle("is-bad", isBad);
  }

  #showFinished() {
    this.finished.textContent = this.data.is_done ? "Open again" : "Finished";
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea, dialog, summary, button, a, [contenteditable]")) {
      if (!(event.target.closest("a, button, summary") && ["ArrowDown", "ArrowUp", "Delete"].includes(event.key))) return;
    }
    const act = this.#actOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  #actOf({ key, shiftKey, altKey }) {
    if (key === "ArrowDown") return () => (shiftKey ? this.#stretch(1) : this.#move(1));
    if (key === "ArrowUp") return () => (shiftKey ? this.#stretch(-1) : this.#move(-1));
    if (altKey && key === "ArrowRight") return () => this.#edge(1, shiftKey);
    if (altKey && key === "ArrowLeft") return () => this.#edge(-1, shiftKey);
    if (altKey) return null;
    if (key === "Enter" || key === "c") return () => this.#choose();
    if (key === " ") return this.passage ? () => this.#again(0) : null;
    if (/^[1-9]$/.test(key)) return () => this.#again(Number(key) - 1);
    if (key === "Delete") return () => this.#remove();
    if (key === "F" && shiftKey) return () => this.#finish();
    if (key === "u") return () => this.#undo();
    if (key === "s") return () => this.#suggestion();
    if (key === "a") return () => this.#verdict("accept");
    if (key === "r") return () => this.#verdict("reject");
    if (key === "l") return () => this.#verdict("postpone");
    if (key === "?") return () => (this.keys.open = !this.keys.open);
    return null;
  }

  #at() {
    const { start } = this.passage;
    const inside = this.sentences.findIndex((sentence) => start >= sentence.start && start < sentence.end);
    return inside >= 0 ? inside : this.sentences.findIndex((sentence) => sentence.start >= start);
  }

  #move(step) {
    const inSight = () => this.sentences.findIndex(({ turn }) => this.places.words[turn].getBoundingClientRect().top > 60);
    const to = this.passage ? this.#at() + step : Math.max(0, inSight());
    const sentence = this.sentences[Math.min(Math.max(to, 0), this.sentences.length - 1)];
    if (sentence) this.#select({ start: sentence.start, end: sentence.end });
  }

  #stretch(step) {
    if (!this.passage) return this.#move(1);
    const turn = this.places.turnAt(this.passage.start);
    const ends = this.data.turns[turn].sentences.map(([, end]) => end);
    const last = ends.findIndex((end) => end >= this.passage.end);
    const end = ends[last + step];
    if (end > this.passage.start) this.#select({ start: this.passage.start, end });
  }

  #edge(step, isStart) {
    if (!this.passage) return;
    const turn = this.places.turnAt(this.passage.start);
    const moved = { ...this.passage };
    moved[isStart ? "start" : "end"] = this.places.wordEdge(isStart ? moved.start : moved.end, step, turn);
    if (!isStart && step < 0) moved.end = this.places.wordEnd(moved.end, turn);
    if (isStart && step > 0) moved.start = this.places.wordEdge(this.places.wordEdge(moved.start, 1, turn), -1, turn);
    if (moved.start < moved.end) this.#select(moved);
  }

  #select(passage) {
    if (!passage) return;
    this.passage = passage;
    const range = this.places.range(passage.start, passage.end);
    if (!range) return;
    CSS.highlights.set("passage", new Highlight(range));
    const { top, bottom } = range.getBoundingClientRect();
    if (top < 80 || bottom > innerHeight - this.bar.offsetHeight - 20) {
      range.startContainer.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
    }
    const turn = this.places.turnAt(passage.start);
    const number = range.toString().split(/\s+/).filter(Boolean).length;
    this.place.textContent = `Turn ${turn + 1} of ${this.data.turns.length} · ${number} ${number === 1 ? "word" : "words"}`;
  }

  #choose() {
    if (!this.passage) return this.#move(1);
    const { start, end } = this.passage;
    this.palette.open(this.places.range(start, end).toString(), (chosen) => this.#code(chosen, { start, end }));
  }

  #again(at) {
    const code = this.data.codes.find(({ id }) => id === this.palette.recent[at]);
    if (code && this.passage) this.#code({ code, value: "", stance: "", memo: "" }, this.passage);
    else this.#tell("There is no code to use again yet: Enter chooses one.");
  }

  async #code({ code, newCode, value, stance, memo }, { start, end }) {
    try {
      const used = code ?? (await this.#define(newCode));
      this.palette.used(used.id);
      const shown = this.#show({ start, end, name: used.name, told: value });
      const passage = { start, end, code: used.id, value, stance, memo };
      const before = new Set(this.data.codings.map(({ id }) => id));
      const act = { act: "add_codings", source: this.data.source, passages: [passage] };
      await this.saving.act(act, () => this.#hide(shown)).catch((error) => {
        this.#hide(shown);
        throw error;
      });
      await this.#refresh();
      shown.id = this.data.codings.find(({ id }) => !before.has(id))?.id;
    } catch {
      // what went wrong stands in the bar already
    }
  }

  async #define({ name, category }) {
    const part = name.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "code";
    const code = { id: `${category}.${part}`, name, category };
    await this.saving.act({ act: "define_code", code, why: "found in a passage" });
    const made = { ...code, category: "", definition: "", include: [], exclude: [], values: [] };
    this.data.codes.push(made);
    return made;
  }

  // A passage that was just coded: tinted, its name beside it; the page has the rest when it is loaded again.
  #show({ start, end, name, told }) {
    const range = this.places.range(start, end);
    const turn = this.places.words[this.places.turnAt(start)].closest(".turn");
    let notes = turn.querySelector(".fresh-notes");
    if (!notes) turn.append((notes = Object.assign(document.createElement("ul"), { className: "fresh-notes" })));
    const label = Object.assign(document.createElement("li"), { textContent: told ? `${name}: ${told.replaceAll("_", " ")}` : name });
    notes.append(label);
    const shown = { range, label };
    this.fresh.set(label, range);
    this.#paint();
    return shown;
  }

  #hide({ label }) {
    label.remove();
    this.fresh.delete(label);
    this.#paint();
    this.#refresh();
  }

  #paint() {
    CSS.highlights.set("coded", new Highlight(...this.fresh.values()));
  }

  async #refresh() {
    const response = await fetch(`/coding/${encodeURIComponent(decodeURIComponent(location.pathname.slice(1)))}`);
    if (!response.ok) return;
    const { codings, suggestions, is_done } = await response.json();
    Object.assign(this.data, { codings, suggestions, is_done });
    this.#showFinished();
  }

  async #remove() {
    if (!this.passage) return;
    const { start, end } = this.passage;
    const here = this.data.codings.filter((coding) => coding.start < end && coding.end > start);
    const exact = here.filter((coding) => coding.start === start && coding.end === end);
    const candidates = exact.length ? exact : here;
    if (candidates.length !== 1) {
      this.#tell(candidates.length ? `${candidates.length} codings of yours lie here: select one's words exactly.` : "None of your codings lies here.");
      return;
    }
    await this.#whole({ act: "remove_coding", coding: candidates[0].id });
  }

  #suggestion() {
    const from = this.passage ? this.passage.start : -1;
    const next = this.data.suggestions.find(({ start }) => start > from) ?? this.data.suggestions[0];
    if (!next) return this.#tell("No suggestion is on offer in this source.");
    this.offered = next;
    this.#select({ start: next.start, end: next.end });
    this.place.textContent = `Suggested: ${next.name} (${next.told})`;
  }

  async #verdict(act) {
    const offered = this.offered;
    if (!offered) return this.#suggestion();
    try {
      await this.saving.act({ act, suggestion: offered.id }, () => this.#refresh());
      if (act === "accept") this.#show(offered);
      this.data.suggestions = this.data.suggestions.filter(({ id }) => id !== offered.id);
      this.offered = null;
      this.#suggestion();
    } catch {
      // what went wrong stands in the bar already
    }
  }

  async #finish() {
    const act = this.data.is_done ? { act: "reopen", source: this.data.source } : { act: "finish", source: this.data.source };
    await this.saving.act(act, () => this.#refresh()).then(() => this.#refresh(), () => {});
  }

  async #undo() {
    await this.saving.takeBack().then(() => this.#refresh(), () => {});
  }

  // An act after which the page is another one: it is loaded again, at the same place.
  async #whole(act) {
    await this.saving.act(act).then(() => location.reload(), () => {});
  }
}
