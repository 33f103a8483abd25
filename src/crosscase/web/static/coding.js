// Coding on the page of a source: a cursor that goes by sentences, a palette, and every act written and shown at once.
import { Bar } from "./bar.js";
import { showChanged } from "./changed.js";
import { Cursor } from "./cursor.js";
import { askDetails, askReason, askWhich, showKeys } from "./dialogs.js";
import { made } from "./elements.js";
import { Going } from "./going.js";
import { actOf } from "./keys.js";
import { Model } from "./model.js";
import { Offers } from "./offers.js";
import { Painter } from "./paint.js";
import { Palette } from "./palette.js";
import { Places } from "./places.js";
import { Rail } from "./rail.js";
import { Saving } from "./saving.js";
import { Sound } from "./sound.js";

const FIELDS = { case: "case_id", episode: "episode_id" };
const LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
const words = (value) => value.replaceAll("_", " ");

// The page's own script reads from the marks which codings they are of, as they were served; `load` comes in any case.
function isRead() {
  if (document.querySelector(".transcript.is-read") || document.readyState === "complete") return null;
  return new Promise((read) => {
    document.addEventListener("transcript-read", read);
    addEventListener("load", read);
  });
}

export async function start(hearing, met) {
  const file = encodeURIComponent(decodeURIComponent(location.pathname.slice(1)));
  const response = await fetch(`/coding/${file}`);
  if (!response.ok) return;
  await isRead();
  new Desk(await response.json(), file, hearing);
  // The study may have changed between what the page was given and the first news: what it was given is older then.
  const version = await met;
  if (hearing.isLate || !hearing.isOurs(version)) hearing.changed();
}

class Desk {
  constructor(data, file, hearing) {
    this.data = data;
    this.file = file;
    this.model = new Model(data);
    this.places = new Places(data.turns);
    this.cursor = new Cursor(this.places);
    this.painter = new Painter(this.model, this.places, () => this.#mark());
    this.acts = this.#acts();
    this.bar = new Bar(this.acts);
    this.speakers = [...new Set(data.turns.map(({ speaker }) => speaker).filter(Boolean))];
    this.palette = new Palette(this.model, this.speakers);
    this.offers = new Offers(this);
    this.going = new Going(this);
    this.sound = new Sound(this);
    this.saving = new Saving(data, (...told) => this.bar.tell(...told), {
      place: `crosscase waiting ${data.source} ${data.coder}`,
      file,
      refresh: () => this.refresh(),
      take: (news) => this.#take(news),
      has: (act) => this.model.has(act),
      insists: (entry) => this.#insists(entry),
      changed: () => this.#changed(),
    });
    hearing.isOurs = (version) => this.#isOurs(version);
    hearing.changed = () => this.refresh().catch(() => {});
    hearing.told = (amiss) => this.bar.told.amiss(amiss);
    hearing.told(hearing.amiss);
    this.model.fold([]);
    this.rail = new Rail(this.model);
    this.painter.begin();
    document.body.classList.add("is-painted");
    this.saving.resume();
    this.show();
    this.painter.listen();
    this.#restore();
    this.offers.begin();
    this.#hear();
  }

  // What each key and button does, by its name in the table of keys.
  #acts() {
    const move = (step, sentences) => () => this.#move(step, sentences);
    const longer = (step) => () => (this.cursor.passage ? this.select(this.cursor.longer(step)) : this.#move(1));
    const edge = (step, isStart) => () => this.cursor.passage && this.select(this.places.stretched(this.cursor.passage, step, isStart));
    return {
      next: move(1), previous: move(-1), nextOfAll: move(1, "all"), previousOfAll: move(-1, "all"),
      longer: longer(1), shorter: longer(-1),
      endRight: edge(1, false), endLeft: edge(-1, false), startRight: edge(1, true), startLeft: edge(-1, true),
      code: () => this.#choose(), again: () => this.#again(0), recent: (digit) => this.#again(Number(digit) - 1),
      nextCoding: () => this.#step(1), previousCoding: () => this.#step(-1), other: () => this.#other(),
      details: () => this.#details("value"), memo: () => this.#details("memo"), edges: () => this.#edges(),
      remove: () => this.#remove(), undo: () => this.saving.takeBack().catch(() => {}), redo: () => this.saving.redo().catch(() => {}),
      takesBack: () => this.saving.takesBack,
      nextOffer: () => this.offers.next(1), previousOffer: () => this.offers.next(-1),
      accept: () => this.offers.decide({ act: "accept" }), reject: () => this.offers.decide({ act: "reject" }), postpone: () => this.offers.decide({ act: "postpone" }),
      journal: () => this.#journal(), readHere: () => this.#readHere(), finish: () => this.#finish(), aside: () => this.#aside(),
      filter: () => this.going.filter(), go: () => this.going.go(),
      sourceBefore: () => this.data.before && location.assign(this.data.before), sourceAfter: () => this.data.after && location.assign(this.data.after),
      play: () => this.sound.play(), soundBack: () => this.sound.skip(-3), soundOn: () => this.sound.skip(3),
      keys: () => showKeys(), leave: () => this.#leave(),
    };
  }

  #hear() {
    document.addEventListener("keydown", (event) => this.#key(event));
    const transcript = document.querySelector(".transcript");
    transcript.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("pointerup", () => setTimeout(() => this.#pointed(), 0));
    let waits = 0;
    // A finger's selection ends without the pointer being lifted from anything.
    document.addEventListener("selectionchange", () => {
      clearTimeout(waits);
      waits = setTimeout(() => matchMedia("(pointer: coarse)").matches && this.#pointed(), 300);
    });
    addEventListener("pagehide", () => sessionStorage.setItem(this.#place, JSON.stringify(this.cursor.passage)));
  }

  get #place() {
    return `crosscase ${this.data.source}`;
  }

  #restore() {
    const kept = JSON.parse(sessionStorage.getItem(this.#place) ?? "null");
    if (kept && this.places.turnAt(kept.start) >= 0 && kept.end <= this.places.turns.at(-1).end) this.select(kept, { keepsStill: true });
  }

  // News from the server, one after the other; another text is another page.
  refresh() {
    const fetched = (this.refreshing ?? Promise.resolve()).then(async () => {
      const response = await fetch(`/coding/${this.file}?since=${this.data.version}`);
      if (!response.ok) throw new Error(await response.text());
      this.#know(await response.json());
      this.show();
    });
    this.refreshing = fetched.catch(() => {});
    return fetched;
  }

  #know(news) {
    if (news.text !== this.model.text) return location.reload();
    Object.assign(this.data, { version: news.version, token: news.token });
    this.model.take(news);
  }

  // News that comes while an act is on its way is most often of this very act; what is of others is fetched behind it.
  #isOurs(version) {
    if (this.saving.waiting) this.heard = version;
    return version === this.data.version || this.saving.waiting > 0;
  }

  #changed() {
    this.show();
    if (this.saving.waiting) return;
    if (this.heard && this.heard !== this.data.version) this.refresh().catch(() => {});
    this.heard = "";
  }

  // What came with the answer to an act: a difference, to what the page had when it was sent. Else it is fetched.
  async #take(news) {
    await this.refreshing;
    if (news?.since === this.data.version) this.#know(news);
    else if (news?.version !== this.data.version) await this.refresh();
  }

  show() {
    this.model.fold(this.saving.acts);
    this.painter.paint(this.offers.shown);
    this.rail.show();
    this.bar.stand(this.model.shown.is_done, this.saving.waiting);
    this.#mark();
    this.#holdFocus();
    showChanged(this);
  }

  // Words that are painted anew are other elements: whoever was on a sentence of theirs still is.
  #holdFocus() {
    const { passage } = this.cursor;
    if (!passage) return;
    this.#tellPlace();
    if (document.activeElement !== document.body || document.querySelector("dialog[open]") || !getSelection().isCollapsed) return;
    const turn = this.places.turnAt(passage.start);
    if (turn !== this.painter.sentencesOf) return;
    const at = this.places.turns[turn].sentences.findIndex(([start, end]) => passage.start >= start && passage.start < end);
    this.#focusSentence(at);
  }

  #focusSentence(at) {
    this.painter.sentences().find(({ dataset }) => Number(dataset.at) === at)?.focus({ preventScroll: true });
  }

  // What stands over the words and isn't part of them: where one is, what is set aside, how far one has read.
  #mark() {
    const { passage } = this.cursor;
    const range = passage && this.places.range(passage.start, passage.end);
    if (range) CSS.highlights.set("passage", new Highlight(range));
    const asides = this.model.shown.asides.map(({ start, end }) => this.places.range(start, end)).filter(Boolean);
    CSS.highlights.set("aside", new Highlight(...asides));
    const { read_to, is_done } = this.model.shown;
    const last = is_done || !read_to ? -1 : this.places.turnAt(read_to - 1);
    if (last !== this.readTo) {
      document.querySelector(".turn.is-read-to")?.classList.remove("is-read-to");
      this.painter.turns[last]?.classList.add("is-read-to");
      this.readTo = last;
    }
    const lit = this.focused ? this.painter.nameOf(this.focused) : undefined;
    if (lit !== this.lit) this.lit?.classList.remove("is-focused");
    lit?.classList.add("is-focused");
    this.lit = lit;
  }

  #key(event) {
    if (document.querySelector("dialog[open]") || event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    const name = actOf(event);
    const isOnControl = event.target.closest("button, a, summary") && ["Enter", " ", "ArrowLeft", "ArrowRight"].includes(event.key);
    const act = this.acts[name];
    if (!act || isOnControl || (event.key === " " && !this.cursor.passage)) return;
    event.preventDefault();
    act(event.key);
  }

  #click(event) {
    const note = event.target.closest(".note");
    const memo = event.target.closest("[data-memo]");
    if (memo) return this.send({ act: "remove_memo", name: memo.dataset.memo });
    if (event.target.closest("a, button") || (getSelection() && !getSelection().isCollapsed)) return;
    if (note) {
      const passage = this.painter.passages.find(({ place }) => place === note.dataset.place);
      if (passage) this.#focus(passage.decisions.find(({ by, isDraft }) => !by && !isDraft) ?? passage.decisions[0]);
    } else if (event.target.closest(".words")) this.select(this.cursor.at(event.clientX, event.clientY), { keepsStill: true });
  }

  #pointed() {
    const passage = this.places.selected();
    if (!passage) return this.bar.away();
    this.select(passage, { keepsStill: true });
    const recent = this.palette.recent.map((id) => this.model.codeOf.get(id)).filter(Boolean);
    this.bar.offer(this.places.range(passage.start, passage.end).getBoundingClientRect(), recent, (code) => this.#code({ code }, passage));
  }

  #move(step, which) {
    const { places, cursor } = this;
    const sentence = cursor.moved(step, which === "all" ? cursor.all : cursor.answering);
    if (!sentence) return;
    this.painter.cut(places.turnAt(sentence.start));
    this.select(sentence);
    this.#focusSentence(places.turns[sentence.turn].sentences.findIndex(([start]) => start === sentence.start));
  }

  // The passage that acts are about; a suggestion or a coding in focus is left, unless it is the one that is shown.
  select(passage, { keepsOffer = false, keepsStill = false, focused = null } = {}) {
    if (!passage) return;
    const { start, end } = passage;
    this.painter.fill([this.places.turnAt(start), this.places.turnAt(end - 1)]);
    const range = this.places.range(start, end);
    if (!range) return;
    this.cursor.passage = { start, end };
    if (!this.edging) this.focused = focused;
    if (!keepsOffer) this.offers.focused = null;
    this.bar.away();
    this.#mark();
    const { top, bottom } = range.getBoundingClientRect();
    const isOut = top < 80 || bottom > innerHeight - this.bar.element.offsetHeight - 20;
    if (isOut && !keepsStill) range.startContainer.parentElement.scrollIntoView({ block: "center", behavior: "instant" });
    this.#tellPlace();
  }

  #tellPlace() {
    const names = [...new Set(this.model.mineAt(this.cursor.passage).map(({ name }) => name))].join(", ");
    const coded = names ? ` · coded: ${names}` : "";
    this.bar.codes.textContent = names ? `coded: ${names}` : "not coded";
    const edging = this.edging ? `Edges of ${this.edging.name}: Enter keeps, Esc leaves · ` : "";
    const focused = this.focused && !this.edging ? `${this.focused.name} · ` : "";
    this.bar.place.textContent = edging + focused + this.cursor.told() + (edging || focused ? "" : coded);
  }

  // Sends an act, which is shown at once; what the server refuses stands in the bar, and is shown no more.
  send(act, seen = null) {
    return this.saving.act(act, seen).catch(() => {});
  }

  #choose() {
    if (this.edging) return this.#keepEdges();
    if (!this.cursor.passage) return this.#move(1);
    const { start, end } = this.cursor.passage;
    const offer = this.offers.focused;
    const box = this.places.range(start, end).getBoundingClientRect();
    this.bar.away();
    this.palette.open(this.places.slice(start, end), box, (chosen) => this.#code(chosen, { start, end }, offer));
  }

  async #again(at) {
    const { passage } = this.cursor;
    if (this.defining) await this.defining;
    const code = this.model.codeOf.get(this.palette.recent[at]);
    if (code && passage) this.#code({ code }, passage);
    else this.bar.tell("There is no code to use again yet: Enter chooses one.");
  }

  // The passage is coded, in the same act by which its code is made where that is new; in place of a suggestion where one
  // is in sight.
  async #code({ code, newCode, ...said }, { start, end }, offer = null) {
    if (code) this.palette.used(code.id);
    getSelection()?.removeAllRanges();
    this.bar.away();
    const id = this.#newId();
    const passage = { start, end, code: code?.id ?? "", id, quote: this.places.slice(start, end), ...said };
    const made = newCode ? { new: newCode } : {};
    const act = offer ? { act: "change", passage, ...made } : { act: "add_codings", source: this.data.source, passages: [passage], ...made };
    const sent = offer ? this.offers.decide(act) : this.send(act);
    if (code) return sent;
    // Only the server knows the id of a new code, and the next key may use it.
    this.defining = sent.then(() => {
      const coding = this.model.shown.coded.get(id);
      if (coding?.code) this.palette.used(coding.code);
    });
    return this.defining;
  }

  #newId() {
    const numbers = crypto.getRandomValues(new Uint8Array(6));
    return `${this.data.source}-${this.data.coder}-${Array.from(numbers, (number) => LETTERS[number % 32]).join("")}`;
  }

  // The coding that keys are about: the one in focus, or the only one of one's own here.
  #here() {
    if (this.focused && this.model.shown.coded.has(this.focused.id)) return this.model.shown.coded.get(this.focused.id);
    if (!this.cursor.passage) return null;
    const { start, end } = this.cursor.passage;
    const here = this.model.mineAt(this.cursor.passage);
    const exact = here.filter((coding) => coding.start === start && coding.end === end);
    const candidates = exact.length ? exact : here;
    if (candidates.length === 1) return candidates[0];
    this.bar.tell(candidates.length ? `${candidates.length} codings of yours lie here: o goes from one to the next.` : "None of your codings lies here.");
    return null;
  }

  #focus(coding) {
    this.select(coding, { focused: coding.by ? null : coding });
    this.#mark();
  }

  #step(by) {
    const { codings } = this.model;
    const places = [...new Map(codings.map((coding) => [`${coding.start}-${coding.end}`, coding])).values()];
    const from = this.cursor.passage ?? { start: -1, end: -1 };
    const isPast = ({ start, end }) => (start - from.start || end - from.end) * by > 0;
    const next = by > 0 ? places.find(isPast) : places.findLast(isPast);
    if (next) this.#focus(next);
    else this.bar.tell(by > 0 ? "No coding comes after this place." : "No coding comes before this place.");
  }

  #other() {
    const here = this.cursor.passage ? this.model.mineAt(this.around ?? this.cursor.passage) : [];
    if (!here.length) return this.bar.tell("None of your codings lies here.");
    const at = here.findIndex(({ id }) => id === this.focused?.id);
    const around = this.around ?? this.cursor.passage;
    this.#focus(here[(at + 1) % here.length]);
    // The codings that share words with the first one stay those that are gone through.
    this.around = around;
  }

  #details(first) {
    const coding = this.#here();
    if (!coding) return;
    askDetails(this.model, this.speakers, coding, first, (said) => {
      const fields = Object.fromEntries(Object.entries(said).map(([name, value]) => [FIELDS[name] ?? name, value]));
      if (Object.keys(fields).length) this.send({ act: "change_coding", coding: coding.id, fields }, coding);
    });
  }

  #edges() {
    if (this.edging) return this.#keepEdges();
    const coding = this.#here();
    if (!coding) return;
    this.#focus(coding);
    this.edging = coding;
    this.#tellPlace();
  }

  #keepEdges() {
    const coding = this.edging;
    const { start, end } = this.cursor.passage;
    this.edging = null;
    if (start !== coding.start || end !== coding.end) this.send({ act: "change_coding", coding: coding.id, fields: { start, end } }, coding);
    this.focused = this.model.shown.coded.get(coding.id);
    this.#tellPlace();
  }

  #leave() {
    if (this.edging) {
      const coding = this.edging;
      this.edging = null;
      this.#focus(coding);
    } else this.focused = this.around = null;
    this.bar.away();
    if (this.cursor.passage) this.#tellPlace();
    this.#mark();
  }

  // A memo of its own, in the journal, on the coding here or else on this source.
  #journal() {
    const about = this.#here()?.id ?? this.data.source;
    location.assign(`memos?new=1&about=${encodeURIComponent(about)}`);
  }

  #remove() {
    const coding = this.#here();
    if (!coding) return;
    this.focused = null;
    this.send({ act: "remove_coding", coding: coding.id }, coding);
  }

  #readHere() {
    if (this.cursor.passage) this.send({ act: "read_up_to", source: this.data.source, offset: this.cursor.passage.end });
  }

  #finish() {
    const { source } = this.data;
    const { is_done } = this.model.shown;
    return this.send(is_done ? { act: "reopen", source, read_to: this.places.turns.at(-1).end } : { act: "finish", source });
  }

  #aside() {
    const { passage } = this.cursor;
    if (!passage) return;
    const { source } = this.data;
    const aside = this.model.shown.asides.find(({ start, end }) => start < passage.end && end > passage.start);
    if (aside) this.send({ act: "take_in_again", source, aside: aside.id });
    else askReason(this.places.slice(passage.start, passage.end), (reason) => this.send({ act: "set_aside", source, ...passage, reason }));
  }

  // Shows the passages of one code only, or the whole text.
  keep(key, name = "") {
    if (key && !document.querySelector(`.codes a[data-key="${CSS.escape(key)}"]`)) {
      const link = made("a", { href: this.model.codeOf.get(key)?.href ?? "", "data-key": key }, made("span", { textContent: name }));
      document.querySelector(".transcript").append(made("ul", { className: "codes", hidden: true }, made("li", {}, link)));
    }
    document.dispatchEvent(new CustomEvent("keep-code", { detail: key }));
  }

  // Whether ours is to stand where others were first. What is about different things is both kept; else a person chooses.
  async #insists({ act, seen }) {
    if (!seen) return true;
    const now = this.model.base.coded.get(seen.id);
    if (!now) throw new Error("this coding was taken away meanwhile");
    const told = (coding) => [words(coding.name), words(coding.value), coding.stance, coding.memo, `“${this.places.slice(coding.start, coding.end)}”`].filter(Boolean).join(" · ");
    const isSame = ["start", "end", "code", "value", "stance", "case", "episode", "voice", "memo"].every((name) => now[name] === seen[name]);
    if (isSame) return true;
    const names = Object.fromEntries(Object.entries(act.fields ?? {}).map(([name, value]) => [name.replace("_id", ""), value]));
    const ours = act.act === "remove_coding" ? "taken away" : told({ ...now, ...names });
    const insists = await askWhich("This coding was changed meanwhile", told(now), ours);
    if (!insists) throw new Error("this coding was changed meanwhile, and stays as it is now");
    return true;
  }
}
