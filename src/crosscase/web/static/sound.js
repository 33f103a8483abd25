// A source's recording beside its text: played from where one is, with the turn marked that is being spoken.
import { made } from "./elements.js";

export class Sound {
  constructor(desk) {
    this.desk = desk;
    if (!desk.data.media) return;
    this.audio = made("audio", { src: desk.data.media, preload: "metadata", controls: true, "aria-label": "The recording" });
    desk.bar.element.prepend(this.audio);
    this.audio.addEventListener("timeupdate", () => this.#mark());
    for (const event of ["pause", "ended"]) this.audio.addEventListener(event, () => this.#mark());
  }

  // Plays from the words one is at, or stops.
  play() {
    if (!this.audio) return this.desk.bar.tell("There is no recording of this source: sources.csv may name one as media.");
    if (!this.audio.paused) return this.audio.pause();
    const { passage } = this.desk.cursor;
    if (passage && passage.start !== this.began) this.audio.currentTime = this.#timeAt(passage.start);
    this.began = passage?.start;
    this.audio.play();
    if (!this.#known.length) this.desk.bar.tell("The text has no times, so the place in the recording is a guess.");
  }

  skip(time) {
    if (this.audio) this.audio.currentTime = Math.max(0, this.audio.currentTime + time);
  }

  // Turns that say when they begin: between two of them, time goes with the letters, which is approximate.
  get #known() {
    return this.desk.places.turns.filter(({ time }) => time >= 0);
  }

  get #marks() {
    const { turns } = this.desk.places;
    const marks = this.#known.map(({ head, time }) => [head, time]);
    const end = [turns.at(-1).end, Math.max(this.audio.duration || 0, marks.at(-1)?.[1] ?? 0)];
    return [...(marks[0]?.[0] === turns[0].head ? [] : [[turns[0].head, 0]]), ...marks, end];
  }

  #timeAt(offset) {
    return between(this.#marks, offset, 0);
  }

  #mark() {
    const at = this.audio.paused ? -1 : this.desk.places.turnAt(Math.floor(between(this.#marks, this.audio.currentTime, 1)));
    if (at === this.spoken) return;
    this.desk.painter.turns[this.spoken]?.classList.remove("is-spoken");
    this.desk.painter.turns[at]?.classList.add("is-spoken");
    this.spoken = at;
  }
}

// In pairs that both rise, the other side of a value: on a line between the two that are next to it.
function between(pairs, value, side) {
  const after = pairs.findIndex((pair) => pair[side] > value);
  const [low, high] = after < 0 ? [pairs.at(-1), pairs.at(-1)] : [pairs[Math.max(after - 1, 0)], pairs[after]];
  const width = high[side] - low[side];
  const share = width > 0 ? Math.min(Math.max((value - low[side]) / width, 0), 1) : 0;
  return low[1 - side] + share * (high[1 - side] - low[1 - side]);
}
