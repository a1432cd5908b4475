// Charts as SVG of our own: each says in words what it shows, and the same figures stand in a table below it.

import { h, svg } from "/assets/js/dom.js";

const round = (value) => Number(value.toFixed(2));

/** A round number at or above the largest, for the top of an axis. */
export function ceiling(most) {
  if (most <= 5) return 5;
  const size = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 2.5, 5, 10].map((one) => one * size).find((one) => one >= most && Number.isInteger(one)) ?? most;
}

function axis(top, [left, right, low, high]) {
  return [0, 0.5, 1].filter((part) => Number.isInteger(top * part)).map((part) => {
    const y = low - (low - high) * part;
    return [svg("line", { class: part ? "axis" : "edge", x1: left, x2: right, y1: y, y2: y }), svg("text", { x: left - 8, y: y + 4, "text-anchor": "end" }, (top * part).toLocaleString("en-GB"))];
  });
}

function chart(words, viewBox, ...parts) {
  return svg("svg", { role: "img", "aria-label": words, viewBox, class: "chart__drawing" }, parts);
}

/** Columns over time; `label` gives the words below some of them. */
export function columns({ values, words, label }) {
  const [width, height, left, low, high] = [900, 240, 44, 206, 12];
  const top = ceiling(Math.max(...values, 1));
  const step = (width - left - 8) / values.length;
  const every = Math.ceil(values.length / 9);
  return chart(words, `0 0 ${width} ${height}`, axis(top, [left, width - 8, low, high]), values.map((value, at) => {
    const tall = ((low - high) * value) / top;
    const x = left + step * at;
    return [
      value > 0 && svg("rect", { class: "column", x: round(x + Math.min(1, step * 0.1)), y: round(low - tall), width: round(Math.max(1, Math.min(48, step - Math.min(2, step * 0.2)))), height: round(tall), rx: Math.min(2, step / 4) }),
      at % every === 0 && svg("text", { x: round(x + Math.min(24, step / 2)), y: low + 20, "text-anchor": at === 0 ? "start" : "middle" }, label(at)),
    ];
  }));
}

/** A line that climbs in steps; `points` are moments with what holds from then on. */
export function stairs({ points, from, to, words, label }) {
  const [width, height, left, low, high] = [900, 240, 44, 206, 12];
  const top = ceiling(points.at(-1)[1]);
  const across = (moment) => round(left + ((width - left - 8) * (moment - from)) / Math.max(1, to - from));
  const up = (value) => round(low - ((low - high) * value) / top);
  const path = points.map(([moment, value]) => `H${across(moment)}V${up(value)}`).join("");
  return chart(words, `0 0 ${width} ${height}`, axis(top, [left, width - 8, low, high]),
    svg("path", { class: "stair", d: `M${left} ${low}${path}H${width - 8}` }),
    [0, 0.25, 0.5, 0.75, 1].filter((part) => to > from || part === 0).map((part) => svg("text", { x: across(from + (to - from) * part), y: low + 20, "text-anchor": part === 0 ? "start" : part === 1 ? "end" : "middle" }, label(from + (to - from) * part))));
}

/** The hours of a day as a ring: midnight above, noon below, the night shaded. */
export function ring({ values, words }) {
  const [inner, outer, far] = [46, 132, 156];
  const most = Math.max(...values, 1);
  const angle = (hour) => (hour / 24) * 2 * Math.PI - Math.PI / 2;
  const point = (hour, radius) => [round(Math.cos(angle(hour)) * radius), round(Math.sin(angle(hour)) * radius)].join(" ");
  const slice = (from, to, radius) => `M${point(from, inner)}L${point(from, radius)}A${radius} ${radius} 0 ${to - from > 12 ? 1 : 0} 1 ${point(to, radius)}L${point(to, inner)}A${inner} ${inner} 0 ${to - from > 12 ? 1 : 0} 0 ${point(from, inner)}Z`;
  return chart(words, "-190 -178 380 356",
    svg("path", { class: "night", d: slice(-2, 6, outer) }),
    [0.5, 1].map((part) => svg("circle", { class: "axis", r: inner + (outer - inner) * part, fill: "none" })),
    svg("circle", { class: "edge", r: inner, fill: "none" }),
    values.map((value, hour) => value > 0 && svg("path", { class: "column", d: slice(hour + 0.06, hour + 0.94, round(inner + ((outer - inner) * value) / most)) })),
    [0, 3, 6, 9, 12, 15, 18, 21].map((hour) => {
      const [x, y] = point(hour, far).split(" ").map(Number);
      return svg("text", { x, y: y + 4, "text-anchor": "middle" }, `${String(hour).padStart(2, "0")}:00`);
    }),
    svg("text", { class: "name", x: 0, y: -2, "text-anchor": "middle" }, most.toLocaleString("en-GB")), svg("text", { x: 0, y: 14, "text-anchor": "middle" }, "at most"));
}

/** A part of the page: what it counts, what that says in a sentence, and how it looks. */
export const card = (id, title, words, ...parts) => h("section", { class: "card card__body stack stack--s", "aria-labelledby": id }, h("h2", { id }, title), words && h("p", { class: "small quiet" }, words), parts);

/** A list with a bar below each figure: its share of `most`, or of the longest. */
export function bars(rows, most = Math.max(...rows.map(({ value }) => value), 1e-9)) {
  return h("ul", { class: "ranked" }, rows.map(({ name, value, words, href }) => h("li", {},
    href ? h("a", { href }, name) : h("span", {}, name), h("span", { class: "number" }, words),
    svg("svg", { class: "ranked__bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("rect", { class: "ranked__track", width: 100, height: 8 }), svg("rect", { class: "column", width: round((value / most) * 100), height: 8 })))));
}

/** The same figures as a table, folded away. */
export function figures(title, heads, rows) {
  return h("details", { class: "fold figures" }, h("summary", {}, "As a table"),
    h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": `${title}, as a table` },
      h("table", { class: "table" }, h("caption", { class: "hidden-text" }, title),
        h("thead", {}, h("tr", {}, heads.map((one, at) => h("th", { scope: "col", class: at ? "right" : null }, one)))),
        h("tbody", {}, rows.map(([first, ...others]) => h("tr", {}, h("th", { scope: "row" }, first), others.map((one) => h("td", { class: "right number" }, typeof one === "number" ? one.toLocaleString("en-GB") : one))))))));
}
