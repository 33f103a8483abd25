// Sends decisions, one at a time and in their order, and keeps what can be taken back.
export class Saving {
  constructor(data, tell) {
    this.data = data;
    this.tell = tell;
    this.done = [];
    this.undone = [];
    this.queue = Promise.resolve();
    this.waiting = 0;
    addEventListener("beforeunload", (event) => this.waiting && event.preventDefault());
  }

  get version() {
    return this.data.version;
  }

  act(act, undo = () => {}) {
    return this.#next(async () => {
      const answer = await this.#post("/acts", { version: this.data.version, act });
      this.done.push({ id: answer.id, what: answer.what, undo });
      this.undone = [];
      return answer;
    });
  }

  takeBack() {
    return this.#next(async () => {
      const last = this.done.pop();
      if (!last) throw new Error("There is nothing to take back in this window.");
      const answer = await this.#post(`/acts/${last.id}/undo`, null);
      last.undo();
      this.undone.push({ ...last, id: answer.id });
      return { what: `taken back: ${last.what}` };
    });
  }

  #next(step) {
    this.waiting += 1;
    this.tell("Saving …");
    const result = this.queue.then(step);
    this.queue = result.then(
      (answer) => this.tell(`Saved ${new Date().toLocaleTimeString()}: ${answer.what.replaceAll("_", " ")}`),
      (error) => this.tell(`Not saved: ${error.message}`, true),
    ).finally(() => (this.waiting -= 1));
    return result;
  }

  async #post(path, body) {
    for (let pause = 500; ; pause = Math.min(2 * pause, 8000)) {
      let response;
      try {
        response = await fetch(path, {
          method: "POST",
          headers: { "content-type": "application/json", "x-crosscase-token": this.data.token },
          body: JSON.stringify(body),
        });
      } catch {
        this.tell("Not saved yet: the server doesn't answer. Trying again …", true);
        await new Promise((resolve) => setTimeout(resolve, pause));
        continue;
      }
      const isJson = response.headers.get("content-type")?.startsWith("application/json");
      const answer = isJson ? await response.json() : { error: await response.text() };
      if (answer.version) this.data.version = answer.version;
      if (!response.ok) throw new Error(answer.error);
      return answer;
    }
  }
}
