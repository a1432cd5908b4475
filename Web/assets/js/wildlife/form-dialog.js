// A form in a dialog, for places and the times at which cameras hung there.

import { button, h } from "/assets/js/dom.js";
import { field, formOf } from "/assets/js/form.js";

const MOMENT = /\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/g;
const moments = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" });

/** Asks in a dialog; gives what `send` gave, or `null` where it was left. `words` places refusals by their type. */
export function formDialog({ title, lead, fields, act, send, words }) {
  return new Promise((done) => {
    let answer = null;
    const form = formOf({
      label: title, fields, act, words,
      send: async (values) => {
        try {
          answer = await send(values);
        } catch (problem) {
          throw readable(problem, words);
        }
        dialog.close();
      },
      also: [button("Leave it", { look: "quiet", onclick: () => dialog.close() })],
    });
    const dialog = h("dialog", { class: "place-form", "aria-labelledby": "place-form-title" },
      h("h2", { id: "place-form-title" }, title), lead && h("p", { class: "quiet small" }, lead), form);
    dialog.addEventListener("close", () => { dialog.remove(); done(answer); });
    document.body.append(dialog);
    dialog.showModal();
    fields[0].input.focus();
  });
}

/** Moments become days, and a refusal that has its own place here goes there. */
function readable(problem, words = {}) {
  if (problem.status === undefined) return problem;
  problem.message = problem.message.replace(MOMENT, (text) => moments.format(new Date(text)));
  const kind = [problem.type, ...problem.fields.map(({ type }) => type)].find((one) => words[one]);
  if (kind) Object.assign(problem, { type: kind, fields: [] });
  for (const one of problem.fields) one.msg = one.msg.replace("started_at", "the beginning");
  return problem;
}

/** Latitude and longitude, both or none. */
export function placeFields(location) {
  const [east, north] = location?.coordinates ?? [];
  const one = (id, label, hint, most, value) => field({ id, label, hint, optional: true, inputmode: "text", autocomplete: "off", value: value ?? "" });
  const latitude = one("latitude", "Latitude", "Such as 52.5163, or 52°30′58″ N", 90, north);
  const longitude = one("longitude", "Longitude", "Such as 13.3777, or 13°22′40″ E", 180, east);
  const check = (mine, other, most) => Object.defineProperty(mine, "lack", { get: () => {
    if (!mine.value) return other.value ? "Fill in both, or none." : "";
    const degrees = degreesIn(mine.value);
    if (degrees === null || Math.abs(degrees) > most) return `Degrees from −${most} to ${most}.`;
    return "";
  } });
  check(latitude, longitude, 90);
  check(longitude, latitude, 180);
  return [latitude, longitude];
}

/** A GeoJSON point out of what was typed; `undefined` for none. */
export function pointOf({ latitude, longitude }) {
  if (!latitude || !longitude) return undefined;
  return { type: "Point", coordinates: [degreesIn(longitude), degreesIn(latitude)] };
}

/** "52.5163", "52,5163", "52°30′58″ N" or "-33.9": degrees, or `null`. */
export function degreesIn(text) {
  const match = /^\s*([NSEW])?\s*([-+−]?\d+(?:[.,]\d+)?)\s*°?\s*(?:(\d+(?:[.,]\d+)?)\s*['′’]\s*)?(?:(\d+(?:[.,]\d+)?)\s*(?:["″”]|'')\s*)?([NSEW])?\s*$/i.exec(text);
  if (!match) return null;
  const [whole, minutes, seconds] = [match[2], match[3] ?? "0", match[4] ?? "0"].map((part) => Number(part.replace("−", "-").replace(",", ".")));
  const negative = whole < 0 || /^[-−]/.test(match[2]) || /[SW]/i.test(match[1] ?? match[5] ?? "");
  const degrees = Math.abs(whole) + minutes / 60 + seconds / 3600;
  return Number((negative ? -degrees : degrees).toFixed(7));
}

/** "52.5163° N, 13.3777° E" */
export function placeWords({ coordinates: [east, north] }) {
  const side = (value, plus, minus) => `${Math.abs(value).toFixed(4)}° ${value < 0 ? minus : plus}`;
  return `${side(north, "N", "S")}, ${side(east, "E", "W")}`;
}
