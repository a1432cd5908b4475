// The same word about many pictures at once, and taking it back.

import { asPerson } from "/assets/js/session.js";

const PATH = "/api/v1/reviews";

export const DECISIONS = {
  approve: { decision: "approved", words: "Approved." },
  reject: { decision: "rejected", words: "Nothing there: noted." },
  correct: { decision: "corrected", words: "Corrected." },
  flag: { decision: "flagged", words: "Flagged for somebody else to look at." },
};

/** All or none; `said` has animals and a note where it is a correction. */
export const sayOfMany = (images, verb, said = {}) => asPerson("POST", PATH, { images, decision: DECISIONS[verb].decision, ...said });

export const takeBackOfMany = (images) => asPerson("POST", `${PATH}/undo`, { images });

/** A picture as it looks once that was said of it; the server's own word follows. */
export function asSaid(image, verb, { animals = [] } = {}) {
  const review = DECISIONS[verb].decision;
  if (verb === "correct") return { ...image, review, species: animals.map((one) => one.species), contents: animals.length ? "animal" : "blank" };
  return { ...image, review, ...(verb === "reject" && { species: [] }) };
}
