// Sends decisions, one at a time and in their order. What waits outlives the page, and nothing is written twice.
const PAUSE = 500;
const LONGEST_PAUSE = 8000;
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
const counted = (number) => `${number} ${number === 1 ? "change waits" : "changes wait"}`;

export class Saving {
  // `page`, for pages that paint by themselves: `place` names what waits in the browser's store, `file` is the page's
  // name, `refresh` fetches what others did, `take` knows from an answer's news what there is now, `has` tells whether
  // an act is written, `insists` asks a person where two changed the same.
  constructor(data, tell, page = {}) {
    this.data = data;
    this.tell = tell;
    this.page = { place: "", file: "", refresh: null, take: async () => {}, has: () => false, insists: async () => false, changed: () => {}, ...page };
    this.done = [];
    this.undone = [];
    this.entries = [];
    this.token = data.token; // of the server that was met last
    this.queue = Promise.resolve(data.done ? this.#know(data) : this.#recall());
    addEventListener("beforeunload", (event) => this.waiting && !this.page.place && event.preventDefault());
  }

  get version() {
    return this.data.version;
  }

  get waiting() {
    return this.entries.length;
  }

  get acts() {
    return this.entries.filter(({ act }) => act).map(({ act }) => act);
  }

  // What would be taken back now, which another page may have done.
  get takesBack() {
    const last = this.done.at(-1);
    return last ? `Takes back: ${last.what}` : "There is nothing to take back";
  }

  // What an earlier page left unsent is sent first.
  resume() {
    const kept = this.page.place ? JSON.parse(sessionStorage.getItem(this.page.place) ?? "[]") : [];
    for (const entry of kept) this.#add({ ...entry, isUnsure: true }).catch(() => {});
  }

  act(act, seen = null) {
    return this.#add({ key: crypto.randomUUID(), act, seen });
  }

  async takeBack() {
    return this.#back(this.done, this.undone, "taken back");
  }

  async redo() {
    return this.#back(this.undone, this.done, "done again");
  }

  // Takes the last act of one list back, which is then the last of the other.
  async #back(from, to, told) {
    await this.queue;
    const last = from.pop();
    if (!last) {
      this.tell(`Not saved: there is nothing to ${told === "done again" ? "do again" : "take back"}.`, true);
      throw new Error("nothing to take back");
    }
    const answer = await this.#add({ key: crypto.randomUUID(), undoes: last.id, told: `${told}: ${last.what}` });
    // A server that was started meanwhile has told of both lists as they were before, or as they are now.
    const at = from.findIndex(({ id }) => id === last.id);
    if (at >= 0) from.splice(at, 1);
    if (answer.id) to.push({ ...last, id: answer.id });
    return answer;
  }

  // This coder's acts that can be taken back, and those that can be done again: of all pages, and of earlier servers.
  async #recall() {
    try {
      const response = await fetch("/state");
      if (response.ok) this.#know(await response.json());
    } catch {
      // What this page does can be taken back all the same.
    }
  }

  #know({ done, undone }) {
    this.done.splice(0, Infinity, ...done);
    this.undone.splice(0, Infinity, ...undone);
  }

  #add(entry) {
    this.entries.push(entry);
    this.#keep();
    entry.begun = performance.now();
    this.tell("Saving …", false, entry.begun);
    // With nothing before it, it is sent before anything is painted: the server works meanwhile.
    const result = this.waiting === 1 ? this.#carryOut(entry) : this.queue.then(() => this.#carryOut(entry));
    this.queue = result.catch(() => {});
    this.page.changed();
    return result;
  }

  async #carryOut(entry) {
    try {
      const answer = await this.#answer(entry);
      if (entry.act && answer.id) {
        this.done.push({ id: answer.id, what: answer.what, key: entry.key });
        this.undone.length = 0;
      }
      // What is written is written, whether or not it can be fetched again just now.
      await this.page.take(answer.news).catch(() => {});
      this.tell(`Saved ${new Date().toLocaleTimeString("en-GB")}: ${entry.told ?? answer.what}`, false, entry.begun);
      return answer;
    } catch (error) {
      this.tell(`Not saved: ${error.message}`, true);
      throw error;
    } finally {
      this.entries.splice(this.entries.indexOf(entry), 1);
      this.#keep();
      this.page.changed();
    }
  }

  #keep() {
    if (!this.page.place) return;
    const kept = this.entries.filter(({ act }) => act);
    if (kept.length) sessionStorage.setItem(this.page.place, JSON.stringify(kept));
    else sessionStorage.removeItem(this.page.place);
  }

  // The server's answer, however often one has to ask. Throws what it refuses, in its words.
  async #answer(entry) {
    for (let pause = PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      if (entry.isUnsure && (await this.#isThere(entry))) return { id: 0, what: "it was written already" };
      const { status, answer } = await this.#post(entry);
      if (answer.version && !this.page.refresh) this.data.version = answer.version;
      if (status === 200) return answer;
      if (status === 409 && this.page.refresh && (await this.#again(entry))) continue;
      if (![0, 403, 423, 500, 507].includes(status)) throw new Error(answer.error);
      this.tell(`Not saved yet, ${counted(this.waiting)}: ${answer.error}`, true, entry.begun);
      await wait(pause);
      await this.#meet(entry);
    }
  }

  // Whether an act that was sent to another server, or by an earlier page, is written: by what the server knows, or else
  // by what stands there.
  async #isThere(entry) {
    if ([...this.done, ...this.undone].some(({ key }) => key === entry.key)) return true;
    if (!entry.act) return false;
    try {
      await this.page.refresh?.();
    } catch {
      return false;
    }
    return this.page.has(entry.act);
  }

  // Theirs is taken, ours put on top and sent again, unless both are about the same and the person lets theirs stand.
  async #again(entry) {
    try {
      await this.page.refresh();
    } catch {
      return true; // The server is gone just now: it is sent again as long as it takes.
    }
    entry.tries = (entry.tries ?? 0) + 1;
    return entry.tries < 5 && (await this.page.insists(entry));
  }

  // After another start of the server its token is another, and an act may be written of which no answer came.
  async #meet(entry) {
    let state = null;
    try {
      const response = await fetch("/state");
      if (response.ok) state = await response.json();
    } catch {
      // It is asked again after the next pause.
    }
    if (state?.token === this.token) return;
    entry.isUnsure = true;
    if (!state) return;
    this.token = this.data.token = state.token;
    this.#know(state);
    const isAnother = !this.page.refresh && state.version !== this.data.version && !(await this.#isThere(entry));
    if (!this.page.refresh) this.data.version = state.version;
    // A page that can't fetch by itself what others did meanwhile isn't to write over it.
    if (isAnother) throw new Error("the study has changed while the server was gone; look at it, and save again");
  }

  async #post({ key, act, undoes }) {
    const path = act ? "/acts" : `/acts/${undoes}/undo?key=${key}`;
    const body = act ? { version: this.data.version, act, key } : null;
    const headers = { "content-type": "application/json", "x-crosscase-token": this.data.token };
    if (this.page.file) Object.assign(headers, { "x-crosscase-page": this.page.file, "x-crosscase-since": this.data.version });
    try {
      const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
      const isJson = response.headers.get("content-type")?.startsWith("application/json");
      const answer = isJson ? await response.json() : { error: (await response.text()).trim() };
      return { status: response.status, answer };
    } catch {
      return { status: 0, answer: { error: "the server doesn’t answer. Trying again …" } };
    }
  }
}
