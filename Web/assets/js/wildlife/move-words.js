// A camera that hangs elsewhere than anybody said, in words.

import { dayWords } from "/assets/js/wildlife/names.js";
import { distance } from "/assets/js/words.js";

/** The end of the sentence that begins with the camera. */
export function moveWords({ metres, first_at: first }) {
  return metres === undefined || metres === null
    ? `seems to hang in one place since ${dayWords(first)}`
    : `seems to have moved ${distance(metres)} on ${dayWords(first)}`;
}
