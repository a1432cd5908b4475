// The trail of what was done and refused, in sentences, the newest first.

import { announce } from "/assets/js/announce.js";
import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { ACTIONS, sentenceOf, signOf } from "/assets/js/accounts/deeds.js";
import { drawing, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { count, upperFirst, when } from "/assets/js/words.js";

const PAGE = 50;
const MOST_PEOPLE = 1000;
const FIELDS = ["actor", "action", "subject", "from", "to"];
const OTHERS = [["key", "The key of the settings"], ["command line", "A command on the machine"], ["server", "The server itself"], ["nobody", "A stranger"]];

const form = document.getElementById("filters");
const trail = document.getElementById("trail");
const more = document.getElementById("audit-more");
const fault = document.getElementById("audit-fault");
const names = new Map();
let next = null;
let wanted = 0;

async function learnNames() {
  let after = "";
  do {
    const page = await asPerson("GET", `/api/v1/users?limit=200${after}`);
    for (const { id, name } of page.items) names.set(id, name);
    after = page.next ? `&after=${encodeURIComponent(page.next)}` : "";
  } while (after && names.size < MOST_PEOPLE);
}

function offer() {
  const people = [...names].sort(([, a], [, b]) => a.localeCompare(b));
  const option = ([value, words]) => h("option", { value }, words);
  form.elements.actor.append(...people.map(option), ...OTHERS.map(option));
  form.elements.subject.append(...people.map(([id, name]) => option([`user ${id}`, name])));
  form.elements.action.append(...ACTIONS.map(option));
  const asked = new URLSearchParams(location.search);
  for (const name of FIELDS) {
    const value = asked.get(name);
    const place = form.elements[name];
    if (!value) continue;
    // Somebody who is gone may still be asked about by the address.
    if (place.tagName === "SELECT" && ![...place.options].some((one) => one.value === value)) place.append(option([value, "Somebody who is gone"]));
    place.value = value;
  }
}

/** Days are those of whoever looks; the last one is meant whole. */
function query() {
  const asked = new URLSearchParams();
  for (const name of FIELDS) {
    const value = form.elements[name].value;
    if (!value) continue;
    if (name === "from") asked.set(name, new Date(`${value}T00:00:00`).toISOString());
    else if (name === "to") { const day = new Date(`${value}T00:00:00`); day.setDate(day.getDate() + 1); asked.set(name, day.toISOString()); }
    else asked.set(name, value);
  }
  return asked;
}

async function load(after) {
  const turn = ++wanted;
  const asked = query();
  document.getElementById("export").href = `/api/v1/audit/export?${asked}`;
  asked.set("limit", PAGE);
  if (after) asked.set("after", after);
  trail.setAttribute("aria-busy", "true");
  try {
    const page = await asPerson("GET", `/api/v1/audit?${asked}`);
    if (turn !== wanted) return;
    fault.hidden = true;
    if (!after) trail.replaceChildren();
    const first = draw(page.items);
    if (after) first?.focus({ preventScroll: true });
    else announce(page.items.length ? `${count(page.items.length, "entry", "entries")} shown.` : "Nothing fits.");
    next = page.next;
    more.hidden = !next;
    if (!trail.children.length) trail.append(h("div", { class: "card empty" }, drawing("hedge"), h("h2", {}, "Nothing fits"), h("p", {}, "Ask for other people, other days, or everything.")));
  } catch (problem) {
    if (problem.status === 403) throw problem;
    fault.hidden = false;
    fault.replaceChildren(icon("warn"), faultWords(problem));
  }
  trail.removeAttribute("aria-busy");
}

/** Puts entries under their days; gives the first of them. */
function draw(items) {
  let begun = null;
  for (const entry of items) {
    const [day, time] = when(entry.at).split(", ");
    let list = trail.lastElementChild?.dataset.day === day ? trail.lastElementChild.querySelector("ol") : null;
    if (!list) {
      list = h("ol", { class: "card" });
      trail.append(h("section", { "data-day": day, "aria-label": upperFirst(day) }, h("h2", {}, upperFirst(day)), list));
    }
    const line = h("li", { tabindex: "-1", "data-action": entry.action, class: entry.action.startsWith("refused.") || entry.action === "session.reused" ? "haw" : null },
      h("time", { datetime: entry.at }, time), icon(signOf(entry.action)),
      h("p", {}, sentenceOf(entry, names)), h("small", {}, entry.address ? `from ${entry.address}` : ""));
    list.append(line);
    begun ??= line;
  }
  return begun;
}

function remember() {
  const kept = new URLSearchParams();
  for (const name of FIELDS) if (form.elements[name].value) kept.set(name, form.elements[name].value);
  history.replaceState(null, "", kept.size ? `?${kept}` : location.pathname);
}

function close(problem) {
  const note = closedNote(problem);
  const place = document.getElementById("closed");
  place.replaceChildren(note ?? h("p", { class: "field__error" }, icon("warn"), faultWords(problem)));
  for (const one of [form, trail, more, document.getElementById("export")]) one.hidden = true;
  place.hidden = false;
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", () => { remember(); load(null); });
form.addEventListener("reset", () => setTimeout(() => { remember(); load(null); }));
more.firstElementChild.addEventListener("click", () => load(next));
try {
  const { permissions } = await permitted("audit");
  if (permissions.includes("people")) await learnNames();
  offer();
  await load(null);
} catch (problem) {
  close(problem);
}
