// Several photos: one small button each, with its state in words.

import { h, icon } from "/assets/js/dom.js";
import { findingName } from "/assets/js/names.js";
import { percent } from "/assets/js/words.js";

export function drawStrip(strip, looks, chosen, choose) {
  strip.hidden = looks.length < 2;
  if (strip.hidden) return;
  const held = strip.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  strip.replaceChildren(...looks.map((look) => item(look, look === chosen, choose)));
  if (held) strip.querySelector(`[data-key="${held}"]`)?.focus({ preventScroll: true });
}

function item(look, current, choose) {
  const shot = h("span", { class: "shot shot--square" },
    look.thumbURL ? h("img", { src: look.thumbURL, alt: "", width: "52", height: "52" }) : icon("leaf"));
  const [name, detail, bad] = words(look);
  return h("li", {}, h("button", { type: "button", "data-key": String(look.key), "aria-current": current ? "true" : null, onclick: () => choose(look) },
    shot, h("span", {}, h("b", { class: bad ? "bad" : null }, name), h("span", { class: "small quiet" }, detail))));
}

function words(look) {
  if (look.state === "answered") return [findingName(look.answer), look.answer.verdict === "confident" ? [percent(look.answer.confidence), look.answer.plant?.name].filter(Boolean).join(" · ") : look.name];
  if (look.state === "refused") return ["Not taken", look.name, true];
  if (look.state === "waiting") return ["Kept for later", look.name];
  if (look.state === "queued") return ["In the queue", look.name];
  return [look.state === "sending" ? "Sending" : "Looking", look.name];
}
