// The files in which pictures and findings leave, with the filter of what is shown, and the way in.

import { button, h, icon } from "/assets/js/dom.js";
import { queryOf } from "/assets/js/wildlife/filter.js";
import { count } from "/assets/js/words.js";

const FORMATS = [
  ["observations.csv", "Table for a spreadsheet", "CSV, a line for each animal"],
  ["observations.xlsx", "Workbook for Excel", "the same, with real dates"],
  ["camtrap-dp", "Camtrap DP", "for GBIF, Agouti and other archives", { media: "false" }, "camtrap-dp.zip"],
  ["camtrap-dp", "Camtrap DP with the pictures", "large: all the files go along", { media: "true" }, "camtrap-dp.zip"],
  ["megadetector.json", "MegaDetector", "boxes, as Timelapse reads them"],
  ["coco.json", "COCO Camera Traps", "for training models"],
  ["darwin-core", "Darwin Core Archive", "the animals alone, for GBIF", {}, "darwin-core.zip"],
  ["observations.geojson", "GeoJSON", "for maps"],
];

const HISTORIES = [["1", "days"], ["7", "weeks"]].flatMap(([days, step]) => [
  ["detection-history.csv", `Detection history by ${step}`, "of each deployment, for occupancy models", { days_per_occasion: days }],
  ["detection-history.csv", `Detection history of sites by ${step}`, "all the cameras of a site together", { by: "site", days_per_occasion: days }],
]);

/** `imports` opens the way in, for whoever may. */
export function drawExports(sheet, filter, words, imports) {
  const link = ([name, words, hint, more = {}, file = name]) => h("a", { href: `/api/v1/export/${name}${queryOf(filter, more)}`, download: file },
    icon("download"), h("span", {}, words, h("small", { class: "faint" }, hint)));
  const links = FORMATS.map(link);
  const history = filter.species
    ? HISTORIES.map(link) : [h("p", { class: "small faint" }, "Filter by a species for its detection history, which models of occupancy need.")];
  const way = imports ? [h("hr"), button("Import from another program", { icon: "upload", id: "import-open", onclick: () => { sheet.hidePopover(); imports(); } })] : [];
  sheet.replaceChildren(h("p", { class: "small quiet" }, `What is shown now: ${words}.`), ...links, ...history, ...way);
}
