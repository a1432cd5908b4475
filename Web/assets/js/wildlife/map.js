// Where the cameras hang, each with how many pictures of what is asked for. Leaflet draws it; without it there is the list.

import { announce } from "/assets/js/announce.js";
import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { button, h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { addressOf, filterIn, queryOf } from "/assets/js/wildlife/filter.js";
import { placeWords } from "/assets/js/wildlife/form-dialog.js";
import { glow, glowWords, layGround } from "/assets/js/wildlife/ground.js";
import { cameraName, cameraShort } from "/assets/js/wildlife/names.js";
import { Placing } from "/assets/js/wildlife/placing.js";
import { allCameras, allSites, knownSpecies } from "/assets/js/wildlife/places.js";
import { sign } from "/assets/js/wildlife/signs.js";
import { count, upperFirst, when } from "/assets/js/words.js";

const FIELDS = ["species", "site_id", "date_from", "date_to"];
const CLOSEST = 15;
const place = (id) => document.getElementById(id);
const form = place("counted");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

let cameras = [];
let ground = null;   // where tiles come from, where the settings say so
let placing = null;   // for those who may say where cameras hang
let glowing = null;
let seen = [];
let map = null;
let group = null;
let turn = 0;

const filter = () => filterIn(location.search, FIELDS);
const isGlowing = () => new URLSearchParams(location.search).has("heat");

async function load() {
  const mine = ++turn;
  for (const name of FIELDS) form.elements[name].value = filter()[name] ?? "";
  place("heat").setAttribute("aria-pressed", String(isGlowing()));
  place("pictures").href = `/images${addressOf(filter())}`;
  try {
    const counted = await asPerson("GET", `/api/v1/stats/cameras${queryOf(filter())}`);
    if (mine !== turn) return;
    const counts = new Map(counted.map((one) => [one.id, one]));
    draw(cameras.map((one) => ({ ...one, many: counts.get(one.id)?.image_count ?? 0, last: counts.get(one.id)?.last_active })));
    place("fault").hidden = true;
  } catch (fault) {
    place("fault").hidden = false;
    place("fault").replaceChildren(icon("warn"), faultWords(fault));
  }
}

function draw(all) {
  const placed = all.filter(({ location: at }) => at);
  const lost = all.length - placed.length;
  const sum = all.reduce((total, { many }) => total + many, 0);
  setText(place("lead"), all.length ? `${count(sum, "picture")} of ${count(all.length, "camera")}. A video counts as a picture.` : "No camera yet.");
  setText(place("lost"), lost ? `${count(lost, "camera is", "cameras are")} not on the map, for nobody said where ${lost === 1 ? "it hangs" : "they hang"}.` : "");
  announce(place("lead").textContent);
  place("rows").replaceChildren(...all.map((one) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: picturesOf(one) }, cameraName(one))), h("td", { class: "right number" }, one.many.toLocaleString("en-GB")),
    h("td", {}, one.location ? placeWords(one.location) : h("a", { href: `/cameras?camera=${one.id}` }, "Say where it hangs")))));
  place("listed").hidden = !all.length;
  seen = placed;
  if (!globalThis.L) { offer(all); return word("The map is not installed on this server: Scripts/setup fetches it. The list below says the same."); }
  if (!placed.length && !(placing && all.length)) return word(all.length ? "No camera has a place yet. Give them one under “Cameras”." : "When a camera has sent its first picture and has a place, it stands here.");
  place("map-word").hidden = true;
  show(placed);
  offer(all);
}

function offer(all) {
  const lost = all.filter(({ location: at }) => !at);
  place("unplaced").hidden = !placing || !lost.length;
  placing?.offer(lost);
}

function word(words) {
  place("map-word").hidden = false;
  setText(place("map-word"), words);
}

const picturesOf = ({ id }) => `/images${addressOf({ ...filter(), camera_id: id })}`;

function show(placed) {
  const first = !map;
  if (first) begin();
  group.clearLayers();
  group.addLayers(placed.map((one) => {
    const [east, north] = one.location.coordinates;
    const marker = L.marker([north, east], { icon: numbered(one.many, `${cameraShort(one)}, ${count(one.many, "picture")}`), many: one.many, keyboard: true });
    return marker.bindPopup(popup(one), { closeButton: false, minWidth: 180 });
  }));
  heat();
  if (!first) return;
  if (placed.length) map.fitBounds(L.latLngBounds(placed.map(({ location: { coordinates: [east, north] } }) => [north, east])).pad(0.25), { maxZoom: CLOSEST, animate: false });
  else map.setView([30, 10], 2, { animate: false });
}

/** The glow under the cameras, and what it says in words. */
function heat() {
  glowing?.remove();
  glowing = isGlowing() && map ? glow(seen).addTo(map) : null;
  const told = isGlowing() && glowWords(seen);
  place("heat-words").hidden = !told;
  if (told) place("heat-words").replaceChildren(...told.words, ` Most: ${count(told.best.many, "picture")} at ${cameraShort(told.best)}.`);
}

function popup(camera) {
  return h("div", { class: "map__popup" }, h("b", {}, cameraShort(camera)), h("p", {}, `${count(camera.many, "picture")}${camera.last ? `, the last ${when(camera.last)}` : ""}`),
    h("a", { href: picturesOf(camera) }, "Its pictures"), h("a", { href: `/cameras?camera=${camera.id}` }, "The camera"),
    placing && button("Move it", { icon: "map", look: "quiet", onclick: () => placing.begin(cameras.find(({ id }) => id === camera.id)) }));
}

/** A sign with a number. */
function numbered(many, label, several) {
  const size = many >= 1000 ? 60 : many >= 100 ? 52 : 44;
  const look = several ? "map__sign map__sign--several" : many ? "map__sign" : "map__sign map__sign--none";
  return sign({ look, label, size, content: h("span", { "aria-hidden": "true" }, many >= 10000 ? `${Math.round(many / 1000)}k` : String(many)) });
}

function begin() {
  map = L.map("map", { attributionControl: false, zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, minZoom: 2, worldCopyJump: true });
  layGround(map, ground, () => { place("ground-fault").hidden = false; });
  L.control.scale({ imperial: false }).addTo(map);
  group = L.markerClusterGroup({
    showCoverageOnHover: false, animate: !calm, maxClusterRadius: 56,
    iconCreateFunction: (cluster) => {
      const inside = cluster.getAllChildMarkers();
      const sum = inside.reduce((total, one) => total + one.options.many, 0);
      return numbered(sum, `${count(inside.length, "camera")}, ${count(sum, "picture")}: come closer`, true);
    },
  });
  map.addLayer(group);
  placing?.on(map);
}

function go(values, glows = isGlowing()) {
  history.pushState(null, "", `/map${addressOf(values, { heat: glows && "on" })}`);
  load();
}

/** A camera was placed, moved, or taken off the map. */
function changed(camera) {
  cameras = cameras.map((one) => (one.id === camera.id ? camera : one));
  place("fault").hidden = true;
  load();
}

place("heat").addEventListener("click", () => go(filter(), !isGlowing()));
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", () => go(Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]))));
form.addEventListener("reset", (event) => { event.preventDefault(); go({}); });
addEventListener("popstate", load);

try {
  const me = await permitted("images");
  const [all, sites, species, shown] = await Promise.all([allCameras(), allSites(), knownSpecies(), asPerson("GET", "/api/v1/presentation")]);
  ground = shown.map ?? null;
  const failed = (words) => { place("fault").hidden = false; place("fault").replaceChildren(icon("warn"), words); };
  if (me.permissions.includes("cameras")) placing = new Placing({ list: place("lost-cameras"), bar: place("placing"), changed, failed });
  cameras = all.sort((a, b) => cameraShort(a).localeCompare(cameraShort(b), undefined, { numeric: true }));
  form.elements.species.append(...species.map(([name]) => h("option", { value: name }, upperFirst(name))));
  form.elements.site_id.append(...sites.map(({ id, name }) => h("option", { value: id }, name)));
  await load();
} catch (fault) {
  setText(place("lead"), "Closed to you for now.");
  place("closed").replaceChildren(closedNote(fault) ?? h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  place("closed").hidden = false;
  for (const one of [form, place("map"), place("pictures")]) one.hidden = true;
}
