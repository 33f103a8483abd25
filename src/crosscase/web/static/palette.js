// Choosing a code for a passage, with its definition in sight while choosing.
import { begun, button, choose, keepBegun, leavable, leave, made } from "./elements.js";
import { Fields } from "./fields.js";

const RECENT = 9;
const LONGEST_NAME = 60;

// How well a name fits what was typed, 0 best; 9 not at all.
export function fit(typed, { id, name }) {
  const lower = name.toLowerCase();
  if (lower.startsWith(typed)) return 0;
  if (lower.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(typed))) return 1;
  if (lower.includes(typed) || id?.includes(typed)) return 2;
  return typed.split(/\s+/).every((part) => lower.includes(part)) ? 3 : 9;
}

export class Palette {
  constructor(model, speakers) {
    this.model = model;
    this.recent = [];
    this.input = made("input", { type: "text", autocomplete: "off", spellcheck: false, role: "combobox", "aria-label": "Code", "aria-controls": "codes-found", "aria-expanded": "true", placeholder: "Type a code’s name" });
    this.list = made("ul", { id: "codes-found", role: "listbox", "aria-label": "Codes" });
    this.about = made("div", { className: "about-code", tabindex: "0", role: "region", "aria-label": "About the code" });
    this.category = made("select", { name: "category" });
    this.definition = made("textarea", { name: "definition", rows: 2, placeholder: "Enter makes the code; this can be written later, too" });
    this.fresh = made("div", { className: "fields" }, made("label", {}, "New code in ", this.category), made("label", {}, "It means ", this.definition));
    this.quote = made("p", { className: "quoted", dir: "auto" });
    this.fields = new Fields(model, speakers);
    this.taken = made("p", { className: "taken", role: "status" });
    this.dialog = made("dialog", { className: "palette", "aria-label": "Code this passage" },
      made("h2", { className: "hidden", textContent: "Code this passage" }), this.quote, this.input,
      made("div", { className: "choosing" }, this.list, this.about), this.fresh, this.fields.element, this.taken,
      made("p", { className: "buttons" }, named("Code", "Enter", () => this.#take()), named("Code, and another", "Ctrl Enter", () => this.#take({ stays: true })), named("Its words as a new name", "Alt Enter", () => this.#inVivo()), named("Leave", "Esc", () => leave(this.dialog))));
    document.body.append(leavable(this.dialog));
    this.input.addEventListener("input", () => this.#find());
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    for (const field of [this.definition, this.fields.memo]) field.addEventListener("input", () => this.#keep());
    addEventListener("resize", () => this.dialog.open && this.#stand(null)); // a tablet is turned
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      this.#choose(Number(option.dataset.at));
      this.#take();
    });
  }

  // Opens under a passage, or above it where there is no room; `take` is given what was chosen.
  open(words, box, take) {
    this.take = take;
    this.words = words;
    this.quote.textContent = words.length > 160 ? `${words.slice(0, 160)} …` : words;
    this.input.value = this.definition.value = this.taken.textContent = "";
    const { categories } = this.model;
    this.category.replaceChildren(...categories.map(([value, textContent]) => made("option", { value, textContent })));
    const last = this.model.codeOf.get(this.recent[0])?.category;
    this.category.value = (categories.find(([, name]) => name === last) ?? categories[0])?.[0] ?? "";
    this.fields.show();
    this.#restore();
    this.#find();
    this.dialog.showModal();
    this.#stand(box);
    this.input.focus();
  }

  get #place() {
    return `${this.model.source} ${this.words}`;
  }

  // A definition or a memo is work; a few letters of a code's name aren't.
  #keep() {
    keepBegun(this.#place, { definition: this.definition.value, memo: this.fields.memo.value, name: this.definition.value && this.input.value });
  }

  #restore() {
    const { definition = "", memo = "", name = "" } = begun(this.#place);
    this.input.value = name;
    this.definition.value = definition;
    this.fields.memo.value = memo;
    if (memo) this.fields.rest.open = true;
    if (definition || memo) this.taken.textContent = "You had begun this, and it is not saved yet.";
  }

  // The passage stays in sight: what covered it would be chosen for blindly.
  #stand(box) {
    this.quote.hidden = innerWidth > 700;
    const { offsetHeight: height, offsetWidth: width, style } = this.dialog;
    const fits = innerWidth > 700 && box;
    const below = box?.bottom + 8;
    const above = box?.top - 8 - height;
    const top = below + height <= innerHeight - 8 ? below : Math.max(above, 8);
    this.quote.hidden = fits && (top >= below || top + height <= box.top);
    style.margin = fits ? "0" : "";
    style.top = fits ? `${top}px` : "";
    style.maxHeight = fits ? `${innerHeight - top - 8}px` : ""; // it grows while one chooses
    style.left = fits ? `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px` : "";
  }

  #find() {
    const typed = this.input.value.trim().toLowerCase();
    const place = (code) => (this.recent.includes(code.id) ? this.recent.indexOf(code.id) : RECENT);
    const order = (code) => (typed ? fit(typed, code) : place(code));
    this.found = this.model.codes.filter((code) => !typed || fit(typed, code) < 9).sort((one, other) => order(one) - order(other));
    this.list.replaceChildren(...this.found.map((code, at) =>
      made("li", { id: `code-${at}`, role: "option", "data-at": at, "aria-selected": "false" }, made("span", {}, ...marked(code.name, typed)), made("small", { textContent: code.category }))));
    this.#choose(this.found.length ? 0 : -1);
  }

  #choose(at) {
    choose(this.input, this.list, this.at, at);
    this.at = at;
    const code = this.found[at];
    this.fresh.hidden = Boolean(code) || !this.input.value.trim() || this.model.isClosed;
    this.fields.of(code);
    this.about.replaceChildren(...(code ? this.#described(code) : [made("p", { textContent: this.#unknown() })]));
  }

  #unknown() {
    const name = this.input.value.trim();
    if (this.model.isClosed) return "No code of this name. You code blind: new codes can be made once you have finished every source.";
    if (!this.model.categories.length) return "The codebook has no category yet: the codebook’s window makes one.";
    return name ? `No code of this name. Enter begins a new one, “${name}”.` : "There are no codes yet: type a name.";
  }

  #described(code) {
    const part = (title, lines) => (lines.length ? [made("h3", { textContent: title }), ...lines.map((line) => made("p", { textContent: line }))] : []);
    const values = code.values.map(([value, meaning]) => (meaning ? `${value.replaceAll("_", " ")}: ${meaning}` : value.replaceAll("_", " ")));
    return [
      made("p", { className: "name-of", textContent: code.name }),
      made("p", { className: "definition-of", textContent: code.definition || "No definition yet." }),
      ...part("Use when", code.include), ...part("Not when", code.exclude), ...part("Values", values),
    ];
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && event.target === this.input && this.found.length) {
      event.preventDefault();
      this.#choose((this.at + step + this.found.length) % this.found.length);
    } else if (event.key === "Enter" && event.altKey) {
      event.preventDefault();
      this.#inVivo();
    } else if (event.key === "Enter" && event.target === this.definition && !event.shiftKey) {
      event.preventDefault();
      this.#take();
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON" && (event.target.tagName !== "TEXTAREA" || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#take({ stays: (event.ctrlKey || event.metaKey) && event.target === this.input });
    }
  }

  // The passage's own words become the name of a new code, which may still be changed before it is made.
  #inVivo() {
    const words = this.words.trim().replace(/\s+/g, " ");
    this.input.value = words.length > LONGEST_NAME ? words.slice(0, LONGEST_NAME).replace(/\s\S*$/, " …") : words;
    this.#find();
    this.found = [];
    this.list.replaceChildren();
    this.#choose(-1);
    this.input.focus();
  }

  #take({ stays = false } = {}) {
    const code = this.found[this.at];
    const name = this.input.value.trim();
    if (!code && (!name || !this.category.value || this.model.isClosed)) return;
    // A slip of the finger is no code yet, and what a new one means is best said while its passage is in sight.
    if (!code && document.activeElement === this.input && !this.definition.value.trim()) return this.definition.focus();
    const newCode = code ? undefined : { name, category: this.category.value, definition: this.definition.value.trim() };
    keepBegun(this.#place, {});
    if (!stays) leave(this.dialog);
    this.take({ code, newCode, ...this.fields.said });
    if (!stays) return;
    const before = this.taken.textContent.startsWith("Coded: ") ? `${this.taken.textContent}, ` : "Coded: ";
    this.taken.textContent = `${before}${code?.name ?? name}`;
    this.input.value = "";
    this.fields.show();
    this.#find();
    this.input.focus();
  }

  used(id) {
    this.recent = [id, ...this.recent.filter((other) => other !== id)].slice(0, RECENT);
  }
}

// A button with its key.
function named(text, key, act) {
  const element = button(text, act);
  element.append(" ", made("kbd", { textContent: key }));
  return element;
}

// A name with the part that was typed set apart.
function marked(name, typed) {
  const at = typed ? name.toLowerCase().indexOf(typed) : -1;
  return at < 0 ? [name] : [name.slice(0, at), made("b", { textContent: name.slice(at, at + typed.length) }), name.slice(at + typed.length)];
}
