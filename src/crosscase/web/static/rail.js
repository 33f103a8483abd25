// The codes beside the text, with how many passages carry each: they follow what is coded, without loading the page again.
import { made } from "./elements.js";

const sum = (counts) => counts.values().reduce((all, count) => all + count, 0);

export class Rail {
  constructor(model) {
    this.model = model;
    this.counts = this.#counted();
  }

  show() {
    const now = this.#counted();
    for (const key of new Set([...now.keys(), ...this.counts.keys()])) {
      if (now.get(key) !== this.counts.get(key)) this.#write(key, now.get(key) ?? 0);
    }
    this.#tell(sum(now) - sum(this.counts));
    this.counts = now;
  }

  // How many there are in all stands below the source's name.
  #tell(more) {
    const line = more ? document.querySelector(".line") : null;
    const said = /([\d,]+) codings?(?= by people)/.exec(line?.textContent ?? "");
    if (!said) return;
    const count = Number(said[1].replaceAll(",", "")) + more;
    line.textContent = line.textContent.replace(said[0], `${count.toLocaleString("en-GB")} ${count === 1 ? "coding" : "codings"}`);
  }

  #counted() {
    const counts = new Map();
    for (const { code } of this.model.shown.coded.values()) counts.set(code, (counts.get(code) ?? 0) + 1);
    return counts;
  }

  // What is suggested stands behind the number, and stays as it is.
  #write(key, count) {
    const link = document.querySelector(`.codes a[data-key="${CSS.escape(key)}"]`) ?? this.#added(key);
    const number = link?.querySelector(".number");
    if (!number) return;
    const drafts = /\d+ draft$/.exec(number.textContent)?.[0] ?? "";
    number.textContent = [count || (drafts ? "" : "0"), drafts].filter(Boolean).join(" ");
  }

  // A code that nothing here carried before, below the others of its category.
  #added(key) {
    const code = this.model.codeOf.get(key);
    const shelves = [...document.querySelectorAll(".codes")];
    if (!code || !shelves.length) return null;
    const list = shelves.find((one) => [...one.querySelectorAll("a")].some(({ dataset }) => this.model.codeOf.get(dataset.key)?.category === code.category)) ?? shelves.at(-1);
    const link = made("a", { href: code.href, "data-key": key }, made("span", { textContent: code.name }), " ", made("span", { className: "number" }));
    list.append(made("li", {}, link));
    return link;
  }
}
