// The pictures of camera traps: the wall of small ones, what is shown of them, and one of them over it.

import { announce } from "/assets/js/announce.js";
import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { drawExports } from "/assets/js/wildlife/exports.js";
import { addressOf, filterIn, mayShow, queryOf } from "/assets/js/wildlife/filter.js";
import { Filters } from "/assets/js/wildlife/filters.js";
import { Imports } from "/assets/js/wildlife/imports.js";
import { drawKinds } from "/assets/js/wildlife/kinds.js";
import { Live } from "/assets/js/wildlife/live.js";
import { Look } from "/assets/js/wildlife/look.js";
import { firstPicture, nothingFits, noSite, waitingNote } from "/assets/js/wildlife/notices.js";
import { allCameras, allSites, knownSpecies } from "/assets/js/wildlife/places.js";
import { Sender } from "/assets/js/wildlife/send.js";
import { ghost, thumb } from "/assets/js/wildlife/thumb.js";
import { count } from "/assets/js/words.js";

const PATH = "/images";
const PAGE = 60;
const GHOSTS = 12;
const SOON = 700;
const SELDOM = 4000;

const place = (id) => document.getElementById(id);
const wall = place("thumbs");
const more = place("more");
const news = place("news");
const lines = new Map();   // what is on the wall, by its key
const fresh = new Set();   // what came since
const stale = new Set();   // what is to be asked about again

let me;
let cameras = new Map();
let filters;
let look;
let sender;
let imports;
let shown = null;   // the address of what is on the wall
let next = null;
let turn = 0;
let soon = null;
let counting = null;
let kept = 0;   // how far the wall was scrolled

const filter = () => filterIn(location.search);
const order = () => new URLSearchParams(location.search).get("order") ?? "";
const wanted = () => addressOf(filter(), { order: order() });
const ordering = () => ({ "": {}, asc: { order: "asc" }, arrival: { sort: "uploaded_at" } })[order()] ?? {};
const addressOfImage = (id) => `${PATH}${addressOf(filter(), { order: order(), image: id })}`;

const say = (words) => {
  place("fault").hidden = !words;
  place("fault").replaceChildren(...(words ? [icon("warn"), words] : []));
};

// --- the wall

async function load() {
  const mine = ++turn;
  shown = wanted();
  next = null;
  fresh.clear();
  drawNews();
  if (wall.hidden) place("ghosts").replaceChildren(...Array.from({ length: GHOSTS }, ghost));
  wall.setAttribute("aria-busy", "true");
  filters.show(filter(), order());
  try {
    const [page, all] = await Promise.all([
      asPerson("GET", `/api/v1/images${queryOf(filter(), { limit: PAGE, ...ordering() })}`),
      asPerson("GET", "/api/v1/stats/summary"),
      drawKinds(place("kinds"), filter(), go),
    ]);
    const notice = all.waiting ? await waitingNote() : null;
    if (page.items.some(({ camera_id: id }) => id && !cameras.has(id))) meet(await allCameras());
    if (mine !== turn) return;
    lines.clear();
    wall.replaceChildren();
    put(page.items);
    for (const id of fresh) if (lines.has(id)) { fresh.delete(id); stale.add(id); }   // something happened to it meanwhile
    if (stale.size || fresh.size) later();
    next = page.next;
    more.hidden = !next;
    tell(page.total, all);
    place("notice").replaceChildren(...[notice, emptiness(page, all)].filter(Boolean));
    if (!all.images && me.user.sites?.length !== 0) sender?.open();
    drawExports(place("export"), filter(), page.total, imports && (() => imports.open()));
    say("");
  } catch (fault) {
    if (mine !== turn) return;
    wall.replaceChildren();
    lines.clear();
    say(faultWords(fault));
  }
  // What comes with the pictures moves nothing: they were not there before.
  place("ghosts").replaceChildren();
  wall.hidden = false;
  wall.removeAttribute("aria-busy");
}

function emptiness(page, all) {
  if (page.items.length) return null;
  if (all.images) return nothingFits(() => go({}));
  if (me.user.sites?.length === 0) return noSite();
  return firstPicture(me.permissions.includes("upload"));
}

async function loadMore() {
  if (!next || wall.hasAttribute("aria-busy")) return;
  const mine = turn;
  wall.setAttribute("aria-busy", "true");
  try {
    const page = await asPerson("GET", `/api/v1/images${queryOf(filterIn(shown), { limit: PAGE, ...ordering(), after: next })}`);
    if (mine !== turn) return;
    const held = more.contains(document.activeElement);
    const first = put(page.items);
    if (held) first?.querySelector("a").focus({ preventScroll: true });
    next = page.next;
    more.hidden = !next;
  } catch (fault) {
    say(faultWords(fault));
  }
  if (mine === turn) wall.removeAttribute("aria-busy");
}

/** Puts pictures at the end; gives the line of the first. */
function put(items) {
  let first = null;
  for (const image of items) {
    if (lines.has(image.id)) continue;
    const line = h("li", {}, draw(image));
    lines.set(image.id, { image, line });
    wall.append(line);
    first ??= line;
  }
  return first;
}

const draw = (image) => thumb(image, { camera: cameras.get(image.camera_id), address: addressOfImage(image.id), lost: () => { stale.add(image.id); later(); } });

function tell(total, all) {
  const parts = [`${count(total, "picture")}${wanted() ? ` of ${all.images.toLocaleString("en-GB")}` : ""}.`];
  if (all.blank) parts.push(`${count(all.blank, "empty picture")} sorted for you.`);
  setText(place("lead"), all.images ? parts.join(" ") : "Nothing here yet.");
  announce(wanted() ? `${count(total, "picture fits", "pictures fit")}.` : parts[0]);
}

/** Draws a picture of the wall anew, where it is there. */
function replace(image) {
  const known = lines.get(image.id);
  if (!known) return;
  const held = known.line.contains(document.activeElement);
  known.image = image;
  known.line.replaceChildren(draw(image));
  if (held) known.line.firstChild.focus({ preventScroll: true });
}

function remove(id) {
  const known = lines.get(id);
  if (!known) return;
  known.line.remove();
  lines.delete(id);
}

/** Takes cameras in, those that are new as well. */
function meet(all) {
  filters.offer({ cameras: all.filter(({ id }) => !cameras.has(id)) });
  cameras = new Map(all.map((one) => [one.id, one]));
  sender?.offer(all);
  look.offer(cameras);
}

// --- what happens meanwhile

function heard(update) {
  const { event, image_id: id } = update;
  if (lines.has(id)) {
    if (event !== "image_ingested") { stale.add(id); later(); }
  } else if ((event === "image_ingested" || event === "detection_complete") && mayShow(filterIn(shown ?? ""), update)) {
    fresh.add(id);
    later();
  }
  look.heard(update);
}

function later() {
  soon ??= setTimeout(catchUp, SOON);
}

/** The row of kinds tells how many there are now; not more often than one would look. */
function recount() {
  counting ??= setTimeout(() => {
    counting = null;
    if (!place("gallery").hidden) drawKinds(place("kinds"), filter(), go).catch(() => {});
  }, SELDOM);
}

async function catchUp() {
  soon = null;
  recount();
  if (!lines.size && fresh.size && !place("gallery").hidden) return load();
  drawNews();
  const ids = [...stale];
  stale.clear();
  for (const id of ids) {
    try {
      replace(await asPerson("GET", `/api/v1/images/${id}`));
    } catch (fault) {
      if (fault.status === 404) remove(id);
    }
  }
}

function drawNews() {
  const some = fresh.size;
  const words = `${count(some, "new picture")}: show ${some === 1 ? "it" : "them"}`;
  if (some && news.hidden) announce(`${count(some, "new picture")} came.`);
  news.hidden = !some;
  if (some) news.firstElementChild.replaceChildren(icon("retry"), words);
}

news.firstElementChild.addEventListener("click", async () => {
  await load();
  scrollTo({ top: 0, behavior: "instant" });
  wall.querySelector("a")?.focus({ preventScroll: true });
});

// --- addresses

/** Shows what another filter lets through. */
function go(filter, given = order()) {
  history.pushState(null, "", `${PATH}${addressOf(filter, { order: given })}`);
  load();
}

/** Follows the address: the wall, or one picture over it. */
function follow() {
  const id = new URLSearchParams(location.search).get("image");
  if (id) {
    if (!place("gallery").hidden) kept = scrollY;
    place("gallery").hidden = true;
    look.open(id, { known: lines.get(id)?.image, filter: filter() });
    return;
  }
  const left = look.close();
  place("gallery").hidden = false;
  document.title = "Pictures · Hedgerow";
  if (shown !== wanted()) { load(); return; }
  catchUp();
  if (!left) return;
  scrollTo({ top: kept, behavior: "instant" });
  const line = lines.get(left)?.line;
  (line?.firstChild ?? place("title")).focus({ preventScroll: Boolean(line && line.getBoundingClientRect().top > 0 && line.getBoundingClientRect().bottom < innerHeight) || !line });
}

function openImage(id, { replace: instead } = {}) {
  history[instead ? "replaceState" : "pushState"]({ inside: true }, "", addressOfImage(id));
  follow();
}

function leaveImage() {
  if (history.state?.inside && shown !== null) return history.back();
  history.replaceState(null, "", `${PATH}${wanted()}`);
  follow();
}

wall.addEventListener("click", (event) => {
  const link = event.target.closest("a.thumb");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openImage(link.dataset.id);
});
addEventListener("popstate", follow);
more.firstElementChild.addEventListener("click", loadMore);
new IntersectionObserver(([entry]) => { if (entry.isIntersecting) loadMore(); }, { rootMargin: "600px" }).observe(more);

// --- the beginning

async function begin() {
  me = await permitted("images");
  look = new Look(place("look"), { me, open: openImage, leave: leaveImage, changed: replace, gone: (id) => { remove(id); leaveImage(); } });
  filters = new Filters(place("filter-form"), { changed: go, number: place("filters-number") });
  if (me.permissions.includes("upload")) sender = new Sender({ done: later });
  if (["cameras", "upload", "review", "bystanders"].every((one) => me.permissions.includes(one))) imports = new Imports({ done: later });
  new Live({ heard, missed: () => { if (place("gallery").hidden) shown = null; else load(); } });
  const [all, sites, species] = await Promise.all([allCameras(), allSites(), knownSpecies()]);
  meet(all);
  filters.offer({ sites, species });
  follow();
}

try {
  await begin();
} catch (fault) {
  setText(place("lead"), "Closed to you for now.");
  place("closed").replaceChildren(closedNote(fault) ?? h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  place("closed").hidden = false;
  for (const one of [place("acts"), document.querySelector(".bench")]) one.hidden = true;
}
