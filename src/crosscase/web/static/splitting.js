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
    this.codings = JSON.parse(desk.dataset.codings); // also those that aren't shown
    this.at = null; // the passage that the keys are about
    this.buttonsOf = "";
    this.state = { rows: 2, names: [], definitions: [], dealt: {}, why: "", ...JSON.parse(sessionStorage.getItem(this.#place) ?? "{}") };
    this.why = desk.querySelector("[name=why]");
    this.#restore();
    desk.addEventListener("input", () => this.#typed());
    desk.querySelector("#another").addEventListener("click", () => this.#another());
    desk.querySelector("#one-back").addEventListener("click", () => this.#go(-1));
    desk.querySelector("#one-on").addEventListener("click", () => this.#go(1));
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

  // The next one that isn't dealt is then at hand.
  #deal(coding, to) {
    this.state.dealt[coding] = to;
    const at = this.passages.findIndex(({ dataset }) => dataset.coding === coding);
    const waits = (passage) => !(passage.dataset.coding in this.state.dealt);
    this.at = this.passages.slice(at).find(waits) ?? this.passages.find(waits) ?? null;
    const hadFocus = this.passages[at].contains(document.activeElement);
    this.#paint(this.passages[at]);
    this.#show();
    if (hadFocus) (this.#now ?? this.passages[at]).querySelector("button").focus({ preventScroll: true });
  }

  #go(step) {
    const now = this.#now;
    const at = now ? this.passages.indexOf(now) + step : step < 0 ? this.passages.length - 1 : 0;
    this.at = this.passages[Math.max(0, Math.min(at, this.passages.length - 1))] ?? null;
    this.#paint();
    this.#show();
  }

  #show() {
    this.#now?.scrollIntoView({ block: "center" });
  }

  get #now() {
    return this.at ?? this.passages.find(({ dataset }) => !(dataset.coding in this.state.dealt)) ?? null;
  }

  // Every passage is painted only where the new codes are others; else the one dealt, and the one at hand.
  #paint(...dealtNow) {
    sessionStorage.setItem(this.#place, JSON.stringify(this.state));
    const { dealt, rows } = this.state;
    const names = this.#names;
    this.rows.forEach((row, at) => {
      row.hidden = at >= rows;
      row.querySelector(".dealt").textContent = passages(this.#dealtTo(at).length);
    });
    const now = this.#now;
    const before = this.desk.querySelector(".is-now");
    const isOther = this.buttonsOf !== names.join("\n") || !this.buttonsOf;
    this.buttonsOf = names.join("\n") || "\n";
    for (const passage of isOther ? this.passages : new Set([before, now, ...dealtNow])) {
      passage?.classList.toggle("is-now", passage === now);
      passage?.querySelector(".acts").replaceChildren(...this.#buttons(passage, names, passage === now));
    }
    const left = this.codings.filter((coding) => !(dealt[coding] >= 0)).length;
    this.desk.querySelector("#dealt-so-far").textContent = `${passages(left)} ${left === 1 ? "stays" : "stay"}. A digit deals the marked passage; 0 leaves it.`;
    this.desk.querySelector("#another").disabled = rows >= this.rows.length;
  }

  #dealtTo(at) {
    return this.codings.filter((coding) => this.state.dealt[coding] === at);
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
    const dealt = Object.fromEntries(names.flatMap((name, at) => (name ? this.#dealtTo(at).map((coding) => [coding, name]) : [])));
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
