// What pictures of camera traps, their times and their certainty are called, everywhere the same.

import { count, percent, upperFirst } from "/assets/js/words.js";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const seconds = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", timeZone: "UTC" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const longDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

export const CONTENTS = { animal: "Animal", person: "Person", vehicle: "Vehicle", blank: "Nothing found", unknown: "Not read yet" };
export const REVIEWS = { none: "Not looked at", approved: "Approved", corrected: "Corrected", rejected: "Nothing there", flagged: "Flagged", waiting: "Waits for another look", disputed: "Disputed" };
export const SEXES = { unknown: "Unclear", female: "Female", male: "Male", mixed: "Both" };
export const AGES = { unknown: "Unclear", adult: "Adult", subadult: "Half grown", juvenile: "Young", mixed: "Several" };

export const isWaiting = ({ status }) => ["pending", "processing", "detected"].includes(status);

/** What is on a picture, in a word or two. */
export function titleOf(image) {
  if (image.review === "rejected" || (image.review === "corrected" && !image.species.length)) return "Nothing there";
  if (image.status === "failed") return "Could not be read";
  if (isWaiting(image) && !image.species.length) return image.status === "pending" ? "Not read yet" : "Being read";
  if (image.species.length) return upperFirst(image.species[0]) + (image.species.length > 1 ? ` and ${image.species.length - 1} more` : "");
  return CONTENTS[image.contents] ?? "Not read yet";
}

export const isVideo = (image) => image?.kind === "video";

/** "3 pictures", "1 video", "2 pictures and 1 video". */
export function shotWords(total, videos) {
  if (!videos) return count(total, "picture");
  return [total > videos && count(total - videos, "picture"), count(videos, "video")].filter(Boolean).join(" and ");
}

export const shotsOf = (images) => shotWords(images.length, images.filter(isVideo).length);

/** Whether people may be on it, as far as the machine saw. */
export const isPrivate = ({ contents, species }) => ["person", "vehicle"].includes(contents) || species.some((one) => one === "person");

/** What a camera's clock showed, which is written without a zone. */
export const wallMoment = (text) => new Date(`${text}Z`);
export const wallDay = (text) => day.format(wallMoment(text));
export const wallClock = (text) => clock.format(wallMoment(text));
export const wallWords = (text) => `${longDay.format(wallMoment(text))}, ${seconds.format(wallMoment(text))}`;
export const utcWords = (text) => `${longDay.format(new Date(text))}, ${seconds.format(new Date(text))}`;
export const dayWords = (text) => day.format(new Date(text));

export const TIME_SOURCES = {
  camera: "as the camera’s clock had it", given: "as whoever sent it said", arrival: "nobody said when it was taken: this is when it came",
};

/** A word for what a detector gives as a number; it is less sure of itself than it sounds. */
export function sureWord(share) {
  if (share >= 0.9) return "Very sure";
  if (share >= 0.7) return "Fairly sure";
  if (share >= 0.5) return "More likely than not";
  return "Unsure";
}

export const sureWords = (share) => `${sureWord(share)}, ${percent(share)}`;

/** "Burrow bank (cam-7)", or the code alone where nobody gave a name. */
export const cameraName = ({ code, name }) => (name && name !== code ? `${name} (${code})` : code);
export const cameraShort = ({ code, name }) => name || code;
