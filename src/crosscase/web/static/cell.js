// The cell that is written: marks in the text and passages beside it go together, and keys lead on.
const MARK = /\[([1-9][0-9]{0,3})\]/g;
const KEYS = [
  ["e", "write"],
  ["Esc", "out of the text"],
  ["1–9", "cite this passage, or no more"],
  ["v", "other passages"],
  ["Ctrl S", "save"],
  ["Ctrl Enter", "done, and on to the next open cell"],
  ["Ctrl → ←", "next, previous code"],
  ["Ctrl ↓ ↑", "next, previous row"],
  ["y", "still right"],
];
let view = "cell";

export function shown() {
  const text = area();
  look(view);
  if (!text) return;
  page().querySelector(".keys").append(...KEYS.flatMap(([key, does]) => [Object.assign(document.createElement("kbd"), { textContent: key }), ` ${does} `]));
  text.addEventListener("input", () => {
    sessionStorage.setItem(numbersPlace(), JSON.stringify(numbers()));
    count();
  });
  page().querySelector(".beside").addEventListener("click", cited);
  page().querySelector(".views").addEventListener("click", (event) => look(event.target.dataset.view ?? view));
  page().querySelector(".inserting")?.addEventListener("click", insert);
  page().querySelector(".dismissing")?.addEventListener("click", () => page().querySelector(".drafted").remove());
  renumber();
  remember(text.value !== text.defaultValue && sessionStorage.getItem(draftPlace()));
  count();
}

document.addEventListener("keydown", (event) => {
  const isIn = event.target === area();
  const isControl = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  const act = isControl ? ofControl(event, isIn) : alone(event, isIn);
  if (!act) return;
  event.preventDefault();
  // The shell would send the form once more, without the button.
  event.stopImmediatePropagation();
  act();
}, true);

function ofControl({ key }, isIn) {
  if (key === "s") return () => send("[data-save]");
  if (key === "Enter" && isIn) return () => send("[data-next]");
  const way = { ArrowRight: "next-code", ArrowLeft: "previous-code", ArrowDown: "next-row", ArrowUp: "previous-row" }[key];
  const link = way && !isIn && page().querySelector(`[data-go="${way}"]`);
  return link && (() => location.assign(link.href));
}

function alone(event, isIn) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (isIn) return event.key === "Escape" && (() => area().blur());
  if (event.target.closest("input, textarea, select") || !area()) return null;
  if (event.key === "e") return () => area().focus();
  if (event.key === "v") return () => look({ cell: "case", case: "cited", cited: "cell" }[view]);
  return null;
}

// Always the one that is shown now: a window is put in place anew after each act.
function page() {
  return document.querySelector(".desk-page");
}

function area() {
  return page().querySelector("#text");
}

function send(button) {
  const form = page().querySelector("#summary");
  form?.requestSubmit(form.querySelector(button));
}

function look(at) {
  view = at;
  page().querySelector(".beside").dataset.view = view;
  for (const button of page().querySelectorAll(".views button")) button.setAttribute("aria-pressed", button.dataset.view === view);
}

function marked() {
  return new Set(Array.from(area().value.matchAll(MARK), (mark) => mark[1]));
}

function count() {
  const text = area();
  const there = marked();
  let cites = 0;
  for (const passage of page().querySelectorAll("[data-number]")) {
    const isCited = there.has(passage.dataset.number);
    cites += isCited;
    passage.classList.toggle("is-cited", isCited);
    passage.querySelector(".citing").setAttribute("aria-pressed", isCited);
  }
  const words = text.value.replace(MARK, "").split(/\s+/).filter(Boolean).length;
  page().querySelector(".counted").textContent = `${words.toLocaleString("en")} word${words === 1 ? "" : "s"}`;
  const all = page().querySelectorAll(".passages-of:not(.of-case *) [data-number]").length;
  page().querySelector(".cites").textContent = `cites ${cites} passage${cites === 1 ? "" : "s"}, of ${all} in this cell`;
  page().querySelector(".beside").classList.toggle("has-cited", cites > 0);
}

// A mark where the caret is; or none any more, where the passage is cited already.
function cited(event) {
  const button = event.target.closest(".citing");
  if (!button) return;
  const { number } = button.closest("[data-number]").dataset;
  const text = area();
  if (marked().has(number)) text.value = text.value.replaceAll(new RegExp(` ?\\[${number}\\]`, "g"), "");
  else {
    const before = text.value.slice(0, text.selectionEnd);
    const mark = `${before && !/\s$/.test(before) ? " " : ""}[${number}]`;
    text.setRangeText(mark, text.selectionEnd, text.selectionEnd, "end");
  }
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

// The machine's words go into the text only here, and go along as what it began as, until it is saved.
function insert(event) {
  const text = area();
  const before = text.value.trim();
  text.value = `${before}${before && " "}${event.target.dataset.text}`;
  remember(page().querySelector("[name=draft]").dataset.words);
  text.dispatchEvent(new Event("input", { bubbles: true }));
  page().querySelector(".drafted").remove();
  text.focus();
}

function remember(words) {
  const draft = page().querySelector("[name=draft]");
  draft.value = words || "";
  draft.disabled = !words;
  if (words) sessionStorage.setItem(draftPlace(), words);
  else sessionStorage.removeItem(draftPlace());
}

function draftPlace() {
  return `crosscase began as ${location.search}`;
}

function numbers() {
  return Array.from(page().querySelectorAll("#summary [name=numbers]"), ({ value }) => value);
}

function numbersPlace() {
  return `crosscase numbers ${location.search}`;
}

// What was typed beside other passages keeps its marks on the same ones, whatever their numbers are now.
function renumber() {
  const text = area();
  const before = JSON.parse(sessionStorage.getItem(numbersPlace()) ?? "[]");
  const now = numbers();
  if (text.value === text.defaultValue || !before.length || before.join() === now.join()) return;
  text.value = text.value.replace(MARK, (mark, number) => {
    if (number > before.length) return mark;
    const place = now.indexOf(before[number - 1]) + 1;
    return place ? `[${place}]` : "[?]";
  });
  text.dispatchEvent(new Event("input", { bubbles: true }));
}
