// Forms as acts, and what was typed into them, kept until it is sent.
import { button, made } from "./elements.js";

// An act has a field for each name; "a/b" is the field b of a, "a/0/b" that of a list's first; a part may be escaped as
// in an address. `data-is` says what a control holds, if not a text: flag (true or false), list (all that are chosen;
// `data-of="number"` makes them numbers), lines (a list, one a line), pairs (a name and its meaning a line), number.
// Of a form with `data-changed`, texts that are as they were aren't sent.
// What a button gives besides its own value stands in its `data-with`, as in an address: "status=unclear&value=".
export function actOf(form, submitter) {
  const act = { act: form.dataset.act };
  for (const control of form.elements) {
    if (!control.name || control.disabled || (control.type === "submit" && control !== submitter)) continue;
    if ("changed" in form.dataset && control.type !== "hidden" && !isChanged(control)) continue;
    if (control.dataset.is === "list") {
      const list = at(act, control.name) ?? put(act, control.name, []);
      if (control.type !== "checkbox" || control.checked) list.push(control.dataset.of === "number" ? Number(control.value) : control.value);
    } else if (control.type === "checkbox" || control.type === "radio") {
      if (control.dataset.is === "flag" && control.type === "checkbox") put(act, control.name, control.checked);
      else if (control.checked) put(act, control.name, valueOf(control));
    } else put(act, control.name, valueOf(control));
  }
  for (const [name, value] of new URLSearchParams(submitter?.dataset.with)) put(act, name, value);
  return act;
}

function isChanged(control) {
  if (control.tagName === "TEXTAREA" || control.type === "text") return control.value !== control.defaultValue;
  return control.tagName !== "SELECT" || !control.selectedOptions[0]?.defaultSelected;
}

function valueOf({ value, dataset }) {
  if (dataset.is === "flag") return value === "true";
  if (dataset.is === "number") return Number(value);
  if (dataset.is === "lines") return lines(value);
  if (dataset.is === "pairs") return Object.fromEntries(lines(value).map(pair));
  return value;
}

const lines = (text) => text.split("\n").map((line) => line.trim()).filter(Boolean);

function pair(line) {
  const [name, ...meaning] = line.split(":");
  return [name.trim(), meaning.join(":").trim()];
}

function at(act, name) {
  return name.split("/").map(decodeURIComponent).reduce((inner, part) => inner?.[part], act);
}

const isNumber = (part) => /^\d$/.test(part);

function put(act, name, value) {
  const parts = name.split("/");
  const keys = parts.map(decodeURIComponent);
  const last = keys.pop();
  const inner = keys.reduce((outer, key, at) => (outer[key] ??= isNumber(parts[at + 1]) ? [] : {}), act);
  return (inner[last] = value);
}

// What was typed and ticked in forms that have an id, by study, coder, window and form; it outlives a reload, a server
// that stops, and the tab: what another tab had begun is offered in the next one. Each tab goes on with its own.
const DAY = 24 * 60 * 60 * 1000;
const KEPT = "crosscase draft ";
const OLDEST = 30 * DAY;

export class Drafts {
  // `tell` hears whether something is typed that isn't saved.
  constructor(whose, tell = () => {}) {
    this.whose = whose;
    this.tell = tell;
    for (const name of ["input", "restored"]) document.addEventListener(name, () => this.#look());
    document.addEventListener("input", (event) => this.#keep(event.target));
    for (const place of Object.keys(localStorage).filter((name) => name.startsWith(KEPT))) {
      if (!(Date.now() - (read(localStorage, place)?.at ?? 0) < OLDEST)) localStorage.removeItem(place);
    }
  }

  forget(form) {
    if (!form.id) return;
    sessionStorage.removeItem(this.#place(form));
    localStorage.removeItem(KEPT + this.#place(form));
  }

  restore() {
    for (const form of document.querySelectorAll("form[data-act][id]")) {
      const { texts, ticks, isBegun } = this.#kept(form);
      for (const control of form.elements) {
        if (isTick(control)) tick(control, ticks[tickName(control)]);
        else if (isText(control)) write(control, texts[control.name]);
      }
      if (isBegun) this.#tellBegun(form);
    }
    this.#look();
  }

  #look() {
    const texts = document.querySelectorAll("form[data-act][id] textarea");
    this.tell(Array.from(texts).some(({ value, defaultValue }) => value !== defaultValue));
  }

  #place(form) {
    return `${this.whose} ${location.pathname}${location.search} ${form.id}`;
  }

  // What this tab has of a form, or else what another one had begun.
  #kept(form) {
    const begun = () => {
      const draft = read(localStorage, KEPT + this.#place(form));
      return draft && { ...draft, isBegun: true };
    };
    return { texts: {}, ticks: {}, ...(read(sessionStorage, this.#place(form)) ?? begun()) };
  }

  // It was typed at another time: that is said, and it can be let go.
  #tellBegun(form) {
    const drop = button("Let it go", () => {
      this.forget(form);
      form.reset();
      for (const control of form.elements) control.dispatchEvent(new Event("restored", { bubbles: true }));
      for (const other of form.querySelectorAll(".meanwhile")) other.remove();
    });
    const told = made("p", { textContent: "You had begun this, and it is not saved yet." });
    form.prepend(made("div", { className: "meanwhile", role: "note" }, told, drop));
  }

  #keep(control) {
    const { form } = control;
    if (!form?.dataset.act || !form.id || !(isText(control) || isTick(control))) return;
    const { isBegun, ...kept } = this.#kept(form);
    if (isText(control)) kept.texts[control.name] = { value: control.value, was: kept.texts[control.name]?.was ?? control.defaultValue };
    else for (const one of ticksWith(control)) kept.ticks[tickName(one)] = one.checked;
    const draft = JSON.stringify({ ...kept, at: Date.now() });
    try {
      sessionStorage.setItem(this.#place(form), draft);
      localStorage.setItem(KEPT + this.#place(form), draft);
    } catch {
      // The browser's store is full: it stays in the form, as long as the window is open.
    }
  }
}

function read(store, place) {
  try {
    return JSON.parse(store.getItem(place));
  } catch {
    return null;
  }
}

const isTick = ({ type }) => type === "checkbox" || type === "radio";
const isText = ({ tagName, type }) => tagName === "TEXTAREA" || (tagName === "INPUT" && !["checkbox", "radio", "hidden"].includes(type));
const tickName = ({ name, value }) => `${name}=${value}`;
// With one of several that exclude each other, the others change too.
const ticksWith = (control) => (control.type === "radio" ? [...control.form.elements].filter(({ type, name }) => type === "radio" && name === control.name) : [control]);

function tick(control, isTicked) {
  if (isTicked === undefined || isTicked === control.checked) return;
  control.checked = isTicked;
  control.dispatchEvent(new Event("restored", { bubbles: true }));
}

function write(control, kept) {
  if (!kept || kept.value === control.value) return;
  if (control.defaultValue !== kept.was) tellOther(control);
  control.value = kept.value;
  control.dispatchEvent(new Event("restored", { bubbles: true }));
}

// Somebody else saved this meanwhile: both texts stand until a person chooses.
function tellOther(control) {
  const note = Object.assign(document.createElement("div"), { className: "meanwhile" });
  note.setAttribute("role", "note");
  const words = document.createElement("p");
  words.append("Meanwhile this was saved here: ", Object.assign(document.createElement("q"), { textContent: control.defaultValue }), " What you wrote is below, and not saved yet.");
  const theirs = Object.assign(document.createElement("button"), { type: "button", textContent: "Take the saved text" });
  theirs.addEventListener("click", () => {
    control.value = control.defaultValue;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    note.remove();
  });
  note.append(words, theirs);
  control.before(note);
}
