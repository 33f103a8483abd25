"use strict";
/* Finds words by their beginnings in the page's index. Without it, the page says where else to look. */
(() => {
  const MOST = 20;
  const AROUND = 150;
  const WORD = /[\p{L}\p{N}\p{M}]+/gu;
  const LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", þ: "th", ı: "i" };

  const field = document.getElementById("find");
  const results = document.getElementById("results");
  const status = document.getElementById("found");
  const groups = JSON.parse(document.getElementById("index").textContent);

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
    entry.inText ??= words(entry.text);
    return entry;
  }

  function isHit(word, sought) {
    return sought.some((beginning) => word.plain.startsWith(beginning));
  }

  function fits(entry, sought) {
    const all = [...read(entry).inName, ...entry.inText];
    return sought.every((beginning) => all.some((word) => word.plain.startsWith(beginning)));
  }

  function plural(number, noun) {
    const many = noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
    return `${number.toLocaleString("en")} ${number === 1 ? noun : many}`;
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

  /* The whole text if it is short, else the words around the first hit. */
  function excerpt(entry, sought) {
    const all = entry.inText;
    const hits = all.filter((word) => isHit(word, sought));
    const near = hits.length ? hits[0].start : 0;
    const from = all.find((word) => word.start >= near - AROUND)?.start ?? 0;
    const to = all.findLast((word) => word.end <= near + 2 * AROUND)?.end ?? entry.text.length;
    const start = from < AROUND / 3 ? 0 : from;
    const end = entry.text.length - to < AROUND / 3 ? entry.text.length : to;
    return [start ? "… " : "", ...marked(entry.text, hits, start, end), end < entry.text.length ? " …" : ""];
  }

  function result(entry, sought) {
    const inName = entry.inName.filter((word) => isHit(word, sought));
    const name = marked(entry.name, inName, 0, entry.name.length);
    return made("li", "result", link(entry.href, ...name), made("p", "", ...excerpt(entry, sought)));
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
    const { group, entries } = found;
    const count = made("span", "count", plural(entries.length, group.noun));
    const list = made("ul", "", ...entries.slice(0, MOST).map((entry) => result(entry, sought)));
    const part = made("section", "found", made("h2", "", link(group.href, group.name), " ", count), list);
    if (entries.length > MOST) part.append(more(list, entries.slice(MOST), sought));
    return part;
  }

  function told(found, query) {
    if (!found.length) return `Nothing here begins with “${query}”. Try fewer words, or only how they begin.`;
    const numbers = new Map();
    for (const { group, entries } of found) numbers.set(group.noun, (numbers.get(group.noun) ?? 0) + entries.length);
    const sources = found.filter(({ group }) => group.noun === "turn").length;
    const counts = Array.from(numbers, ([noun, number]) => {
      return noun === "turn" ? `${plural(number, noun)} in ${plural(sources, "source")}` : plural(number, noun);
    });
    return `Found for “${query}”: ${counts.join(", ")}.`;
  }

  function search() {
    const query = field.value.trim();
    const sought = words(query).map((word) => word.plain);
    const found = groups
      .map((group) => ({ group, entries: sought.length ? group.texts.filter((entry) => fits(entry, sought)) : [] }))
      .filter(({ entries }) => entries.length);
    results.replaceChildren(...found.map((one) => section(one, sought)));
    status.textContent = query ? told(found, query) : "";
  }

  let waiting = 0;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 250);
  });
  document.getElementById("unsearched").remove();
  field.form.hidden = false;
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  if (field.value) field.focus({ preventScroll: true });
  search();
})();
