// Going anywhere: to a code, a source, a page, or to words of this text; and showing one code's passages only.
import { choose, leavable, leave, made } from "./elements.js";
import { fit } from "./palette.js";

const MOST = 40;
const SHORTEST = 3;

export class Going {
  constructor(desk) {
    this.desk = desk;
    this.input = made("input", { type: "text", autocomplete: "off", spellcheck: false, role: "combobox", "aria-controls": "ways-found", "aria-expanded": "true" });
    this.list = made("ul", { id: "ways-found", role: "listbox", "aria-label": "Ways" });
    this.dialog = made("dialog", { className: "palette going", "aria-label": "Go to" }, this.input, this.list);
    document.body.append(leavable(this.dialog));
    this.input.addEventListener("input", () => this.#find());
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#take(Number(option.dataset.at));
    });
  }

  // Anything: codes, sources and pages by their names, and the sentences of this text by their words.
  async go() {
    const fitting = (typed) => this.places.filter((place) => typed && fit(typed, place) < 9).sort((one, other) => fit(typed, one) - fit(typed, other));
    this.places ??= [];
    this.#open("A code, a source, a page, or words of this text", (typed) => [...fitting(typed), ...this.#said(typed)]);
    if (this.places.length) return;
    const places = await (await fetch("/places")).json();
    this.places = places.map(([kind, name, href]) => ({ kind, name, act: () => location.assign(href) }));
    this.#find();
  }

  // The codes that passages here carry.
  filter() {
    const numbers = Map.groupBy(this.desk.model.codings, ({ code }) => code);
    const codes = Array.from(numbers, ([id, codings]) => ({ id, kind: `${codings.length}`, name: codings[0].name, act: () => this.desk.keep(id, codings[0].name) }));
    const whole = { kind: "", name: "The whole text", act: () => this.desk.keep("") };
    this.#open("Show the passages of one code", (typed) => [...(typed ? [] : [whole]), ...codes.filter((code) => !typed || fit(typed, code) < 9)]);
  }

  #said(typed) {
    if (typed.length < SHORTEST) return [];
    const { places, model } = this.desk;
    const sentences = places.turns.flatMap((turn, at) => turn.sentences.map(([start, end]) => ({ start, end, at })));
    const said = sentences.filter(({ start, end }) => places.slice(start, end).toLowerCase().includes(typed));
    return said.map(({ start, end, at }) => ({ kind: `turn ${at + 1} of ${model.source}`, name: places.slice(start, end), act: () => this.desk.select({ start, end }) }));
  }

  #open(label, ways) {
    this.ways = ways;
    this.input.value = "";
    this.input.setAttribute("aria-label", label);
    this.input.placeholder = label;
    this.#find();
    this.dialog.showModal();
    this.input.focus();
  }

  #find() {
    this.found = this.ways(this.input.value.trim().toLowerCase()).slice(0, MOST);
    this.list.replaceChildren(...this.found.map(({ name, kind }, at) => made("li", { id: `way-${at}`, role: "option", "data-at": at, "aria-selected": "false" }, made("span", { textContent: name }), made("small", { textContent: kind }))));
    this.#choose(0);
  }

  #choose(at) {
    choose(this.input, this.list, this.at, at);
    this.at = at;
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const number = this.found.length;
    if (step && number) this.#choose((this.at + step + number) % number);
    else if (event.key === "Enter") this.#take(this.at);
    if (step || event.key === "Enter") event.preventDefault();
  }

  #take(at) {
    const way = this.found[at];
    if (!way) return;
    leave(this.dialog);
    way.act();
  }
}
