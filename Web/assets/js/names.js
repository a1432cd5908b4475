// What an answer is called, everywhere the same.

import { upperFirst } from "/assets/js/words.js";

/** One line of `results`: "Early blight", "Healthy", and the plant beside it when it is another one. */
export function resultName(result, answer) {
  if (!result) return "Something else";
  if (!result.plant && !result.condition) return "No leaf";
  const name = result.condition?.name ?? (result.healthy ? "Healthy" : result.label.replaceAll("_", " ").trim());
  const other = result.plant && result.plant.id !== answer.results[0]?.plant?.id;
  return other ? `${name} (${shortName(result.plant)})` : name;
}

/** "Corn (maize)" is "corn" inside another bracket or sentence. */
export function shortName(plant) {
  return plant.name.replace(/ \(.*\)/, "").toLowerCase();
}

/** The finding in large type. Only a confident verdict names anything. */
export function findingName(answer) {
  if (answer.verdict === "not_a_plant") return "No known leaf";
  if (answer.verdict !== "confident") return "Not sure";
  return resultName(answer.results[0], answer);
}

export function plantName(answer) {
  return answer.verdict === "confident" ? (answer.plant?.name ?? answer.results[0]?.plant?.name ?? "") : "";
}

/** "Pepper,_bell___Bacterial_spot" is about the bell pepper. */
export function plantsIn(classes) {
  const plants = classes
    .filter((label) => label.includes("___"))
    .map((label) => label.split("___")[0].replaceAll("_", " ").trim().split(", ").reverse().join(" ").toLowerCase());
  return [...new Set(plants)].sort();
}

export function listed(words) {
  return words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : upperFirst(words[0] ?? "");
}
