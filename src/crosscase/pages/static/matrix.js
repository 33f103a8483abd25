"use strict";
/* Shows a matrix in four ways, grouped, filtered, by one code or with rows beside each other, and what is behind a cell.
   Everything it shows lies in the page, as pages/cells.py describes; words go in as text, never as markup. */
(() => {
  const of = (id) => document.getElementById(id);
  const carried = (id) => unpacked(JSON.parse(of(id).textContent));
  const data = carried("data");
  const [table, frame, dock, status, tools, end] = ["matrix", "frame", "dock", "shown", "tools", "end"].map(of);
  const VIEWS = ["signs", "values", "summaries", "quotes"];
  const MOST_COMPARED = 4;
  const NOT_GIVEN = "not given";
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const phone = matchMedia("(max-width: 44rem)");
  const usual = table.dataset.usual;
  const corner = table.tHead.rows[0].cells[0];
  const size = status.textContent;

  const codes = data.codes.map((code, at) => ({ ...code, at, head: table.tHead.rows[0].cells[at + 1] }));
  const rows = Array.from(table.querySelectorAll("tbody tr:not(.group)"), (line, at) => ({
    ...data.rows[at],
    facts: data.rows[at].facts ?? {},
    at,
    line,
    head: line.cells[0],
    boxes: Array.from(line.cells).slice(1),
  }));
  const types = data.types.map(([letter, hue, name]) => ({ letter, hue, name }));
  for (const row of rows) row.cells.forEach((cell, at) => spellOut(cell, row.boxes[at]));
  const texts = new Map();
  const coming = new Map();
  const places = new Map();
  for (const code of codes) places.set(code.head, { code });
  for (const row of rows) {
    places.set(row.head, { row });
    row.boxes.forEach((box, at) => places.set(box, { row, code: codes[at] }));
  }

  let view = new URLSearchParams();
  let grid = table;
  let active = null;
  let opened = null;
  let lines = [];
  let grouped = types.length ? "type" : "none";
  let sections = Array.from(table.tBodies, (body) => section(body, typeOf(rowOf(body))));

  /* ---- small things */

  /* What the table itself says of a cell, or what follows from its passages, isn't said twice. */
  function spellOut(cell, box) {
    [, cell.status] = /^is-(\S+)/.exec(box.className);
    cell.more = Array.from(box.querySelectorAll(":scope > a"), (way) => [way.textContent, way.getAttribute("href")]);
    if (!cell.quotes) return;
    cell.quotes = cell.quotes.map((quote) => spelt(quote, cell));
    const coded = cell.quotes.filter(({ draft }) => !draft);
    cell.passages ??= coded.length;
    cell.stances ??= coded.map(({ stance }) => stance).filter(Boolean);
  }

  function spelt([turn, at, value, stance, note, draft], { values }) {
    const place = typeof turn === "string" ? { text: turn, ...at } : { turn, at: at.includes("/") ? at : `coding/${at}` };
    return { ...place, value: values?.[value - 1]?.[0] ?? value, stance: data.stances[stance - 1], note, draft };
  }

  /* Turns lie in the page, or beside it, where they are asked for when a cell is opened. */
  function keepText(source, turns) {
    texts.set(source, new Map(turns.map(([number, speaker, words, asks]) => [number, { speaker, words, asks }])));
  }

  function fetched(source) {
    const [, , src] = data.texts[source];
    const script = (done) => document.head.append(made("script", { src, onload: done, onerror: done }));
    if (!coming.has(source)) coming.set(source, new Promise(script));
    return coming.get(source);
  }

  /* At once where the words of all quotes are there, else as soon as they are, or are known to be missing. */
  function withWords(quotes, act) {
    const sources = new Set(quotes.filter(({ turn }) => turn).map(({ turn }) => turn[0]));
    const lacking = [...sources].filter((source) => !texts.has(source));
    if (!lacking.length) return act();
    Promise.all(lacking.map(fetched)).then(act);
  }

  function made(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  }

  function link([textContent, href]) {
    return made("a", { textContent, href });
  }

  function badge(type) {
    return made("span", { className: `letter type-${type.hue}`, textContent: type.letter });
  }

  function counted(number, noun) {
    return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
  }

  function typeOf(row) {
    return types[row.type];
  }

  function cellOf({ row, code }) {
    return row.cells[code.at];
  }

  function boxOf({ row, code }) {
    return row.boxes[code.at];
  }

  function summaryOf(place) {
    return boxOf(place).querySelector(".summary")?.textContent ?? "";
  }

  function valuesOf(place) {
    return (cellOf(place).values ?? []).map(([words]) => words);
  }

  function stateOf(place) {
    const cell = cellOf(place);
    return cell.words ?? data.signs[cell.status];
  }

  function isFilled(place) {
    const cell = cellOf(place);
    return Boolean(cell.by || cell.quotes || cell.absence);
  }

  function byValues(code) {
    const order = (code.values ?? []).map(([words]) => words);
    return (value) => (order.indexOf(value) < 0 ? order.length : order.indexOf(value));
  }

  /* ---- what the address may ask for */

  function facets() {
    const all = [];
    if (types.length > 1) all.push({ name: "type", words: data.label, options: types.map((type) => type.letter) });
    for (const [name, words] of data.facets) {
      const held = new Set(rows.map((row) => row.facts[name] ?? NOT_GIVEN));
      all.push({ name: `row.${name}`, words, options: [...held].sort(collator.compare) });
    }
    const cells = rows.flatMap((row) => row.cells);
    const states = new Set(cells.map((cell) => cell.status));
    all.push({ name: "status", words: "cells", options: [...states] });
    const stances = new Set(cells.flatMap((cell) => cell.stances ?? []));
    if (stances.size) all.push({ name: "stance", words: "stance", options: [...stances].sort() });
    all.push({ name: "code", words: "codes", options: codes.map((code) => code.id) });
    return all;
  }

  function groupings() {
    const ways = types.length ? [["type", data.label]] : [];
    for (const [name, words] of data.facets) ways.push([`row.${name}`, words]);
    for (const code of codes) if (code.values) ways.push([`code.${code.id}`, code.name]);
    return [...ways, ["none", "none"]];
  }

  const FACETS = facets();
  const GROUPINGS = groupings();
  const allowed = new Map([
    ["view", VIEWS],
    ["group", GROUPINGS.map(([name]) => name)],
    ["finer", codes.filter((code) => code.parent === undefined).map((code) => code.id)],
    ["empty", ["yes"]],
    ["column", codes.map((code) => code.id)],
    ["compare", rows.map((row) => row.id)],
    ["at", rows.flatMap((row) => row.boxes.map((box) => box.id))],
    ...FACETS.map(({ name, options }) => [name, options]),
  ]);
  const SINGLE = ["view", "group", "column", "at"];

  /* Only what means something here; of two views the later. */
  function clean(wanted) {
    const next = new URLSearchParams();
    for (const [name, value] of wanted) {
      const isMeant = allowed.get(name)?.includes(value) && !next.getAll(name).includes(value);
      if (!isMeant || (name === "compare" && next.getAll(name).length === MOST_COMPARED)) continue;
      if (SINGLE.includes(name)) next.set(name, value);
      else next.append(name, value);
    }
    if (next.get("view") === usualView()) next.delete("view");
    return next;
  }

  function usualView() {
    return phone.matches ? "signs" : usual;
  }

  function changed(change) {
    const wanted = new URLSearchParams(view);
    change(wanted);
    return wanted;
  }

  function toggled(name, value) {
    return changed((wanted) => {
      const had = wanted.getAll(name);
      wanted.delete(name);
      for (const other of had) if (other !== value) wanted.append(name, other);
      if (!had.includes(value)) wanted.append(name, value);
    });
  }

  /* A plain anchor leads to a cell; anything with = is a view, and may hold a cell as well. */
  function addressed() {
    const names = [...view.keys()];
    if (names.length === 1 && names[0] === "at") return `#${view.get("at")}`;
    return names.length ? `#${view}` : "";
  }

  function go(wanted, isStep = false) {
    if (isStep) keepScroll();
    view = clean(wanted);
    const address = addressed() || location.pathname + location.search;
    if (location.hash !== addressed()) {
      if (isStep) history.pushState(null, "", address);
      else history.replaceState(history.state, "", address);
    }
    show();
  }

  function read() {
    const hash = location.hash.slice(1);
    view = clean(new URLSearchParams(hash.includes("=") ? hash : { at: hash }));
    unfoldFor(view.get("at"));
    show();
    const box = view.get("at") && of(view.get("at"));
    withWords(view.get("view") === "quotes" ? everyQuote() : [], () => {
      frame.classList.add("is-ready");
      if (box && !box.hidden) activate(box);
      settle();
    });
  }

  /* To where a reader was, or to the cell; the browser's own jump to it knows nothing of heads and dock. */
  function settle() {
    const box = view.get("at") && of(view.get("at"));
    const kept = history.state?.scroll;
    if (box) scrollTo({ top: 0, behavior: "instant" });
    if (kept || box) frame.scrollTo(...(kept ?? [0, 0]));
    if (box) bring(box);
  }

  function unfoldFor(anchor) {
    const place = anchor && places.get(of(anchor));
    if (!place) return;
    if (place.code.parent !== undefined) view = clean(changed((w) => w.append("finer", codes[place.code.parent].id)));
    if (place.code.empty) view = clean(changed((w) => w.append("empty", "yes")));
  }

  function keepScroll() {
    history.replaceState({ scroll: [frame.scrollLeft, frame.scrollTop] }, "");
  }

  /* ---- which rows and codes are there */

  function hasFact(row, name, wanted) {
    if (name === "type") return wanted.includes(typeOf(row)?.letter);
    return wanted.includes(row.facts[name.slice(4)] ?? NOT_GIVEN);
  }

  function passes(row, except = "") {
    const asked = FACETS.filter(({ name }) => name === "type" || name.startsWith("row."));
    return asked.every(({ name }) => name === except || !view.has(name) || hasFact(row, name, view.getAll(name)));
  }

  function isAsked(cell, except = "") {
    const stances = view.getAll("stance");
    const isRight = except === "status" || !view.has("status") || view.getAll("status").includes(cell.status);
    const isMeant = except === "stance" || !stances.length || stances.some((stance) => cell.stances?.includes(stance));
    return isRight && isMeant;
  }

  function isUnfolded(code) {
    if (view.has("code")) return view.getAll("code").includes(code.id);
    if (code.empty && !view.has("empty")) return false;
    return code.parent === undefined || view.getAll("finer").includes(codes[code.parent].id);
  }

  function isNarrow() {
    return view.has("status") || view.has("stance");
  }

  function seen() {
    const column = view.get("column");
    let shownCodes = codes.filter((code) => (column ? code.id === column : isUnfolded(code)));
    let shownRows = rows.filter((row) => passes(row));
    if (isNarrow()) {
      const fits = (row, code) => isAsked(cellOf({ row, code }));
      shownRows = shownRows.filter((row) => shownCodes.some((code) => fits(row, code)));
      shownCodes = shownCodes.filter((code) => column || shownRows.some((row) => fits(row, code)));
    }
    return { rows: new Set(shownRows), codes: new Set(shownCodes) };
  }

  function compared() {
    return view.getAll("compare").map((id) => rows.find((row) => row.id === id));
  }

  /* ---- groups */

  function rowOf(body) {
    return rows.find((row) => row.line.parentElement === body);
  }

  function section(body, type) {
    const head = body.querySelector(".group");
    return { body, head, rows: rows.filter((row) => row.line.parentElement === body), name: type?.name ?? "" };
  }

  function keyOf(row, way) {
    if (way === "type") return typeOf(row)?.name ?? "";
    if (way.startsWith("row.")) return row.facts[way.slice(4)] ?? "";
    if (way === "none") return "";
    return valuesOf({ row, code: codes.find((code) => way === `code.${code.id}`) }).join(" / ");
  }

  function inOrder(keys, way) {
    const code = codes.find(({ id }) => way === `code.${id}`);
    if (way === "type") return types.map((type) => type.name).filter((name) => keys.includes(name)).concat("");
    const rank = code ? byValues(code) : null;
    const first = (key) => rank(key.split(" / ")[0]);
    return keys.filter(Boolean).sort((a, b) => (rank && first(a) - first(b)) || collator.compare(a, b)).concat("");
  }

  function regroup(way) {
    if (way === grouped) return;
    const byKey = Map.groupBy(rows, (row) => keyOf(row, way));
    for (const old of sections) old.body.remove();
    sections = inOrder([...byKey.keys()], way).filter((key) => byKey.has(key)).map((key) => {
      const type = way === "type" && types.find(({ name }) => name === key);
      const body = made("tbody", {}, way === "none" ? null : groupLine(key, type), ...byKey.get(key).map((r) => r.line));
      return { body, head: body.querySelector(".group"), rows: byKey.get(key), name: key };
    });
    table.append(...sections.map(({ body }) => body));
    grouped = way;
  }

  function groupLine(key, type) {
    const words = made("span", {}, type ? badge(type) : null, " ");
    return made("tr", { className: `group type-${type ? type.hue : 0}` }, made("th", { scope: "rowgroup" }, words));
  }

  function countGroups(shown) {
    for (const { body, head, rows: members, name } of sections) {
      const number = members.filter((row) => shown.rows.has(row)).length;
      body.hidden = !number;
      if (!head) continue;
      head.cells[0].colSpan = shown.codes.size + 1;
      head.cells[0].firstChild.lastChild.data = ` ${name || NOT_GIVEN} · ${number}`;
    }
  }

  /* ---- showing */

  function show() {
    const shown = seen();
    const two = compared();
    const isColumn = view.has("column");
    regroup(view.get("group") ?? (types.length ? "type" : "none"));
    conceal(shown);
    countGroups(shown);
    const chosen = view.get("view") ?? usualView();
    for (const name of VIEWS) table.classList.toggle(`show-${name}`, name === chosen && !isColumn);
    table.classList.toggle("is-chosen", view.has("view") || isColumn);
    table.classList.toggle("is-column", isColumn);
    if (chosen === "quotes") fillQuotes();
    table.style.setProperty("--codes", shown.codes.size);
    setBeside(two.length > 1 ? two : [], shown);
    showTools(chosen, two.length > 1 || isColumn);
    tell(shown, two);
    lines = linesOf(grid);
    if (!active?.checkVisibility()) rest(twin() ?? lines[1]?.[1] ?? lines[0]?.[0]);
    setDock();
  }

  function conceal(shown) {
    for (const code of codes) {
      const isFolded = !shown.codes.has(code);
      if (code.isFolded !== isFolded || isFolded !== code.head.classList.contains("folded")) {
        for (const box of [code.head, ...rows.map((row) => row.boxes[code.at])]) box.classList.toggle("folded", isFolded);
        code.isFolded = isFolded;
      }
      const finer = code.head.querySelector(".finer");
      finer?.setAttribute("aria-expanded", view.getAll("finer").includes(code.id));
    }
    for (const row of rows) {
      row.line.hidden = !shown.rows.has(row);
      row.head.classList.toggle("is-chosen", view.getAll("compare").includes(row.id));
      if (isNarrow() || row.isNarrow) {
        row.boxes.forEach((box, at) => box.classList.toggle("is-quiet", !isAsked(row.cells[at])));
        row.isNarrow = isNarrow();
      }
    }
  }

  function fillQuotes() {
    withWords(everyQuote(), putQuotes);
  }

  function everyQuote() {
    return rows.flatMap((row) => row.cells.flatMap((cell) => cell.quotes ?? []));
  }

  function putQuotes() {
    for (const row of rows) {
      row.boxes.forEach((box, at) => {
        const [first] = row.cells[at].quotes ?? [];
        if (!first || box.querySelector(".said") || !wordsOf(first)) return;
        box.append(made("p", { className: "said", dir: "auto", textContent: `“${wordsOf(first)}”` }));
      });
    }
  }

  function showTools(chosen, isElsewhere) {
    for (const button of tools.querySelectorAll("[data-view]")) {
      button.setAttribute("aria-pressed", button.dataset.view === chosen);
    }
    const [, way] = GROUPINGS.find(([name]) => name === grouped);
    tools.querySelector("[data-panel=group] .chosen").textContent = `: ${way}`;
    const number = FACETS.reduce((sum, { name }) => sum + view.getAll(name).length, 0);
    tools.querySelector("[data-panel=filter] .chosen").textContent = number ? `: ${number}` : "";
    for (const button of tools.querySelectorAll("[data-fold]")) {
      const isOpen = view.has(button.dataset.fold);
      button.setAttribute("aria-pressed", isOpen);
      button.querySelector(".folds").textContent = isOpen ? "shown" : "folded";
    }
    end.hidden = !isElsewhere;
    tools.classList.toggle("is-elsewhere", isElsewhere);
    for (const panel of tools.querySelectorAll(".panel[open]")) fill(panel);
  }

  function tell(shown, two) {
    const total = rows.length === shown.rows.size ? size : `${shown.rows.size} of ${size}`;
    const names = two.map((row) => row.name);
    const beside = names.length === 1 ? `${names[0]} is chosen; c chooses another` : names.join(" beside ");
    const column = codes.find((code) => code.id === view.get("column"))?.name ?? "";
    const nothing = shown.rows.size && shown.codes.size ? "" : "nothing fits";
    const words = [total, column, beside, filters(), nothing].filter(Boolean).join("; ");
    if (status.textContent !== words) status.textContent = words;
  }

  /* What was asked for, so that the view explains itself on paper too. */
  function filters() {
    const asked = FACETS.filter(({ name }) => view.has(name));
    const said = ({ name, words }) => `${words}: ${view.getAll(name).map((value) => called(name, value)).join(", ")}`;
    return asked.map(said).join("; ");
  }

  function called(name, value) {
    if (name === "type") return `${value} ${types.find(({ letter }) => letter === value).name}`;
    if (name === "code") return codes.find(({ id }) => id === value).name;
    return name === "status" ? (data.signs[value] ?? value) : value;
  }

  /* ---- rows beside each other */

  function setBeside(two, shown) {
    of("beside")?.remove();
    table.hidden = two.length > 0;
    grid = table;
    if (!two.length) return;
    const heads = two.map((row) => {
      const head = made("th", { scope: "col" }, typeOf(row) ? badge(typeOf(row)) : null, ` ${row.name}`);
      places.set(head, { row });
      return head;
    });
    const first = made("tr", {}, made("th", { scope: "col", className: "corner", textContent: "Code" }), ...heads);
    const body = made("tbody", {}, ...[...shown.codes].map((code) => besideLine(two, code)));
    grid = made("table", { id: "beside", className: "framework beside" }, made("thead", {}, first), body);
    grid.setAttribute("role", "grid");
    grid.setAttribute("aria-label", two.map((row) => row.name).join(" beside "));
    frame.append(grid);
    frame.scrollTop = 0;
  }

  function besideLine(two, code) {
    const head = made("th", { scope: "row", textContent: code.name });
    places.set(head, { code });
    const said = two.map((row) => valuesOf({ row, code }).join(" / "));
    const isSame = said.every((words) => words === said[0]);
    const boxes = two.map((row, at) => {
      const place = { row, code };
      const text = said[at] || (cellOf(place).passages ? "" : stateOf(place));
      const values = made(isSame || !said[at] ? "span" : "b", { className: "values", textContent: text });
      const box = made("td", { className: isSame ? "is-same" : "" }, text ? values : null);
      if (summaryOf(place)) box.append(made("p", { className: "summary", textContent: summaryOf(place) }));
      places.set(box, place);
      return box;
    });
    return made("tr", {}, head, ...boxes);
  }

  /* ---- moving about: one stop of Tab, arrows within */

  function linesOf(of) {
    const isThere = (box) => !box.classList.contains("folded");
    const all = Array.from(of.rows).filter((line) => !line.hidden && !line.classList.contains("group"));
    return all.filter((line) => !line.parentElement.hidden).map((line) => Array.from(line.cells).filter(isThere));
  }

  /* The cell that Tab leads to. */
  function rest(box) {
    if (active && active !== box) active.removeAttribute("tabindex");
    active = box ?? null;
    if (active) active.tabIndex = 0;
  }

  /* Where what was active stands now, as when rows are set beside each other. */
  function twin() {
    const { row, code } = places.get(active) ?? {};
    const isSame = (place) => place.row === row && place.code === code;
    return active && lines.flat().find((box) => isSame(places.get(box) ?? {}));
  }

  function activate(box) {
    rest(box);
    box.focus({ preventScroll: true });
  }

  /* Into the part of the frame that the heads leave free. */
  function bring(box) {
    const [whole, part, head] = [frame, box, grid.rows[0].cells[0]].map((element) => element.getBoundingClientRect());
    const [left, top] = [whole.left + head.width, whole.top + head.height];
    if (!box.closest("thead")) frame.scrollTop += nearest(part.top - top, part.bottom - whole.top - frame.clientHeight);
    if (box.cellIndex) frame.scrollLeft += nearest(part.left - left, part.right - whole.left - frame.clientWidth);
    frame.scrollIntoView({ block: phone.matches && opened ? "start" : "nearest", behavior: "instant" });
  }

  function nearest(before, beyond) {
    return before < 0 ? before : Math.max(beyond, 0);
  }

  function move(box) {
    if (!box) return;
    activate(box);
    bring(box);
    const place = places.get(box);
    if (opened && place?.row && place.code) go(changed((wanted) => wanted.set("at", boxOf(place).id)));
  }

  function at() {
    const y = lines.findIndex((line) => line.includes(active));
    return [y, y < 0 ? -1 : lines[y].indexOf(active)];
  }

  function filledFrom(step) {
    const boxes = lines.flatMap((line) => line).filter((box) => places.get(box)?.row && places.get(box)?.code);
    const from = boxes.indexOf(active);
    const ahead = step > 0 ? boxes.slice(from + 1) : boxes.slice(0, Math.max(from, 0)).reverse();
    return ahead.find((box) => isFilled(places.get(box)));
  }

  function act(place) {
    if (place?.row && place.code) open(place);
    else if (place?.code) go(changed((wanted) => wanted.set("column", place.code.id)), true);
    else if (place?.row) compare(place.row);
  }

  function open(place) {
    const isStep = !opened;
    go(changed((wanted) => wanted.set("at", boxOf(place).id)), isStep);
    bring(active);
  }

  function close() {
    go(changed((wanted) => wanted.delete("at")));
    active?.focus({ preventScroll: true });
  }

  function compare(row) {
    go(toggled("compare", row.id), view.getAll("compare").length > 0);
    active?.focus({ preventScroll: true });
  }

  function unfold(code) {
    if (codes.some(({ parent }) => parent === code.at)) go(toggled("finer", code.id));
  }

  function leave() {
    go(changed((wanted) => ["column", "compare"].forEach((name) => wanted.delete(name))), true);
    active?.focus({ preventScroll: true });
  }

  const MOVES = {
    ArrowLeft: (y, x) => lines[y][x - 1],
    ArrowRight: (y, x) => lines[y][x + 1],
    ArrowUp: (y, x) => lines[y - 1]?.[x],
    ArrowDown: (y, x) => lines[y + 1]?.[x],
    Home: (y) => lines[y][0],
    End: (y) => lines[y].at(-1),
  };

  function onGridKey(event) {
    const place = places.get(active);
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (MOVES[event.key]) move(MOVES[event.key](...at()));
    else if (event.key === "Enter") act(place);
    else if (event.key === " ") place?.code && (place.row ? open(place) : unfold(place.code));
    else if (!onLetter(event.key)) return;
    event.preventDefault();
  }

  function onLetter(key) {
    if (key === "[" || key === "]") move(filledFrom(key === "]" ? 1 : -1));
    else if (key === "c" && places.get(active)?.row) compare(places.get(active).row);
    else return false;
    return true;
  }

  /* Escape closes what is nearest: a panel, the dock, a comparison or a column. */
  function onEscape() {
    const panel = document.querySelector(".panel[open]");
    if (panel) {
      panel.open = false;
      panel.querySelector("summary").focus();
    } else if (opened) close();
    else if (!end.hidden) leave();
  }

  /* ---- the dock */

  function setDock() {
    const place = places.get(of(view.get("at")));
    document.body.classList.toggle("has-dock", Boolean(place));
    for (const box of opened ? [boxOf(opened)] : []) box.classList.remove("is-at");
    opened = place ?? null;
    dock.hidden = !place;
    if (!place) return dock.replaceChildren();
    boxOf(place).classList.add("is-at");
    dock.replaceChildren(dockHead(place), dockBody(place));
  }

  function dockHead(place) {
    const { row, code } = place;
    const title = made("h2", { id: "dock-title", textContent: `${row.name} × ${code.name}` });
    const keys = made("span", { className: "keys" });
    for (const [key, words] of [["←→↑↓", "cell"], ["[ ]", "filled"], ["c", "compare"], ["Esc", "close"]]) {
      keys.append(made("kbd", { textContent: key }), ` ${words} `);
    }
    const acts = made(
      "span",
      { className: "acts" },
      button(`All ${data.units} on this code`, () => go(changed((w) => w.set("column", code.id)), true)),
      button("Compare", () => compare(row)),
      link(["link to this cell", `#${boxOf(place).id}`]),
      button("Close", close),
    );
    return made("div", { className: "dock-head" }, title, factsOf(place), keys, acts);
  }

  function button(textContent, onclick) {
    return made("button", { type: "button", textContent, onclick });
  }

  function factsOf(place) {
    const cell = cellOf(place);
    const line = made("p", { className: "facts-of" });
    const meanings = new Map(place.code.values ?? []);
    const said = (cell.values ?? []).map(([words, number]) => `${meanings.get(words)?.replace(/\.$/, "") || words} ${number}`);
    line.append(said.join(" / ") || stateOf(place));
    if (cell.values?.some(([, , decides]) => decides)) line.append(" · decides for ", badge(typeOf(place.row)));
    return line;
  }

  function dockBody(place) {
    const cell = cellOf(place);
    const body = made("div", { className: "dock-body", tabIndex: 0 });
    body.setAttribute("role", "region");
    body.setAttribute("aria-label", "What the cell rests on");
    const account = made("div", { className: "account" });
    const summary = summaryOf(place);
    if (summary) account.append(made("p", { className: "summary", textContent: summary }));
    const on = cell.passages ? `on ${counted(cell.passages, "passage")}` : "";
    const lines = [[data.bylines[cell.by - 1], on].filter(Boolean).join(", "), cell.absence, cell.draft, ...(cell.flags ?? [])];
    if (!summary) lines.unshift(stateOf(place));
    for (const textContent of lines.filter(Boolean)) account.append(made("p", { className: "byline", textContent }));
    const more = [...cell.more];
    const write = boxOf(place).querySelector(".served-only a");
    if (write) more.unshift(["Write this cell", write.href]);
    more.push([`Code: ${place.code.name}`, place.code.href]);
    account.append(made("p", { className: "onward" }, ...more.map(link)));
    body.append(account);
    const quotes = cell.quotes ?? [];
    withWords(quotes, () => body.append(...quotes.map(figure)));
    return body;
  }

  function wordsOf({ turn, text }) {
    return turn ? (texts.get(turn[0])?.get(turn[1]).words.slice(turn[2], turn[3]) ?? "") : text;
  }

  function figure(quote) {
    const [source, number] = quote.turn ?? [];
    const text = texts.get(source);
    const before = text?.get(number - 1);
    const whole = made("figure", { className: quote.draft ? "is-draft" : "" });
    if (before?.asks) whole.append(asked(before.words));
    if (wordsOf(quote)) whole.append(made("blockquote", { dir: "auto", textContent: wordsOf(quote) }));
    const caption = made("figcaption");
    for (const textContent of [quote.draft && "Draft", quote.value, quote.stance].filter(Boolean)) {
      caption.append(made("span", { className: "chip", textContent }), " ");
    }
    const [name, page, , roles] = data.texts[source] ?? [];
    const speaker = text?.get(number).speaker ?? "";
    const who = quote.who ?? [speaker === name ? "" : speaker, roles[speaker]].filter(Boolean).join(", ");
    const place = [placeOf(quote), quote.href ?? `${page}#${quote.at}`];
    caption.append([who, quote.note].filter(Boolean).join("; "), who || quote.note ? ", " : "", link(place));
    whole.append(caption);
    if (text) caption.append(" ", contextButton(whole, quote));
    return whole;
  }

  function placeOf({ turn, place }) {
    return turn ? `${data.texts[turn[0]][0]}, turn ${turn[1]}` : place;
  }

  function asked(words) {
    return made("p", { className: "asked", dir: "auto", textContent: `Asked: ${words}` });
  }

  function contextButton(whole, quote) {
    const toggle = button("in the transcript", () => {
      const old = whole.querySelector(".around");
      if (old) old.remove();
      else whole.append(around(quote.turn));
      whole.classList.toggle("is-wide", !old);
      toggle.setAttribute("aria-expanded", !old);
      whole.querySelector("mark")?.scrollIntoView({ block: "nearest" });
    });
    toggle.setAttribute("aria-expanded", false);
    return toggle;
  }

  /* The turn with those around it that the page holds, the passage marked. */
  function around([source, number, start, end]) {
    const near = made("div", { className: "around" });
    for (const [at, { speaker, words, asks }] of texts.get(source)) {
      if (Math.abs(at - number) > 3) continue;
      const parts = [words.slice(0, start), made("mark", { textContent: words.slice(start, end) }), words.slice(end)];
      const line = made("p", { dir: "auto", className: asks ? "asks" : "" }, made("b", { textContent: `${speaker} ` }));
      line.append(...(at === number ? parts : [words]));
      near.append(line);
    }
    return near;
  }

  /* ---- panels */

  function fill(panel) {
    const inside = panel.querySelector(".inside");
    const kind = panel.dataset.panel;
    if (kind === "share") return fillShare(inside);
    if (!inside.firstChild) (kind === "group" ? fillGroup : fillFilter)(inside);
    if (kind === "filter") countFacets(inside);
  }

  function fillGroup(inside) {
    const set = made("fieldset", {}, made("legend", { textContent: "Group rows by" }));
    for (const [value, words] of GROUPINGS) set.append(choice("radio", "group", value, words, value === grouped));
    inside.append(set);
  }

  function fillFilter(inside) {
    for (const { name, words, options } of FACETS) {
      const set = made("fieldset", {}, made("legend", { textContent: words }));
      for (const value of options) {
        const isFiner = name === "code" && codes.find(({ id }) => id === value).parent !== undefined;
        set.append(choice("checkbox", name, value, called(name, value), view.getAll(name).includes(value), isFiner));
      }
      inside.append(set);
    }
    inside.append(button("Clear", () => {
      go(changed((wanted) => FACETS.forEach(({ name }) => wanted.delete(name))));
      for (const box of inside.querySelectorAll("input")) box.checked = false;
    }));
  }

  function choice(type, name, value, words, checked, isFiner = false) {
    const count = made("span", { className: "count" });
    const label = made("label", { className: isFiner ? "tick is-finer" : "tick" });
    label.append(made("input", { type, name, value, checked }), ` ${words} `, count);
    return label;
  }

  /* What each choice would keep, given the others. */
  function countFacets(inside) {
    const shown = seen();
    for (const box of inside.querySelectorAll("input")) {
      const { name, value } = box;
      box.checked = view.getAll(name).includes(value);
      let number;
      if (name === "code") {
        const code = codes.find(({ id }) => id === value);
        number = [...shown.rows].filter((row) => isFilled({ row, code })).length;
      } else if (name === "status" || name === "stance") {
        const kept = rows.filter((row) => passes(row)).flatMap((row) => row.cells.filter((_, at) => isUnfolded(codes[at])));
        const has = (cell) => (name === "status" ? cell.status === value : cell.stances?.includes(value));
        number = kept.filter((cell) => isAsked(cell, name) && has(cell)).length;
      } else {
        number = rows.filter((row) => passes(row, name) && hasFact(row, name, [value])).length;
      }
      box.nextElementSibling.textContent = number;
    }
  }

  function fillShare(inside) {
    const field = made("input", { type: "text", readOnly: true, value: location.href });
    const label = made("label", {}, "Address of this view ", field);
    const copy = button("Copy", async () => {
      field.select();
      await navigator.clipboard?.writeText(field.value).catch(() => {});
      copy.textContent = "Copied";
    });
    inside.replaceChildren(label, copy);
  }

  function onPanel(event) {
    const panel = event.target;
    if (panel.open) fill(panel);
  }

  function onChoice({ target }) {
    const { name, value } = target;
    if (!allowed.has(name)) return;
    go(name === "group" ? changed((wanted) => wanted.set("group", value)) : toggled(name, value));
  }

  function onTool({ target }) {
    const pressed = target.closest("button");
    if (pressed?.dataset.view) go(changed((wanted) => wanted.set("view", pressed.dataset.view)), true);
    if (pressed?.dataset.fold) fold(pressed.dataset.fold);
    if (pressed === end) leave();
  }

  function fold(name) {
    const all = name === "empty" ? ["yes"] : codes.filter((code) => code.head.querySelector(".finer")).map(({ id }) => id);
    const isOpen = view.has(name);
    go(changed((wanted) => {
      wanted.delete(name);
      if (!isOpen) for (const value of all) wanted.append(name, value);
    }));
  }

  /* One stop of Tab for the tools; arrows lead from one to the next. */
  function onToolKey(event) {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (!steps[event.key] || event.target.closest(".inside")) return;
    const all = Array.from(tools.querySelectorAll("button, summary"));
    const there = all.filter((tool) => !tool.closest(".inside") && tool.checkVisibility());
    const next = there.at((there.indexOf(event.target) + steps[event.key]) % there.length);
    event.preventDefault();
    next.focus();
  }

  function onToolFocus({ target }) {
    if (target.closest(".inside")) return;
    for (const tool of tools.querySelectorAll("button, summary")) if (!tool.closest(".inside")) tool.tabIndex = -1;
    target.tabIndex = 0;
  }

  /* ---- paper: after the sheet of values what people wrote, rows repeated; quotes where they were asked for */

  const ON_A_SHEET = 5;

  function addPaper() {
    dropPaper();
    if (grid !== table || view.has("column")) return;
    const paper = made("section", { className: "paper" });
    const shown = [...seen().codes];
    const isThere = (code) => rows.some((row) => !row.line.hidden && summaryOf({ row, code }));
    for (const part of parted(shown.filter(isThere))) paper.append(paperTable("Summaries", part, paperSummary));
    if (view.get("view") === "quotes") {
      for (const part of parted(shown)) paper.append(paperTable("Quotes", part, paperQuotes));
    }
    frame.after(paper);
  }

  function dropPaper() {
    document.querySelector(".paper")?.remove();
  }

  function parted(all) {
    const number = Math.ceil(all.length / ON_A_SHEET);
    const each = Math.ceil(all.length / number);
    return Array.from({ length: number || 0 }, (_, at) => all.slice(at * each, (at + 1) * each));
  }

  function paperTable(title, part, fill) {
    const heads = [corner.textContent, ...part.map((code) => code.name)];
    const first = made("tr", {}, ...heads.map((textContent) => made("th", { scope: "col", textContent })));
    const body = made("tbody");
    for (const { head, rows: members } of sections) {
      const there = members.filter((row) => !row.line.hidden);
      if (!there.length) continue;
      if (head) body.append(head.cloneNode(true));
      if (head) body.lastChild.cells[0].colSpan = part.length + 1;
      for (const row of there) {
        const boxes = part.map((code) => made("td", {}, ...fill({ row, code })));
        body.append(made("tr", { className: row.line.className }, made("th", { textContent: row.name }), ...boxes));
      }
    }
    return made("div", {}, made("h2", { textContent: title }), made("table", {}, made("thead", {}, first), body));
  }

  function paperSummary(place) {
    const words = valuesOf(place).join(" / ");
    const summary = summaryOf(place) || (words ? "" : stateOf(place));
    return [words && made("b", { textContent: words }), summary && made("p", { textContent: summary })].filter(Boolean);
  }

  function paperQuotes(place) {
    return (cellOf(place).quotes ?? []).map((quote) => made("p", { textContent: `“${wordsOf(quote)}” ${placeOf(quote)}` }));
  }

  /* ---- start */

  function onClick(event) {
    const finer = event.target.closest(".finer");
    const box = event.target.closest("td, th");
    const place = places.get(box);
    if (finer) return unfold(place.code);
    if (!place || event.target.closest("a") || getSelection().toString()) return;
    activate(box);
    act(place);
  }

  function onKey(event) {
    if (event.key === "Escape") return onEscape();
    if (event.target.closest("input, .inside")) return;
    if (frame.contains(event.target) && places.has(event.target)) onGridKey(event);
    else if (dock.contains(event.target) && !event.ctrlKey && !event.metaKey) onLetter(event.key);
  }

  function start() {
    for (const [source, turns] of Object.entries(of("texts") ? carried("texts") : {})) keepText(source, turns);
    globalThis.crosscaseText = (source, packed) => keepText(source, unpacked(packed));
    table.setAttribute("role", "grid");
    table.setAttribute("aria-labelledby", "caption");
    corner.removeAttribute("tabindex");
    places.set(corner, {});
    frame.addEventListener("click", onClick);
    tools.addEventListener("click", onTool);
    tools.addEventListener("keydown", onToolKey);
    tools.addEventListener("focusin", onToolFocus);
    tools.addEventListener("change", onChoice);
    tools.addEventListener("toggle", onPanel, true);
    addEventListener("keydown", onKey);
    addEventListener("popstate", read);
    addEventListener("pagehide", keepScroll);
    addEventListener("load", settle);
    document.addEventListener("click", ({ target }) => {
      if (target.closest("a")) keepScroll();
      for (const panel of tools.querySelectorAll(".panel[open]")) if (!panel.contains(target)) panel.open = false;
    });
    addEventListener("beforeprint", addPaper);
    addEventListener("afterprint", dropPaper);
    phone.addEventListener("change", show);
    read();
  }

  start();
})();
