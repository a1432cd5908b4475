// What was found in one photo of a batch, in words: for the list, the filter and the file.

import { findingName, plantName, resultName, shortName } from "/assets/js/names.js";
import { certaintyWord, sentence } from "/assets/js/words.js";

export const GROUPS = [
  { id: "all", label: "All", none: "There are no photos in this batch." },
  { id: "look", label: "Need a look", none: "No photo needs a second look." },
  { id: "sick", label: "Sick", none: "No sick leaf was found." },
  { id: "healthy", label: "Healthy", none: "No healthy leaf was found." },
  { id: "no-leaf", label: "Not a leaf", none: "Every photo shows a leaf that it knows." },
  { id: "failed", label: "Failed", none: "Every photo could be read." },
];

/** Which group a result belongs to: waiting, look, sick, healthy, no-leaf or failed. */
export function groupOf({ status, answer }) {
  if (status === "failed") return "failed";
  if (!answer) return "waiting";
  if (answer.verdict === "not_a_plant") return "no-leaf";
  if (answer.verdict !== "confident") return "look";
  return answer.results[0]?.healthy ? "healthy" : "sick";
}

const BADGES = {
  waiting: { icon: "clock", word: "Waiting", look: "" },
  look: { icon: "question", word: "Needs a look", look: "badge--notice" },
  sick: { icon: "warn", word: "Sick", look: "badge--warning" },
  healthy: { icon: "check", word: "Healthy", look: "badge--good" },
  "no-leaf": { icon: "cross", word: "Not a leaf", look: "" },
  failed: { icon: "cross", word: "Failed", look: "badge--notice" },
};

/** `{ group, badge, title, detail, certainty }`; `certainty` is missing where nothing is named. */
export function wordsOf(result) {
  const group = groupOf(result);
  const badge = BADGES[group];
  const { answer, error } = result;
  if (group === "waiting") return { group, badge, title: "Not read yet", detail: "" };
  if (group === "failed") return { group, badge, title: "Could not be read", detail: sentence(error?.message ?? "") };
  if (group === "no-leaf") return { group, badge, title: findingName(answer), detail: "Send one leaf, close, in daylight." };
  if (group === "look") return { group, badge, title: findingName(answer), detail: guesses(answer) };
  return { group, badge, title: findingName(answer), detail: plantName(answer), certainty: { share: answer.confidence, threshold: answer.threshold, word: certaintyWord(answer.confidence).replace(".", "") } };
}

/** Where it is not sure there are guesses only, without figures: a photo unlike all others may score high and mean nothing. */
function guesses(answer) {
  const some = answer.results.slice(0, 2).filter(({ confidence }, at) => at === 0 || confidence >= 0.01).map(whole);
  return some.length ? `Perhaps ${some.join(", or ")}.` : "";
}

function whole(result) {
  const name = (result.condition?.name ?? resultName(result, { results: [result] })).toLowerCase();
  return result.plant ? `${shortName(result.plant)}: ${name}` : name;
}
