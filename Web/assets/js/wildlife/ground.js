// What lies under the cameras: tiles of the server that the settings name, or squares that go along with the map.

import { h, icon } from "/assets/js/dom.js";

const CLOSEST = 19;
const FAULTS = 4;   // tiles that do not come before it is said

const Squares = globalThis.L?.GridLayer.extend({ createTile: () => h("div", { class: "map__square" }) });

/** Lays it; `failed` is told once when tiles do not come. */
export function layGround(map, ground, failed) {
  new Squares({ maxZoom: CLOSEST + 3 }).addTo(map);
  map.setMaxZoom(ground?.max_zoom ?? CLOSEST);
  if (!ground) return;
  let faults = 0;
  L.tileLayer(ground.tiles, { maxZoom: ground.max_zoom, className: "map__tiles" })
    .on("tileerror", () => { faults += 1; if (faults === FAULTS) failed(); })
    .addTo(map);
  // As text: what the settings say is not taken for markup.
  const credit = L.control({ position: "bottomright" });
  credit.onAdd = () => h("p", { class: "map__credit" }, ground.attribution);
  credit.addTo(map);
}

/** A glow around each camera, larger where more was seen. */
export function glow(placed) {
  const most = Math.max(...placed.map(({ many }) => many), 1);
  return L.layerGroup(placed.filter(({ many }) => many).flatMap((one) => {
    const [east, north] = one.location.coordinates;
    const size = 30 + 70 * Math.sqrt(one.many / most);
    return [1, 0.6].map((part) => L.circleMarker([north, east], { radius: size * part, className: "map__glow", interactive: false }));
  }));
}

/** What the glow says, in words. */
export function glowWords(placed) {
  const best = placed.reduce((one, other) => (other.many > (one?.many ?? 0) ? other : one), null);
  return best ? { best, words: [icon("info"), " The larger and stronger the glow, the more pictures."] } : null;
}
