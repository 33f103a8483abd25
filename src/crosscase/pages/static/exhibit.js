"use strict";
/* Copies an exhibit: as a table or paragraphs for Word, as LaTeX, as CSV, and as a picture. */
(() => {
  const bar = document.querySelector(".copies");
  const status = bar.querySelector("[role=status]");
  const data = unpacked(JSON.parse(document.getElementById("copies").textContent));
  const spelt = (cell) => ({ span: 1, ...(Array.isArray(cell) ? { parts: cell } : cell) });
  const all = data.rows.map((row) => row.map(spelt));
  const file = location.pathname.split("/").pop().split(".")[0] || "exhibit";
  const DRAWN = ["fill", "stroke", "stroke-width", "stroke-dasharray", "text-anchor", "font-size", "font-weight", "font-style"];
  const SIDES = ["top", "right", "bottom", "left"];
  const SHOWN = [
    "display", "position", "box-sizing", "color", "background-color", "background-image", "font-family", "font-size", "font-weight", "font-style",
    "line-height", "letter-spacing", "font-variant-numeric", "text-align", "text-indent", "text-transform", "vertical-align",
    "white-space", "list-style-type", "border-collapse", "border-spacing", "border-radius", "caption-side", "flex-direction",
    "flex-wrap", "align-items", "justify-content", "row-gap", "column-gap", "grid-template-columns", "columns", "min-width",
    "max-width", "top", "left",
    ...SIDES.flatMap((side) => [`margin-${side}`, `padding-${side}`, `border-${side}-width`, `border-${side}-style`, `border-${side}-color`]),
  ];
  const LEFT_OUT = "script, details, button, dialog, .hidden, .contents, .cell-head, .basis, .paper-only, .notes";
  const SVG = "http://www.w3.org/2000/svg";
  /* No browser draws on a canvas that is longer. */
  const LONGEST = 16_000;

  function element(name, children, attributes = {}) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function filled(cell) {
    if (cell.is_list) return [element("ul", cell.parts.map((part) => element("li", [part])))];
    return cell.parts.map((part) => element("p", [part], { style: "margin:0" }));
  }

  function table() {
    const rows = all.map((row, at) => {
      const cells = row.map((cell) => {
        const name = at < data.heads || cell.is_head ? "th" : "td";
        return element(name, filled(cell), { colspan: cell.span, style: "text-align:left;vertical-align:top" });
      });
      return element("tr", cells);
    });
    return element("table", rows, { border: 1, cellspacing: 0, cellpadding: 4 });
  }

  function paragraphs() {
    const body = all.slice(data.heads).map((row) => row.flatMap((cell) => cell.parts).join(" "));
    return body.map((text) => element("p", [text]));
  }

  function html() {
    const parts = data.is_prose ? paragraphs() : [table()];
    const notes = data.notes.map((note) => element("p", [element("small", [note])]));
    return element("div", [element("p", [element("b", [data.title])]), ...parts, ...notes]).innerHTML;
  }

  function inLight(draw) {
    const root = document.documentElement;
    const before = root.style.colorScheme;
    root.style.colorScheme = "light";
    const made = draw();
    root.style.colorScheme = before;
    return made;
  }

  /* The drawing with its colours written into it: a picture knows no style sheet. */
  function drawing(svg) {
    const copy = svg.cloneNode(true);
    const made = copy.querySelectorAll("*");
    svg.querySelectorAll("*").forEach((mark, at) => {
      const style = getComputedStyle(mark);
      for (const name of DRAWN) made[at].style.setProperty(name, style.getPropertyValue(name));
      made[at].style.fontFamily = "'Source Sans 3', Arial, sans-serif";
    });
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.removeAttribute("style");
    return { width, height, copy };
  }

  function dressed(copy, style) {
    for (const name of SHOWN) copy.style.setProperty(name, style.getPropertyValue(name));
    return copy;
  }

  /* A mark that a style sheet puts before something, as an element. */
  function before(shown) {
    const style = getComputedStyle(shown, "::before");
    const words = /^"(.*)"/.exec(style.content);
    return words && style.display !== "none" ? [dressed(element("span", [words[1]]), style)] : [];
  }

  /* What stands on the page, each element with the style that it has there. */
  function styled(shown) {
    if (shown.nodeType === Node.TEXT_NODE) return [shown.cloneNode()];
    if (shown.nodeType !== Node.ELEMENT_NODE || shown.matches(LEFT_OUT)) return [];
    const style = getComputedStyle(shown);
    if (style.display === "none") return [];
    const within = Array.from(shown.childNodes).flatMap(styled);
    const copy = dressed(element(shown.localName === "a" ? "span" : shown.localName, [...before(shown), ...within]), style);
    if (/^t[dh]$/.test(shown.localName)) {
      copy.colSpan = shown.colSpan;
      copy.rowSpan = shown.rowSpan;
    }
    if (/^t[dh]$/.test(shown.localName) || !shown.hasChildNodes()) copy.style.width = style.width;
    if (!shown.hasChildNodes()) copy.style.height = style.height;
    return [copy];
  }

  /* The exhibit's tables or paragraphs. A picture has the reader's own fonts, so its height is measured with them. */
  function shownHere() {
    const here = bar.closest(".column").nextElementSibling;
    const parts = Array.from(here.querySelectorAll(data.is_prose ? "section, figure" : "table"), (part) => part.offsetWidth);
    const width = Math.max(...parts);
    const copy = element("div", Array.from(here.childNodes).flatMap(styled));
    copy.style.cssText = `width:${width}px;position:absolute;left:-200vw;background:#fff`;
    for (const within of copy.querySelectorAll("*")) {
      within.style.fontFamily = within.style.fontFamily.includes("Serif") ? "Georgia, serif" : "Arial, sans-serif";
    }
    document.body.append(copy);
    const height = Math.ceil(copy.scrollHeight);
    copy.remove();
    copy.style.cssText = `width:${width}px;background:#fff`;
    const frame = document.createElementNS(SVG, "svg");
    const inside = document.createElementNS(SVG, "foreignObject");
    for (const made of [frame, inside]) {
      made.setAttribute("width", width);
      made.setAttribute("height", height);
    }
    inside.append(copy);
    frame.append(inside);
    return { width, height, copy: frame };
  }

  async function picture() {
    const svg = document.querySelector("figure.drawn svg.drawing");
    const { width, height, copy } = inLight(() => (svg ? drawing(svg) : shownHere()));
    const sharp = Math.min(svg ? 3 : 2, LONGEST / (height + 32), LONGEST / (width + 32));
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = (width + 32) * sharp;
    canvas.height = (height + 32) * sharp;
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 16 * sharp, 16 * sharp, width * sharp, height * sharp);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  function save(blob, ending) {
    const link = element("a", [], { href: URL.createObjectURL(blob), download: `${file}.${ending}` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  const text = (content, type) => new Blob([content], { type });
  const WAYS = {
    word: async () => ({ "text/html": text(html(), "text/html"), "text/plain": text(data.csv, "text/plain") }),
    latex: async () => ({ "text/plain": text(data.latex, "text/plain") }),
    csv: async () => ({ "text/plain": text(data.csv, "text/plain") }),
    png: async () => ({ "image/png": await picture() }),
  };
  const ENDINGS = { word: ["text/html", "doc"], latex: ["text/plain", "tex"], csv: ["text/plain", "csv"], png: ["image/png", "png"] };

  /* Where a browser keeps the clipboard to itself, the same is saved as a file. */
  async function copied(way, name) {
    let items;
    try {
      items = await WAYS[way]();
    } catch {
      return "This browser makes no picture of it: copy it for Word, or print the page.";
    }
    try {
      await navigator.clipboard.write([new ClipboardItem(items)]);
      return `Copied as ${name}.`;
    } catch {
      const [type, ending] = ENDINGS[way];
      save(items[type], ending);
      return `Saved as ${file}.${ending}, since this browser copies nothing from here.`;
    }
  }

  for (const button of bar.querySelectorAll("button")) {
    button.addEventListener("click", async () => {
      status.textContent = await copied(button.value, button.textContent);
    });
  }
  bar.classList.add("ready");
})();
