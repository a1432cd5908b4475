// One small picture in the gallery: always of the same size, whatever is on it.

import { h, icon } from "/assets/js/dom.js";
import { cameraShort, isPrivate, isWaiting, REVIEWS, titleOf, wallClock, wallDay } from "/assets/js/wildlife/names.js";
import { moment, percent } from "/assets/js/words.js";

export const STAMPS = { approved: "check", corrected: "label", rejected: "minus", flagged: "flag", waiting: "clock", disputed: "flag" };

/** `address` is where it opens; `lost` hears when its picture does not come, for its link is good for an hour only. */
export function thumb(image, { camera, address, lost }) {
  const title = titleOf(image);
  const hidden = isPrivate(image);
  const empty = image.contents === "blank" && !image.species.length;
  const shot = h("span", { class: ["shot shot--trap", hidden && "shot--private", empty && "shot--empty"].filter(Boolean).join(" ") },
    image.thumbnail_url && picture(image, lost),
    word(image, hidden),
    image.kind === "video" && h("span", { class: "shot__length" }, icon("play"), h("span", { class: "hidden-text" }, "Video. "), image.duration_seconds !== null && image.duration_seconds !== undefined ? moment(image.duration_seconds) : "Video"));
  return h("a", { class: "thumb", href: address, "data-id": image.id },
    image.review !== "none" && h("span", { class: ["flagged", "disputed"].includes(image.review) ? "stamp stamp--haw" : "stamp" }, icon(STAMPS[image.review]), h("span", { class: "hidden-text" }, `${REVIEWS[image.review]}. `)),
    shot,
    h("b", {}, h("span", {}, title), image.detection_count > 0 && image.review === "none" && h("span", { class: "number" }, percent(image.confidence))),
    h("small", {}, h("span", {}, camera ? cameraShort(camera) : image.filename), h("span", { class: "number" }, `${wallDay(image.local_time)}, ${wallClock(image.local_time)}`)));
}

function picture(image, lost) {
  const img = h("img", { alt: "", width: "480", height: "360", loading: "lazy", decoding: "async" });
  img.addEventListener("error", lost, { once: true });
  img.src = image.thumbnail_url;
  return img;
}

/** What stands on it where there is nothing to see, or nothing that everybody should see. */
function word(image, hidden) {
  if (image.status === "failed") return h("span", { class: "shot__word" }, icon("warn"), "Could not be read");
  if (hidden) return h("span", { class: "shot__word" }, icon("eye-off"), "Hidden");
  if (!image.thumbnail_url) return h("span", { class: "shot__word" }, icon("clock"), isWaiting(image) ? "Waits to be read" : "No small picture");
  return isWaiting(image) && h("span", { class: "shot__mark" }, icon("clock"), "Waiting");
}

/** A picture no larger than a stamp; one with people on it is a sign only. */
export function tiny(image) {
  if (!image.thumbnail_url || isPrivate(image)) return icon(isPrivate(image) ? "eye-off" : "trap");
  return h("img", { src: image.thumbnail_url, alt: "", width: "64", height: "48" });
}

/** A place for one that is on its way. */
export function ghost() {
  return h("li", { "aria-hidden": "true" }, h("span", { class: "thumb" },
    h("span", { class: "shot shot--trap skeleton" }), h("b", {}, h("span", { class: "skeleton skeleton--line" })), h("small", {}, h("span", { class: "skeleton skeleton--line skeleton--short" }))));
}
