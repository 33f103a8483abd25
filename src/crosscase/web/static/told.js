// What the bar says: whether all is saved, and beside it what somebody has to know, which no `Saved` takes away unread.
const LONG_ENOUGH = 3000;

export class Told {
  constructor(element) {
    this.element = element;
    this.problem = { text: "", at: -Infinity };
    this.text = "";
    this.saysAmiss = "";
  }

  // A message, or, where `since` tells when an act was begun, how far it is. A problem stays beside that until something
  // is begun after it, and for as long as it takes to read it.
  tell(text, isBad = false, since = null) {
    if (since === null) {
      this.problem = { text: isBad ? text : "", at: performance.now() };
      return this.#show(isBad ? "" : text);
    }
    const { text: problem, at } = this.problem;
    const isUnread = problem && (since < at || performance.now() - at < LONG_ENOUGH);
    if (!isUnread || problem === text) this.problem.text = "";
    this.#show(text, isBad);
  }

  // What is wrong with a file just now, or nothing: said when it is another.
  amiss(text) {
    if (text === this.saysAmiss) return;
    const was = this.#toPutRight();
    this.saysAmiss = text;
    if (text) return this.tell(this.#toPutRight(), true);
    if (this.problem.text === was) this.problem.text = "";
    // What was saved just now, and may have put it right, stays said.
    this.#show([this.text, "All files are right again."].filter(Boolean).join(" · "));
  }

  #toPutRight() {
    return `To put right: ${this.saysAmiss}`;
  }

  #show(text, isBad = false) {
    this.text = text;
    this.element.textContent = [this.problem.text, text].filter(Boolean).join(" · ");
    this.element.classList.toggle("is-bad", Boolean(isBad || this.problem.text));
  }
}
