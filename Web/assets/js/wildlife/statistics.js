// What the cameras saw, counted: everything within one filter, which the address keeps.

import { announce } from "/assets/js/announce.js";
import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { drawing, h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { bars, card, columns, figures, ring } from "/assets/js/wildlife/charts.js";
import { addressOf, filterIn, queryOf } from "/assets/js/wildlife/filter.js";
import { accumulationCard, agreementCard } from "/assets/js/wildlife/knowing.js";
import { cameraName, cameraShort } from "/assets/js/wildlife/names.js";
import { allCameras, allSites, knownSpecies } from "/assets/js/wildlife/places.js";
import { count, upperFirst, when } from "/assets/js/words.js";

const FIELDS = ["species", "camera_id", "site_id", "date_from", "date_to"];
const SHOWN = 12;
const MOST_STEPS = 400;
const DAY = 86400000;
const place = (id) => document.getElementById(id);
const form = place("counted");
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const hours = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const months = new Intl.DateTimeFormat("en-GB", { month: "short", year: "numeric", timeZone: "UTC" });

let cameras = [];
let turn = 0;

const filter = () => filterIn(location.search, FIELDS);
const interval = () => { const asked = new URLSearchParams(location.search).get("interval"); return ["hour", "day", "week", "month"].includes(asked) ? asked : ""; };
const share = (value) => `${Math.round(value * 100)}%`;

async function load() {
  const mine = ++turn;
  const query = queryOf(filter());
  const ask = (name, more = {}) => asPerson("GET", `/api/v1/stats/${name}${queryOf(filter(), more)}`);
  place("figures").setAttribute("aria-busy", "true");
  for (const name of FIELDS) form.elements[name].value = filter()[name] ?? "";
  form.elements.interval.value = interval();
  place("pictures").href = `/images${addressOf(filter())}`;
  try {
    const [summary, species, byDay, activity, byCamera, occupancy, effort, events, sights, agreement] = await Promise.all([
      ask("summary"), knownSpecies(query), ask("timeline", { interval: interval() || "day" }), ask("activity"), ask("cameras"), ask("occupancy"), ask("effort"),
      ask("events"), ask("accumulation"), ask("agreement"),
    ]);
    const step = interval() || fitting(byDay);
    const steps = step === "day" || interval() ? byDay : await ask("timeline", { interval: step });
    if (mine !== turn) return;
    setText(place("lead"), summary.images ? `${count(summary.images, "picture")}${summary.blank ? `, ${summary.blank.toLocaleString("en-GB")} of them empty` : ""}. A video counts as a picture.` : "Nothing to count yet.");
    place("figures").replaceChildren(...(summary.images ? [
      tiles(summary, effort),
      h("div", { class: "halves" }, speciesCard(species, events), hoursCard(activity)),
      timeCard(steps, step), accumulationCard(sights, byCamera.map((one) => one.last_active ?? "").sort().at(-1) || null), camerasCard(byCamera),
      h("div", { class: "halves" }, occupancyCard(occupancy), effortCard(effort)),
      agreementCard(agreement),
    ] : [nothing()]));
    place("fault").hidden = true;
    announce(place("lead").textContent);
  } catch (fault) {
    if (mine !== turn) return;
    place("fault").hidden = false;
    place("fault").replaceChildren(icon("warn"), faultWords(fault));
  }
  place("figures").removeAttribute("aria-busy");
}

function nothing() {
  const some = Object.keys(filter()).length > 0;
  return h("div", { class: "card empty" }, drawing("hedge"), h("h2", {}, some ? "Nothing fits" : "Nothing to count yet"),
    h("p", {}, some ? "Ask for other days, another camera, or everything." : "As soon as a camera has sent pictures, what is on them is counted here."), h("a", { class: "button", href: "/images" }, icon("paw"), "To the pictures"));
}

function tiles(summary, effort) {
  const agreement = summary.agreement === undefined || summary.agreement === null ? null : share(summary.agreement);
  const tile = (sign, title, value, words) => h("li", { class: "tile" }, h("h2", {}, icon(sign), title), h("p", { class: "tile__value" }, value), h("p", { class: "small faint" }, words));
  return h("ul", { class: "tiles" },
    tile("paw", "With animals", summary.animal.toLocaleString("en-GB"), `of ${count(summary.images, "picture")}`),
    tile("minus", "Empty", summary.blank.toLocaleString("en-GB"), "sorted for you"),
    tile("people", "People, vehicles", (summary.person + summary.vehicle).toLocaleString("en-GB"), "blurred where shown"),
    tile("clock", "Waiting", summary.waiting.toLocaleString("en-GB"), summary.failed ? `${summary.failed.toLocaleString("en-GB")} failed` : "none failed"),
    tile("check", "Looked at", summary.reviewed.toLocaleString("en-GB"), agreement ? `the machine was right in ${agreement}` : "by people, so far"),
    tile("trap", "Watched", Math.round(effort.trap_days).toLocaleString("en-GB"), effort.trap_days ? "days of a camera" : "say where cameras hung"));
}

function speciesCard(all, events) {
  const rows = all.map(([name, many]) => ({ name: upperFirst(name), value: many, words: many.toLocaleString("en-GB"), href: `/images${addressOf({ ...filter(), species: name })}` }));
  if (!rows.length) return card("species-title", "Species", "No animal was found so far.");
  return card("species-title", "Species", all.length > SHOWN ? `The ${SHOWN} on most pictures, of ${all.length}.` : "On how many pictures each is.", bars(rows.slice(0, SHOWN)), figures("Pictures of each species", ["Species", "Pictures", "Visits"], all.map(([name, many]) => [upperFirst(name), many, events[name] ?? 0])));
}

function hoursCard(activity) {
  const values = activity.map(({ count: many }) => many);
  const most = values.indexOf(Math.max(...values));
  const hour = (at) => `${String(at).padStart(2, "0")}:00`;
  const words = `Most at ${hour(most)} to ${hour((most + 1) % 24)}: ${count(values[most], "picture")}.`;
  return card("hours-title", "Hours of the day", `By the cameras’ clocks. ${words}`, h("div", { class: "chart chart--ring" }, ring({ values, words: `Pictures in each hour of the day. ${words}` })),
    figures("Pictures in each hour", ["Hour", "Pictures"], values.map((many, at) => [`${hour(at)} to ${hour((at + 1) % 24)}`, many])));
}

// --- over time

/** Days where they are few, else weeks or months. */
function fitting(steps) {
  if (steps.length < 2) return "day";
  const length = (new Date(steps.at(-1).timestamp) - new Date(steps[0].timestamp)) / DAY;
  return length <= 92 ? "day" : length <= 730 ? "week" : "month";
}

/** Steps without pictures are left out by the server; here they have their place. */
function filled(steps, step) {
  if (!steps.length) return [];
  const known = new Map(steps.map((one) => [new Date(one.timestamp).getTime(), one.count]));
  const all = [];
  const at = new Date(steps[0].timestamp);
  const end = new Date(steps.at(-1).timestamp);
  while (at <= end && all.length <= MOST_STEPS) {
    all.push([new Date(at), known.get(at.getTime()) ?? 0]);
    if (step === "month") at.setUTCMonth(at.getUTCMonth() + 1); else at.setTime(at.getTime() + { hour: DAY / 24, day: DAY, week: 7 * DAY }[step]);
  }
  return all.length > MOST_STEPS ? steps.slice(-MOST_STEPS).map((one) => [new Date(one.timestamp), one.count]) : all;
}

function timeCard(steps, step) {
  const all = filled(steps, step);
  const name = (date) => (step === "month" ? months : step === "hour" ? hours : days).format(date);
  const full = steps.reduce((best, one) => (one.count > best.count ? one : best), steps[0]);
  const words = `Most ${step === "hour" ? "in the hour of" : step === "day" ? "on" : step === "week" ? "in the week of" : "in"} ${name(new Date(full.timestamp))}: ${count(full.count, "picture")}.`;
  return card("time-title", "Over time", `By ${step}. ${words}`,
    h("div", { class: "chart", tabindex: "0", role: "region", "aria-label": "Pictures over time" }, columns({ values: all.map(([, many]) => many), words: `Pictures by ${step}. ${words}`, label: (at) => name(all[at][0]) })),
    figures("Pictures over time", [upperFirst(step), "Pictures"], steps.map((one) => [name(new Date(one.timestamp)), one.count])));
}

// --- cameras and places

function camerasCard(all) {
  if (!all.length) return card("cameras-title", "Cameras", "No camera sent what is counted here.");
  return h("section", { class: "card", "aria-labelledby": "cameras-title" }, h("div", { class: "card__head" }, h("h2", { id: "cameras-title" }, "Cameras")),
    h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-labelledby": "cameras-title" }, h("table", { class: "table", "aria-labelledby": "cameras-title" },
      h("thead", {}, h("tr", {}, ["Camera", "Pictures", "Species", "Last picture"].map((one, at) => h("th", { scope: "col", class: at ? "right" : null }, one)))),
      h("tbody", {}, all.map((one) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: `/images${addressOf({ ...filter(), camera_id: one.id })}` }, cameraName(one))),
        h("td", { class: "right number" }, one.image_count.toLocaleString("en-GB")), h("td", { class: "right number" }, one.species_count.toLocaleString("en-GB")), h("td", { class: "right" }, one.last_active ? when(one.last_active) : "–")))))));
}

function occupancyCard({ places_watched: watched, species }) {
  if (!species.length) return card("occupancy-title", "Where each was seen", "No species so far.");
  return card("occupancy-title", "Where each was seen", `The share of ${count(watched, "place")} at which it was seen at least once. What was missed counts as absent.`,
    bars(species.slice(0, SHOWN).map((one) => ({ name: upperFirst(one.species), value: one.naive_occupancy, words: `${one.places} of ${watched}, ${share(one.naive_occupancy)}` })), 1),
    figures("Places of each species", ["Species", "Places", "Share"], species.map((one) => [upperFirst(one.species), one.places, share(one.naive_occupancy)])));
}

function effortCard({ trap_days: total, deployments }) {
  const known = new Map(cameras.map((one) => [one.id, one]));
  const sums = new Map();
  for (const one of deployments) sums.set(one.camera_id, (sums.get(one.camera_id) ?? 0) + one.days);
  const rows = [...sums].map(([id, length]) => ({ name: known.has(id) ? cameraShort(known.get(id)) : "A camera that is gone", value: length, words: count(Math.round(length), "day") })).sort((a, b) => b.value - a.value);
  if (!rows.length) return card("effort-title", "How long they watched", "Nobody said when and where cameras hung.", h("div", { class: "buttons" }, h("a", { class: "button", href: "/cameras" }, icon("trap"), "To the cameras")));
  return card("effort-title", "How long they watched", `${count(Math.round(total), "day")} of a camera in all. Of the filter only the camera counts here.`, bars(rows.slice(0, SHOWN)), figures("Days of each camera", ["Camera", "Days"], rows.map(({ name, value }) => [name, Math.round(value)])));
}

// --- the beginning

function go(values) {
  history.pushState(null, "", `/statistics${addressOf(values)}`);
  load();
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", () => go(Object.fromEntries([...FIELDS, "interval"].map((name) => [name, form.elements[name].value]))));
form.addEventListener("reset", (event) => { event.preventDefault(); go({}); });
addEventListener("popstate", load);

try {
  await permitted("images");
  const [all, sites, species] = await Promise.all([allCameras(), allSites(), knownSpecies()]);
  cameras = all;
  form.elements.species.append(...species.map(([name]) => h("option", { value: name }, upperFirst(name))));
  form.elements.camera_id.append(...all.map((one) => h("option", { value: one.id }, cameraName(one))));
  form.elements.site_id.append(...sites.map(({ id, name }) => h("option", { value: id }, name)));
  await load();
} catch (fault) {
  setText(place("lead"), "Closed to you for now.");
  place("closed").replaceChildren(closedNote(fault) ?? h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  place("closed").hidden = false;
  for (const one of [form, place("figures"), place("pictures")]) one.hidden = true;
}
