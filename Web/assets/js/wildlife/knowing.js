// How what is known grew, and how far the machine can be believed.

import { h } from "/assets/js/dom.js";
import { bars, card, figures, stairs } from "/assets/js/wildlife/charts.js";
import { count, upperFirst } from "/assets/js/words.js";

const SHOWN = 12;
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const share = (value) => `${Math.round(value * 100)}%`;

/** The species that were known at each time; `until` is when the last picture was taken. */
export function accumulationCard(sights, until) {
  if (!sights.length) return card("accumulation-title", "Species known over time", "No species so far.");
  const begin = new Date(sights[0].first_seen);
  const end = new Date(Math.max(new Date(until ?? 0), new Date(sights.at(-1).first_seen)));
  const last = sights.at(-1);
  const quiet = Math.floor((end - new Date(last.first_seen)) / 86400000);
  const told = `${count(sights.length, "species", "species")} since ${days.format(begin)}; the newest, ${last.species}, on ${days.format(new Date(last.first_seen))}.`;
  return card("accumulation-title", "Species known over time", `${told} ${quiet > 0 ? `Nothing new in the ${count(quiet, "day")} since: the flatter the line, the fewer are still to be found.` : "The flatter the line, the fewer are still to be found."}`,
    h("div", { class: "chart", tabindex: "0", role: "region", "aria-label": "Species known over time" }, stairs({
      points: sights.map((one) => [new Date(one.first_seen).getTime(), one.total]), from: begin.getTime(), to: end.getTime(), words: `Species known over time. ${told}`, label: (moment) => days.format(new Date(moment)),
    })),
    figures("When each species was first seen", ["Species", "First seen", "Known then"], sights.map((one) => [upperFirst(one.species), days.format(new Date(one.first_seen)), one.total])));
}

/** How often people said that the machine is right, by what it found. */
export function agreementCard(rows) {
  if (!rows.length) return card("agreement-title", "How right the machine is", "Nobody has judged a picture of these so far. Each word about a picture counts here.");
  const name = ({ found }) => (found === undefined || found === null ? "Nothing found" : upperFirst(found));
  return card("agreement-title", "How right the machine is", "How often people said that it is right, by what it found on a picture. Few judgements say little.",
    bars(rows.slice(0, SHOWN).map((one) => ({ name: name(one), value: one.approved / one.reviewed, words: `${one.approved.toLocaleString("en-GB")} of ${one.reviewed.toLocaleString("en-GB")}, ${share(one.approved / one.reviewed)}` })), 1),
    figures("What people said of what the machine found", ["Found", "Judged", "Right", "Corrected", "Nothing there"], rows.map((one) => [name(one), one.reviewed, one.approved, one.corrected, one.rejected])));
}
