// How far a clock was off, in words and in seconds; and moments by a clock of another zone.

const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
const PART = /(\d+(?:[.,]\d+)?)\s*(d(?:ays?)?|h(?:ours?)?|m(?:in(?:utes?)?)?|s(?:ec(?:onds?)?)?)\s*/iy;
const MOST = 100 * 366 * 86400;

/** "2 d 3 h", without a sign. */
export function shiftLength(seconds) {
  let rest = Math.abs(seconds);
  return UNITS.flatMap(([unit, length]) => {
    const many = Math.floor(rest / length);
    rest -= many * length;
    return many ? [`${many.toLocaleString("en-GB")}\u00a0${unit}`] : [];
  }).join(" ");
}

/** "1 h later" */
export const shiftWords = (seconds) => `${shiftLength(seconds)} ${seconds < 0 ? "earlier" : "later"}`;

/** "1 h", "−2 d 3 h 5 min" or "-1:30" as seconds; `null` for what is none, or is too far. */
export function secondsIn(text) {
  const trimmed = text.trim().replaceAll("\u00a0", " ").replace(/(\d),(?=\d{3}\b)/g, "$1");
  const sign = /^[-−]/.test(trimmed) ? -1 : 1;
  const amount = trimmed.replace(/^[-−+]\s*/, "");
  const clock = /^(\d{1,4}):([0-5]\d)(?::([0-5]\d))?$/.exec(amount);
  let sum = clock ? Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0) : 0;
  if (!clock) {
    PART.lastIndex = 0;
    let at = 0;
    for (let part = PART.exec(amount); part; part = PART.exec(amount)) {
      sum += Number(part[1].replace(",", ".")) * UNITS.find(([unit]) => unit[0] === part[2][0].toLowerCase())[1];
      at = PART.lastIndex;
    }
    if (!amount || at !== amount.length) return null;
  }
  const seconds = sign * Math.round(sum);
  return seconds !== 0 && Math.abs(seconds) <= MOST ? seconds : null;
}

/** The moment at which a clock of this zone shows "2026-05-01T12:00"; where the browser does not know the zone, by its own. */
export function momentAt(wall, zone) {
  const shown = new Date(`${wall}Z`).getTime();
  try {
    let moment = shown;
    for (let turn = 0; turn < 2; turn += 1) moment += shown - wallAt(moment, zone);
    return new Date(moment).toISOString();
  } catch {
    return new Date(wall).toISOString();
  }
}

/** What a clock of this zone shows, as though it were UTC. */
function wallAt(moment, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(new Date(moment));
  const of = (type) => Number(parts.find((one) => one.type === type).value);
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
}

/** A moment by a clock of this zone, as pictures have it: "2026-05-01T12:00:00". */
export function wallOf(moment, zone) {
  try {
    return new Date(wallAt(new Date(moment).getTime(), zone)).toISOString().slice(0, 19);
  } catch {
    return new Date(moment).toISOString().slice(0, 19);
  }
}
