// Camera profiles: the list in which they are asked, an editor, and what samples came to.

import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { announce, toast } from "/assets/js/announce.js";
import { tryProfile } from "/assets/js/api.js";
import { ask } from "/assets/js/ask.js";
import { button, h, icon } from "/assets/js/dom.js";
import { faultWords, field } from "/assets/js/form.js";
import { asPerson, toSignIn } from "/assets/js/session.js";
import { sentence, when } from "/assets/js/words.js";

const MOST = 10;
const ORIGINS = { own: "Written here", file: "In a file of this server", shipped: "Comes with Hedgerow" };
const FIELDS = { id: "Camera", time: "Time", latitude: "Latitude", longitude: "Longitude", temperature: "Temperature", battery: "Battery", storage: "Free storage", serial: "Serial number" };
const EXAMPLE = `name: pond-cameras
about: The four cameras at the pond
matches:
  make: (?i)^acme
time:
  - exif: DateTimeOriginal
  - filename: (?<value>\\d{8}_\\d{6})
    format: "%Y%m%d_%H%M%S"
temperature:
  - exif: AmbientTemperature
  - text: Temp:(?<value>-?\\d+)
battery:
  - text: Batt:(?<value>\\d+)%
`;

const place = (id) => document.getElementById(id);
let profiles = [];

const text = field({ id: "profile", label: "The profile, in YAML", noun: "The profile", hint: "Docs/camera-profiles.md says what may stand in it.", missing: "Write a profile first.",
  input: h("textarea", { class: "input", id: "profile", rows: "18", spellcheck: "false", autocapitalize: "none", autocomplete: "off", "aria-describedby": "profile-hint profile-fault" }) });
const files = field({ id: "files", label: "Sample pictures and reports", noun: "This", type: "file", multiple: true, optional: true, hint: `Up to ${MOST}, with the names below.` });
const names = field({ id: "names", label: "Names alone", noun: "This", optional: true, hint: "With their folders, one a line, such as pond/oak/IMG_0001.JPG.",
  input: h("textarea", { class: "input", id: "names", rows: "2", spellcheck: "false", autocapitalize: "none", autocomplete: "off", "aria-describedby": "names-hint names-fault" }) });
const attempt = button("Try it", { look: "main", icon: "eye", onclick: () => work(tryIt) });
const keep = button("Keep it", { icon: "check", onclick: () => work(keepIt) });

const say = (words) => {
  place("fault").hidden = !words;
  place("fault").replaceChildren(...(words ? [icon("warn"), words] : []));
};

async function load() {
  const { items, faults } = await asPerson("GET", "/api/v1/camera-profiles");
  profiles = items;
  place("profiles").replaceChildren(...items.map(line));
  place("profiles").removeAttribute("aria-busy");
  place("faults").replaceChildren(...faults.map(({ profile, line: number, reason }) => h("div", { class: "note note--warning" }, icon("warn"), h("p", {}, h("strong", {}, `${profile} is left out.`), ` Line ${number}: ${reason}.`))));
}

function line(profile) {
  const purpose = [...Object.entries(profile.matches).map(([subject, pattern]) => `${subject} ${pattern}`), profile.reports && `reports ${profile.reports}`].filter(Boolean).join(" · ");
  return h("li", { "data-name": profile.name },
    h("div", {}, h("b", {}, profile.name), " ", h("span", { class: "badge" }, ORIGINS[profile.origin]),
      profile.about && h("p", { class: "small" }, profile.about), h("p", { class: "small quiet" }, purpose),
      profile.trouble && h("p", { class: "small field__error" }, icon("warn"), h("span", {}, `It could not tell of ${profile.trouble.file}, ${when(profile.trouble.at)}: ${profile.trouble.reason}. The file was taken as if it did not fit.`))),
    h("div", { class: "buttons" },
      button(profile.origin === "own" ? "Change" : "Take as a start", { icon: "copy", "aria-label": `${profile.origin === "own" ? "Change" : "Take as a start"}: ${profile.name}`, onclick: () => open(profile) }),
      profile.origin === "own" && h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Remove ${profile.name}`, onclick: () => remove(profile) }, icon("bin"))));
}

async function open(profile) {
  const written = text.input.value.trim();
  const known = [EXAMPLE, ...profiles.map((one) => one.text)].some((one) => one.trim() === written);
  if (written && !known && !(await ask({ title: "Leave what you wrote?", words: "It has not been kept.", act: "Leave it", leave: "Go on writing" }))) return;
  text.input.value = profile.text;
  text.say("");
  place("editor-title").focus();
  place("editor-card").scrollIntoView({ block: "start", behavior: "instant" });
}

/** One thing at a time; what the server finds wrong is said where it belongs. */
async function work(act) {
  if (attempt.getAttribute("aria-disabled")) return;
  for (const one of [text, files, names]) one.say("");
  say("");
  if (text.lack) { text.say(text.lack); return text.input.focus(); }
  for (const one of [attempt, keep]) one.setAttribute("aria-disabled", "true");
  try {
    await act();
  } catch (fault) {
    if (fault.status === 401) return toSignIn();
    const placed = (fault.fields ?? []).map(({ loc, msg }) => [[text, files, names].find(({ id }) => id === loc.at(-1)), msg]);
    for (const [one, words] of placed) one?.say(sentence(one === text ? words.replace(/^line/, "Line") : `${one.noun} ${words}`));
    const first = placed.find(([one]) => one)?.[0];
    if (first) return first.input.focus();
    say(faultWords(fault));
    place("fault").scrollIntoView({ block: "center" });
  } finally {
    for (const one of [attempt, keep]) one.removeAttribute("aria-disabled");
  }
}

async function tryIt() {
  const chosen = [...files.input.files];
  const lines = names.value.split("\n").filter((one) => one.trim());
  const count = chosen.length + lines.length;
  if (!count || count > MOST) {
    files.say(count ? `At most ${MOST} at once, files and names together.` : "Choose a picture or a report, or write a name below.");
    return files.input.focus();
  }
  const { samples } = await tryProfile(text.input.value, chosen, lines.join("\n"));
  place("results").replaceChildren(h("h3", { id: "results-title", tabindex: "-1" }, "What they came to"), ...samples.map(trial));
  place("results-title").focus({ preventScroll: true });
  place("results").scrollIntoView({ block: "start", behavior: "instant" });
}

function trial(sample) {
  const rows = sample.fields.map(({ field: name, value, source, misses }) => h("tr", {},
    h("th", { scope: "row" }, FIELDS[name]),
    h("td", {}, value ?? h("span", { class: "badge badge--notice" }, icon("question"), "Nothing")),
    h("td", {}, source && h("code", {}, source), misses.length > 0 && h("ul", { class: "small quiet" }, misses.map((one) => h("li", {}, one))))));
  return h("section", { class: "trial", "aria-label": sample.name },
    h("h4", {}, sample.name),
    sample.problem && note(`Nothing of the picture could be read: ${sample.problem}. Its name was.`),
    sample.mismatch && note(`This profile is not for it: ${sample.mismatch}. This is what it would find.`),
    h("div", { class: "table-frame", tabindex: "0", role: "region", "aria-label": `What ${sample.name} came to` },
      h("table", { class: "table" }, h("thead", {}, h("tr", {}, ["Field", "Came to", "From"].map((one) => h("th", { scope: "col" }, one)))), h("tbody", {}, rows))));
}

const note = (words) => h("div", { class: "note" }, icon("info"), h("p", {}, words));

async function keepIt() {
  const name = /^name:\s*["']?([A-Za-z0-9][\w.-]*)["']?\s*(?:#.*)?$/m.exec(text.input.value)?.[1];
  if (!name) {
    text.say("It needs a line such as name: pond-cameras.");
    return text.input.focus();
  }
  await asPerson("PUT", `/api/v1/camera-profiles/${encodeURIComponent(name)}`, { profile: text.input.value });
  await load();
  toast(`${name} is kept, and reads what comes from now on.`);
}

async function remove(profile) {
  if (!(await ask({ title: `Remove ${profile.name}?`, words: "Pictures that came keep what it found. A profile of this name that comes with Hedgerow counts again.", act: "Remove" }))) return;
  await work(async () => {
    await asPerson("DELETE", `/api/v1/camera-profiles/${encodeURIComponent(profile.name)}`);
    await load();
    toast(`${profile.name} is removed.`);
    place("profiles-title").focus();
  });
}

try {
  await permitted("cameras");
  place("editor").append(text.element, files.element, names.element, h("div", { class: "buttons" }, attempt, keep));
  place("editor").addEventListener("submit", (event) => event.preventDefault());
  text.input.value = EXAMPLE;
  await load();
  place("editor-card").hidden = false;
  announce(`${profiles.length} camera profiles`);
} catch (fault) {
  place("closed").replaceChildren(closedNote(fault) ?? h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  place("closed").hidden = false;
  for (const id of ["profiles-card", "editor-card"]) place(id).hidden = true;
}
