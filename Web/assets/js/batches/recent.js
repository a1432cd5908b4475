// Batches sent from this browser: a list of addresses, kept here alone.

import { announce, toast } from "/assets/js/announce.js";
import { h, icon } from "/assets/js/dom.js";
import { count, upperFirst, when } from "/assets/js/words.js";

const NAME = "hedgerow-batches";
const MOST = 20;

let memory = [];   // where the browser keeps nothing

function all() {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME));
    return Array.isArray(kept) ? kept : memory;
  } catch {
    return memory;
  }
}

function write(entries) {
  memory = entries.slice(0, MOST);
  try { localStorage.setItem(NAME, JSON.stringify(memory)); } catch { /* kept until the page is left */ }
}

export const recent = {
  /** Remembers how a batch stands: `{ id, at, total, done, failed, finished }`. */
  keep(batch) {
    const entry = { id: batch.id, at: batch.created_at, total: batch.total, done: batch.done, failed: batch.failed, finished: batch.status === "finished" };
    write([entry, ...all().filter(({ id }) => id !== batch.id)].sort((a, b) => (a.at < b.at ? 1 : -1)));
  },
  /** Changes what is known of one, but does not list what somebody else sent. */
  renew(batch) {
    if (all().some(({ id }) => id === batch.id)) recent.keep(batch);
  },
  remove: (id) => write(all().filter((entry) => entry.id !== id)),
};

/** Draws the list; `open` is called instead of following a link. */
export function drawRecent(open) {
  const entries = all();
  document.getElementById("recent").hidden = entries.length === 0;
  document.getElementById("recent-list").replaceChildren(...entries.map((entry) => {
    const link = h("a", { href: `/batches?id=${encodeURIComponent(entry.id)}`, onclick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      open(entry.id);
    } }, icon("leaves"), h("span", {}, h("b", {}, count(entry.total, "photo")), h("span", { class: "small quiet" }, upperFirst(when(entry.at)))), h("span", { class: "small quiet" }, state(entry)), icon("chevron"));
    return h("li", {}, link);
  }));
}

function state({ total, done, failed, finished }) {
  if (!finished) return done + failed ? `${done + failed} of ${total} read when last seen` : "Sent";
  return failed ? `Read, ${failed} failed` : "Read";
}

export function clearRecent(open) {
  const entries = all();
  write([]);
  drawRecent(open);
  document.getElementById("title").focus({ preventScroll: true });
  announce("The list is empty.");
  toast(`${count(entries.length, "batch", "batches")} removed from the list.`, { undo: () => { write(entries); drawRecent(open); } });
}
