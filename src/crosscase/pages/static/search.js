"use strict";
/* Finds words by their beginnings in the page's index. Without it, the page says where else to look. */
(() => {
  const MOST = 20;
  const AROUND = 150;
  const WORD = /[\p{L}\p{N}\p{M}]+/gu;
  const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th", ı: "i" };

  const field = document.getElementById("find");
  const results = document.getElementById("results");
  const choices = document.getElementById("kinds");
  const status = document.getElementById("found");
  const elsewhere = document.getElementById("unsearched");
  const carried = (id) => unpacked(JSON.parse(document.getElementById(id).textContent));
  const turns = new Map(Object.entries(document.getElementById("texts") ? carried("texts") : {}));
  globalThis.crosscaseText = (source, packed) => turns.set(source, unpacked(packed));
  let kinds = [];
  let chosen = "";

  /* Without accents and capitals: "Café" and "cafe" are the same word. */
  function fold(text) {
    const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    return plain.replace(/[ßæœøđðłþı]/g, (letter) => LETTERS[letter]);
  }

  function words(text) {
    return Array.from(text.matchAll(WORD), (match) => ({
      start: match.index,
      end: match.index + match[0].length,
      plain: fold(match[0]),
    }));
  }

  function read(entry) {
    entry.inName ??= words(entry.name);
    for (const part of entry.parts) part.words ??= words(part.text);
    return entry;
  }

  function isHit(word, sought) {
    return sought.some((beginning) => word.plain.startsWith(beginning));
  }

  function fits(entry, sought) {
    const all = read(entry).parts.flatMap((part) => part.words).concat(entry.inName);
    return sought.every((beginning) => all.some((word) => word.plain.startsWith(beginning)));
  }

  function plural(number, noun) {
    if (number === 1) return `${number} ${noun}`;
    const [first, ...rest] = noun.split(" ");
    return `${number.toLocaleString("en")} ${[`${first}s`, ...rest].join(" ")}`;
  }

  function made(tag, className, ...children) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  }

  function link(href, ...children) {
    const element = made("a", "", ...children);
    element.href = href;
    return element;
  }

  /* The text between two places, with the sought words marked. */
  function marked(text, hits, start, end) {
    const parts = [];
    let before = start;
    for (const hit of hits.filter((one) => one.start >= start && one.end <= end)) {
      parts.push(text.slice(before, hit.start), made("mark", "", text.slice(hit.start, hit.end)));
      before = hit.end;
    }
    return [...parts, text.slice(before, end)];
  }

  /* The whole part if it is short, else the words around the first hit. */
  function excerpt(part, sought) {
    const hits = part.words.filter((word) => isHit(word, sought));
    const near = hits.length ? hits[0].start : 0;
    const from = part.words.find((word) => word.start >= near - AROUND)?.start ?? 0;
    const to = part.words.findLast((word) => word.end <= near + 2 * AROUND)?.end ?? part.text.length;
    const start = from < AROUND / 3 ? 0 : from;
    const end = part.text.length - to < AROUND / 3 ? part.text.length : to;
    const shown = [start ? "… " : "", ...marked(part.text, hits, start, end), end < part.text.length ? " …" : ""];
    const paragraph = made("p", "", ...(part.label ? [made("span", "label", part.label), " "] : []), ...shown);
    paragraph.dir = "auto";
    return paragraph;
  }

  /* The parts that hold the words; the first one where only the name does. */
  function result(entry, sought) {
    const inName = entry.inName.filter((word) => isHit(word, sought));
    const name = marked(entry.name, inName, 0, entry.name.length);
    const holding = entry.parts.filter((part) => part.words.some((word) => isHit(word, sought)));
    const shown = holding.length ? holding : entry.parts.slice(0, 1);
    const about = entry.about ? [made("span", "of", entry.about)] : [];
    return made("li", "result", link(entry.href, ...name), ...about, ...shown.map((part) => excerpt(part, sought)));
  }

  function more(list, rest, sought) {
    const button = made("button", "more", `Show ${rest.length.toLocaleString("en")} more`);
    button.type = "button";
    button.addEventListener("click", () => {
      const added = rest.map((entry) => result(entry, sought));
      list.append(...added);
      button.remove();
      added[0].querySelector("a").focus();
    });
    return button;
  }

  function section(found, sought) {
    const { kind, entries } = found;
    const count = made("span", "count", plural(entries.length, kind.noun));
    const list = made("ul", "", ...entries.slice(0, MOST).map((entry) => result(entry, sought)));
    const part = made("section", "found", made("h2", "", kind.name, " ", count), list);
    if (entries.length > MOST) part.append(more(list, entries.slice(MOST), sought));
    return part;
  }

  function choice(name, words, number) {
    const button = made("button", "", words, made("span", "number", number.toLocaleString("en")));
    button.type = "button";
    button.setAttribute("aria-pressed", String(chosen === name));
    button.addEventListener("click", () => {
      chosen = name;
      remember();
      show();
      Array.from(choices.children).find((one) => one.dataset.kind === name)?.focus();
    });
    button.dataset.kind = name;
    return button;
  }

  function told(found, query) {
    if (!found.length) return `Nothing here begins with “${query}”. Try fewer words, or only how they begin.`;
    return `Found for “${query}”: ${found.map(({ kind, entries }) => plural(entries.length, kind.noun)).join(", ")}.`;
  }

  function show() {
    const query = field.value.trim();
    const sought = words(query).map((word) => word.plain);
    const found = kinds
      .map((kind) => ({ kind, entries: sought.length ? kind.texts.filter((entry) => fits(entry, sought)) : [] }))
      .filter(({ entries }) => entries.length);
    if (!found.some(({ kind }) => kind.name === chosen)) chosen = "";
    const all = found.reduce((sum, { entries }) => sum + entries.length, 0);
    const each = found.map(({ kind, entries }) => choice(kind.name, kind.name, entries.length));
    choices.replaceChildren(...(found.length > 1 ? [choice("", "All", all), ...each] : []));
    const shown = found.filter(({ kind }) => !chosen || kind.name === chosen);
    results.replaceChildren(...shown.map((one) => section(one, sought)));
    status.textContent = query && kinds.length ? told(found, query) : "";
  }

  /* So that the way back from what was found leads to the same words. */
  function remember() {
    history.replaceState({ query: field.value, chosen }, "");
  }

  function step(by) {
    const ways = Array.from(results.querySelectorAll(".result a"));
    const at = ways.indexOf(document.activeElement);
    if (at + by < 0) return field.focus();
    (ways[at + by] ?? ways.at(-1))?.focus();
  }

  /* Turns lie in the page, or beside it, those of each source in a file of their own. */
  function fetched([id, , , src]) {
    if (turns.has(id)) return null;
    return new Promise((done) => {
      document.head.append(Object.assign(document.createElement("script"), { src, onload: done, onerror: done }));
    });
  }

  function entry([name, href, about, parts]) {
    return { name, href, about, parts: parts.map(([label, text]) => ({ label, text })) };
  }

  function turnsOf([id, name, href, , about, anchors]) {
    return (turns.get(id) ?? []).map(([number, speaker, words], at) => {
      const text = words.trim().replace(/\s+/g, " ");
      return entry([`${name}, turn ${number}`, href + anchors[at], about[speaker], text ? [["", text]] : []]);
    });
  }

  function listen() {
    let waiting = 0;
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        remember();
        show();
      }, 200);
    });
    field.form.addEventListener("submit", (event) => {
      event.preventDefault();
      remember();
      show();
    });
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const isInList = document.activeElement === field || results.contains(document.activeElement);
      if (event.key === "/" && document.activeElement !== field) field.select();
      else if (event.key === "ArrowDown" && isInList) step(1);
      else if (event.key === "ArrowUp" && results.contains(document.activeElement)) step(-1);
      else return;
      event.preventDefault();
    });
  }

  field.value = history.state?.query ?? new URLSearchParams(location.search).get("q") ?? "";
  chosen = history.state?.chosen ?? "";
  if (field.value) field.focus({ preventScroll: true });
  listen();
  const data = carried("index");
  const sources = data.flatMap((kind) => kind.sources);
  Promise.all(sources.map(fetched)).then(() => {
    /* A file that isn't there leaves turns out, which the page then says. */
    if (sources.every(([id]) => turns.has(id))) elsewhere.remove();
    else elsewhere.classList.add("is-true");
    kinds = data.map((kind) => ({ ...kind, texts: kind.texts.map(entry).concat(kind.sources.flatMap(turnsOf)) }));
    show();
  });
})();
