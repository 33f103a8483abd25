// The bar at the foot: where one is, what can be done by mouse, and whether it is saved.
import { announced, button, made } from "./elements.js";
import { Told } from "./told.js";

export class Bar {
  constructor(acts) {
    this.acts = acts;
    this.place = made("p", { className: "desk-place", textContent: "↓ begins, or select some words", "aria-live": "polite" });
    this.saved = made("p", { className: "desk-saved", role: "status" });
    this.told = new Told(this.saved);
    this.codes = made("p", { id: "codes-here", hidden: true });
    this.finish = button("", acts.finish);
    const main = button("Code", acts.code);
    main.classList.add("is-main");
    const more = made("details", { className: "desk-more" }, made("summary", { textContent: "More" }),
      made("div", { className: "desk-menu" },
        button("Value, stance, case, memo", acts.details), button("Its edges", acts.edges), button("Take it away", acts.remove),
        button("Read up to here", acts.readHere), button("Set aside, or take in again", acts.aside), button("Next suggestion", acts.nextOffer), button("Memo in the journal", acts.journal),
        button("Find or go to …", acts.go), button("Keys", acts.keys)));
    more.addEventListener("click", (event) => (more.open = more.open && event.target.tagName !== "BUTTON"));
    this.element = made("div", { className: "desk", role: "region", "aria-label": "Coding" },
      this.place, main, announced(button("Take back", acts.undo), acts.takesBack), this.finish, more, this.saved, this.codes);
    document.body.append(this.element);
    this.#atHand();
  }

  // Beside words that are selected by mouse or finger: the way to code them, and the last codes.
  #atHand() {
    this.hand = made("div", { className: "at-hand", role: "toolbar", "aria-label": "Code the selected words", hidden: true });
    document.body.append(this.hand);
  }

  offer(box, recent, take) {
    this.hand.replaceChildren(button("Code …", this.acts.code), ...recent.slice(0, 3).map((code) => button(code.name, () => take(code))));
    this.hand.hidden = false;
    const top = box.bottom + 10 + this.hand.offsetHeight < innerHeight - this.element.offsetHeight ? box.bottom + 10 : box.top - 10 - this.hand.offsetHeight;
    this.hand.style.top = `${scrollY + top}px`;
    this.hand.style.left = `${scrollX + Math.max(8, Math.min(box.left, innerWidth - this.hand.offsetWidth - 8))}px`;
  }

  away() {
    if (!this.hand.hidden) this.hand.hidden = true;
  }

  tell(text, isBad = false, since = null) {
    this.told.tell(text, isBad, since);
  }

  stand(isDone, waiting) {
    this.element.dataset.waiting = waiting;
    const name = isDone ? "Open again" : "Finished";
    if (this.finish.textContent !== name) this.finish.textContent = name;
  }
}
