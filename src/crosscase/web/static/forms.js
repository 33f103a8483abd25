// Forms as acts, and what was typed into them, kept until it is sent.

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

// What was typed and ticked in forms that have an id, by window and form; it outlives a reload and a server that stops.
export class Drafts {
  constructor() {
    document.addEventListener("input", (event) => this.#keep(event.target));
  }

  forget(form) {
    if (form.id) sessionStorage.removeItem(this.#place(form));
  }

  restore() {
    for (const form of document.querySelectorAll("form[data-act][id]")) {
      const { texts, ticks } = this.#kept(form);
      for (const control of form.elements) {
        if (isTick(control)) tick(control, ticks[tickName(control)]);
        else if (isText(control)) write(control, texts[control.name]);
      }
    }
  }

  #place(form) {
    return `crosscase ${location.pathname}${location.search} ${form.id}`;
  }

  #kept(form) {
    return { texts: {}, ticks: {}, ...JSON.parse(sessionStorage.getItem(this.#place(form)) ?? "{}") };
  }

  #keep(control) {
    const { form } = control;
    if (!form?.dataset.act || !form.id || !(isText(control) || isTick(control))) return;
    const kept = this.#kept(form);
    if (isText(control)) kept.texts[control.name] = { value: control.value, was: kept.texts[control.name]?.was ?? control.defaultValue };
    else for (const one of ticksWith(control)) kept.ticks[tickName(one)] = one.checked;
    sessionStorage.setItem(this.#place(form), JSON.stringify(kept));
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
