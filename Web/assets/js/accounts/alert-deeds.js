// What was done to alerts, their rules and channels, for the trail.

const KINDS = { species_seen: "of animals", camera_silent: "of silent cameras", battery_low: "of low batteries", system: "of the server" };
const CHANNELS = { email: "by e-mail", webhook: "by webhook", telegram: "by Telegram", earthranger: "to EarthRanger" };
const DONE = { added: "added", changed: "changed", removed: "removed", tested: "tried" };

/** The end of the sentence that begins with who did it; `null` for what is none of these. */
export function alertDeed(action, now) {
  const [what, deed] = action.split(".");
  if (what === "rule" && DONE[deed]) return ` ${DONE[deed]} a rule ${KINDS[now.kind] ?? ""}`.trimEnd();
  if (what === "channel" && DONE[deed]) return ` ${DONE[deed]} a channel ${CHANNELS[now.kind] ?? ""}`.trimEnd();
  if (action === "alert.acknowledged") return " saw to an alert";
  if (action === "alerts.acknowledged") return ` saw to ${now.count ?? "many"} alerts`;
  return null;
}
