// Cameras whose pictures say that they hang elsewhere than anybody wrote down: accepted, dismissed, and taken back.

import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { toast } from "/assets/js/announce.js";
import { button, drawing, h, icon, setText } from "/assets/js/dom.js";
import { choiceField, faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { siteOptions } from "/assets/js/wildlife/camera-forms.js";
import { placeWords } from "/assets/js/wildlife/form-dialog.js";
import { layGround } from "/assets/js/wildlife/ground.js";
import { moveWords } from "/assets/js/wildlife/move-words.js";
import { cameraShort, dayWords } from "/assets/js/wildlife/names.js";
import { allCameras, allSites } from "/assets/js/wildlife/places.js";
import { sign } from "/assets/js/wildlife/signs.js";
import { count, when } from "/assets/js/words.js";

const PATH = "/api/v1/cameras/moves";
const SHOWN = 20;      // each has a map
const SETTLED = 10;
const CLOSEST = 17;
const place = (id) => document.getElementById(id);

let cameras = [];
let sites = [];
let ground = null;
let maps = [];

const cameraOf = ({ camera_id: id }) => cameras.find((one) => one.id === id) ?? { code: "A camera" };
const nameOf = (move) => cameraShort(cameraOf(move));
const say = (words) => {
  place("fault").hidden = !words;
  place("fault").replaceChildren(...(words ? [icon("warn"), words] : []));
};

async function load() {
  const [open, ...settled] = await Promise.all([asPerson("GET", `${PATH}?limit=${SHOWN}`), ...["accepted", "dismissed"].map((state) => asPerson("GET", `${PATH}?state=${state}&limit=${SETTLED}`))]);
  const many = open.items.length;
  setText(place("lead"), many ? `${many}${open.next ? " and more" : ""} ${many === 1 ? "camera hangs elsewhere than anybody wrote down, by the GPS of its pictures" : "cameras hang elsewhere than anybody wrote down, by the GPS of their pictures"}.` : "None waits for a word.");
  for (const map of maps) map.remove();
  maps = [];
  place("moves").replaceChildren(...(many ? open.items.map(card) : [h("div", { class: "card empty" }, drawing("hedge"), h("h2", {}, "No camera seems to have moved"),
    h("p", {}, "When three pictures of a camera say by their GPS that it hangs elsewhere than you wrote down, it stands here. Cameras without GPS are placed on the map by hand."),
    h("a", { class: "button", href: "/map" }, icon("map"), "To the map"))]));
  place("moves").removeAttribute("aria-busy");
  for (const move of open.items) draw(move);
  for (const [at, id] of ["accepted", "dismissed"].entries()) {
    place(`${id}-card`).hidden = !settled[at].items.length;
    place(id).replaceChildren(...settled[at].items.map(line));
  }
}

async function change(work, words, undo) {
  try {
    await work();
    say("");
    await load();
    if (words) toast(words, undo && { undo });
    place("main").focus({ preventScroll: true });
  } catch (fault) {
    // What somebody else settled meanwhile, or the pictures say no more, is drawn as it is now.
    await load().catch(() => {});
    say(faultWords(fault));
    place("fault").scrollIntoView({ block: "center" });
  }
}

// --- one that waits for a word

function card(move) {
  const name = nameOf(move);
  const id = `move-${move.id}`;
  const site = choiceField({ id: `site-${move.id}`, label: "Site of the new place", noun: "The site", options: siteOptions(sites).filter(([one]) => one || !move.site_id), value: move.site_id ?? "", hint: "The same as before, unless you choose another." });
  return h("section", { class: "card card__body move", id, "aria-labelledby": `${id}-title` },
    h("h2", { id: `${id}-title` }, `${name} ${moveWords(move)}`),
    h("div", { class: "move__sides" },
      h("div", { class: "map move__map", id: `${id}-map`, role: "region", "aria-label": `Map of where ${name} hung and hangs` }, globalThis.L ? null : h("p", { class: "map__word quiet" }, "The map is not installed on this server: Scripts/setup fetches it.")),
      h("div", { class: "stack stack--s" },
        h("dl", { class: "facts" }, facts(move).map(([term, words]) => [h("dt", {}, term), h("dd", {}, words)])),
        h("p", { class: "small" }, consequence(move)),
        h("div", { class: "form move__form" }, site.element),
        h("div", { class: "buttons" },
          button("Accept the move", { look: "main", icon: "check", "aria-describedby": `${id}-title`, onclick: () => accept(move, site.value) }),
          button("It did not move", { look: "quiet", icon: "cross", "aria-describedby": `${id}-title`, onclick: () => dismiss(move) })))));
}

function facts(move) {
  return [
    ["It hung at", move.from ? placeWords(move.from) : "nobody said"],
    ["It hangs at", placeWords(move.to)],
    ["First picture there", when(move.first_at)],
    ["Pictures there", h("a", { href: `/images?camera_id=${move.camera_id}&date_from=${dayOf(move.first_at)}` }, count(move.image_count, "picture"))],
  ];
}

/** The day of a moment, by this computer's clock, as addresses of pages have it. */
function dayOf(moment) {
  const date = new Date(moment);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 10);
}

function consequence(move) {
  const begins = `a new time and place begins with the first of these pictures, ${when(move.first_at)}`;
  return `When you accept it, ${move.previous_id ? `the time at the old place ends, and ${begins}` : begins}. The pictures from then on, the figures and the exports follow, and the map shows the camera there. You can take it back.`;
}

function accept(move, site) {
  return change(
    () => asPerson("POST", `${PATH}/${move.id}/accept`, { site_id: site || undefined }),
    `${nameOf(move)} hangs at the new place since ${dayWords(move.first_at)}.`,
    () => takeBack(move));
}

function dismiss(move) {
  return change(() => asPerson("POST", `${PATH}/${move.id}/dismiss`), `${nameOf(move)} stays where it is. This place is not proposed again.`, () => takeBack(move));
}

const takeBack = (move) => change(() => asPerson("POST", `${PATH}/${move.id}/undo`), `What was said of ${nameOf(move)} is taken back.`);

/** Both places, and the way between them. */
function draw(move) {
  if (!globalThis.L) return;
  const map = L.map(`move-${move.id}-map`, { attributionControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, minZoom: 2, scrollWheelZoom: false });
  layGround(map, ground, () => {});
  L.control.scale({ imperial: false }).addTo(map);
  const ends = [move.from && { at: move.from, look: "map__sign map__sign--none", label: "It hung here", drawn: "trap" }, { at: move.to, look: "map__sign", label: "Its pictures say that it hangs here", drawn: "check" }].filter(Boolean)
    .map(({ at: { coordinates: [east, north] }, ...rest }) => ({ point: [north, east], ...rest }));
  L.polyline(ends.map(({ point }) => point), { className: "move__way", interactive: false }).addTo(map);
  for (const { point, look, label, drawn } of ends) L.marker(point, { icon: sign({ look, label, size: 36, content: icon(drawn), role: "img" }), interactive: false, keyboard: false }).addTo(map);
  map.fitBounds(L.latLngBounds(ends.map(({ point }) => point)).pad(0.4), { maxZoom: CLOSEST, animate: false });
  maps.push(map);
}

// --- what somebody said

function line(move) {
  const name = nameOf(move);
  const [words, said] = move.state === "accepted" ? [`hangs at ${placeWords(move.to)} since ${dayWords(move.first_at)}`, "moved"] : [`does not hang at ${placeWords(move.to)}, whatever its pictures say`, "did not move"];
  return h("li", {},
    h("div", {}, h("b", {}, name), h("p", { class: "small quiet" }, words)),
    h("div", { class: "buttons" },
      h("a", { class: "button button--quiet", href: `/cameras?camera=${move.camera_id}`, "aria-label": `The camera ${name}` }, icon("trap"), "The camera"),
      button("Take back", { icon: "undo", "aria-label": `Take back that ${name} ${said}`, onclick: () => takeBack(move) })));
}

try {
  await permitted("cameras");
  const [all, known, shown] = await Promise.all([allCameras(), allSites(), asPerson("GET", "/api/v1/presentation")]);
  [cameras, sites, ground] = [all, known, shown.map ?? null];
  await load();
  // Once it has been drawn: what grows and scrolls at once looks as though it had jumped.
  requestAnimationFrame(() => requestAnimationFrame(() => place(location.hash.slice(1))?.scrollIntoView({ behavior: "instant" })));
} catch (fault) {
  setText(place("lead"), "Closed to you for now.");
  place("closed").replaceChildren(closedNote(fault) ?? h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  place("closed").hidden = false;
  place("moves").hidden = true;
}
