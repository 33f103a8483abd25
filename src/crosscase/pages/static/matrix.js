"use strict";
/* Lets a reader filter, order, pin and compare what the page holds, and keeps the view in the address.
   The table is whole without it: nothing is made here that says something about the study. */
(() => {
  const form = document.getElementById("tools");
  const fold = document.getElementById("fold");
  const status = document.getElementById("shown");
  const table = document.querySelector("table.framework");
  const frame = table.closest(".frame");
  const headRow = table.tHead.rows[0];
  const body = table.tBodies[0];
  const corner = headRow.cells[0];
  const whole = table.cloneNode(true);
  const NOT_GIVEN = "(not given)";
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const jumps = document.querySelector(".jumps .panel");
  const cornerText = corner.textContent;

  const codes = Array.from(headRow.cells).slice(1).map((head) => ({
    id: head.dataset.id,
    name: head.querySelector(".code").textContent,
    values: JSON.parse(head.dataset.values),
    kind: "pin.code",
    head,
  }));
  const rows = Array.from(body.rows, (line) => {
    const [head, ...cells] = line.cells;
    return {
      id: head.dataset.id,
      name: head.querySelector(".name").textContent,
      attributes: new Map(Array.from(head.querySelectorAll("[data-name]"), ({ dataset: at }) => [at.name, at.value])),
      kind: "pin",
      head,
      cells: new Map(codes.map((code, place) => [code, cells[place]])),
      jump: jumps.querySelector(`[href="#${head.querySelector(".pass").id}"]`).parentElement,
    };
  });
  const cells = rows.flatMap((row) => [...row.cells.values()]);
  const opened = new Set(["quotes", "contexts"]);
  const known = { open: opened, pin: idsOf(rows), compare: idsOf(rows), "pin.code": idsOf(codes) };
  let view = new URLSearchParams();
  let arranged = arrangement(codes, rows, false);

  function made(tag, properties) {
    return Object.assign(document.createElement(tag), properties);
  }

  function idsOf(all) {
    return new Set(all.map((one) => one.id));
  }

  function fromForm() {
    const read = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (value && name !== "show") read.append(name, value);
    }
    for (const box of form.querySelectorAll("[name=show]:not(:checked)")) read.append("hide", box.value);
    return read;
  }

  function intoForm(wanted) {
    for (const select of form.querySelectorAll("select")) {
      select.value = wanted.get(select.name) ?? "";
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    }
    for (const box of form.querySelectorAll("input")) {
      box.checked =
        box.name === "show" ? !wanted.getAll("hide").includes(box.value) : wanted.getAll(box.name).includes(box.value);
    }
  }

  /* The form's part of a view, with those of a wanted view's buttons that mean something here. */
  function completed(wanted) {
    const next = fromForm();
    for (const [name, meaningful] of Object.entries(known)) {
      const values = [...new Set(wanted.getAll(name))].filter((value) => meaningful.has(value));
      for (const value of values.slice(0, name === "compare" ? 2 : Infinity)) next.append(name, value);
    }
    return next;
  }

  function change(wanted) {
    view = completed(wanted);
    show();
    writeAddress();
  }

  function restore(wanted) {
    intoForm(wanted);
    change(wanted);
    openAll(view.get("open"));
  }

  function isPinned(one) {
    return view.getAll(one.kind).includes(one.id);
  }

  function compared() {
    const chosen = view.getAll("compare");
    return chosen.length === 2 ? chosen.map((id) => rows.find((row) => row.id === id)) : null;
  }

  function hasAttributes(row) {
    const wanted = [...view].filter(([name]) => name.startsWith("row."));
    return wanted.every(([name, value]) => (row.attributes.get(name.slice(4)) ?? NOT_GIVEN) === value);
  }

  function isFiltered() {
    return view.has("status") || view.has("stance");
  }

  function matches(cell) {
    const stances = (cell.dataset.stances ?? "").split(" ");
    const wanted = view.getAll("stance");
    const isRight = !view.has("status") || view.getAll("status").includes(cell.dataset.status);
    return isRight && (!wanted.length || wanted.some((stance) => stances.includes(stance)));
  }

  function inView() {
    const two = compared();
    const wanted = view.getAll("code");
    let shownRows = two ?? rows.filter((row) => hasAttributes(row) || isPinned(row));
    let shownCodes = codes.filter((code) => !wanted.length || wanted.includes(code.id) || isPinned(code));
    if (isFiltered()) {
      const among = shownCodes;
      const fitting = (row, code) => matches(row.cells.get(code));
      shownCodes = among.filter((code) => isPinned(code) || shownRows.some((row) => fitting(row, code)));
      shownRows = two ?? shownRows.filter((row) => isPinned(row) || among.some((code) => fitting(row, code)));
    }
    if (view.has("filled")) {
      const isFilled = (row, code) => !row.cells.get(code).classList.contains("is-empty");
      shownCodes = shownCodes.filter((code) => isPinned(code) || shownRows.some((row) => isFilled(row, code)));
    }
    return { rows: new Set(shownRows), codes: new Set(shownCodes) };
  }

  function placesOf(row, code) {
    const held = row.cells.get(code).querySelectorAll(".values > [data-value]");
    const places = Array.from(held, (one) => code.values.indexOf(one.dataset.value));
    return places.map((place) => (place < 0 ? code.values.length : place));
  }

  /* By the codebook's order of values, one value before that one with others; rows without a value come last. */
  function byValue(code) {
    return (one, other) => {
      const [left, right] = [placesOf(one, code), placesOf(other, code)];
      if (!left.length || !right.length) return !left.length - !right.length;
      const differs = left.findIndex((place, at) => place !== right[at]);
      if (differs < 0 || differs >= right.length) return left.length - right.length;
      return left[differs] - right[differs];
    };
  }

  function byAttribute(name) {
    return (one, other) => {
      const [left, right] = [one.attributes.get(name), other.attributes.get(name)];
      if (left === undefined || right === undefined) return (left === undefined) - (right === undefined);
      return collator.compare(left, right);
    };
  }

  function ordered() {
    const order = view.get("order") ?? "";
    const code = codes.find((one) => order === `code.${one.id}`);
    if (code) return rows.toSorted(byValue(code));
    return order ? rows.toSorted(byAttribute(order.slice(4))) : rows;
  }

  function pinnedFirst(all) {
    const pins = view.getAll(all[0]?.kind);
    const pinned = pins.map((id) => all.find((one) => one.id === id));
    return [...pinned, ...all.filter((one) => !pinned.includes(one))];
  }

  function arrangement(across, down, isTurned) {
    return [isTurned, ...across.map((one) => one.id), "/", ...down.map((one) => one.id)].join("\n");
  }

  /* Move heads and cells to their places; cells stay the same elements, so that links to them hold. */
  function arrange(across, down, isTurned) {
    const wanted = arrangement(across, down, isTurned);
    if (wanted === arranged) return;
    const focused = document.activeElement;
    const cellOf = (one, other) => (isTurned ? other.cells.get(one) : one.cells.get(other));
    headRow.replaceChildren(corner, ...across.map((one) => scoped(one.head, "col")));
    body.replaceChildren(
      ...down.map((one) => line(scoped(one.head, "row"), ...across.map((other) => cellOf(one, other)))),
    );
    arranged = wanted;
    if (focused !== document.activeElement) focused.focus();
  }

  function scoped(head, scope) {
    return Object.assign(head, { scope });
  }

  function line(...parts) {
    const row = made("tr", {});
    row.append(...parts);
    return row;
  }

  function show() {
    const isTurned = compared() !== null;
    const [across, down] = isTurned
      ? [compared().concat(rows.filter((row) => !compared().includes(row))), pinnedFirst(codes)]
      : [pinnedFirst(codes), pinnedFirst(ordered())];
    const seen = inView();
    arrange(across, down, isTurned);
    conceal(seen, isTurned);
    const columns = (isTurned ? seen.rows : seen.codes).size;
    table.classList.toggle("many", columns > Number(table.dataset.onPaper));
    table.classList.toggle("is-compared", isTurned);
    table.style.setProperty("--codes", columns);
    for (const name of ["summaries", "quotes", "values"]) {
      table.classList.toggle(`no-${name}`, view.getAll("hide").includes(name));
    }
    corner.textContent = isTurned ? "Code" : cornerText;
    jumps.hidden = isTurned;
    tell(seen);
    showButtons(isTurned);
    measure();
  }

  function conceal(seen, isTurned) {
    for (const code of codes) code.head.hidden = !seen.codes.has(code);
    for (const row of rows) {
      row.head.hidden = row.jump.hidden = !seen.rows.has(row);
      for (const [code, cell] of row.cells) {
        cell.hidden = !(seen.rows.has(row) && seen.codes.has(code));
        cell.classList.toggle("is-quiet", isFiltered() && !matches(cell));
        cell.querySelector(".cell-code").textContent = isTurned ? row.name : code.name;
      }
    }
    for (const row of body.rows) row.hidden = row.cells[0].hidden;
  }

  function tell(seen) {
    const total = rows.length === 1 ? form.dataset.unit : form.dataset.units;
    const counts = `${seen.rows.size} of ${rows.length} ${total}, ${seen.codes.size} of ${codes.length} codes shown`;
    const nothing = seen.codes.size && seen.rows.size ? "" : "nothing fits this selection";
    const said = [counts, filters(), matched(), comparison(), pinned(), nothing];
    const words = `${said.filter(Boolean).join("; ")}.`;
    if (status.textContent !== words) status.textContent = words;
    for (const panel of form.querySelectorAll(".panel")) {
      const number = view.getAll(panel.dataset.of).length;
      panel.querySelector(".chosen").textContent = number ? `${number} chosen` : "any";
    }
  }

  function matched() {
    const found = cells.filter((cell) => !cell.hidden && matches(cell)).length;
    return isFiltered() ? `${found} ${found === 1 ? "cell matches" : "cells match"}` : "";
  }

  function comparison() {
    const chosen = view.getAll("compare").map((id) => rows.find((row) => row.id === id).name);
    if (chosen.length === 2) return `${chosen[0]} beside ${chosen[1]}`;
    return chosen.length ? `${chosen[0]} is chosen; choose another to compare it with` : "";
  }

  /* What was asked for, so that the view explains itself on paper too. */
  function filters() {
    const asked = [...view].filter(([name]) => /^(row\.|status$|stance$)/.test(name));
    return asked.map(([name, value]) => `${name.replace(/^row\./, "").replaceAll("_", " ")} ${value}`).join(", ");
  }

  function pinned() {
    const names = [...codes, ...rows].filter(isPinned).map((one) => one.name).join(", ");
    return names && `pinned: ${names}`;
  }

  function showButtons(isTurned) {
    for (const button of table.querySelectorAll("button[data-adds]")) {
      button.setAttribute("aria-pressed", view.getAll(button.dataset.adds).includes(button.value));
    }
    form.querySelector("[data-act=apart]").hidden = !isTurned;
  }

  /* What sticks below the heads, and focus that scrolls into view, have to know how high they are. */
  function measure() {
    const high = headRow.offsetHeight;
    if (high) frame.style.setProperty("--stuck", `${high}px`);
  }

  function openAll(what) {
    const chosen = what === "contexts" ? "details" : "details.rest";
    if (what) for (const one of table.querySelectorAll(`td:not([hidden]) ${chosen}`)) one.open = true;
  }

  /* A plain anchor leads to a cell; anything with = is a view, and may hold a cell as well. */
  function writeAddress() {
    const cell = cells.find((one) => one.classList.contains("is-target"));
    const told = new URLSearchParams(view);
    if (cell && told.size) told.append("at", cell.id);
    const hash = told.size ? `#${told}` : cell ? `#${cell.id}` : "";
    if (location.hash !== hash) history.replaceState(null, "", hash || location.pathname + location.search);
  }

  function readAddress() {
    const hash = location.hash.slice(1);
    const wanted = new URLSearchParams(hash.includes("=") ? hash : { at: hash });
    const cell = cells.find((one) => one.id === wanted.get("at"));
    for (const one of cells) one.classList.toggle("is-target", one === cell);
    if (hash.includes("=")) restore(wanted);
    else if (!hash || cell?.hidden) restore(new URLSearchParams());
    else show();
    writeAddress();
    if (cell) bring(cell);
  }

  function bring(element) {
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /* To the next row in the order shown, or past the last one. */
  function pass(from) {
    const shown = Array.from(body.rows).filter((line) => !line.hidden);
    const next = shown[shown.indexOf(from.closest("tr")) + 1];
    const place = next?.querySelector(".pass") ?? document.getElementById("past");
    place.focus({ preventScroll: true });
    (next ?? place).scrollIntoView({ block: next ? "start" : "nearest", inline: "nearest" });
  }

  function toggle(name, id) {
    const wanted = new URLSearchParams(view);
    const had = wanted.getAll(name);
    wanted.delete(name);
    for (const one of had.filter((one) => one !== id)) wanted.append(name, one);
    if (!had.includes(id)) wanted.append(name, id);
    const pressed = document.activeElement;
    change(wanted);
    if (!pressed.checkVisibility()) frame.focus({ preventScroll: true });
  }

  function act(name) {
    const wanted = new URLSearchParams(view);
    if (name === "reset") return restore(new URLSearchParams());
    if (name === "apart") wanted.delete("compare");
    else wanted.delete("open");
    if (name === "close") for (const one of table.querySelectorAll("details[open]")) one.open = false;
    if (name === "quotes" || name === "contexts") {
      wanted.set("open", name);
      openAll(name);
    }
    change(wanted);
    if (name === "apart") form.querySelector("[data-act=reset]").focus({ preventScroll: true });
  }

  function addButtons(one, ...kinds) {
    const place = made("span", { className: "marks" });
    for (const [name, words] of kinds) {
      const button = made("button", { type: "button", value: one.id, textContent: words });
      button.dataset.adds = name;
      button.append(made("span", { className: "hidden", textContent: ` ${one.name}` }));
      place.append(button);
    }
    (one.head.querySelector(".rowhead") ?? one.head).append(place);
  }

  /* A panel lies over the table, so it closes as soon as a reader goes elsewhere. */
  function watchPanels() {
    const leave = (place, isDone) => {
      const panel = document.querySelector(".panel[open]");
      if (panel && place && (isDone || !panel.contains(place))) panel.open = false;
    };
    document.addEventListener("focusout", (event) => leave(event.relatedTarget));
    document.addEventListener("click", ({ target }) => leave(target, target.matches(".jumps li a")));
  }

  /* Escape folds what is open around the focus, and leaves the focus on what opened it. */
  function onEscape(event) {
    const open = event.key === "Escape" && event.target.closest(".panel[open], td details[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  }

  function addWhole() {
    if (!view.size || document.querySelector(".linear")) return;
    const part = made("section", { className: "linear" });
    whole.classList.add("many");
    for (const one of whole.querySelectorAll("[id]")) one.removeAttribute("id");
    for (const one of whole.querySelectorAll(".context")) one.remove();
    part.append(made("h2", { textContent: "The whole matrix" }), whole);
    frame.after(part);
  }

  function start() {
    const wide = matchMedia("(min-width: 44.01rem)");
    const refold = () => (fold.open = wide.matches);
    for (const code of codes) addButtons(code, ["pin.code", "Pin"]);
    for (const row of rows) addButtons(row, ["pin", "Pin"], ["compare", "Compare"]);
    form.hidden = status.hidden = false;
    refold();
    wide.addEventListener("change", refold);
    form.addEventListener("input", () => change(view));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("click", (event) => event.target.dataset.act && act(event.target.dataset.act));
    table.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-adds]");
      if (button) toggle(button.dataset.adds, button.value);
      if (!event.target.matches(".pass")) return;
      event.preventDefault();
      pass(event.target);
    });
    table.addEventListener("focusin", ({ target }) => target.matches(":focus-visible") && bring(target));
    watchPanels();
    addEventListener("keydown", onEscape);
    addEventListener("hashchange", readAddress);
    addEventListener("resize", measure);
    addEventListener("beforeprint", addWhole);
    addEventListener("afterprint", () => document.querySelector(".linear")?.remove());
    readAddress();
  }

  start();
})();
