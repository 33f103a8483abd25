// Small questions: what else is said of a coding, why something is set aside, whose change is to stand, which keys there are.
import { begun, button, keepBegun, leavable, leave, made } from "./elements.js";
import { Fields } from "./fields.js";
import { KEYS, letters } from "./keys.js";

// Opens a dialog, and is gone once it is closed.
function opened(name, ...children) {
  const dialog = made("dialog", { className: "palette", "aria-label": name }, made("h2", { textContent: name }), ...children);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(leavable(dialog));
  dialog.showModal();
  return dialog;
}

// A form whose answer is sent by Enter, or by Ctrl+Enter from a field of several lines.
function asked(name, send, content, take) {
  const form = made("form", { method: "dialog" }, ...content, made("p", { className: "buttons" }, made("button", { textContent: send, className: "is-main" }), button("Leave", () => leave(dialog))));
  const dialog = opened(name, form);
  form.addEventListener("submit", take);
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName === "BUTTON") return;
    if (event.target.tagName === "TEXTAREA" && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    form.requestSubmit();
  });
  return dialog;
}

export function askDetails(model, speakers, coding, first, take) {
  const fields = new Fields(model, speakers);
  fields.element.querySelector("datalist").id = "speakers-known";
  fields.voice.setAttribute("list", "speakers-known");
  fields.show(coding);
  // A memo that was begun on this coding, unless it has become another since.
  const { memo, was } = begun(coding.id);
  if (memo && was === (coding.memo ?? "")) fields.memo.value = memo;
  fields.memo.addEventListener("input", () => keepBegun(coding.id, { memo: fields.memo.value, was: coding.memo ?? "" }));
  asked(coding.name, "Save", [fields.element], () => {
    keepBegun(coding.id, {});
    take(changed(coding, fields.said));
  });
  const focused = first === "memo" ? fields.memo : fields.value.parentElement.hidden ? fields.stance : fields.value;
  focused.focus();
}

const changed = (coding, said) => Object.fromEntries(Object.entries(said).filter(([name, value]) => value !== coding[name]));

export function askReason(words, take) {
  const reason = made("input", { type: "text", required: true, name: "reason" });
  asked("Set these words aside", "Set aside", [made("p", { className: "quoted", textContent: words, dir: "auto" }), made("label", {}, "Why ", reason)], () => take(reason.value.trim()));
  reason.focus();
}

// Resolves to whether ours is to stand; until somebody chooses, theirs does.
export function askWhich(what, theirs, ours) {
  return new Promise((resolve) => {
    const dialog = opened(what,
      made("dl", { className: "versions" }, made("dt", { textContent: "As it is now" }), made("dd", { textContent: theirs }), made("dt", { textContent: "As you would have it" }), made("dd", { textContent: ours })),
      made("p", { className: "buttons" }, button("Leave it as it is", () => leave(dialog)), button("Make it as I would", () => leave(dialog, "ours"))));
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "ours"));
  });
}

export function showKeys() {
  const list = made("dl", { className: "key-list" });
  for (const [key, does] of KEYS) list.append(made("dt", {}, made("kbd", { textContent: key })), made("dd", { textContent: does }));
  const single = made("input", { type: "checkbox", checked: letters.areOn });
  single.addEventListener("change", () => (letters.areOn = single.checked));
  const dialog = opened("Keys", list, made("label", {}, single, " single letters, digits and signs act by themselves"), made("p", { className: "buttons" }, button("Close", () => leave(dialog))));
  dialog.querySelector("button").focus();
}
