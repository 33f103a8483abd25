// The machine's suggestions: hidden until they are asked for, then decided on one by one.
import { button, made } from "./elements.js";

const counted = (number) => `${number} ${number === 1 ? "suggestion" : "suggestions"}`;

export class Offers {
  constructor(desk) {
    this.desk = desk;
    this.areShown = false;
    this.card = made("section", { className: "desk-card", "aria-label": "Suggestions", hidden: true });
    desk.bar.element.prepend(this.card);
  }

  get open() {
    return this.desk.model.shown.offered;
  }

  get shown() {
    return this.areShown ? this.open : [];
  }

  // Before any is shown, what one wants to do with them; nobody is led by what they haven't asked for.
  begin() {
    if (!this.open.length) return;
    this.#card(`${counted(this.open.length)} of the machine’s, hidden so far.`, "", button("Read it yourself first", () => this.#away()), button(`Decide on ${counted(this.open.length)}`, () => this.next(1)));
  }

  // The next one from here, or the previous one; those that were left for later come when no other is left.
  next(step) {
    const undecided = this.open.filter(({ is_later }) => !is_later);
    const open = undecided.length ? undecided : this.open;
    if (!open.length) {
      this.focused = null;
      this.#card(this.areShown ? "All suggestions here are decided on." : "There are no suggestions for this source.", "", button("Close", () => this.#away()));
      return;
    }
    this.areShown = true;
    const from = this.focused ?? this.desk.cursor.passage ?? { start: -1 };
    const isPast = (one) => (one.start - from.start || (one.id > (this.focused?.id ?? "") ? 1 : -1)) * step > 0 && one.id !== this.focused?.id;
    const ordered = step > 0 ? open : open.toReversed();
    this.#focus(ordered.find(isPast) ?? ordered[0]);
  }

  #focus(offer) {
    this.focused = offer;
    this.desk.show();
    this.desk.select({ start: offer.start, end: offer.end }, { keepsOffer: true });
    const value = offer.value ? `: ${offer.value.replaceAll("_", " ")}` : "";
    const about = `${offer.explanation || "no explanation"} · score ${offer.score.toFixed(2)}${offer.is_later ? " · left for later" : ""}`;
    const { acts } = this.desk;
    this.#card(`Suggested: ${offer.name}${value}`, about, button("Accept (a)", acts.accept), button("Reject (r)", acts.reject), button("Another code (Enter)", acts.code), button("Later (l)", acts.postpone), button("Hide", () => this.#away()));
  }

  #card(title, about, ...buttons) {
    this.card.replaceChildren(made("p", { className: "offered" }, made("b", { textContent: title })), made("p", { className: "about", textContent: about }), made("p", { className: "buttons" }, ...buttons));
    this.card.hidden = false;
  }

  #away() {
    this.areShown = false;
    this.focused = null;
    this.card.hidden = true;
    this.desk.show();
  }

  // A verdict on the one that is in sight; the next comes by itself.
  async decide(act) {
    const offer = this.focused;
    if (!offer) return this.next(1);
    const sent = this.desk.send({ ...act, suggestion: offer.id });
    this.next(1);
    if (this.focused === offer) this.next(1);
    await sent;
  }
}
