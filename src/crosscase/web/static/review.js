// One suggestion after the other: another code, found by its name or made; and learning from what was decided.
import { actOf } from "./forms.js";
import { told } from "./news.js";

export function shown(page, acting) {
  page.addEventListener("submit", (event) => once(event, page, acting));
  for (const button of page.querySelectorAll("[data-open]")) button.addEventListener("click", () => open(page.querySelector(`#${button.dataset.open}`)));
  for (const button of page.querySelectorAll("[data-learn]")) button.addEventListener("click", () => learn(acting));
  follow(acting);
  for (const dialog of page.querySelectorAll("dialog.other")) choosing(dialog, acting);
}

// A key pressed while a verdict is being saved was meant for the next passage, which isn't in sight yet: it does nothing.
function once(event, page, acting) {
  if (page.dataset.deciding) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  page.dataset.deciding = "yes";
  setTimeout(async () => {
    await acting.saving.queue;
    if (document.querySelector(".desk-saved.is-bad")) delete page.dataset.deciding;
  });
}

function open(dialog) {
  const input = dialog.querySelector("[data-filter]");
  input.value = "";
  show(dialog, "");
  dialog.showModal();
  input.focus();
}

function choosing(dialog, acting) {
  const input = dialog.querySelector("[data-filter]");
  input.addEventListener("input", () => show(dialog, input.value.trim().toLowerCase()));
  dialog.querySelector("[data-make]").addEventListener("click", () => make(dialog, acting));
  dialog.querySelector("[data-leave]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    const codes = [...dialog.querySelectorAll("[data-code]:not([hidden])")];
    const at = codes.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) (codes[at + step] ?? (step < 0 ? input : codes.at(-1)))?.focus();
    else if (event.key === "Enter" && isSent(event, input)) (codes[0] ?? dialog.querySelector("[data-make]")).click();
    else return;
    event.preventDefault();
  });
}

// From the code's name, and, where it is a new one, from what is said of it; a line of its definition by Ctrl Enter.
const isSent = ({ target, ctrlKey, metaKey }, input) => target === input || target.tagName === "SELECT" || (target.tagName === "TEXTAREA" && (ctrlKey || metaKey));

// A new code, with its first definition, and the passage by it: one act.
async function make(dialog, acting) {
  const name = dialog.querySelector("[data-filter]").value.trim();
  const category = dialog.querySelector("[data-category]").value;
  const definition = dialog.querySelector("[data-definition]").value.trim();
  if (!name || !category) return;
  const act = actOf(dialog.querySelector("form"), null);
  if (act.act === "change") act.passage = { code: "", ...act.passage };
  dialog.close();
  await acting.act({ ...act, new: { name, category, definition } }).catch(() => {}); // The bar says why.
}

// The codes of whose names every typed word begins a word, or that hold what was typed; in the order of the codebook.
function fits(name, typed) {
  const words = name.split(/[^\p{L}\p{N}]+/u);
  return typed.split(/\s+/).every((part) => words.some((word) => word.startsWith(part))) || (typed.length > 2 && name.includes(typed));
}

function show(dialog, typed) {
  for (const group of dialog.querySelectorAll("[data-group]")) {
    for (const code of group.querySelectorAll("[data-code]")) code.hidden = !fits(code.querySelector("b").textContent.toLowerCase(), typed);
    group.hidden = !group.querySelector("[data-code]:not([hidden])");
  }
  dialog.querySelector("[data-none]").hidden = Boolean(dialog.querySelector("[data-code]:not([hidden])"));
}

// The machine learns beside the server, whichever window asked for it: each hears how far it is, and shows what it made.
let isHeard = false;
let isAsked = false;

function follow(acting) {
  if (!isHeard) addEventListener("learning", () => tell(acting));
  isHeard = true;
  tell(acting);
}

async function learn(acting) {
  if (isAsked) return;
  isAsked = true;
  say("It is asked to.", true);
  const headers = { "content-type": "application/json", "x-crosscase-token": acting.data.token };
  try {
    const answer = await fetch("/learning", { method: "POST", headers, body: "{}" });
    if (!answer.ok) return say(await answer.text());
    told.learning = await answer.json();
  } catch {
    return say("The program that shows this window doesn’t answer.");
  } finally {
    isAsked = false;
  }
  tell(acting);
}

// What was kept since this page was made is shown by itself; what is shown anew is told how far learning is, too.
function tell(acting) {
  const { state, done, total, error, learned } = told.learning;
  const page = document.querySelector(".desk-page");
  if (state === "working") say(`${done < total ? `Reading: ${done} of ${total} passages and sentences.` : "Learning from what was decided."} You can go on meanwhile.`, true);
  else if (!isAsked) say(state === "failed" ? `It could not learn: ${error}` : "");
  if (learned === undefined || learned === page.dataset.learned || acting.saving.waiting) return;
  const dialog = page.querySelector("dialog[open]"); // Nobody is interrupted while they choose.
  if (dialog) return dialog.addEventListener("close", () => tell(acting), { once: true });
  page.dataset.learned = learned; // Once is enough, whatever is heard meanwhile.
  acting.show();
}

function say(text, isLearning = false) {
  for (const place of document.querySelectorAll("[data-learning]")) if (place.textContent !== text) place.textContent = text;
  for (const button of document.querySelectorAll("[data-learn]")) {
    button.dataset.says ??= button.textContent;
    button.textContent = isLearning ? button.dataset.learn : button.dataset.says;
    button.disabled = isLearning;
  }
}
