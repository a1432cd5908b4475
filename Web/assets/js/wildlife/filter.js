// Which pictures are meant: the same names in the address of a page and in the calls, but days instead of moments.

export const FIELDS = ["contents", "species", "camera_id", "site_id", "date_from", "date_to", "review", "status", "min_confidence", "time_of_day", "kind"];
const DAYS = ["date_from", "date_to"];

/** The filter that an address names: a plain object without what is empty. */
export function filterIn(search, fields = FIELDS) {
  const asked = new URLSearchParams(search);
  return Object.fromEntries(fields.map((name) => [name, asked.get(name)]).filter(([name, value]) => value && (!DAYS.includes(name) || isDay(value))));
}

const isDay = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(new Date(`${text}T00:00:00`).getTime());

/** As a page's address has it. */
export function addressOf(filter, more = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, ...more })) if (value) query.set(name, value);
  return query.size ? `?${query}` : "";
}

/** As the API takes it; days are those of whoever looks, and the last one is meant whole. */
export function queryOf(filter, more = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, ...more })) {
    if (!value) continue;
    if (!DAYS.includes(name)) { query.set(name, value); continue; }
    const moment = new Date(`${value}T00:00:00`);
    if (name === "date_to") moment.setDate(moment.getDate() + 1);
    query.set(name, moment.toISOString());
  }
  return query.size ? `?${query}` : "";
}

/** The filter without some of its fields. */
export const without = (filter, ...names) => Object.fromEntries(Object.entries(filter).filter(([name]) => !names.includes(name)));

/** Whether what an update tells of a picture can be in the filter; sites, days and the rest it does not tell. */
export function mayShow(filter, { camera_id: camera, contents, species }) {
  if (filter.camera_id && filter.camera_id !== camera) return false;
  if (filter.contents && filter.contents !== contents) return false;
  if (filter.species && !species.includes(filter.species)) return false;
  return true;
}
