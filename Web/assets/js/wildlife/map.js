// Where the cameras hang, each with how many pictures of what is asked for. Leaflet draws it; without it there is the list.

import { announce } from "/assets/js/announce.js";
import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { addressOf, filterIn, queryOf } from "/assets/js/wildlife/filter.js";
import { placeWords } from "/assets/js/wildlife/form-dialog.js";
import { cameraName, cameraShort } from "/assets/js/wildlife/names.js";
import { allCameras, knownSpecies } from "/assets/js/wildlife/places.js";
import { count, upperFirst, when } from "/assets/js/words.js";

const FIELDS = ["species", "date_from", "date_to"];
const CLOSEST = 15;
const place = (id) => document.getElementById(id);
const form = place("counted");
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

let cameras = [];
let map = null;
let group = null;
let turn = 0;

const filter = () => filterIn(location.search, FIELDS);

async function load() {
  const mine = ++turn;
  for (const name of FIELDS) form.elements[name].value = filter()[name] ?? "";
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
  setText(place("lead"), all.length ? `${count(sum, "picture")} of ${count(all.length, "camera")}.` : "No camera yet.");
  setText(place("lost"), lost ? `${count(lost, "camera is", "cameras are")} not on the map, for nobody said where ${lost === 1 ? "it hangs" : "they hang"}.` : "");
  announce(place("lead").textContent);
  place("rows").replaceChildren(...all.map((one) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: picturesOf(one) }, cameraName(one))), h("td", { class: "right number" }, one.many.toLocaleString("en-GB")),
    h("td", {}, one.location ? placeWords(one.location) : h("a", { href: `/cameras?camera=${one.id}` }, "Say where it hangs")))));
  place("listed").hidden = !all.length;
  if (!globalThis.L) return word("The map is not installed on this server: Scripts/setup fetches it. The list below says the same.");
  if (!placed.length) return word(all.length ? "No camera has a place yet. Give them one under “Cameras”." : "When a camera has sent its first picture and has a place, it stands here.");
  place("map-word").hidden = true;
  show(placed);
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
    const marker = L.marker([north, east], { icon: sign(one.many, `${cameraShort(one)}, ${count(one.many, "picture")}`), many: one.many, keyboard: true });
    return marker.bindPopup(popup(one), { closeButton: false, minWidth: 180 });
  }));
  if (first) map.fitBounds(L.latLngBounds(placed.map(({ location: { coordinates: [east, north] } }) => [north, east])).pad(0.25), { maxZoom: CLOSEST, animate: false });
}

function popup(camera) {
  return h("div", { class: "map__popup" }, h("b", {}, cameraShort(camera)), h("p", {}, `${count(camera.many, "picture")}${camera.last ? `, the last ${when(camera.last)}` : ""}`),
    h("a", { href: picturesOf(camera) }, "Its pictures"), h("a", { href: `/cameras?camera=${camera.id}` }, "The camera"));
}

/** A round sign with a number; no text of people goes through markup. */
function sign(many, label, several) {
  const size = many >= 1000 ? 60 : many >= 100 ? 52 : 44;
  return new Sign({ className: several ? "map__sign map__sign--several" : many ? "map__sign" : "map__sign map__sign--none", label, iconSize: [size, size], html: h("span", { "aria-hidden": "true" }, many >= 10000 ? `${Math.round(many / 1000)}k` : String(many)) });
}

const Sign = globalThis.L?.DivIcon.extend({
  createIcon(old) {
    const element = L.DivIcon.prototype.createIcon.call(this, old);
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", this.options.label);
    return element;
  },
});

/** Squares that go along with the map, in the place of tiles. */
const Squares = globalThis.L?.GridLayer.extend({ createTile: () => h("div", { class: "map__square" }) });

function begin() {
  map = L.map("map", { attributionControl: false, zoomAnimation: !calm, fadeAnimation: !calm, markerZoomAnimation: !calm, minZoom: 2, maxZoom: 19, worldCopyJump: true });
  new Squares({ maxZoom: 19 }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  group = L.markerClusterGroup({
    showCoverageOnHover: false, animate: !calm, maxClusterRadius: 56,
    iconCreateFunction: (cluster) => {
      const inside = cluster.getAllChildMarkers();
      const sum = inside.reduce((total, one) => total + one.options.many, 0);
      return sign(sum, `${count(inside.length, "camera")}, ${count(sum, "picture")}: come closer`, true);
    },
  });
  map.addLayer(group);
}

function go(values) {
  history.pushState(null, "", `/map${addressOf(values)}`);
  load();
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", () => go(Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]))));
form.addEventListener("reset", (event) => { event.preventDefault(); go({}); });
addEventListener("popstate", load);

try {
  await permitted("images");
  const [all, species] = await Promise.all([allCameras(), knownSpecies()]);
  cameras = all.sort((a, b) => cameraShort(a).localeCompare(cameraShort(b), undefined, { numeric: true }));
  form.elements.species.append(...species.map(([name]) => h("option", { value: name }, upperFirst(name))));
  await load();
} catch (fault) {
  setText(place("lead"), "Closed to you for now.");
  place("closed").replaceChildren(closedNote(fault) ?? h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  place("closed").hidden = false;
  for (const one of [form, place("map"), place("pictures")]) one.hidden = true;
}
