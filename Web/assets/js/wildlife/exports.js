// The files in which pictures and findings leave, with the filter of what is shown, and the way in.

import { button, h, icon } from "/assets/js/dom.js";
import { queryOf } from "/assets/js/wildlife/filter.js";
import { count } from "/assets/js/words.js";

const FORMATS = [
  ["observations.csv", "Table for a spreadsheet", "CSV, a line for each animal"],
  ["observations.xlsx", "Workbook for Excel", "the same, with real dates"],
  ["camtrap-dp", "Camtrap DP", "for GBIF, Agouti and other archives"],
  ["megadetector.json", "MegaDetector", "boxes, as Timelapse reads them"],
  ["coco.json", "COCO Camera Traps", "for training models"],
];

/** `imports` opens the way in, for whoever may. */
export function drawExports(sheet, filter, total, imports) {
  const links = FORMATS.map(([name, words, hint]) => h("a", { href: `/api/v1/export/${name}${queryOf(filter, name === "camtrap-dp" ? { media: "false" } : {})}`, download: name === "camtrap-dp" ? "camtrap-dp.zip" : name },
    icon("download"), h("span", {}, words, h("small", { class: "faint" }, hint))));
  links.splice(3, 0, h("a", { href: `/api/v1/export/camtrap-dp${queryOf(filter, { media: "true" })}`, download: "camtrap-dp.zip" }, icon("download"), h("span", {}, "Camtrap DP with the pictures", h("small", { class: "faint" }, "large: all the files go along"))));
  const way = imports ? [h("hr"), button("Import from another program", { icon: "upload", id: "import-open", onclick: () => { sheet.hidePopover(); imports(); } })] : [];
  sheet.replaceChildren(h("p", { class: "small quiet" }, `What is shown now: ${count(total, "picture")}.`), ...links, ...way);
}
