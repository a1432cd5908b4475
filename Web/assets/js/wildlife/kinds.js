// The row above the pictures: what is on them, with how many there are.

import { h } from "/assets/js/dom.js";
import { asPerson } from "/assets/js/session.js";
import { queryOf, without } from "/assets/js/wildlife/filter.js";

const KINDS = [
  { label: "All", part: {}, of: "images" },
  { label: "Animals", part: { contents: "animal" }, of: "animal" },
  { label: "Empty", part: { contents: "blank" }, of: "blank" },
  { label: "People", part: { contents: "person" }, of: "person" },
  { label: "Vehicles", part: { contents: "vehicle" }, of: "vehicle" },
  { label: "Waiting", part: { status: "pending" }, of: "waiting" },
  { label: "Failed", part: { status: "failed" }, of: "failed" },
];

/** How many files were set aside, which is told to those alone who may look after them. */
async function asideOf({ permissions, user }) {
  if (!permissions.includes("cameras") || user.sites) return 0;
  const page = await asPerson("GET", "/api/v1/quarantine?limit=1").catch(() => null);
  return page?.total ?? 0;
}

/** Counts within the rest of the filter and draws the row; `go` gets the filter of a kind that was chosen. */
export async function drawKinds(list, filter, go, me) {
  const rest = without(filter, "contents", "status");
  const [summary, aside] = await Promise.all([asPerson("GET", `/api/v1/stats/summary${queryOf(rest)}`), asideOf(me)]);
  const held = list.contains(document.activeElement) && document.activeElement.dataset.kind;
  list.replaceChildren(...KINDS.map(({ label, part, of }) => {
    const chosen = part.contents === filter.contents && part.status === filter.status;
    return h("li", {}, h("button", { type: "button", class: "chip", "data-kind": of, "aria-pressed": String(chosen), onclick: () => go({ ...rest, ...part }) },
      label, h("span", { class: "number" }, summary[of].toLocaleString("en-GB"))));
  }), aside > 0 ? h("li", {}, h("a", { class: "chip", href: "/quarantine", "data-kind": "aside" }, "Set aside", h("span", { class: "number" }, aside.toLocaleString("en-GB")))) : "");
  if (held) list.querySelector(`[data-kind="${held}"]`)?.focus({ preventScroll: true });
  return summary;
}
