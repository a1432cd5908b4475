// The pictures of camera traps: the wall of small ones, what is shown of them, and one of them over it.

import { announce, toast } from "/assets/js/announce.js";
import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { Bulk } from "/assets/js/wildlife/bulk.js";
import { drawExports } from "/assets/js/wildlife/exports.js";
import { addressOf, filterIn, mayShow, queryOf } from "/assets/js/wildlife/filter.js";
import { Filters } from "/assets/js/wildlife/filters.js";
import { Imports } from "/assets/js/wildlife/imports.js";
import { isForPage, showKeys } from "/assets/js/wildlife/keys.js";
import { drawKinds } from "/assets/js/wildlife/kinds.js";
import { Live } from "/assets/js/wildlife/live.js";
import { Look } from "/assets/js/wildlife/look.js";
import { Meanwhile } from "/assets/js/wildlife/meanwhile.js";
import { isVideo, shotWords } from "/assets/js/wildlife/names.js";
import { firstPicture, nothingFits, noSite, waitingNote } from "/assets/js/wildlife/notices.js";
import { Piles } from "/assets/js/wildlife/piles.js";
import { allCameras, allSites, knownSpecies } from "/assets/js/wildlife/places.js";
import { Selection } from "/assets/js/wildlife/selection.js";
import { Sender } from "/assets/js/wildlife/send.js";
import { ghost, thumb } from "/assets/js/wildlife/thumb.js";
import { count } from "/assets/js/words.js";

const PATH = "/images";
const PAGE = 60;
const GHOSTS = 12;

const place = (id) => document.getElementById(id);
const wall = place("thumbs");
const more = place("more");
const news = place("news");
const lines = new Map();   // what is on the wall, by its key

let me;
let cameras = new Map();
let filters;
let look;
let sender;
let meanwhile;
let piles;
let selection;   // for those who may do something with what they choose
let bulk;
let imports;
let shown = null;   // the address of what is on the wall
let next = null;
let turn = 0;
let kept = 0;   // how far the wall was scrolled

const filter = () => filterIn(location.search);
const order = () => new URLSearchParams(location.search).get("order") ?? "";
const bursts = () => (new URLSearchParams(location.search).get("bursts") === "together" ? "together" : "");
const view = () => ({ order: order(), bursts: bursts() });
const wanted = () => addressOf(filter(), { order: order() });
const ordering = () => ({ "": {}, asc: { order: "asc" }, arrival: { sort: "uploaded_at" } })[order()] ?? {};
const addressOfImage = (id) => `${PATH}${addressOf(filter(), { ...view(), image: id })}`;

const say = (words) => {
  place("fault").hidden = !words;
  place("fault").replaceChildren(...(words ? [icon("warn"), words] : []));
};

// --- the wall

async function load() {
  const mine = ++turn;
  shown = wanted();
  next = null;
  meanwhile.begin();
  if (wall.hidden) place("ghosts").replaceChildren(...Array.from({ length: GHOSTS }, ghost));
  wall.setAttribute("aria-busy", "true");
  filters.show(filter(), view());
  try {
    const [page, all] = await Promise.all([
      asPerson("GET", `/api/v1/images${queryOf(filter(), { limit: PAGE, ...ordering() })}`),
      asPerson("GET", "/api/v1/stats/summary"),
      drawKinds(place("kinds"), filter(), go, me),
    ]);
    const notice = all.waiting ? await waitingNote() : null;
    if (page.items.some(({ camera_id: id }) => id && !cameras.has(id))) meet(await allCameras());
    if (mine !== turn) return;
    lines.clear();
    wall.replaceChildren();
    put(page.items);
    selection?.keep(lines);
    meanwhile.settle();
    next = page.next;
    more.hidden = !next;
    const words = wordsOf(page);
    tell(words, all);
    place("notice").replaceChildren(...[notice, emptiness(page, all)].filter(Boolean));
    if (!all.images && me.user.sites?.length !== 0) sender?.open();
    drawExports(place("export"), filter(), words, imports && (() => imports.open()));
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
  piles.arrange();
  return first;
}

const draw = (image) => [thumb(image, { camera: cameras.get(image.camera_id), address: addressOfImage(image.id), lost: () => meanwhile.stale([image.id]) }), ...(selection ? [selection.box(image)] : [])];

/** Of what is not shown yet nobody knows what it is, unless videos alone are asked for. */
function wordsOf({ items, total }) {
  const videos = items.filter(isVideo).length;
  if (filter().kind === "video") return shotWords(total, total);
  if (items.length === total) return shotWords(total, videos);
  return videos ? `${total.toLocaleString("en-GB")} pictures and videos` : count(total, "picture");
}

function tell(words, all) {
  const parts = [`${words}${wanted() ? ` of ${all.images.toLocaleString("en-GB")}` : ""}.`];
  if (all.blank) parts.push(`${count(all.blank, "empty one")} sorted for you.`);
  setText(place("lead"), all.images ? parts.join(" ") : "Nothing here yet.");
  announce(wanted() ? `What fits: ${words}.` : parts[0]);
}

/** Draws a picture of the wall anew, where it is there. */
function replace(image) {
  const known = lines.get(image.id);
  if (!known) return;
  const held = known.line.firstChild === document.activeElement;
  const [link, box] = draw(image);
  known.image = image;
  known.line.firstChild.replaceWith(link);
  if (box) known.line.querySelector(".pick").ariaLabel = box.ariaLabel;
  if (held) link.focus({ preventScroll: true });
}

function remove(id) {
  const known = lines.get(id);
  if (!known) return;
  known.line.remove();
  lines.delete(id);
  selection?.forget(id);
  piles.arrange();
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
  if (update.event === "alert_raised") return toast(update.title);
  meanwhile.heard(update, mayShow(filterIn(shown ?? ""), update));
  look.heard(update);
}

news.firstElementChild.addEventListener("click", async () => {
  await load();
  scrollTo({ top: 0, behavior: "instant" });
  wall.querySelector("a")?.focus({ preventScroll: true });
});

// --- addresses

/** Shows what another filter lets through, or the same in another view. */
function go(filter, given = view()) {
  history.pushState(null, "", `${PATH}${addressOf(filter, given)}`);
  const same = shown === wanted() && piles.on !== Boolean(bursts());
  pile();
  if (!same) load();
}

/** Bursts as piles, or each picture by itself: the pictures stay, where they are the same. */
function pile() {
  if (piles.on === Boolean(bursts())) return;
  piles.on = Boolean(bursts());
  piles.arrange();
  filters.show(filter(), view());
  announce(piles.on ? "Bursts are piles." : "Each picture by itself.");
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
  pile();
  if (shown !== wanted()) { load(); return; }
  meanwhile.catchUp();
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
  history.replaceState(null, "", `${PATH}${addressOf(filter(), view())}`);
  follow();
}

wall.addEventListener("click", (event) => {
  const link = event.target.closest("a.thumb");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openImage(link.dataset.id);
});
addEventListener("popstate", follow);
place("keys-open").addEventListener("click", () => showKeys(may()));
more.firstElementChild.addEventListener("click", loadMore);
new IntersectionObserver(([entry]) => { if (entry.isIntersecting) loadMore(); }, { rootMargin: "600px" }).observe(more);

// --- keys

document.addEventListener("keydown", (event) => {
  if (place("gallery").hidden || !look || !isForPage(event) || event.altKey) return;
  const id = event.target.closest?.("#thumbs li")?.querySelector("a.thumb").dataset.id;
  const some = selection?.size > 0;
  const key = event.key.toLowerCase();
  const held = event.ctrlKey || event.metaKey;
  const act = held ? key === "a" && selection && (id || some) && (() => bulk.chooseAll()) : {
    x: id && selection && (() => selection.toggle(id, { range: event.shiftKey })),
    a: some && (() => bulk.say("approve")), r: some && (() => bulk.say("reject")), e: some && (() => bulk.say("reject")), f: some && (() => bulk.say("flag")),
    c: some && (() => bulk.correct()), delete: some && (() => bulk.delete()), escape: some && (() => bulk.none()),
    g: () => go(filter(), { order: order(), bursts: bursts() ? "" : "together" }), "?": () => showKeys(may()),
  }[key];
  if (!act || event.repeat) return;
  event.preventDefault();
  act();
});

// --- the beginning

function may() {
  const has = (one) => me.permissions.includes(one);
  return { review: has("review"), manage: has("cameras"), people: has("bystanders") };
}

/** Boxes stand on the pictures of those who may do something with what they choose. */
function offerChoice() {
  if (!may().review && !may().manage) return;
  selection = new Selection(wall, { along: (id) => piles.along(id), changed: () => bulk.draw() });
  bulk = new Bulk(place("bulk"), { may: may(), selection, wall: {
    known: (id) => lines.get(id)?.image, all: () => [...lines.keys()], changed: replace, removed: remove, stale: (ids) => meanwhile.stale(ids), say,
    focus: () => (wall.querySelector("li:not([hidden]) a") ?? place("title")).focus({ preventScroll: true }),
  } });
}

async function begin() {
  me = await permitted("images");
  const { burst_pause: pause } = await asPerson("GET", "/api/v1/presentation");
  piles = new Piles(lines, pause);
  piles.on = Boolean(bursts());
  meanwhile = new Meanwhile(news, {
    lines, load, replace, remove, isOpen: () => !place("gallery").hidden, query: (more) => queryOf(filterIn(shown ?? ""), { ...ordering(), ...more }),
    recount: () => { if (!place("gallery").hidden) drawKinds(place("kinds"), filter(), go, me).catch(() => {}); },
  });
  offerChoice();
  look = new Look(place("look"), { me, may: may(), address: addressOfImage, open: openImage, leave: leaveImage, changed: replace, gone: (id) => { remove(id); leaveImage(); } });
  filters = new Filters(place("filter-form"), { changed: go, number: place("filters-number") });
  if (me.permissions.includes("upload")) sender = new Sender({ done: () => meanwhile.later() });
  if (["cameras", "upload", "review", "bystanders"].every((one) => me.permissions.includes(one))) imports = new Imports({ done: () => meanwhile.later() });
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
