// What alerts, rules and channels are called, everywhere the same.

import { listed } from "/assets/js/names.js";
import { count, percent } from "/assets/js/words.js";

export const KINDS = { species_seen: "Animal seen", camera_silent: "Camera silent", battery_low: "Battery low", system: "The server" };
export const SIGNS = { species_seen: "paw", camera_silent: "wifi-off", battery_low: "battery", system: "server" };
export const STATES = { open: "Open", acknowledged: "Seen to", resolved: "Over" };
export const SEVERITIES = { info: "Notice", warning: "Warning", critical: "Urgent" };
export const PACES = { at_once: "At once", hourly: "Together, each hour", daily: "Together, each morning at 7" };
export const CHANNELS = { email: "E-mail", webhook: "Webhook", telegram: "Telegram", earthranger: "EarthRanger" };
export const CHANNEL_SIGNS = { email: "letter", webhook: "code", telegram: "phone", earthranger: "map" };

/** What whoever set a rule or a channel was not allowed to see goes into no message; null where nothing is missing. */
export const DISCLOSURES = {
  words: "Set by somebody, or with a key, that may not see pictures: it tells words alone.",
  pictures: "Set by somebody, or with a key, that does not look after cameras: it tells places of sensitive species roughly.",
  places: null,
};

const either = (words) => [words.slice(0, -1).join(", "), words.at(-1)].filter(Boolean).join(" or ");

/** A rule as a sentence that one can read aloud. */
export function ruleSentence(rule, { place, channels }) {
  const where = place ? ` at ${place}` : "";
  const what = {
    species_seen: () => `When ${rule.species ? either(rule.species) : "any animal"} is seen${where}${rule.min_confidence ? `, at least ${percent(rule.min_confidence)} sure` : ""}`,
    camera_silent: () => `When a camera${where} has been silent for ${count(rule.hours, "hour")}`,
    battery_low: () => `When the battery of a camera${where} falls below ${rule.percent}%`,
    system: () => `When something is wrong with the server${rule.severity && rule.severity !== "info" ? `, ${rule.severity === "critical" ? "urgent things" : "warnings and urgent things"} only` : ""}`,
  }[rule.kind]();
  const told = channels.length ? `tell ${listed(channels)}` : "show it here alone";
  const pace = channels.length ? { at_once: " at once", hourly: " together each hour", daily: " together each morning" }[rule.pace] : "";
  const quiet = rule.quiet_minutes ? `, and not again for ${rule.quiet_minutes % 60 ? count(rule.quiet_minutes, "minute") : count(rule.quiet_minutes / 60, "hour")}` : "";
  return `${what}, ${told}${pace}${quiet}.`;
}
