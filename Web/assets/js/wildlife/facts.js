// What is known of one picture, as lists: what was found, what people said, and where it comes from.

import { bar, h, icon } from "/assets/js/dom.js";
import { AGES, cameraName, CONTENTS, REVIEWS, SEXES, sureWord, TIME_SOURCES, utcWords, wallWords } from "/assets/js/wildlife/names.js";
import { moment, percent, size, upperFirst, when } from "/assets/js/words.js";

/** Each thing that was found, with how sure the machine is; `choose` marks its box. */
export function foundList(image, { choose }) {
  const head = h("h2", {}, image.detections.length ? "Found by the machine" : "What the machine says");
  if (!image.detections.length) return [head, h("p", { class: "quiet" }, image.status === "completed" ? "It found no animal, person or vehicle." : "Nothing yet.")];
  return [head, h("ol", { class: "found" }, image.detections.map((one, at) => {
    const name = one.species || one.label;
    const line = h("button", { type: "button", class: "found__one" },
      h("span", { class: `found__sign found__sign--${one.category}`, "aria-hidden": "true" }, String(at + 1)),
      h("span", { class: "found__name" }, h("b", {}, upperFirst(name)), h("small", {}, `${CONTENTS[one.category]}. ${sureWord(one.confidence)}`)),
      h("span", { class: "number" }, percent(one.confidence)), bar(one.confidence));
    for (const kind of ["pointerenter", "focus"]) line.addEventListener(kind, () => choose(at));
    for (const kind of ["pointerleave", "blur"]) line.addEventListener(kind, () => choose(null));
    return h("li", {}, line);
  }))];
}

/** What people said, the newest first. */
export function reviewList(reviews, me) {
  if (!reviews.length) return [];
  const newest = [...reviews].sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  return [h("h2", {}, "Said by people"), h("ul", { class: "words" }, newest.map((one) => h("li", {},
    h("span", { class: one.decision === "flagged" ? "badge badge--notice" : "badge badge--good" }, icon({ approved: "check", corrected: "label", rejected: "minus", flagged: "flag" }[one.decision]), REVIEWS[one.decision]),
    h("p", { class: "small" }, animalsWords(one)),
    one.note && h("p", { class: "small words__note" }, one.note),
    h("p", { class: "small faint" }, `${one.reviewer === me.user.id ? "You" : one.reviewer ? "Somebody else" : "Somebody who is gone, or a program"}, ${when(one.created_at)}`))))];
}

function animalsWords({ decision, animals }) {
  if (decision !== "corrected") return { approved: "The machine is right.", rejected: "Nothing of what the machine found.", flagged: "Somebody else should look." }[decision];
  if (!animals.length) return "An empty picture.";
  return animals.map((one) => [
    `${upperFirst(one.species)} ×${one.count ?? 1}`,
    one.sex && one.sex !== "unknown" && SEXES[one.sex].toLowerCase(), one.age && one.age !== "unknown" && AGES[one.age].toLowerCase(), one.behaviour,
  ].filter(Boolean).join(", ")).join("; ");
}

export function facts(image) {
  const made = [...new Set(image.detections.map(({ model }) => model))];
  const rows = [
    ["On the camera", `${wallWords(image.local_time)} – ${TIME_SOURCES[image.time_source]}`],
    ["In UTC", utcWords(image.captured_at)],
    ["Came in", when(image.uploaded_at)],
    ["Camera", image.camera ? h("a", { href: `/cameras?camera=${encodeURIComponent(image.camera.id)}` }, cameraName(image.camera)) : "Not known"],
    [image.kind === "video" ? "Most at once" : "Counted", image.counts.length ? image.counts.map(({ species, individuals }) => `${upperFirst(species)} ×${individuals}`).join(", ") : "Nothing"],
    made.length > 0 && ["Found by", made.join(", ")],
    image.kind === "video" && image.duration_seconds && ["Length", moment(image.duration_seconds)],
    ["File", h("span", {}, h("code", {}, image.filename), ` ${image.width ? `${image.width.toLocaleString("en-GB")} × ${image.height.toLocaleString("en-GB")}, ` : ""}${size(image.bytes)}`)],
  ].filter(Boolean);
  return h("dl", { class: "facts" }, rows.map(([term, words]) => [h("dt", {}, term), h("dd", {}, words)]));
}
