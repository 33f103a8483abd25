// What every served page does: it hears when the study has changed, and shows it as it is then.
import { hear } from "./news.js";

// A page with a script of its own shows by that what changed, as soon as it is there; any other is loaded again.
const hasOwn = document.body.matches(".source, .window");
const hearing = { isOurs: () => false, changed: () => (hasOwn ? (hearing.isLate = true) : location.reload()), told: () => {}, amiss: "" };
const changed = (version) => hearing.isOurs(version) || hearing.changed();
const met = new Promise((begun) => hear(changed, begun, (amiss) => hearing.told((hearing.amiss = amiss))));
if (document.body.classList.contains("source")) import("./coding.js").then(({ start }) => start(hearing, met));
if (document.body.classList.contains("window")) import("./acting.js").then(({ start }) => start(hearing));
