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

/** Counts within the rest of the filter and draws the row; `go` gets the filter of a kind that was chosen. */
export async function drawKinds(list, filter, go) {
  const rest = without(filter, "contents", "status");
  const summary = await asPerson("GET", `/api/v1/stats/summary${queryOf(rest)}`);
  const held = list.contains(document.activeElement) && document.activeElement.dataset.kind;
  list.replaceChildren(...KINDS.map(({ label, part, of }) => {
    const chosen = part.contents === filter.contents && part.status === filter.status;
    return h("li", {}, h("button", { type: "button", class: "chip", "data-kind": of, "aria-pressed": String(chosen), onclick: () => go({ ...rest, ...part }) },
      label, h("span", { class: "number" }, summary[of].toLocaleString("en-GB"))));
  }));
  if (held) list.querySelector(`[data-kind="${held}"]`)?.focus({ preventScroll: true });
  return summary;
}
