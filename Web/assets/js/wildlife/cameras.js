// The cameras of this server: when they were last heard of, where they hang, and the sites they belong to.

import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { button, drawing, h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { clockPart, shiftsOf } from "/assets/js/wildlife/clocks.js";
import { askCamera, askDeployment, askSite } from "/assets/js/wildlife/camera-forms.js";
import { placeWords } from "/assets/js/wildlife/form-dialog.js";
import { moveWords } from "/assets/js/wildlife/move-words.js";
import { masksOf, masksPart } from "/assets/js/wildlife/masks.js";
import { cameraShort, dayWords } from "/assets/js/wildlife/names.js";
import { allCameras, allSites, everyPage } from "/assets/js/wildlife/places.js";
import { drawSources } from "/assets/js/wildlife/sources.js";
import { count, span, when } from "/assets/js/words.js";

const LOW = 20;             // percent of a battery
const SILENT = 7 * 86400;   // seconds without a word from a camera

const place = (id) => document.getElementById(id);
const list = place("cameras");
const open = new Set();
const hung = new Map();   // when and where those that are open hung, and how their clocks were corrected
let me;
let cameras = [];
let sites = [];
let moves = new Map();   // of cameras that hang elsewhere than anybody wrote down

const may = () => me.permissions.includes("cameras");
const siteName = (id) => sites.find((one) => one.id === id)?.name;
const silence = ({ last_contact_at: at }) => (at ? (Date.now() - new Date(at)) / 1000 : null);
const isLow = ({ battery_percent: battery }) => battery !== undefined && battery !== null && battery < LOW;
const isSilent = (camera) => (silence(camera) ?? 0) > SILENT;

const say = (words) => {
  place("fault").hidden = !words;
  place("fault").replaceChildren(...(words ? [icon("warn"), words] : []));
};

/** Does something, and draws everything as it is then. */
async function change(work, words, focus) {
  try {
    if (!(await work())) return;
    say("");
    await load();
    if (words) toast(words);
    (focus && document.querySelector(focus))?.focus({ preventScroll: true });
  } catch (fault) {
    say(faultWords(fault));
    place("fault").scrollIntoView({ block: "center" });
  }
}

async function load() {
  let moved;
  [cameras, sites, moved] = await Promise.all([allCameras(), allSites(), may() ? everyPage("/api/v1/cameras/moves") : []]);
  moves = new Map(moved.map((one) => [one.camera_id, one]));
  hung.clear();
  await Promise.all([...open].map(async (id) => { const known = await knownOf(id).catch(() => null); if (known) hung.set(id, known); }));
  cameras.sort((a, b) => cameraShort(a).localeCompare(cameraShort(b), undefined, { numeric: true }));
  sites.sort((a, b) => a.name.localeCompare(b.name));
  const quiet = cameras.filter(isSilent).length;
  const low = cameras.filter(isLow).length;
  setText(place("lead"), cameras.length ? `${count(cameras.length, "camera")}${quiet ? `, ${quiet} silent for more than a week` : ""}${low ? `, ${low} with a low battery` : ""}.` : "None yet.");
  place("moved").hidden = !moved.length;
  setText(place("moved-many"), `${count(moved.length, "camera")} moved`);
  list.replaceChildren(...(cameras.length ? cameras.map(line) : [h("li", {}, h("div", { class: "empty" }, drawing("hedge"), h("h3", {}, me.user.sites?.length === 0 ? "No site is yours yet" : "No camera yet"),
    h("p", {}, me.user.sites?.length === 0 ? "Ask whoever looks after this server to give you a site." : "A camera is added by itself when its first picture comes. Or add it now, with its place, so that its pictures are on the map from the beginning."),
    me.permissions.includes("upload") && h("a", { class: "button", href: "/images" }, icon("upload"), "Send its first pictures")))]));
  list.removeAttribute("aria-busy");
  place("sites-card").hidden = false;
  place("sites").replaceChildren(...(sites.length ? sites.map(siteLine) : [h("li", { class: "quiet" }, "No site yet.")]));
  // Whoever sees some sites alone has nothing to do with servers that bring pictures of any.
  if (may() && (me.user.sites ?? null) === null) await drawSources(change);
}

// --- one camera

function line(camera) {
  const body = h("div", { class: "cam__more" });
  const details = h("details", { class: "cam", open: open.has(camera.id), "data-id": camera.id },
    h("summary", {},
      h("span", { class: "cam__name" }, h("b", {}, cameraShort(camera)), h("span", { class: "small quiet" }, [camera.name !== camera.code && camera.code, siteName(camera.site_id) ?? "no site"].filter(Boolean).join(" · "))),
      h("span", { class: "cam__state" }, state(camera), battery(camera), moves.has(camera.id) && h("span", { class: "badge badge--notice" }, icon("map"), "Seems to have moved")),
      h("span", { class: "cam__count small quiet number" }, count(camera.image_count, "picture")),
      icon("chevron")),
    body);
  const fill = () => { if (details.open && !body.firstChild) draw(camera, body); };
  details.addEventListener("toggle", () => { if (details.open) open.add(camera.id); else open.delete(camera.id); fill(); });
  fill();
  return h("li", {}, details);
}

function state(camera) {
  const quiet = silence(camera);
  if (quiet === null) return h("span", { class: "badge" }, icon("question"), "Not heard yet");
  if (isSilent(camera)) return h("span", { class: "badge badge--warning" }, icon("wifi-off"), `Silent for ${span(quiet)}`);
  return h("span", { class: "badge badge--good" }, icon("check"), quiet < 60 ? "Heard just now" : `Heard ${span(quiet)} ago`);
}

function battery(camera) {
  const { battery_percent: left } = camera;
  if (left === undefined || left === null) return null;
  if (isLow(camera)) return h("span", { class: "badge badge--warning" }, icon("battery"), `Battery low, ${left}%`);
  return h("span", { class: "badge" }, icon("battery"), `Battery ${left}%`);
}

/** What it told of itself, with its age. */
function condition({ battery_percent: left, temperature_celsius: degrees, storage_free_percent: free, condition_at: at }) {
  if (!at) return [];
  const known = (value) => value !== undefined && value !== null;
  return [
    known(left) && ["Battery", left < LOW ? `${left}%, low` : `${left}%`],
    known(degrees) && ["Temperature", `${degrees.toLocaleString("en-GB", { maximumFractionDigits: 1 })}\u00a0°C`],
    known(free) && ["Free storage", `${free}%`],
    ["It told so", when(at)],
  ];
}

function draw(camera, body) {
  const device = [camera.make, camera.model, camera.serial && `serial number ${camera.serial}`].filter(Boolean).join(", ");
  const rows = [
    ["Last heard", camera.last_contact_at ? when(camera.last_contact_at) : "never"],
    ["Last picture taken", camera.last_image_at ? when(camera.last_image_at) : "none"],
    ...condition(camera),
    ["Site", siteName(camera.site_id) ?? "none"],
    ["Place", camera.location ? placeWords(camera.location) : "not said: it is not on the map"],
    ["Clock", camera.zone],
    device && ["Device", device],
  ].filter(Boolean);
  const move = moves.get(camera.id);
  const times = h("div", { class: "cam__times" }, h("p", { class: "small quiet" }, "Asking where it hung."));
  const clock = h("div", { class: "cam__times" });
  const masks = h("div", { class: "cam__times" });
  body.append(
    move ? h("div", { class: "note" }, icon("map"), h("p", {}, `It ${moveWords(move)}; ${count(move.image_count, "picture")} since.`), h("a", { class: "button", href: `/cameras/moves#move-${move.id}` }, "See where")) : "",
    h("dl", { class: "facts" }, rows.map(([term, words]) => [h("dt", {}, term), h("dd", {}, words)])),
    h("div", { class: "buttons" },
      h("a", { class: "button", href: `/images?camera_id=${camera.id}` }, icon("paw"), "Its pictures"),
      may() && button("Change", { icon: "gear", "data-do": "change", onclick: () => change(() => askCamera(sites, camera), "The camera is changed.", `[data-id="${camera.id}"] [data-do="change"]`) }),
      may() && camera.image_count === 0 && button("Remove", { look: "quiet", icon: "bin", onclick: () => removeCamera(camera) })),
    h("section", { class: "stack stack--s", "aria-label": `Where ${cameraShort(camera)} hung` }, h("h3", {}, "Where it hung"), times),
    h("section", { class: "stack stack--s", "aria-label": `The clock of ${cameraShort(camera)}` }, h("h3", {}, "Its clock"), clock),
    h("section", { class: "stack stack--s", "aria-label": `What does not count in the view of ${cameraShort(camera)}` }, h("h3", {}, "What does not count"), masks));
  fillIn(camera, times, clock, masks);
}

async function knownOf(id) {
  const [times, shifts, masks] = await Promise.all([everyPage(`/api/v1/deployments?camera_id=${encodeURIComponent(id)}`), shiftsOf(id), masksOf(id)]);
  return { times, shifts, masks };
}

async function fillIn(camera, host, clock, left) {
  try {
    const { times: all, shifts, masks } = hung.get(camera.id) ?? (await knownOf(camera.id));
    clock.replaceChildren(...clockPart(camera, shifts, { may: may(), change }).filter(Boolean));
    left.replaceChildren(...masksPart(camera, masks, { may: may(), change }).filter(Boolean));
    const add = may() && button("Add a time and place", { icon: "plus", "data-do": "hang", onclick: () => change(() => askDeployment(camera, sites), "It is added.", `[data-id="${camera.id}"] [data-do="hang"]`) });
    host.replaceChildren(
      all.length ? h("ul", { class: "times" }, all.map((one) => time(one, camera))) : h("p", { class: "small quiet" }, "Nobody said. Times and places make it possible to compare: how long it watched, and what."),
      ...(add ? [h("div", { class: "buttons" }, add)] : []));
  } catch (fault) {
    host.replaceChildren(h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  }
}

function time(deployment, camera) {
  const { started_at: start, ended_at: end, location, site_id: site, notes } = deployment;
  const words = `${dayWords(start)} to ${end ? dayWords(end) : "now"}`;
  return h("li", {},
    h("div", {}, h("b", {}, words), h("p", { class: "small quiet" }, [siteName(site), location && placeWords(location)].filter(Boolean).join(" · ") || "no place"), notes && h("p", { class: "small" }, notes)),
    may() && h("div", { class: "buttons" },
      h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Change ${words}`, onclick: () => change(() => askDeployment(camera, sites, deployment), "It is changed.", `[data-id="${camera.id}"] [data-do="hang"]`) }, icon("gear")),
      h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Remove ${words}`, onclick: () => change(async () => {
        if (!(await ask({ title: "Remove this time and place?", words: `${words}. The pictures stay with the camera.`, act: "Remove" }))) return false;
        await asPerson("DELETE", `/api/v1/deployments/${deployment.id}`);
        return true;
      }, "It is removed.", `[data-id="${camera.id}"] [data-do="hang"]`) }, icon("bin"))));
}

function removeCamera(camera) {
  return change(async () => {
    if (!(await ask({ title: `Remove ${cameraShort(camera)}?`, words: "It has no pictures. Should one come from it, it is added again.", act: "Remove" }))) return false;
    await asPerson("DELETE", `/api/v1/cameras/${camera.id}`);
    return true;
  }, "The camera is removed.", "#cameras-title");
}

// --- sites

function siteLine(site) {
  const own = cameras.filter((one) => one.site_id === site.id).length;
  return h("li", { "data-site": site.id },
    h("div", {}, h("b", {}, site.name), h("p", { class: "small quiet" }, [count(own, "camera"), site.location && placeWords(site.location)].filter(Boolean).join(" · "))),
    h("div", { class: "buttons" },
      h("a", { class: "button button--quiet", href: `/images?site_id=${site.id}`, "aria-label": `Pictures of ${site.name}` }, icon("paw"), "Pictures"),
      may() && h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Change ${site.name}`, onclick: () => change(() => askSite(site), "The site is changed.", `[data-site="${site.id}"] button`) }, icon("gear")),
      may() && h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Remove ${site.name}`, onclick: () => change(async () => {
        if (!(await ask({ title: `Remove ${site.name}?`, words: "A site goes only while nothing belongs to it: no camera, no time, no picture.", act: "Remove" }))) return false;
        await asPerson("DELETE", `/api/v1/sites/${site.id}`);
        return true;
      }, "The site is removed.", "#sites-title") }, icon("bin"))));
}

place("add-camera").addEventListener("click", () => change(async () => {
  const camera = await askCamera(sites);
  if (camera) open.add(camera.id);
  return camera;
}, "The camera is added.", "#cameras-title"));
place("add-site").addEventListener("click", () => change(() => askSite(), "The site is added.", "#sites-title"));

try {
  me = await permitted("images");
  const asked = new URLSearchParams(location.search).get("camera");
  if (asked) open.add(asked);
  await load();
  // Once it has been drawn: what grows and scrolls at once looks as though it had jumped.
  if (asked) requestAnimationFrame(() => requestAnimationFrame(() => list.querySelector("details[open]")?.scrollIntoView({ behavior: "instant" })));
} catch (fault) {
  setText(place("lead"), "Closed to you for now.");
  place("closed").replaceChildren(closedNote(fault) ?? h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  place("closed").hidden = false;
  for (const id of ["cameras-card", "sites-card", "sources-card", "add-camera"]) place(id).hidden = true;
}
