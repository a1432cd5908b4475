// The server page: how it is, for anyone; what it does and what failed, for administrators and who has the key.

import { announce } from "/assets/js/announce.js";
import { Unreachable, call, getJSON } from "/assets/js/api.js";
import { setText } from "/assets/js/dom.js";
import { key, keyFold, keyForm, keyHelp, keyRefusal } from "/assets/js/key.js";
import { FailedCard } from "/assets/js/server/failed.js";
import { HealthCard, healthSentence } from "/assets/js/server/health.js";
import { QueueCards, workSentence, workersWord } from "/assets/js/server/queues.js";
import { Watch } from "/assets/js/server/watch.js";
import { waysIn } from "/assets/js/server/ways-in.js";
import { session, whoIsThere } from "/assets/js/session.js";
import { when } from "/assets/js/words.js";

const AGAIN = 2000;
const QUEUES = "/api/v1/admin/queues";

const line = document.getElementById("sentence");
const locked = document.getElementById("locked");
const work = document.getElementById("work");
const forget = document.getElementById("forget");

const health = new HealthCard();
const queues = new QueueCards();
let failed;
let spoken = null;
let seen = null;
let begun = false;
let there = null;   // who is signed in, once the server has said so

/** Whether the server would tell; a call in vain is not made. */
const mayLook = () => Boolean(key.value) || (there?.permissions.includes("server") && !there.second_factor_needed);

/** The sentence at the head; it is read aloud when it becomes another one. */
function say(words) {
  setText(line, words);
  if (spoken !== null && spoken !== words) announce(words);
  spoken = words;
}

/** Gives how long to wait when the server asks for patience. */
async function look() {
  let pause;
  try {
    const report = await getJSON("/health");
    health.draw(report);
    setText(document.getElementById("version"), `Version ${report.version}`);
    seen = new Date();
    if (!begun) there = await whoIsThere();
    const jobs = mayLook() ? await lookAtWork() : 0;
    say(healthSentence(report, jobs));
  } catch (fault) {
    if (fault instanceof Unreachable) say(seen ? `The server cannot be reached; below is how it was ${when(seen)}. It is asked again by itself.` : "The server cannot be reached. It is asked again by itself.");
    else if (fault.status === 429) pause = (fault.retryAfter ?? 10) * 1000;
    else say(`The server answers, but not about itself: ${fault.message}`);
  }
  if (!begun && !mayLook() && locked.hidden) lock();   // after the first answer, so that it is not pushed down by it
  begun = true;
  return pause;
}

/** Gives the number of jobs that failed for good. */
async function lookAtWork() {
  const used = key.value;
  try {
    const state = await call("GET", QUEUES, { key: used });
    if (key.value !== used) return 0;   // forgotten meanwhile
    await show(state);
    return state.queues.reduce((sum, queue) => sum + queue.failed, 0);
  } catch (fault) {
    if (![401, 403].includes(fault.status)) throw fault;
    if (used && key.value === used) {
      key.forget();
      lock("The key that was used here is no longer taken. Give it again.", { open: true });
    } else if (!used && fault.status === 401) {
      session.forget();
      there = null;
      lock("Your session has ended.");
    } else if (!used) {
      there = { ...there, permissions: [], second_factor_needed: fault.type === "second-factor-needed" };
      lock();
    }
    return 0;
  }
}

async function show(state) {
  queues.draw(state);
  setText(document.getElementById("work-sentence"), workSentence(state.queues));
  setText(document.getElementById("workers-count"), workersWord(state.workers));
  locked.hidden = true;
  work.hidden = false;
  forget.hidden = !key.value;
  failed ??= new FailedCard(() => watch.now());
  await failed.heard(state.queues);
}

function lock(words, { open = false } = {}) {
  work.hidden = true;
  forget.hidden = true;
  locked.hidden = false;
  waysIn(there);
  document.getElementById("locked-form").replaceChildren(keyFold("Or with the key of this server", [keyForm(enter), keyHelp()], open));
  if (words) announce(words);
}

/** Tries a key; gives the words of a refusal. */
async function enter(text) {
  let state;
  try {
    state = await call("GET", QUEUES, { key: text });
  } catch (fault) {
    return keyRefusal(fault);
  }
  key.keep(text);
  await show(state);
  document.getElementById("queues-title").focus({ preventScroll: true });
  announce("The key is right.");
}

forget.addEventListener("click", () => {
  key.forget();
  if (mayLook()) {
    forget.hidden = true;
    announce("The key is forgotten.");
    return watch.now();
  }
  lock("The key is forgotten.", { open: true });
  document.getElementById("key").focus({ preventScroll: true });
});

const watch = new Watch(look, AGAIN);
