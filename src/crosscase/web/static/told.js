// What the bar says: whether all is saved, and beside it what somebody has to know, which no `Saved` takes away unread.
const LONG_ENOUGH = 3000;

export class Told {
  constructor(element) {
    this.element = element;
    this.problem = { text: "", at: -Infinity };
    this.saysAmiss = "";
  }

  // A message, or, where `since` tells when an act was begun, how far it is. A problem stays beside that until something
  // is begun after it, and for as long as it takes to read it.
  tell(text, isBad = false, since = null) {
    if (since === null) {
      this.problem = { text: isBad ? text : "", at: performance.now() };
      return this.#show(text, isBad);
    }
    const { text: problem, at } = this.problem;
    const isUnread = problem && (since < at || performance.now() - at < LONG_ENOUGH);
    if (!isUnread) this.problem.text = "";
    this.#show(isUnread && problem !== text ? `${problem} · ${text}` : text, isBad || isUnread);
  }

  // What is wrong with a file just now, or nothing: said when it is another.
  amiss(text) {
    if (text === this.saysAmiss) return;
    this.saysAmiss = text;
    if (text) this.tell(`To put right: ${text}`, true);
    // What was saved just now, and may have put it right, stays said.
    else this.tell([this.element.classList.contains("is-bad") ? "" : this.element.textContent, "All files are right again."].filter(Boolean).join(" · "));
  }

  #show(text, isBad) {
    this.element.textContent = text;
    this.element.classList.toggle("is-bad", Boolean(isBad));
  }
}
