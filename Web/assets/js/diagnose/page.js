// The diagnose page: photos come in, answers come out, one of them is in view.

import { announce, toast } from "/assets/js/announce.js";
import { Unreachable, getJSON } from "/assets/js/api.js";
import { copyText } from "/assets/js/clipboard.js";
import { answerCard } from "/assets/js/diagnose/answer.js";
import { Before } from "/assets/js/diagnose/before.js";
import { frameOneLeaf } from "/assets/js/diagnose/frame.js";
import { keptCard, refusalWords, refusedCard, workingCard } from "/assets/js/diagnose/progress.js";
import { report } from "/assets/js/diagnose/report.js";
import { drawStrip } from "/assets/js/diagnose/strip.js";
import { Visit } from "/assets/js/diagnose/visit.js";
import { Waiting } from "/assets/js/diagnose/waiting.js";
import { setText } from "/assets/js/dom.js";
import { takePhotos } from "/assets/js/drop.js";
import { findingName } from "/assets/js/names.js";
import { handed } from "/assets/js/store.js";
import { percent } from "/assets/js/words.js";

const form = document.getElementById("drop");
const card = document.getElementById("answer");
const strip = document.getElementById("strip");
const welcome = document.getElementById("welcome");
const many = document.getElementById("many");

const WORKING = ["queued", "sending", "looking"];
const visit = new Visit();
const waiting = new Waiting((entry) => {
  if (visit.looks.some((look) => look.kept === entry.id && WORKING.includes(look.state))) return;
  const known = visit.looks.find((look) => look.kept === entry.id);
  if (known) return visit.again(known);
  const look = visit.resume(entry);
  if (!chosen) show(look, false);   // what somebody reads is never taken away
});
const before = new Before({ open: reopen, drawn: (count) => { welcome.hidden = count > 0 || chosen !== null; } });

let chosen = null;
let drawn = null;
let together = [];

takePhotos(form, (files) => {
  offerBatch(files);
  const first = visit.add(files);
  announce(files.length === 1 ? `Looking at ${first.name}` : `Looking at ${files.length} photos`);
  show(first);
});

/** More than one is what batches are for: they go on when this page is closed, and come as one list. */
function offerBatch(files) {
  many.hidden = files.length < 2;
  setText(document.getElementById("many-words"), `${files.length} photos, one after the other. A batch goes on when you close the page, and gives one list.`);
  together = files;
}

document.getElementById("many-go").addEventListener("click", async () => {
  await handed.keep(together);
  location.assign("/batches");
});

visit.addEventListener("changed", ({ detail: look }) => {
  if (look.kept && look.state === "queued") waiting.leave(look.kept);
  drawStrip(strip, visit.looks, chosen, (one) => show(one));
  if (look === chosen) render();
});

visit.addEventListener("answered", async ({ detail: look }) => {
  const { answer } = look;
  const name = findingName(answer);
  announce(answer.verdict === "confident" ? `Answer: ${name}, ${percent(answer.confidence)}` : `Answer: ${name}`);
  await waiting.sent(look);
  await before.keep(look);
});
visit.addEventListener("refused", ({ detail: look }) => {
  announce(refusalWords(look));
  if (look.refusal.passes) waiting.back(look); else waiting.sent(look);
});
visit.addEventListener("waiting", ({ detail: look }) => { announce("The server cannot be reached. The photo is kept."); waiting.keep(look); });

/** Brings one photo of the visit into view. */
function show(look, scroll = true) {
  chosen = look;
  drawn = null;
  welcome.hidden = true;
  card.hidden = false;
  drawStrip(strip, visit.looks, chosen, (one) => show(one));
  render();
  if (scroll) intoView();
}

function render() {
  const look = chosen;
  before.stepAside(WORKING.includes(look.state));
  const shape = `${look.key} ${look.state} ${look.viewURL ?? ""}`;
  if (WORKING.includes(look.state)) {
    const kind = `${look.key} ${look.viewURL ?? ""} working`;
    if (drawn?.kind === kind) return drawn.show();
    const { element, show: tick } = workingCard(look);
    fill(element);
    drawn = { kind, show: tick };
    return;
  }
  if (drawn?.kind === shape) return;
  drawn = { kind: shape };
  const again = () => visit.again(look);
  if (look.state === "answered") fill(answerCard(look, acts(look)), true);
  if (look.state === "refused") fill(refusedCard(look, { again, another }), true);
  if (look.state === "waiting") fill(keptCard(look, { again }), true);
}

/** Replaces the card; the focus follows when it was in the card or in the drop zone, and is left alone elsewhere. */
function fill(content, settled = false) {
  const focus = document.activeElement;
  const follows = focus === document.body || card.contains(focus) || form.contains(focus);
  card.replaceChildren(...[content].flat());
  card.setAttribute("aria-labelledby", "finding");
  if (settled && follows) document.getElementById("finding")?.focus({ preventScroll: true });
}

function acts(look) {
  return {
    frame: () => frame(look),
    whole: () => visit.again(look, null),
    copy: async () => toast((await copyText(report(look))) ? "Copied as text." : "This browser does not allow copying here."),
    print: () => print(),
    another,
  };
}

function frame(look) {
  if (!look.picture) return toast("This browser cannot show the photo, so there is nothing to frame.");
  const url = URL.createObjectURL(look.picture.photo);
  const back = () => { URL.revokeObjectURL(url); drawn = null; render(); document.getElementById("frame-one")?.focus({ preventScroll: true }); };
  const { element, focus } = frameOneLeaf({
    url, width: look.picture.width, height: look.picture.height, crop: look.crop,
    done: (crop) => { URL.revokeObjectURL(url); drawn = null; visit.again(look, crop); intoView(); },
    leave: back,
  });
  card.replaceChildren(element);
  drawn = { kind: "frame" };
  focus();
  intoView();
}

function another() {
  form.scrollIntoView({ block: "center", behavior: "smooth" });
  const inputs = [...form.querySelectorAll('input[type="file"]')];
  (inputs.find((input) => input.offsetParent) ?? inputs[0]).focus({ preventScroll: true });
}

/** Asks the server for a kept answer; without it, or when it has forgotten, the browser's own copy stands. */
async function reopen(entry) {
  let { answer } = entry;
  let offline = false;
  try {
    answer = await getJSON(`/api/v1/analyses/${encodeURIComponent(entry.id)}`);
  } catch (fault) {
    offline = fault instanceof Unreachable;
  }
  const look = await visit.reopen({ ...entry, answer });
  look.offline = offline;
  show(look);
  document.getElementById("finding").focus({ preventScroll: true });
}

/** The card's head into view: on a phone the drop zone would push the finding below the fold. */
function intoView() {
  const head = strip.hidden ? card : strip;
  const { top } = head.getBoundingClientRect();
  const bar = document.querySelector(".topbar").offsetHeight;
  const room = matchMedia("(max-width: 43.99rem)").matches ? 96 : innerHeight * 0.55;
  if (top > room || top < bar) head.scrollIntoView({ block: "start", behavior: "smooth" });
}

let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll(".fold:not([open])")];
  unfolded.forEach((fold) => { fold.open = true; });
});
addEventListener("afterprint", () => unfolded.forEach((fold) => { fold.open = false; }));

await waiting.draw();
await before.draw();
waiting.flush();
