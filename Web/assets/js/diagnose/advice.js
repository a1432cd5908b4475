// The three tabs under a finding, from the catalogue's pages and from the answer itself.

import { page } from "/assets/js/diagnose/catalogue.js";
import { bar, button, h, icon } from "/assets/js/dom.js";
import { heatWords } from "/assets/js/heatmap.js";
import { listed, plantsIn, resultName, shortName } from "/assets/js/names.js";
import { tabs } from "/assets/js/tabs.js";
import { percent, sentence, upperFirst } from "/assets/js/words.js";

const WAYS = [
  ["cultural", "By hand and habit"],
  ["biological", "With living helpers"],
  ["chemical", "With a spray, last"],
];
const SEVERITIES = { low: "Mild.", moderate: "Moderate.", high: "Serious.", devastating: "Devastating." };

export function advice(look, { disease, species, learned }, acts) {
  const { answer } = look;
  if (answer.verdict === "not_a_plant") return h("div", { class: "stack stack--s" }, h("h3", {}, "What would help"), help(look, learned, acts));
  if (answer.verdict !== "confident") {
    return tabs("About this answer", [
      { id: "do", label: "What would help", body: help(look, learned, acts) },
      { id: "else", label: "Guesses", body: ranks(answer, 0) },
      { id: "why", label: "Why", body: why(look) },
    ]);
  }
  return tabs("About this finding", [
    { id: "do", label: answer.results[0].healthy ? "Keep it so" : "What to do", body: answer.results[0].healthy ? keep(species) : act(disease, species) },
    { id: "else", label: "Could also be", body: [ranks(answer, 1), lookAlikes(disease)] },
    { id: "why", label: "Why", body: why(look, disease) },
  ]);
}

function act(disease, species) {
  if (!disease) return h("p", {}, "The catalogue has no page on this yet. Take off what is sick, keep the leaves dry, and ask an adviser.");
  return [
    steps(disease.steps),
    h("div", { class: "folds" },
      treatment(disease.treatment),
      fold("So that it does not come back", list(disease.prevention)),
      care(species)),
  ];
}

function keep(species) {
  const habits = species?.healthy?.keep_doing ?? [];
  return [
    habits.length ? signs(habits) : h("p", {}, "Nothing to do. Look again in a week, under the leaves too."),
    h("div", { class: "folds" }, care(species)),
  ];
}

/** The time is written once for all that falls to it; a screen reader hears it at each step. */
function steps(entries = []) {
  return h("ol", { class: "steps" }, entries.map(({ when, title, text }, at) =>
    h("li", {}, h("span", { class: when === entries[at - 1]?.when ? "hidden-text" : "when" }, when),
      h("div", {}, h("p", {}, h("strong", {}, sentence(title)), " ", sentence(text))))));
}

function treatment(ways) {
  const filled = WAYS.filter(([key]) => ways?.[key]?.length);
  if (!filled.length) return null;
  return fold("Treatment, mildest first", filled.map(([key, name]) =>
    h("div", { class: "way" }, h("b", {}, name), list(ways[key]),
      key === "chemical" && h("p", { class: "small faint" }, "Only products whose label names this crop where you live. The label decides."))));
}

function care(species) {
  if (!species) return null;
  const facts = Object.entries(species.care ?? {}).map(([name, value]) => [name === "ph" ? "pH of the soil" : name, careWords(value)]);
  facts.push(["harvest", species.harvest], ["good neighbours", listed(species.good_neighbours ?? [])], ["keep apart from", listed(species.keep_apart_from ?? [])], ["poison", species.toxicity]);
  return fold(`Looking after ${shortName(species)}`, h("dl", { class: "care" },
    facts.filter(([, value]) => value).map(([name, value]) => [h("dt", {}, name.startsWith("pH") ? name : upperFirst(name)), h("dd", {}, sentence(value))])));
}

/** Care is words, a range, or a range with a better one inside it. */
function careWords(value) {
  if (value === null || typeof value !== "object") return value;
  const unit = value.unit ? `\u00a0${value.unit}` : "";
  const range = `${value.min} to ${value.max}${unit}`;
  return value.best_min === undefined ? range : `Best at ${value.best_min} to ${value.best_max}${unit}; it bears ${range}`;
}

function ranks(answer, from) {
  const shown = answer.results.slice(from);
  const others = Math.max(0, 1 - answer.results.reduce((sum, one) => sum + one.confidence, 0));
  return h("ol", { class: "ranks" },
    shown.map((one) => h("li", {},
      h("span", {}, h("b", {}, resultName(one, answer)), one.condition?.scientific_name && [" ", h("i", { lang: "la", class: "quiet" }, one.condition.scientific_name)]),
      h("span", { class: "number" }, percent(one.confidence)),
      bar(one.confidence, { other: true }),
      one.condition?.url && compare(one.condition))),
    others >= 0.01 && h("li", {}, h("span", {}, h("b", {}, "Everything else"), h("span", { class: "quiet" }, " all other answers together")), h("span", { class: "number" }, percent(others)), bar(others, { other: true })));
}

/** Signs of another candidate, fetched when somebody wants to compare. */
function compare({ name, url }) {
  const body = h("div", { "aria-live": "polite" }, h("p", { class: "faint" }, "Opening the catalogue …"));
  const details = h("details", {}, h("summary", {}, "Compare", h("span", { class: "hidden-text" }, ` with ${name}`)), body);
  details.addEventListener("toggle", async () => {
    if (!details.open || body.dataset.filled) return;
    const found = await page(url);
    body.replaceChildren(found?.symptoms?.length ? symptoms(found) : h("p", { class: "faint" }, "The catalogue cannot be read right now."));
    if (found) body.dataset.filled = "yes";
  });
  return details;
}

function lookAlikes(disease) {
  const alike = disease?.look_alikes ?? [];
  if (!alike.length) return null;
  return h("div", { class: "folds" }, fold("Easily taken for it", h("dl", {}, alike.map(({ name, difference }) =>
    h("div", { class: "way" }, h("dt", {}, h("b", {}, name)), h("dd", { class: "small" }, sentence(difference))))), true));
}

function why(look, disease) {
  const { answer } = look;
  const map = answer.images[0]?.heat_map;
  const facts = disease && [["How it spreads", disease.spread], ["What it likes", disease.favoured_by], ["When", disease.season], ["How bad", [SEVERITIES[disease.severity], sentence(disease.severity_note)].filter(Boolean).join(" ")]].filter(([, value]) => value);
  return [
    map && h("p", {}, `The answer rests mostly on ${heatWords(map)} of the picture. `, answer.verdict === "confident" ? "If the damage is elsewhere, trust it less and frame that leaf." : "If the leaf is elsewhere, frame it."),
    disease?.symptoms?.length && h("section", {}, h("h3", {}, "Compare with your plant"), symptoms(disease)),
    facts?.length && h("div", { class: "folds" }, fold("About it", h("dl", {}, facts.map(([name, value]) => h("div", { class: "way" }, h("dt", {}, h("b", {}, name)), h("dd", { class: "small" }, sentence(value))))))),
    h("section", {}, h("p", { class: "small faint" },
      `Model ${answer.model.name} ${answer.model.version}. It learned from single leaves on plain ground, indoors; expect less of it in wind, shade and tangle. `,
      disease?.sources?.length && `To check it: ${disease.sources.map(({ title, publisher }) => `${title}, ${publisher}`).join("; ")}.`)),
  ];
}

/** Only leaves it has learned can be answered, so they are named first where the answer failed. */
function help(look, learned, acts) {
  const plants = plantsIn(learned?.classes ?? []);
  return h("ul", { class: "signs" },
    plants.length > 0 && h("li", {}, icon("leaf"), h("p", {}, `It knows the leaves of ${listed(plants)}, and no others yet.`)),
    look.picture && h("li", {}, icon("crop"), h("div", {}, h("p", {}, "Several leaves, or much around it? Frame one."), button("Frame one leaf", { id: "frame-one", onclick: acts.frame }))),
    h("li", {}, icon("sun"), h("p", {}, "Take it again in daylight, without flash, the leaf filling the picture.")),
    h("li", {}, icon("eye"), h("p", {}, "Show where sick turns into healthy, and the underside too.")));
}

function fold(title, body, open = false) {
  return body ? h("details", { class: "fold", open }, h("summary", {}, title), body) : null;
}

function list(entries = []) {
  return entries.length ? h("ul", {}, entries.map((entry) => h("li", {}, sentence(entry)))) : null;
}

function symptoms(disease) {
  return signs(disease.symptoms, "eye");
}

function signs(entries, sign = "check") {
  return h("ul", { class: "signs" }, entries.map((entry) => h("li", {}, icon(sign), h("p", {}, sentence(entry)))));
}
