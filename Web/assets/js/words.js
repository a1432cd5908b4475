// Figures and dates as one gardener would say them to another.

const DAY = 86400000;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long" });
const dayAndYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });

/** Never 0 and never 100: a model cannot know that. */
export function percent(share) {
  if (share >= 0.995) return "over 99%";
  if (share < 0.01) return "under 1%";
  return `${Math.round(share * 100)}%`;
}

export function certaintyWord(share) {
  if (share >= 0.95) return "Very sure.";
  if (share >= 0.8) return "Fairly sure.";
  return "More likely than not.";
}

export function when(moment, now = new Date()) {
  const date = new Date(moment);
  const days = Math.round((midnight(now) - midnight(date)) / DAY);
  if (days === 0) return `today, ${clock.format(date)}`;
  if (days === 1) return `yesterday, ${clock.format(date)}`;
  return `${(date.getFullYear() === now.getFullYear() ? day : dayAndYear).format(date)}, ${clock.format(date)}`;
}

/** "4 s", "12 minutes", "3 hours", "2 days". */
export function span(seconds) {
  if (seconds < 60) return `${Math.round(seconds)}\u00a0s`;
  const [size, unit] = seconds < 3600 ? [60, "minute"] : seconds < 172800 ? [3600, "hour"] : [86400, "day"];
  return count(Math.round(seconds / size), unit);
}

/** How far into a video: "0:07", "12:30". */
export function moment(seconds) {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** "1 photo", "1,000 photos". */
export function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? one : many}`;
}

/** "340 kB", "12 MB", "1.4 GB". */
export function size(bytes) {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))}\u00a0kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)}\u00a0MB`;
  return `${(bytes / 1e9).toFixed(1)}\u00a0GB`;
}

/** "340 m", "1.2 km", "24 km". */
export function distance(metres) {
  if (metres < 1000) return `${Math.round(metres)}\u00a0m`;
  return `${(metres / 1000).toFixed(metres < 10000 ? 1 : 0)}\u00a0km`;
}

export function upperFirst(text) {
  return text ? text[0].toUpperCase() + text.slice(1) : "";
}

export function sentence(text) {
  const trimmed = upperFirst(String(text ?? "").trim());
  return trimmed && !/[.!?…]$/.test(trimmed) ? `${trimmed}.` : trimmed;
}

const KINDS = {
  fungus: "A fungus", oomycete: "A water mould", water_mould: "A water mould", bacterium: "A bacterium", bacteria: "A bacterium",
  virus: "A virus", mite: "A mite", insect: "An insect", pest: "A pest", nematode: "An eelworm", physiological: "Not an infection",
};

export function kindWord(kind) {
  return kind ? (KINDS[kind] ?? upperFirst(String(kind).replaceAll("_", " "))) : "";
}

const HINTS = {
  blurred: "The photo is blurred. Hold still and tap the spots on the screen before you press.",
  dark: "The photo is dark. Go into daylight, or to a window.",
  bright: "The photo is washed out. Go into shade and leave the flash off.",
  too_far: "The leaf is small in the photo. Go closer, or frame one leaf.",
};

/** What the server's quality hints mean; one it does not know is left out rather than shown raw. */
export function hintWords(hints = []) {
  return hints.map((hint) => HINTS[hint]).filter(Boolean);
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
