// What every served page does: it hears when the study has changed, and shows it as it is then.
import { hear } from "./news.js";

const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "assets/window.css" });
document.head.append(style);
const hearing = { isOurs: () => false };
hear((version) => hearing.isOurs(version) || location.reload());
if (document.body.classList.contains("source")) import("./coding.js").then(({ start }) => start(hearing));
