// Files that came from cameras and are no whole pictures: why, and what may be done with them.

import { announce, toast } from "/assets/js/announce.js";
import { closedNote, permitted } from "/assets/js/accounts/closed.js";
import { ask } from "/assets/js/ask.js";
import { button, drawing, h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { cameraName } from "/assets/js/wildlife/names.js";
import { allCameras } from "/assets/js/wildlife/places.js";
import { count, sentence, size, when } from "/assets/js/words.js";

const PATH = "/api/v1/quarantine";
const PAGE = 50;
const DOORS = { api: "sent one by one", ftp: "put down by a camera", card: "from a card" };

const place = (id) => document.getElementById(id);
const list = place("files");
const more = place("more");
const retryAll = place("retry-all");
let me;
let cameras = new Map();
let next = null;
let total = 0;

const say = (words) => {
  place("fault").hidden = !words;
  place("fault").replaceChildren(...(words ? [icon("warn"), words] : []));
};

const pathOf = (line) => `${PATH}/${encodeURIComponent(line.dataset.id)}`;

async function load(after) {
  list.setAttribute("aria-busy", "true");
  try {
    const page = await asPerson("GET", `${PATH}?limit=${PAGE}${after ? `&after=${encodeURIComponent(after)}` : ""}`);
    const lines = page.items.map(draw);
    if (after) list.append(...lines); else list.replaceChildren(...lines);
    if (after) lines[0]?.querySelector("button").focus({ preventScroll: true });
    total = page.total ?? total;
    next = page.next ?? null;
    tell();
    say("");
  } catch (fault) {
    if (!after && fault.status === 403) throw fault;
    say(faultWords(fault));
  }
  list.removeAttribute("aria-busy");
}

function tell() {
  setText(place("lead"), total ? `${count(total, "file")} came that ${total === 1 ? "is no whole picture or video" : "are no whole pictures or videos"}. Nothing of it is removed by itself.` : "Nothing is set aside.");
  more.hidden = !next;
  retryAll.disabled = !total || retryAll.hasAttribute("aria-busy");
  if (total) return;
  list.replaceChildren(h("li", {}, h("div", { class: "empty" }, drawing("hedge"), h("h3", {}, "Every file was whole"),
    h("p", {}, "A file that a camera could not send to its end, or that is no picture and no video, is set aside here with the reason."), h("a", { class: "button", href: "/images" }, icon("paw"), "To the pictures"))));
}

function draw(file) {
  const name = file.filename || "a file without a name";
  const camera = file.camera && (cameras.has(file.camera) ? cameraName(cameras.get(file.camera)) : file.camera);
  const still = h("p", { class: "small files__still", role: "status" });
  const line = h("li", { class: "files__one", "data-id": file.id, "data-name": name },
    h("div", { class: "files__words" },
      h("h3", {}, name),
      h("p", { class: "small" }, sentence(file.reason)),
      h("p", { class: "small faint" }, [camera ?? "no camera is known", DOORS[file.door], size(file.bytes), when(file.received_at)].join(" · ")),
      still),
    h("div", { class: "buttons" },
      button("Try again", { icon: "retry", "aria-label": `Try again: ${name}`, onclick: () => retry(line) }),
      me.permissions.includes("bystanders") && h("a", { class: "button button--quiet button--icon", href: `${PATH}/${encodeURIComponent(file.id)}/file`, download: name, "aria-label": `Save ${name}`, title: "Save the file" }, icon("download")),
      h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Remove ${name}`, title: "Remove", onclick: () => remove(line) }, icon("bin"))));
  return line;
}

/** One that was there no more is as good as gone. */
async function act(line, work) {
  if (line.getAttribute("aria-busy")) return false;
  line.setAttribute("aria-busy", "true");
  const still = line.querySelector(".files__still");
  still.replaceChildren();
  try {
    await work();
    return true;
  } catch (fault) {
    if (fault.status === 404) return true;
    still.replaceChildren(icon("warn"), h("span", {}, faultWords(fault)));
    return false;
  } finally {
    line.removeAttribute("aria-busy");
  }
}

function gone(line) {
  const beside = line.nextElementSibling ?? line.previousElementSibling;
  const held = line.contains(document.activeElement);
  line.remove();
  total -= 1;
  tell();
  if (held || document.activeElement === document.body) (beside?.querySelector("button") ?? place("title")).focus({ preventScroll: true });
}

const again = (line) => act(line, () => asPerson("POST", `${pathOf(line)}/retry`));

async function retry(line) {
  if (!(await again(line))) return;
  toast(`${line.dataset.name} is taken: it is among the pictures now.`);
  gone(line);
  await refill();
}

async function remove(line) {
  if (!(await ask({ title: "Remove this file for good?", words: `${line.dataset.name} goes, and cannot be brought back. Where its camera or card still has it, it can be sent again.`, act: "Remove for good" }))) return;
  if (!(await act(line, () => asPerson("DELETE", pathOf(line))))) return;
  toast("The file is removed.");
  gone(line);
  await refill();
}

/** When all that were shown are gone, what is left follows. */
const refill = () => (total > 0 && !list.querySelector("[data-id]") ? load(null) : null);

/** One after the other, those too that are not shown yet; what is no whole picture still says so and stays. */
async function tryAll() {
  retryAll.setAttribute("aria-busy", "true");
  retryAll.disabled = true;
  let [taken, done] = [0, 0];
  const all = total;
  const tried = new Set();
  for (;;) {
    const line = [...list.querySelectorAll("[data-id]")].find((one) => !tried.has(one.dataset.id));
    if (!line) {
      if (!next) break;
      const before = next;
      await load(next);
      if (next === before) break;   // the page did not come; why is said above
      continue;
    }
    tried.add(line.dataset.id);
    if (await again(line)) { taken += 1; gone(line); }
    done += 1;
    setText(place("lead"), `Trying again: ${done.toLocaleString("en-GB")} of ${all.toLocaleString("en-GB")}.`);
  }
  retryAll.removeAttribute("aria-busy");
  tell();
  toast(taken ? `${count(taken, "file is", "files are")} among the pictures now.${total ? ` ${count(total, "is", "are")} not whole.` : ""}` : "None of them is whole.");
  await refill();
}

more.firstElementChild.addEventListener("click", () => load(next));
retryAll.addEventListener("click", tryAll);

try {
  me = await permitted("cameras");
  cameras = new Map((await allCameras()).map((one) => [one.code, one]));
  await load(null);
  announce(place("lead").textContent);
} catch (fault) {
  setText(place("lead"), "Closed to you for now.");
  place("closed").replaceChildren(closedNote(fault) ?? h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
  place("closed").hidden = false;
  for (const id of ["card", "acts"]) place(id).hidden = true;
}
