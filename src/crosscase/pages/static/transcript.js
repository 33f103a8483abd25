"use strict";
/* Puts each coding's name and bar beside its lines, keeps one code's passages, and goes from one to the next. */
(() => {
  const GAP = 3;
  const LANE = 6;
  const LANES_WIDTH = 27;
  const BETWEEN = 2.5;
  const LINE = 24;
  const AT_ONCE = 200;
  const NAMES_FROM = 40;
  const CALM = 20;
  const AT_REST = 150;
  const wide = matchMedia("screen and (min-width: 60rem)");
  const transcript = document.querySelector(".transcript");
  const status = document.getElementById("kept");
  const turns = Array.from(transcript.querySelectorAll(".turn"));
  const isLong = transcript.matches(".is-long");
  let notes = Array.from(transcript.querySelectorAll(".note"));
  const pageOf = (link) => link.getAttribute("href").split("#")[0];

  /* A mark tells its codings by their numbers, in the order in which they begin; one in which all of them begin, by these. */
  const begun = Array.from(transcript.querySelectorAll(".piece[id], .piece > span[id]"), ({ id }) => id);
  const spelt = new WeakSet();

  function spell(turn) {
    if (spelt.has(turn)) return;
    spelt.add(turn);
    for (const piece of turn.querySelectorAll(".piece:not([data-codings])")) {
      const here = piece.dataset.in?.split(" ").map((number) => begun[number]) ?? [piece, ...piece.children].map(({ id }) => id);
      piece.dataset.codings = here.join(" ");
    }
  }

  for (const note of notes) {
    note.dataset.place ??= note.id.slice("note/".length);
    note.dataset.lane ??= 0;
    note.dataset.keys ??= Array.from(note.querySelectorAll("p > a:first-child"), pageOf).join(" ");
  }
  for (const link of document.querySelectorAll(".codes a")) link.dataset.key ??= pageOf(link);

  const noteOf = new Map(notes.map((note) => [note.dataset.place, note]));
  const numbers = Array.from(transcript.querySelectorAll(".turn > a"));
  /* Where people code, the desk has its own keys. */
  const isRead = !document.querySelector('script[src="assets/window.js"]');
  let only = "";
  let entered = null;
  let isLaidEarly = false;
  const bare = transcript.getElementsByClassName("is-bare");
  let early = [];
  let held = null;
  let hasMoved = false;
  let stood = history.state?.stands;

  function drawn(name, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  }

  /* The pieces of a coding: from where it begins through as many turns as it goes on. */
  function piecesOf(place) {
    const pieces = [];
    for (let turn = document.getElementById(place)?.closest(".turn"); turn; turn = turn.nextElementSibling) {
      spell(turn);
      const here = turn.querySelectorAll(`[data-codings~="${CSS.escape(place)}"]`);
      if (!here.length && !turn.matches(".is-bare")) break;
      pieces.push(...here);
    }
    return pieces;
  }

  /* Where the passages of a turn stand, those that go on into the next turn among them: top, bottom and first line. */
  function passagesIn(turn, from) {
    const places = new Map();
    spell(turn);
    for (const piece of turn.querySelectorAll(".piece")) {
      for (const place of piece.dataset.codings.split(" ")) {
        if (!noteOf.has(place)) continue;
        const lines = Array.from(piece.getClientRects());
        if (!lines.length) continue;
        const first = lines[0];
        const last = lines.at(-1);
        const passage = places.get(place) ?? { place, top: first.top - from, middle: (first.top + first.bottom) / 2 - from };
        passage.bottom = last.bottom - from;
        places.set(place, passage);
      }
    }
    return Array.from(places.values());
  }

  /* Two passages that follow each other on a line share it: a gap between their bars. */
  function parted(passages) {
    const last = new Map();
    for (const passage of passages) {
      const lane = noteOf.get(passage.place).dataset.lane;
      const before = last.get(lane);
      if (before && before.bottom > passage.top) {
        const middle = (Math.max(before.top, passage.top) + Math.min(before.bottom, passage.bottom)) / 2;
        before.bottom = middle - BETWEEN / 2;
        passage.top = middle + BETWEEN / 2;
        passage.middle = Math.max(passage.middle, passage.top + BETWEEN);
      }
      last.set(lane, passage);
    }
    for (const passage of passages) passage.middle = Math.max(passage.top, Math.min(passage.middle, passage.bottom));
    return passages;
  }

  /* Each name as near to its passage as the others let it be; together they never need more room than one under another. */
  function placed(names, height) {
    let free = 0;
    for (const name of names) {
      name.at = Math.max(name.wanted, free);
      free = name.at + name.height + GAP;
    }
    let end = height;
    for (const name of names.toReversed()) {
      name.at = Math.max(0, Math.min(name.at, end - name.height));
      end = name.at - GAP;
    }
    return names;
  }

  function measured(turn) {
    const list = turn.querySelector(".notes");
    if (!list && !turn.querySelector(".piece")) return null;
    const box = turn.getBoundingClientRect();
    const from = list ? list.getBoundingClientRect().top : box.top;
    const passages = parted(passagesIn(turn, from));
    const tops = new Map(passages.map((passage) => [passage.place, passage.middle]));
    const shown = list ? Array.from(list.querySelectorAll(".note:not([hidden])")) : [];
    const names = shown.map((note) => {
      const wanted = (tops.get(note.dataset.place) ?? 0) - LINE / 2 - 2;
      return { note, natural: note.offsetTop, height: note.offsetHeight, wanted };
    });
    return { turn, list, passages, names: placed(names, box.bottom - from) };
  }

  function bar(passage, name, between) {
    const note = noteOf.get(passage.place);
    const x = 2 + between * note.dataset.lane;
    const group = drawn("g", { class: note.classList.contains("is-draft") ? "is-draft" : "", "data-place": passage.place });
    group.append(drawn("line", { x1: x, x2: x, y1: passage.top, y2: passage.bottom }));
    if (name) {
      const y = name.at + LINE / 2 + 2;
      const bend = NAMES_FROM - 12;
      group.append(drawn("circle", { cx: x, cy: passage.middle, r: 3 }));
      group.append(drawn("polyline", { points: `${x},${passage.middle} ${bend},${passage.middle} ${bend + 6},${y} ${NAMES_FROM - 4},${y}` }));
    }
    return group;
  }

  function draw({ turn, list, passages, names }) {
    turn.querySelector(".bars")?.remove();
    for (const { note, natural, at } of names) note.style.transform = `translateY(${at - natural}px)`;
    if (!list) return;
    const nameOf = new Map(names.map((name) => [name.note.dataset.place, name]));
    const kept = passages.filter(({ place }) => !noteOf.get(place).hidden);
    const last = Math.max(1, ...kept.map(({ place }) => Number(noteOf.get(place).dataset.lane)));
    const between = Math.min(LANE, LANES_WIDTH / last);
    const bars = kept.map((passage) => bar(passage, nameOf.get(passage.place), between));
    list.before(drawn("svg", { class: "bars", "aria-hidden": "true" }, ...bars));
  }

  function plain(turn) {
    turn.querySelector(".bars")?.remove();
    for (const note of turn.querySelectorAll(".note")) note.style.transform = "";
  }

  /* Reads everything before it writes anything, so that the browser lays the page out once. */
  function lay(some) {
    if (want({ turns: some }).length && only) return keep(only);
    if (!Array.from(document.fonts ?? []).every(({ status }) => status === "loaded")) isLaidEarly = true;
    if (!isRead) some.forEach(passOver);
    if (!wide.matches) return some.forEach(plain);
    for (const note of some.flatMap((turn) => Array.from(turn.querySelectorAll(".note")))) note.style.transform = "";
    const shown = some.filter((turn) => !turn.hidden);
    shown.map(measured).filter(Boolean).forEach(draw);
  }

  /* Of a long text in which people code, what is coded in a turn is put there when it is wanted: near, sought, or kept. */
  function want(wish) {
    if (!bare.length) return [];
    const wanted = { ...wish, filled: null };
    document.dispatchEvent(new CustomEvent("turns-wanted", { detail: wanted }));
    if (!wanted.filled) early.push(...(wish.turns ?? []));
    if (wanted.filled?.length) know(wanted.filled);
    return wanted.filled ?? [];
  }

  function know(some) {
    for (const turn of some) for (const note of turn.querySelectorAll(".note")) noteOf.set(note.dataset.place, note);
    notes = Array.from(transcript.querySelectorAll(".note"));
  }

  /* Numbers that stand for bars are no stops of Tab. */
  function passOver(scope) {
    for (const note of scope.querySelectorAll(".note")) note.tabIndex = -1;
    if (wide.matches) for (const link of scope.querySelectorAll(".turn > p a, .note > a")) link.tabIndex = -1;
  }

  const inSight = new IntersectionObserver(
    (entries) => lay(entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target)),
    { rootMargin: "600px 0px" },
  );

  function layAll() {
    if (turns.length <= AT_ONCE) return lay(turns);
    inSight.disconnect();
    turns.forEach((turn) => inSight.observe(turn));
  }

  /* Keeps the passages of one code, each with the question before it; without a code, all. */
  function keep(key) {
    only = key;
    want({ key });
    const button = Array.from(document.querySelectorAll(".codes a")).find((link) => link.dataset.key === key);
    for (const link of document.querySelectorAll(".codes a")) link.setAttribute("aria-pressed", String(link === button));
    for (const note of notes) note.hidden = Boolean(button) && !note.dataset.keys.split(" ").includes(key);
    if (entered?.hidden) enter(notes.find((note) => !note.hidden) ?? null);
    const places = new Set(button ? notes.filter((note) => !note.hidden).map((note) => note.dataset.place) : []);
    turns.forEach(spell);
    for (const piece of transcript.querySelectorAll(".piece")) {
      piece.classList.toggle("kept", piece.dataset.codings.split(" ").some((place) => places.has(place)));
    }
    const has = turns.map((turn) => !button || Boolean(turn.querySelector(".kept")));
    turns.forEach((turn, number) => {
      const isQuestion = turn.classList.contains("turn-interviewer") && has[number + 1];
      turn.hidden = !has[number] && !isQuestion;
    });
    if (isRead && numbers.find((it) => it.tabIndex === 0)?.closest("[hidden]")) {
      number(numbers.find((it) => !it.closest("[hidden]")));
    }
    tell(button, places.size);
    layAll();
  }

  function tell(button, number) {
    status.replaceChildren();
    if (!button) return;
    const name = button.firstChild.textContent.trim();
    const all = document.createElement("button");
    all.type = "button";
    all.textContent = "Show the whole text";
    all.addEventListener("click", () => choose(""));
    const page = document.createElement("a");
    page.href = button.href;
    page.textContent = "All passages of this code";
    status.append(`${name}: ${number} ${number === 1 ? "passage" : "passages"} here.`, all, page);
  }

  /* As a reader's own step: the way back finds it again. */
  function choose(key) {
    history.replaceState({ ...history.state, only: key }, "");
    keep(key);
    if (key) transcript.scrollIntoView({ block: "start" });
  }

  function light(places) {
    for (const lit of transcript.querySelectorAll(".lit")) lit.classList.remove("lit");
    for (const place of places) {
      noteOf.get(place)?.classList.add("lit");
      for (const piece of piecesOf(place)) piece.classList.add("lit");
      transcript.querySelector(`.bars [data-place="${CSS.escape(place)}"]`)?.classList.add("lit");
    }
  }

  function pointed(event) {
    const it = event.target.closest?.(".piece, .note");
    if (it) spell(it.closest(".turn"));
    light(it ? (it.dataset.codings?.split(" ") ?? [it.dataset.place]) : []);
  }

  /* Of hundreds of codings and numbers of turns, Tab stops at one each; arrows lead from there to the others. */
  function reach(note, isReached) {
    note.tabIndex = isReached ? 0 : -1;
    for (const link of note.querySelectorAll("p a")) link.tabIndex = isReached ? 0 : -1;
  }

  function enter(note) {
    if (!isRead || note === entered) return;
    if (entered) reach(entered, false);
    if (note) reach(note, true);
    entered = note;
  }

  function number(current) {
    for (const it of numbers) it.tabIndex = it === current ? 0 : -1;
  }

  function arrow(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || !isRead) return;
    const at = numbers.indexOf(document.activeElement);
    if (at < 0 && !document.activeElement.closest(".note")) return;
    event.preventDefault();
    if (at < 0) return step(by);
    const shown = numbers.filter((it) => !it.closest("[hidden]"));
    const next = shown[Math.min(Math.max(shown.indexOf(numbers[at]) + by, 0), shown.length - 1)];
    number(next);
    next.focus();
  }

  function step(by) {
    if (bare.length) lay(want({ beside: document.activeElement.closest?.(".turn") ?? turns.find(isBelow) ?? turns.at(-1) }));
    const shown = notes.filter((note) => !note.hidden);
    if (!shown.length) return;
    const current = shown.indexOf(document.activeElement.closest?.(".note"));
    const next = current < 0 ? nearest(shown, by) : shown[(current + by + shown.length) % shown.length];
    isRead ? enter(next) : passOver(next.closest(".turn"));
    next.focus({ preventScroll: true });
    (piecesOf(next.dataset.place)[0] ?? next).scrollIntoView({ block: "center" });
    light([next.dataset.place]);
  }

  function isBelow(turn) {
    return turn.getBoundingClientRect().bottom > innerHeight / 2;
  }

  /* From where the reader looks: the first name below the middle of the window, or the last one above it. */
  function nearest(shown, by) {
    const middle = innerHeight / 2;
    const below = shown.findIndex((note) => note.getBoundingClientRect().top > middle);
    const at = by > 0 ? below : (below < 0 ? shown.length : below) - 1;
    return shown.at(at) ?? shown[0];
  }

  /* Turns have a guessed height until they come near: what has its place is put back there until nothing moves, or the reader does. */
  function hold(put, calm = 0) {
    held = put;
    const before = scrollY;
    put();
    const now = scrollY === before ? calm + 1 : 0;
    if (now < CALM) requestAnimationFrame(() => held === put && hold(put, now));
    else held = null;
  }

  function letGo() {
    held = null;
    hasMoved = true;
  }

  /* Where the reader stands: the first turn in sight, and where it begins. */
  function stand() {
    const turn = turns.find((it) => it.getBoundingClientRect().bottom > 0) ?? turns.at(-1);
    history.replaceState({ ...history.state, stands: [turn.id, turn.getBoundingClientRect().top] }, "");
  }

  /* Whoever comes back stands where they stood, whatever the address names; others come to what it names. */
  function settle(target) {
    const [id, top] = stood ?? [];
    const turn = document.getElementById(id);
    if (turn) hold(() => scrollBy({ top: turn.getBoundingClientRect().top - top, behavior: "instant" }));
    else if (target) hold(() => target.scrollIntoView({ behavior: "instant" }));
  }

  /* The pieces of the coding that an address names, wherever else they stand. */
  function aim() {
    const place = decodeURIComponent(location.hash.slice(1));
    for (const piece of transcript.querySelectorAll(".aimed")) piece.classList.remove("aimed");
    if (place && !document.getElementById(place)) lay(want({ place }));
    const named = document.getElementById(place);
    const target = transcript.contains(named) ? named : null;
    if (only && target?.closest("[hidden]")) {
      choose("");
      target.scrollIntoView();
    }
    if (target) for (const piece of piecesOf(place)) piece.classList.add("aimed");
    if (isLong && !hasMoved) settle(target);
  }

  /* Where people code, turns are painted anew one by one. */
  document.addEventListener("turns-changed", ({ detail }) => {
    know(detail);
    if (only) keep(only);
    else lay(detail);
  });
  document.addEventListener("coding-begins", () => {
    if (only) keep(only);
    else lay(early.filter((turn) => turn.matches(".is-bare")));
    early = [];
    aim();
  });
  /* Whoever looks for words by the browser keeps what it marks in them: no turn is put together anew behind it. */
  addEventListener("keydown", (event) => {
    if (event.key === "F3" || ((event.ctrlKey || event.metaKey) && event.key === "f")) want({ turns });
  });
  addEventListener("beforeprint", () => want({ turns }));
  document.addEventListener("keep-code", ({ detail }) => choose(detail));
  if (isRead) {
    for (const note of notes) reach(note, false);
    for (const link of transcript.querySelectorAll(".turn > p a, .note > a")) link.tabIndex = -1;
    enter(notes[0] ?? null);
    number(numbers[0]);
    transcript.addEventListener("keydown", arrow);
    transcript.addEventListener("focusin", (event) => {
      const note = event.target.closest(".note");
      if (note) enter(note);
      if (event.target.matches(".turn > a")) number(event.target);
    });
  }
  for (const link of document.querySelectorAll(".codes a")) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-pressed", "false");
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      choose(only === link.dataset.key ? "" : link.dataset.key);
    });
    link.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      link.click();
    });
  }
  for (const button of document.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  }
  transcript.addEventListener("pointerover", pointed);
  transcript.addEventListener("pointerleave", () => light([]));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    if (event.key === "Escape" && only) choose("");
    if (!document.getElementById("keys")?.checked) return;
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });
  addEventListener("hashchange", () => {
    hasMoved = false;
    stood = history.state?.stands;
    aim();
  });
  if (isLong) {
    history.scrollRestoration = "manual";
    for (const moved of ["wheel", "touchstart", "pointerdown", "keydown"]) addEventListener(moved, letGo, { passive: true, capture: true });
    let resting = 0;
    addEventListener("scroll", () => {
      clearTimeout(resting);
      resting = setTimeout(stand, AT_REST);
    });
  }
  wide.addEventListener("change", layAll);
  let width = transcript.clientWidth;
  new ResizeObserver(() => {
    if (transcript.clientWidth === width) return;
    width = transcript.clientWidth;
    layAll();
  }).observe(transcript);
  document.fonts?.ready.then(() => isLaidEarly && layAll());
  if (history.state?.only) keep(history.state.only);
  else layAll();
  aim();
  transcript.classList.add("is-read");
  document.dispatchEvent(new Event("transcript-read"));
})();
