// What a source's page shows: what the server has, and on top of it the acts that are still on their way.
const EMPTY = { value: "", stance: "", case: "", episode: "", voice: "", memo: "", by: "" };
const NAMED = { code_id: "code", case_id: "case", episode_id: "episode" };
let made = 0;

// Of a coding's fields only its memos are more than a word.
const isSame = (one, other) => one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));

const numbered = (decision) => Object.assign(decision, { rev: (made += 1) });

// What each act does to what is shown, before the server has answered.
const EFFECTS = {
  add_codings(shown, { passages, new: code }, model) {
    for (const passage of passages) shown.coded.set(passage.id, model.draft(passage, code));
  },
  change_coding(shown, { coding, fields }, model) {
    const before = shown.coded.get(coding);
    if (before) shown.coded.set(coding, model.draft({ ...before, ...present(fields) }));
  },
  remove_coding: (shown, { coding }) => shown.coded.delete(coding),
  accept(shown, { suggestion }, model) {
    const offered = shown.offered.find(({ id }) => id === suggestion);
    if (offered) shown.coded.set(suggestion, model.draft({ ...offered, id: suggestion }));
    shown.offered = shown.offered.filter(({ id }) => id !== suggestion);
  },
  change(shown, { suggestion, passage, new: code }, model) {
    shown.coded.set(passage.id, model.draft(passage, code));
    shown.offered = shown.offered.filter(({ id }) => id !== suggestion);
  },
  reject: (shown, { suggestion }) => (shown.offered = shown.offered.filter(({ id }) => id !== suggestion)),
  postpone(shown, { suggestion }) {
    const left = shown.offered.find(({ id }) => id === suggestion);
    if (left) shown.offered = [...shown.offered.filter((one) => one !== left), { ...left, is_later: true }];
  },
  finish: (shown) => (shown.is_done = true),
  reopen: (shown, { read_to }) => Object.assign(shown, { is_done: false, read_to }),
  read_up_to: (shown, { offset }) => Object.assign(shown, { is_done: false, read_to: offset }),
  set_aside: (shown, { start, end, reason }) => (shown.asides = [...shown.asides, { id: "", start, end, reason }]),
  take_in_again: (shown, { aside }) => (shown.asides = shown.asides.filter(({ id }) => id !== aside)),
};

// An act's fields under the names that a coding has here.
const present = (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [NAMED[name] ?? name, value]));

export class Model {
  #sorted = null;

  constructor(data) {
    this.source = data.source;
    this.coder = data.coder;
    this.text = data.text;
    this.shown = { coded: new Map() };
    this.#frame(data.frameworks);
    this.#stand(data.standing);
    this.base.coded = new Map(data.standing.coded.map((coding) => [coding.id, numbered(coding)]));
    this.#know(data.ways, this.base.coded);
  }

  #know(ways, coded) {
    this.ways = new Map(Object.entries(ways).map(([id, links]) => [id, { links, coding: coded.get(id) }]));
  }

  // The ways from a coding to its cells, which only the server knows, as long as it is of the same code and case.
  waysOf({ id, code, case: about }) {
    const { links, coding } = this.ways.get(id) ?? {};
    return coding?.code === code && coding.case === about ? links : [];
  }

  #frame({ categories, codes, cases, is_closed }) {
    Object.assign(this, { categories, codes, cases, isClosed: is_closed });
    this.codeOf = new Map(codes.map((code) => [code.id, code]));
    this.caseOf = new Map(cases.map((one) => [one.id, one.name]));
  }

  #stand({ offered, asides, is_done, read_to, moved, lost }) {
    const before = new Map((this.base?.offered ?? []).map((one) => [one.id, one]));
    const same = (one) => (before.get(one.id)?.is_later === one.is_later ? before.get(one.id) : numbered(one));
    this.base = { coded: this.base?.coded, offered: offered.map(same), asides, is_done, read_to, moved, lost };
  }

  // A coding as it will be; its code's name is looked up anew, unless the code is only being made.
  draft(passage, newCode) {
    const code = newCode ?? this.codeOf.get(passage.code);
    return numbered({ ...EMPTY, ...passage, name: code?.name ?? passage.name ?? passage.code, anchor: `coding/${passage.id}`, by: "", isWaiting: true });
  }

  // News from the server: only what changed, or all of it where this page is too old to be told the difference.
  take(news) {
    if (news.frameworks) this.#frame(news.frameworks);
    this.#stand(news.standing);
    const coded = news.gone ? this.base.coded : new Map();
    for (const coding of news.coded ?? news.standing.coded) {
      const before = this.base.coded.get(coding.id);
      const isAsBefore = before && Object.keys(coding).every((name) => isSame(before[name], coding[name]));
      coded.set(coding.id, isAsBefore ? before : numbered(coding));
    }
    for (const id of news.gone ?? []) coded.delete(id);
    this.base.coded = coded;
    if (news.ways) this.#know(news.ways, coded);
  }

  // What is to be shown while these acts wait.
  fold(acts) {
    const shown = { ...this.base, coded: new Map(this.base.coded) };
    for (const act of acts) EFFECTS[act.act]?.(shown, act, this);
    // What was painted as waiting stays the same object as long as it says the same: nothing is painted twice.
    for (const [id, coding] of shown.coded) {
      const before = this.shown.coded.get(id);
      if (coding.isWaiting && before?.isWaiting && Object.keys(EMPTY).every((name) => before[name] === coding[name]) && before.start === coding.start && before.end === coding.end && before.code === coding.code) shown.coded.set(id, before);
    }
    this.shown = shown;
    this.#sorted = null;
  }

  // Whether the server has what an act was to bring about: it may have been written though no answer came.
  has(act) {
    const { coded, offered, asides, is_done, read_to } = this.base;
    const says = (coding, fields) => coding && Object.entries(present(fields)).every(([name, value]) => coding[name] === value);
    return {
      add_codings: () => act.passages.every(({ id }) => coded.has(id)),
      change_coding: () => says(coded.get(act.coding), act.fields),
      remove_coding: () => !coded.has(act.coding),
      accept: () => !offered.some(({ id }) => id === act.suggestion),
      change: () => coded.has(act.passage.id),
      reject: () => !offered.some(({ id }) => id === act.suggestion),
      finish: () => is_done,
      reopen: () => !is_done && read_to === act.read_to,
      read_up_to: () => !is_done && read_to === act.offset,
      set_aside: () => asides.some(({ start, end }) => start === act.start && end === act.end),
      remove_memo: () => !coded.values().some(({ memos }) => memos?.some(({ name }) => name === act.name)),
      take_in_again: () => !asides.some(({ id }) => id === act.aside),
    }[act.act]?.() ?? false;
  }

  // In reading order; sorted once for all that ask before anything changes.
  get codings() {
    this.#sorted ??= Array.from(this.shown.coded.values()).sort((one, other) => one.start - other.start || one.end - other.end);
    return this.#sorted;
  }

  // The coder's own codings that share words with a passage: those of exactly its words first.
  mineAt({ start, end }) {
    const here = this.codings.filter((coding) => !coding.by && coding.start < end && coding.end > start);
    const isExact = (coding) => coding.start === start && coding.end === end;
    return [...here.filter(isExact), ...here.filter((coding) => !isExact(coding))];
  }
}
