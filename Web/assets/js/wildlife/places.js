// Cameras, sites and species that are known here, fetched whole: there are never so many.

import { asPerson } from "/assets/js/session.js";

/** All entries of a list that comes in pages. */
export async function everyPage(path) {
  const found = [];
  let after = "";
  do {
    const page = await asPerson("GET", `${path}${path.includes("?") ? "&" : "?"}limit=200${after}`);
    found.push(...page.items);
    after = page.next ? `&after=${encodeURIComponent(page.next)}` : "";
  } while (after);
  return found;
}

export const allCameras = () => everyPage("/api/v1/cameras");
export const allSites = () => everyPage("/api/v1/sites");

/** Species by the number of their pictures, the commonest first. */
export async function knownSpecies(query = "") {
  const counts = await asPerson("GET", `/api/v1/stats/species${query}`);
  return Object.entries(counts).sort(([a, many], [b, more]) => more - many || a.localeCompare(b));
}
