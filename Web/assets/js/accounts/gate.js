// What the pages before the door share: the card, the secret behind the `#`, and words for links that are worth nothing.

import { h, icon, setText } from "/assets/js/dom.js";
import { show } from "/assets/js/form.js";
import { sentence } from "/assets/js/words.js";

export const card = document.getElementById("card");
export const foot = document.getElementById("gate-foot");

export const lead = (words) => setText(document.getElementById("lead"), words);
export const head = (words) => setText(document.querySelector("h1"), words);

/** The token of the link, which leaves the address at once: nobody finds it in the history or over a shoulder. */
export function takeToken() {
  const token = decodeURIComponent(location.hash.slice(1));
  addEventListener("hashchange", () => location.reload());   // another link, opened on top of this one
  if (token) history.replaceState(null, "", location.pathname + location.search);
  return token;
}

/** Says how things stand, and gives the ways on. */
export function tell(sign, title, words, ...ways) {
  show(card, h("div", { class: "gate__word" }, icon(sign), h("h2", {}, title)), [words].flat().map((text) => h("p", { class: "quiet" }, text)), h("div", { class: "buttons" }, ways));
}

export function way(address, words, { main, sign } = {}) {
  return h("a", { class: main ? "button button--main" : "button", href: address }, sign && icon(sign), words);
}

/** Nobody answered, or not as one hoped: what was behind the link stays good. */
export function tellFault(fault) {
  if (fault.status === undefined) tell("wifi-off", "The server cannot be reached", "Your link stays good. Open it again when the server is back.");
  else tell("warn", "That did not work", sentence(fault.message));
}

/** Puts the focus into the first field, where a keyboard is at hand; on a phone it would hide half of the page. */
export function beginTyping() {
  if (!matchMedia("(pointer: coarse)").matches) card.querySelector("input:not([readonly])")?.focus({ preventScroll: true });
}
