"use strict";
/* Copies an exhibit: as a table or paragraphs for Word, as LaTeX, as CSV, and a drawing as a picture. */
(() => {
  const bar = document.querySelector(".copies");
  const status = bar.querySelector("[role=status]");
  const data = JSON.parse(document.getElementById("copies").textContent);
  const spelt = (cell) => ({ span: 1, ...(Array.isArray(cell) ? { parts: cell } : cell) });
  const all = data.rows.map((row) => row.map(spelt));
  const file = location.pathname.split("/").pop().split(".")[0] || "exhibit";
  const DRAWN = ["fill", "stroke", "stroke-width", "stroke-dasharray", "text-anchor", "font-size", "font-weight", "font-style"];
  const SHARP = 3;

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

  /* The drawing in its light colours with them written into it: a picture knows no style sheet. */
  function drawing() {
    const svg = document.querySelector("figure.drawn svg.drawing");
    const root = document.documentElement;
    const before = root.style.colorScheme;
    root.style.colorScheme = "light";
    const copy = svg.cloneNode(true);
    const made = copy.querySelectorAll("*");
    svg.querySelectorAll("*").forEach((mark, at) => {
      const style = getComputedStyle(mark);
      for (const name of DRAWN) made[at].style.setProperty(name, style.getPropertyValue(name));
      made[at].style.fontFamily = "'Source Sans 3', Arial, sans-serif";
    });
    root.style.colorScheme = before;
    const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", width);
    copy.setAttribute("height", height);
    copy.removeAttribute("style");
    return { width, height, address: `data:image/svg+xml,${encodeURIComponent(copy.outerHTML)}` };
  }

  async function picture() {
    const { width, height, address } = drawing();
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = (width + 32) * SHARP;
    canvas.height = (height + 32) * SHARP;
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 16 * SHARP, 16 * SHARP, width * SHARP, height * SHARP);
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
    const items = await WAYS[way]();
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
