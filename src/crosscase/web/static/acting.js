// Windows made of forms: a form with `data-act` is one act, and then the window is shown as the study is.
// A button with `data-key` is pressed by that key; `u` takes the last act back. What is typed is kept until it is saved.
import { announced } from "./elements.js";
import { actOf, Drafts } from "./forms.js";
import { Saving } from "./saving.js";
import { Told } from "./told.js";

const SAID = "crosscase said";

// A window may have a script of its own, named as it is: it is there before any key is taken, or a key would do less.
export async function start(hearing) {
  const { own } = document.querySelector(".desk-page").dataset;
  const script = own && /^[a-z]+$/.test(own) ? await import(`./${own}.js`) : null;
  new Acting(hearing, await (await fetch("/state")).json(), script);
}

class Acting {
  constructor(hearing, { token, study, coder, done, undone }, own) {
    this.own = own;
    this.data = { token, version: this.#page.dataset.version, done, undone };
    this.bar = bar(() => this.#takeBack(), () => this.saving.takesBack);
    this.saving = new Saving(this.data, (...told) => this.bar.tell(...told));
    this.drafts = new Drafts(`${study} ${coder}`, (isTyped) => this.bar.typed(isTyped));
    hearing.isOurs = (version) => version === this.data.version || this.saving.waiting > 0;
    hearing.changed = () => this.show();
    hearing.told = (amiss) => this.bar.amiss(amiss);
    const said = sessionStorage.getItem(SAID);
    sessionStorage.removeItem(SAID);
    if (said) this.bar.tell(said);
    hearing.told(hearing.amiss);
    document.addEventListener("submit", (event) => this.#submit(event));
    document.addEventListener("keydown", (event) => this.#key(event));
    this.drafts.restore();
    this.own?.shown(this.#page, this);
    if (hearing.isLate) this.show();
    dispatchEvent(new Event("acting"));
  }

  // Where the study has become another meanwhile, what was refused is looked at as it is now.
  async #refused() {
    if (this.data.version !== this.#page.dataset.version) await this.show();
  }

  get #page() {
    return document.querySelector(".desk-page");
  }

  // Sends an act that a window's own script has put together, and shows the window as it then is.
  async act(act, place = "") {
    try {
      await this.saving.act(act);
    } catch (error) {
      await this.#refused();
      throw error;
    }
    if (place) this.#leaveFor(place);
    else await this.show();
  }

  // What was saved is said on the page that it leads to.
  #leaveFor(place) {
    sessionStorage.setItem(SAID, this.bar.text);
    location.assign(place);
  }

  // The window as the study is now; what was typed and not sent stays, and so does the place on the page.
  async show() {
    const answer = await fetch(location.href);
    if (!answer.ok) return this.bar.tell(await answer.text(), true);
    const shown = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".desk-page");
    const comeBack = whereabouts(this.#page);
    this.#page.replaceWith(shown);
    this.data.version = shown.dataset.version;
    this.drafts.restore();
    comeBack();
    this.own?.shown(this.#page, this);
  }

  async #submit(event) {
    const form = event.target;
    if (!form.dataset.act) return;
    event.preventDefault();
    const act = actOf(form, event.submitter);
    try {
      await this.saving.act(act);
    } catch {
      return this.#refused(); // The bar says why; what was typed stays where it is.
    }
    this.drafts.forget(form);
    const place = event.submitter?.dataset.then ?? form.dataset.then;
    if (place) this.#leaveFor(place);
    else await this.show();
  }

  async #takeBack() {
    try {
      await this.saving.takeBack();
    } catch {
      return;
    }
    await this.show();
  }

  #key(event) {
    if (event.defaultPrevented) return; // A window's own script has taken it: sent again, it would be another act.
    const isTyping = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
    if (isTyping) {
      const { form, tagName } = event.target;
      const isMeant = event.ctrlKey || event.metaKey;
      const isSaved = event.key.toLowerCase() === "s" && isMeant && !event.altKey && !event.shiftKey && tagName === "TEXTAREA" && form && "saves" in form.dataset;
      if (isSaved) event.preventDefault();
      if (isSaved || (event.key === "Enter" && isMeant)) form?.requestSubmit();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const pressed = [...this.#page.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key && one.checkVisibility());
    if (pressed) pressed.click();
    else if (event.key === "u") this.#takeBack();
    else return;
    event.preventDefault();
  }
}

// Where a person is on the page, to be there again on the next one: what has the focus, the caret, what was scrolled.
function whereabouts(page) {
  const { id, selectionStart, selectionEnd } = document.activeElement ?? {};
  const scrolled = Array.from(page.querySelectorAll("[id]"), (part) => [part.id, part.scrollTop]).filter(([, top]) => top > 0);
  return () => {
    const focused = id && document.getElementById(id);
    if (focused) {
      focused.focus({ preventScroll: true });
      if (focused.tagName === "TEXTAREA") focused.setSelectionRange(selectionStart, selectionEnd);
    }
    for (const [part, top] of scrolled) document.getElementById(part)?.scrollTo({ top, behavior: "instant" });
  };
}

// The bar at the foot: what was saved, and the way back.
function bar(takeBack, words) {
  const made = document.createElement("div");
  made.className = "desk";
  const saved = Object.assign(document.createElement("p"), { className: "desk-saved" });
  saved.setAttribute("role", "status");
  const typed = Object.assign(document.createElement("p"), { className: "desk-typed" });
  typed.setAttribute("role", "status");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Take back (u)" });
  button.addEventListener("click", takeBack);
  made.append(announced(button, words), typed, saved);
  document.querySelector("main").after(made);
  const told = new Told(saved);
  // Said once, not with every key.
  told.typed = (isTyped) => isTyped === (typed.textContent !== "") || (typed.textContent = isTyped ? "Not saved yet: what you typed is kept in this browser." : "");
  return told;
}
