// What else is said of a coding: its value, its stance, what it is about, in whose words, and a memo.
import { made } from "./elements.js";

const STANCES = ["", "reports", "supports", "opposes", "expects"];
const option = (value, textContent = value) => made("option", { value, textContent });

export class Fields {
  constructor(model, speakers) {
    this.model = model;
    this.value = made("select", { name: "value" });
    this.stance = made("select", { name: "stance" }, ...STANCES.map((stance) => option(stance, stance || "no stance")));
    this.case = made("select", { name: "case" }, option("", "the speaker’s own"), ...model.cases.map(({ id, name }) => option(id, name)));
    this.episode = made("select", { name: "episode" });
    this.voice = made("input", { type: "text", name: "voice", autocomplete: "off", list: "speakers" });
    this.memo = made("textarea", { name: "memo", rows: 2 });
    const label = (text, field) => made("label", {}, `${text} `, field);
    this.rest = made("details", { className: "more-of-it" }, made("summary", { textContent: "Stance, case, voice, memo" }),
      made("div", { className: "fields" },
        label("Stance", this.stance), label("About", this.case), label("Episode", this.episode),
        label("In the words of", this.voice), label("Memo", this.memo),
        made("datalist", { id: "speakers" }, ...speakers.map((speaker) => option(speaker)))));
    this.element = made("div", { className: "fields" }, label("Value", this.value), this.rest);
    this.case.parentElement.hidden = !model.cases.length;
    this.case.addEventListener("change", () => this.#showEpisodes());
  }

  // The values of another code; the one that was chosen stays where this code has it.
  of(code) {
    const chosen = this.value.value;
    const values = code?.values ?? [];
    this.value.replaceChildren(option("", "no value"), ...values.map(([value]) => option(value, value.replaceAll("_", " "))));
    if (values.some(([value]) => value === chosen)) this.value.value = chosen;
    this.value.parentElement.hidden = !values.length;
  }

  show(coding = {}) {
    this.rest.open = Boolean(coding.id);
    this.of(this.model.codeOf.get(coding.code));
    for (const name of ["value", "stance", "case", "voice", "memo"]) this[name].value = coding[name] ?? "";
    this.#showEpisodes();
    this.episode.value = coding.episode ?? "";
  }

  get said() {
    const said = { value: this.value.value, stance: this.stance.value, case: this.case.value, episode: this.episode.value };
    return { ...said, voice: this.voice.value.trim(), memo: this.memo.value.trim() };
  }

  #showEpisodes() {
    const cases = this.case.value ? this.model.cases.filter(({ id }) => id === this.case.value) : this.model.cases;
    const episodes = cases.flatMap(({ episodes: ids }) => ids);
    this.episode.replaceChildren(option("", "as the date tells"), ...episodes.map((id) => option(id)));
    this.episode.parentElement.hidden = !episodes.length;
  }
}
