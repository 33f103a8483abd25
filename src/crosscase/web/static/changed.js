// What a change of the text did to its codings: which have another place now, and which have none.
import { button, made } from "./elements.js";

const counted = (number, what) => `${number} ${number === 1 ? what : `${what}s`}`;

// Says it above the text, with ways to the codings, for as long as it is so.
export function showChanged(desk) {
  const { moved, lost } = desk.model.shown;
  const now = JSON.stringify([moved, lost]);
  if (desk.toldOfText === now) return;
  desk.toldOfText = now;
  document.querySelector(".notice")?.remove();
  if (!moved.length && !lost.length) return;
  const told = [moved.length ? `${counted(moved.length, "coding")} moved` : "", lost.length ? `${lost.length} lost` : ""].filter(Boolean).join(", ");
  const notice = made("div", { className: "notice", role: "status" }, made("p", { textContent: `The text was edited since it was coded: ${told}.` }));
  if (moved.length) notice.append(places(desk, moved), button("Keep the new places", () => desk.send({ act: "accept_moves" })));
  if (lost.length) notice.append(made("ul", {}, ...lost.map((coding) => lostLine(desk, coding))));
  document.querySelector(".transcript").prepend(notice);
}

function places(desk, moved) {
  const line = made("p", {}, "Where they are now: ");
  for (const id of moved) {
    const coding = desk.model.shown.coded.get(id);
    if (coding) line.append(made("a", { href: `#${coding.anchor}`, textContent: coding.name }), " ");
  }
  return line;
}

function lostLine(desk, [id, name, quote]) {
  const place = () => {
    const { passage } = desk.cursor;
    if (passage) desk.send({ act: "place_coding", coding: id, ...passage });
    else desk.bar.tell("Select the words first: then they are the coding’s.");
  };
  return made("li", {}, `${name}: “${quote}” `, button("It belongs to the chosen words", place));
}
