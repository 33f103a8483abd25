// Splits a code: passages are dealt to new codes by digits, or by buttons. What was dealt is kept until it is sent.
export function shown(page, acting) {
  const desk = page.querySelector(".splitting");
  if (desk) new Splitting(desk, acting);
}

const STAYS = -1;

class Splitting {
  constructor(desk, acting) {
    Object.assign(this, { desk, acting });
    this.rows = [...desk.querySelectorAll(".splits li")];
    this.passages = [...desk.querySelectorAll("[data-coding]")];
    this.state = { rows: 2, names: [], definitions: [], dealt: {}, why: "", ...JSON.parse(sessionStorage.getItem(this.#place) ?? "{}") };
    this.why = desk.querySelector("[name=why]");
    this.#restore();
    desk.addEventListener("input", () => this.#typed());
    desk.querySelector("#another").addEventListener("click", () => this.#another());
    desk.querySelector("#split-now").addEventListener("click", () => this.#split());
    this.#paint();
  }

  get #place() {
    return `crosscase split ${this.desk.dataset.code}`;
  }

  get #names() {
    return this.rows.slice(0, this.state.rows).map((row) => fields(row)[0].value.trim());
  }

  #restore() {
    this.rows.forEach((row, at) => {
      const [name, definition] = fields(row);
      name.value = this.state.names[at] ?? "";
      definition.value = this.state.definitions[at] ?? "";
    });
    this.why.value = this.state.why;
  }

  #typed() {
    this.state.names = this.rows.map((row) => fields(row)[0].value);
    this.state.definitions = this.rows.map((row) => fields(row)[1].value);
    this.state.why = this.why.value;
    this.#paint();
  }

  #another() {
    this.state.rows = Math.min(this.state.rows + 1, this.rows.length);
    this.#paint();
    fields(this.rows[this.state.rows - 1])[0].focus();
  }

  #deal(coding, to) {
    this.state.dealt[coding] = to;
    this.#paint();
    this.desk.querySelector(".is-now")?.scrollIntoView({ block: "nearest" });
  }

  #paint() {
    sessionStorage.setItem(this.#place, JSON.stringify(this.state));
    const { dealt, rows } = this.state;
    const names = this.#names;
    this.rows.forEach((row, at) => {
      row.hidden = at >= rows;
      row.querySelector(".dealt").textContent = passages(this.#dealtTo(at).length);
    });
    const now = this.passages.find((passage) => !(passage.dataset.coding in dealt));
    for (const passage of this.passages) {
      passage.classList.toggle("is-now", passage === now);
      passage.querySelector(".acts").replaceChildren(...this.#buttons(passage, names, passage === now));
    }
    const left = this.passages.length - this.passages.filter(({ dataset }) => dealt[dataset.coding] >= 0).length;
    this.desk.querySelector("#dealt-so-far").textContent = `${passages(left)} ${left === 1 ? "stays" : "stay"}. A digit deals the marked passage; 0 leaves it.`;
    this.desk.querySelector("#another").disabled = rows >= this.rows.length;
  }

  #dealtTo(at) {
    return this.passages.filter(({ dataset }) => this.state.dealt[dataset.coding] === at);
  }

  #buttons(passage, names, isNow) {
    const { coding } = passage.dataset;
    const button = (to, key, text) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: `${key} ${text}` });
      made.setAttribute("aria-pressed", String(this.state.dealt[coding] === to));
      if (isNow) made.dataset.key = `${key}`;
      made.addEventListener("click", () => this.#deal(coding, to));
      return made;
    };
    const named = names.map((name, at) => (name ? button(at, at + 1, name) : null)).filter(Boolean);
    return [...named, button(STAYS, 0, "stays")];
  }

  async #split() {
    const { code, category, kind, values, then } = this.desk.dataset;
    const names = this.#names;
    const used = names.filter(Boolean);
    if (!used.length) return this.acting.bar.tell("Not saved: name a new code first.", true);
    if (new Set(used).size < used.length) return this.acting.bar.tell("Not saved: two new codes have the same name.", true);
    const made = names.flatMap((name, at) => {
      const definition = fields(this.rows[at])[1].value.trim();
      return name ? [{ name, category, kind, definition, values: JSON.parse(values) }] : [];
    });
    const dealt = Object.fromEntries(names.flatMap((name, at) => (name ? this.#dealtTo(at).map(({ dataset }) => [dataset.coding, name]) : [])));
    const act = { act: "split_code", code, new: made, dealt, why: this.why.value };
    try {
      await this.acting.act(act, then);
      sessionStorage.removeItem(this.#place);
    } catch {
      // The bar says why, and the page shows what there is now; what was dealt is dealt still.
    }
  }
}

const fields = (row) => [...row.querySelectorAll("input")];
const passages = (number) => `${number} ${number === 1 ? "passage" : "passages"}`;
