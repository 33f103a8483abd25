// One suggestion after the other: another code, found by its name or made; and learning from what was decided.
import { actOf } from "./forms.js";

const LOOK_EVERY = 600;

export function shown(page, acting) {
  page.addEventListener("submit", (event) => once(event, page, acting));
  for (const button of page.querySelectorAll("[data-open]")) button.addEventListener("click", () => open(page.querySelector(`#${button.dataset.open}`)));
  for (const button of page.querySelectorAll("[data-learn]")) button.addEventListener("click", () => learn(acting));
  if (page.querySelector("[data-learn]")) goOn(acting);
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

// What another page of this window has begun is followed here.
async function goOn(acting) {
  const answer = await fetch("/learning");
  if (answer.ok && (await answer.clone().json()).state === "working") await follow(acting, answer);
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

// The machine learns beside the server; whoever waits sees how far it is, and the window is shown anew when it is done.
async function learn(acting) {
  const headers = { "content-type": "application/json", "x-crosscase-token": acting.data.token };
  await follow(acting, await fetch("/learning", { method: "POST", headers, body: "{}" }));
}

let isFollowing = false;

async function follow(acting, answer) {
  if (isFollowing) return;
  isFollowing = true;
  try {
    for (; ; answer = await fetch("/learning")) {
      if (!answer.ok) return tell(await answer.text());
      const { state, done, total, error } = await answer.json();
      if (state === "failed") return tell(`It could not learn: ${error}`);
      if (state !== "working") return await acting.show();
      const now = done < total ? `Reading: ${done} of ${total} passages and sentences.` : "Learning from what was decided.";
      tell(`${now} You can go on meanwhile.`, true);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    }
  } finally {
    isFollowing = false;
  }
}

// The window may be shown anew meanwhile, after another decision.
function tell(text, isLearning = false) {
  for (const place of document.querySelectorAll("[data-learning]")) place.textContent = text;
  for (const button of document.querySelectorAll("[data-learn]")) button.disabled = isLearning;
}
