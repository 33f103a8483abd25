// What every served page does: it hears when the study has changed, and shows it as it is then.
import { hear } from "./news.js";

hear(() => location.reload());
