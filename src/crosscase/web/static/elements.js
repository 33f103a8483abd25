// Elements made in one expression: fields that are no properties, or ones that only tell, are attributes.
const TELL_ONLY = new Set(["list", "form"]);

export function made(name, fields = {}, ...children) {
  const element = document.createElement(name);
  for (const [field, value] of Object.entries(fields)) {
    if (field in element && !TELL_ONLY.has(field)) element[field] = value;
    else element.setAttribute(field, value);
  }
  element.append(...children);
  return element;
}

// A dialog keeps its keys to itself, and is left at once by Esc: what is typed next is meant for the page.
export function leavable(dialog) {
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key !== "Escape") return;
    event.preventDefault();
    leave(dialog);
  });
  return dialog;
}

// A browser lets go of the field in a closed dialog only when it paints next, and the next key may come sooner.
export function leave(dialog, answer) {
  dialog.close(answer);
  if (dialog.contains(document.activeElement)) document.activeElement.blur();
}

// In a list of options below a field, the one that Enter takes is another now.
export function choose(input, list, before, at) {
  list.children[before]?.setAttribute("aria-selected", "false");
  const chosen = list.children[at];
  chosen?.setAttribute("aria-selected", "true");
  chosen?.scrollIntoView({ block: "nearest" });
  if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
  else input.removeAttribute("aria-activedescendant");
}

// What a button would do now is told before it is pressed.
export function announced(button, words) {
  for (const event of ["pointerenter", "focus"]) button.addEventListener(event, () => (button.title = words()));
  return button;
}

export function button(text, act) {
  const element = made("button", { type: "button", textContent: text });
  element.addEventListener("click", act);
  return element;
}

// What was begun in a dialog and isn't sent outlives the dialog and the page, in this tab; nothing is kept of nothing.
export function keepBegun(place, texts) {
  if (Object.values(texts).some((text) => text.trim())) sessionStorage.setItem(`crosscase begun ${place}`, JSON.stringify(texts));
  else sessionStorage.removeItem(`crosscase begun ${place}`);
}

export const begun = (place) => JSON.parse(sessionStorage.getItem(`crosscase begun ${place}`) ?? "{}");
