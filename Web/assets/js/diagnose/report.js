// An answer as plain text, for a message to a neighbour or an adviser.

import { findingName, plantName, resultName } from "/assets/js/names.js";
import { certaintyWord, kindWord, percent, sentence, when } from "/assets/js/words.js";

export function report({ answer, pages, at }) {
  const top = answer.results[0];
  const sure = answer.verdict === "confident";
  const disease = pages?.disease;
  const lines = [[plantName(answer), findingName(answer)].filter(Boolean).join(": ")];
  if (sure && top.condition) lines.push(sentence([kindWord(top.condition.kind), top.condition.scientific_name].filter(Boolean).join(", ")));
  if (sure) lines.push(`${certaintyWord(answer.confidence)} ${percent(answer.confidence)}.`);
  const others = answer.results.slice(sure ? 1 : 0, 4).filter((one) => one.confidence >= 0.01);
  if (answer.verdict !== "not_a_plant" && others.length) {
    lines.push(`${sure ? "Less likely" : "Guesses"}: ${others.map((one) => `${resultName(one, answer)} ${percent(one.confidence)}`).join(", ")}.`);
  }
  if (sure && disease?.steps?.length) lines.push("", "What to do", ...disease.steps.map(({ when: time, title, text }) => `- ${time}: ${sentence(title)} ${sentence(text)}`));
  if (sure && disease?.symptoms?.length) lines.push("", "Compare with the plant", ...disease.symptoms.map((sign) => `- ${sentence(sign)}`));
  for (const warning of sure ? [disease?.cannot_confirm_from_photo, disease?.notifiable] : []) if (warning) lines.push("", warning);
  lines.push("", `Photo looked at ${when(at)} by Hedgerow, model ${answer.model.name} ${answer.model.version}. A good guess, not a laboratory test.`);
  return lines.join("\n");
}
