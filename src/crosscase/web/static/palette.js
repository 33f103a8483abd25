// Choosing a code for a passage, with its definition in sight while choosing.
const made = (name, fields = {}, ...children) => {
  const element = Object.assign(document.createElement(name), fields);
  element.append(...children);
  return element;
};

export class Palette {
  constructor(data) {
    this.data = data;
    this.recent = [];
    this.input = made("input", { type: "text", autocomplete: "off", spellcheck: false });
    for (const [name, value] of [["role", "combobox"], ["aria-label", "Code"], ["aria-controls", "codes-found"], ["aria-expanded", "true"]])
      this.input.setAttribute(name, value);
    this.list = made("ul", { id: "codes-found" });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Codes");
    this.about = made("div", { className: "about-code" });
    this.value = made("select", { name: "value" });
    this.stance = made("select", { name: "stance" }, ...["", "reports", "supports", "opposes", "expects"].map((stance) => made("option", { value: stance, textContent: stance || "no stance" })));
    this.memo = made("input", { type: "text", name: "memo" });
    this.category = made("select", {}, ...data.categories.map(([value, textContent]) => made("option", { value, textContent })));
    this.quote = made("p", { className: "quoted" });
    this.fields = made("div", { className: "fields" },
      made("label", {}, "Value ", this.value), made("label", {}, "Stance ", this.stance), made("label", {}, "Memo ", this.memo),
      (this.where = made("label", {}, "New code in ", this.category)));
    this.dialog = made("dialog", { className: "palette" },
      made("h2", { textContent: "Code this passage" }), this.quote, this.input,
      made("div", { className: "choosing" }, this.list, this.about), this.fields,
      made("p", { className: "keys", textContent: "Enter codes · Tab: value, stance, memo · Esc leaves" }));
    this.dialog.setAttribute("aria-label", "Code this passage");
    document.body.append(this.dialog);
    this.input.addEventListener("input", () => this.#find());
    this.dialog.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      this.#choose(Number(option.dataset.at));
      this.#take();
    });
  }

  // Opens; `take` is given what was chosen.
  open(words, take) {
    this.take = take;
    this.quote.textContent = words.length > 160 ? `${words.slice(0, 160)} …` : words;
    this.input.value = this.memo.value = this.stance.value = "";
    this.#find();
    this.dialog.showModal();
    this.input.focus();
  }

  #find() {
    const typed = this.input.value.trim().toLowerCase();
    const rank = ({ id, name }) => {
      const lower = name.toLowerCase();
      if (lower.startsWith(typed)) return 0;
      if (lower.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(typed))) return 1;
      if (lower.includes(typed) || id.includes(typed)) return 2;
      return typed.split(/\s+/).every((part) => lower.includes(part)) ? 3 : 9;
    };
    const order = (code) => (typed ? rank(code) : this.recent.includes(code.id) ? this.recent.indexOf(code.id) : 50);
    this.found = this.data.codes.filter((code) => !typed || rank(code) < 9).sort((one, other) => order(one) - order(other));
    this.list.replaceChildren(...this.found.map((code, at) => {
      const option = made("li", { id: `code-${at}` }, made("span", { textContent: code.name }), made("small", { textContent: code.category }));
      option.setAttribute("role", "option");
      option.dataset.at = at;
      return option;
    }));
    this.#choose(this.found.length ? 0 : -1);
  }

  #choose(at) {
    this.at = at;
    for (const option of this.list.children) option.setAttribute("aria-selected", String(Number(option.dataset.at) === at));
    this.list.children[at]?.scrollIntoView({ block: "nearest" });
    if (at >= 0) this.input.setAttribute("aria-activedescendant", `code-${at}`);
    else this.input.removeAttribute("aria-activedescendant");
    const code = this.found[at];
    this.where.hidden = Boolean(code);
    this.value.parentElement.hidden = !code?.values.length;
    this.value.replaceChildren(made("option", { value: "", textContent: "no value" }), ...(code?.values ?? []).map(([value]) => made("option", { value, textContent: value.replaceAll("_", " ") })));
    this.about.replaceChildren(...(code ? this.#described(code) : [made("p", { textContent: this.input.value.trim() ? `No code of this name. Enter makes “${this.input.value.trim()}” a new one.` : "There are no codes yet: type a name." })]));
  }

  #described(code) {
    const part = (title, lines) => (lines.length ? [made("h3", { textContent: title }), ...lines.map((line) => made("p", { textContent: line }))] : []);
    return [
      made("p", { className: "definition-of", textContent: code.definition || "No definition yet." }),
      ...part("Use when", code.include), ...part("Not when", code.exclude),
      ...part("Values", code.values.map(([value, meaning]) => (meaning ? `${value.replaceAll("_", " ")}: ${meaning}` : value.replaceAll("_", " ")))),
    ];
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && event.target === this.input && this.found.length) {
      event.preventDefault();
      this.#choose((this.at + step + this.found.length) % this.found.length);
    } else if (event.key === "Enter" && event.target.tagName !== "BUTTON") {
      event.preventDefault();
      this.#take();
    }
    event.stopPropagation();
  }

  #take() {
    const code = this.found[this.at];
    const name = this.input.value.trim();
    if (!code && !name) return;
    this.dialog.close();
    const chosen = { value: this.value.value, stance: this.stance.value, memo: this.memo.value.trim() };
    if (code) this.take({ code, ...chosen });
    else this.take({ newCode: { name, category: this.category.value }, ...chosen });
  }

  used(id) {
    this.recent = [id, ...this.recent.filter((other) => other !== id)].slice(0, 9);
  }
}
