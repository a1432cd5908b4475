// One answer as a card: the photo with what the model weighed, the finding, how sure, and what to do.

import { advice } from "/assets/js/diagnose/advice.js";
import { bar, button, h, icon, svg } from "/assets/js/dom.js";
import { drawHeat, heatWords } from "/assets/js/heatmap.js";
import { findingName, plantName, resultName, shortName } from "/assets/js/names.js";
import { certaintyWord, hintWords, kindWord, percent, upperFirst, when } from "/assets/js/words.js";

/** `acts`: `frame`, `whole`, `copy`, `print`, `another`. */
export function answerCard(look, acts) {
  const { answer, pages } = look;
  return [
    h("div", { class: "finding" },
      photo(look, acts),
      h("div", { class: "stack" },
        heading(look),
        answer.verdict === "not_a_plant" ? null : certainty(answer, pages),
        answer.verdict === "confident" && pages?.disease?.summary && h("p", { class: "finding__summary" }, pages.disease.summary),
        notes(look),
        advice(look, pages ?? {}, acts))),
    h("div", { class: "card__foot" },
      h("p", { class: "small faint" }, footLine(look)),
      h("div", { class: "buttons" },
        button("Copy as text", { icon: "copy", look: "quiet", onclick: acts.copy }),
        button("Print", { icon: "print", look: "quiet", onclick: acts.print }),
        button("Look at another leaf", { icon: "leaf", onclick: acts.another }))),
  ];
}

function photo(look, acts) {
  const map = look.answer.verdict === "not_a_plant" ? null : look.answer.images[0]?.heat_map;
  const shot = h("figure", { class: "shot shot--square" });
  if (!look.viewURL) {
    shot.append(h("div", { class: "shot__word" }, icon("eye-off"), h("span", {}, look.reopened && !look.file ? "The photo is no longer in this browser." : "The server can read this photo; this browser cannot show it.")));
    return h("div", { class: "finding__photo stack stack--s" }, shot);
  }
  shot.append(h("img", { src: look.viewURL, alt: altWords(look.answer), width: "400", height: "400" }));
  const under = h("div", { class: "finding__under" });
  if (map) {
    const heat = h("canvas", { class: "shot__layer", id: "heat", role: "img", "aria-label": `Most weight lies on ${heatWords(map)}.` });
    drawHeat(heat, map);
    const legend = scale();
    const toggle = h("button", { type: "button", class: "button", "aria-pressed": "true", "aria-controls": "heat" }, icon("eye"), "Where it looked");
    toggle.addEventListener("click", () => {
      const shown = toggle.getAttribute("aria-pressed") !== "true";
      toggle.setAttribute("aria-pressed", String(shown));
      heat.hidden = !shown;
      legend.hidden = !shown;
    });
    shot.append(heat, h("div", { class: "shot__actions" }, toggle));
    under.append(legend);
  }
  const tools = [
    look.crop && button("Whole photo", { look: "quiet", icon: "undo", onclick: acts.whole }),
    look.answer.verdict === "confident" && button("Frame one leaf", { look: "quiet", icon: "crop", id: "frame-one", onclick: acts.frame }),   // else it stands beside, as advice
  ].filter(Boolean);
  if (tools.length) under.append(h("div", { class: "buttons" }, tools));
  return h("div", { class: "finding__photo stack stack--s" }, shot, under.hasChildNodes() && under);
}

function heading({ answer, pages, at }) {
  const name = h("h2", { class: "finding__name", id: "finding", tabindex: "-1" }, findingName(answer));
  const where = upperFirst([plantName(answer), when(at)].filter(Boolean).join(" · "));
  return h("div", {}, h("p", { class: "small quiet" }, where), name, underName(answer, pages));
}

function underName(answer, pages) {
  const line = (...parts) => h("p", { class: "finding__latin" }, ...parts);
  const latin = (name) => h("i", { lang: "la" }, name);
  if (answer.verdict === "not_a_plant") return line("There is no leaf in this photo, or none that Hedgerow has learned. It does not guess.");
  if (answer.verdict !== "confident") return line("It has a guess, but not one to act on. See what would help.");
  const top = answer.results[0];
  if (top.healthy) return line(pages?.species?.healthy?.summary ?? "Nothing to see of the troubles it knows.");
  const kind = kindWord(top.condition?.kind);
  const cause = top.condition?.scientific_name;
  return line(pages?.disease && cause ? "" : kind, !pages?.disease && kind && cause ? ", " : "", cause ? latin(cause) : "");
}

function certainty(answer, pages) {
  const [top, ...others] = answer.results;
  const sure = answer.verdict === "confident";
  const unlike = !sure && answer.confidence >= answer.threshold;
  const rest = others.filter((one) => one.confidence >= 0.01).slice(0, 2).map((one) => `${resultName(one, answer)} ${percent(one.confidence)}`);
  const line = sure
    ? h("b", {}, pages?.disease?.cannot_confirm_from_photo ? "It looks like it." : certaintyWord(answer.confidence))
    : h("span", {}, h("b", {}, "Best guess: "), `${resultName(top, answer)}${top.plant ? `, ${shortName(top.plant)}` : ""}`);
  return h("div", { class: "certainty" },
    h("p", { class: "certainty__line" }, line, sure ? h("strong", { class: "number" }, percent(answer.confidence)) : h("span", { class: "number" }, percent(answer.confidence))),
    bar(answer.confidence, { notch: answer.threshold, other: !sure }),
    h("p", { class: "small quiet" },
      rest.length ? `Less likely: ${rest.join(", ")}. ` : "",
      h("span", { class: "faint" }, unlike
        ? "The guess reaches the notch, but this leaf looks unlike those it learned from, so Hedgerow says “not sure”."
        : `Below the notch at ${percent(answer.threshold)} Hedgerow says “not sure”.`)));
}

function notes({ answer, pages }) {
  const found = [];
  const hints = hintWords(answer.images[0]?.quality?.hints);
  if (hints.length) {
    found.push(h("div", { class: "note" }, icon("camera"), h("p", { class: "small" }, hints.join(" "))));
  }
  if (answer.verdict === "confident") {
    const { cannot_confirm_from_photo: doubt, notifiable } = pages?.disease ?? {};
    if (doubt) found.push(h("div", { class: "note note--warning" }, icon("question"), h("p", { class: "small" }, firstStrong(doubt))));
    if (notifiable) found.push(h("div", { class: "note" }, icon("flag"), h("p", { class: "small" }, h("strong", {}, "By law: "), notifiable)));
  }
  return found.length ? h("div", { class: "stack stack--s" }, found) : null;
}

function firstStrong(text) {
  const [, first, rest] = text.match(/^(.*?[.!?])(\s.*)?$/s) ?? [null, text, ""];
  return [h("strong", {}, first), rest ?? ""];
}

function scale() {
  const ramp = svg("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("defs", {}, svg("linearGradient", { id: "ramp" },
      svg("stop", { class: "heat__rim", offset: "0", "stop-opacity": ".4" }), svg("stop", { class: "heat__mid", offset: ".5" }), svg("stop", { class: "heat__core", offset: "1" }))),
    svg("rect", { width: "100", height: "8", fill: "url(#ramp)" }));
  return h("p", { class: "scale" }, h("span", {}, "looked little"), ramp, h("span", {}, "much"));
}

function altWords(answer) {
  const name = findingName(answer).toLowerCase();
  return answer.verdict === "confident" ? `Your photo: ${plantName(answer).toLowerCase()} leaf, ${name}` : `Your photo: ${name}`;
}

function footLine({ answer, reopened, offline }) {
  const took = answer.processing_time > 0 ? ` in ${Math.max(1, Math.round(answer.processing_time * 1000))}\u00a0ms` : "";
  const model = `Answered by the model ${answer.model.name} ${answer.model.version}${took}.`;
  if (offline) return `Kept in this browser; the server could not be asked. ${model}`;
  return reopened ? `Opened again. ${model}` : model;
}
