// Pages of the catalogue, asked for once. A missing page is no error: the answer stands without it.

import { getJSON } from "/assets/js/api.js";

const pages = new Map();

export function page(path) {
  if (!path) return Promise.resolve(null);
  if (!pages.has(path)) {
    pages.set(path, getJSON(path).catch(() => {
      pages.delete(path);
      return null;
    }));
  }
  return pages.get(path);
}

/** The pages an answer leans on: `{ disease, species, learned }`, each may be `null`. Without an answer, what can be answered. */
export async function pagesFor(answer) {
  if (answer.verdict !== "confident") return { disease: null, species: null, learned: await page("/classes") };
  const top = answer.results[0];
  const [disease, species] = await Promise.all([
    page(top?.condition?.url),
    page(answer.plant?.url),
  ]);
  return { disease, species, learned: null };
}
