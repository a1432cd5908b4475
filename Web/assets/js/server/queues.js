// What waits, what runs, what failed, and who works.

import { h, icon, setText } from "/assets/js/dom.js";
import { jobName } from "/assets/js/server/kinds.js";
import { count, span, upperFirst, when } from "/assets/js/words.js";

const FIGURES = ["ready", "delayed", "running", "failed"];

export class QueueCards {
  #table = document.getElementById("queues");
  #lines = new Map();
  #workers = document.getElementById("workers");
  #idle = document.getElementById("workers-none");

  draw({ queues, workers }) {
    const kinds = queues.map(({ kind }) => kind);
    if (kinds.join() !== [...this.#lines.keys()].join()) this.#build(kinds);
    for (const queue of queues) this.#lines.get(queue.kind)(queue);
    this.#drawWorkers(workers);
  }

  #build(kinds) {
    this.#lines.clear();
    this.#table.replaceChildren(...kinds.map((kind) => {
      const cells = Object.fromEntries([...FIGURES, "oldest"].map((name) => [name, h("td", { role: "cell", class: "right number", "data-label": LABELS[name] })]));
      this.#lines.set(kind, (queue) => {
        for (const name of FIGURES) {
          setText(cells[name], queue[name].toLocaleString("en-GB"));
          cells[name].classList.toggle("none", queue[name] === 0);
        }
        cells.failed.classList.toggle("bad", queue.failed > 0);
        setText(cells.oldest, queue.ready > 0 ? span(queue.oldest_ready_seconds) : "\u2013");
        cells.oldest.classList.toggle("none", queue.ready === 0);
      });
      return h("tr", { role: "row" }, h("th", { scope: "row", role: "rowheader" }, jobName(kind), h("code", { class: "kind" }, kind)), Object.values(cells));
    }));
  }

  #drawWorkers(workers) {
    this.#idle.hidden = workers.length > 0;
    const known = new Map([...this.#workers.children].map((line) => [line.dataset.id, line]));
    const lines = workers.map((worker) => known.get(worker.id) ?? workerLine(worker));
    lines.forEach((line, at) => setText(line.querySelector(".worker__does"), doing(workers[at])));
    if (lines.length !== this.#workers.children.length || lines.some((line, at) => line !== this.#workers.children[at])) this.#workers.replaceChildren(...lines);
  }
}

const LABELS = { ready: "Waiting", delayed: "Later", running: "Running", failed: "Failed", oldest: "Oldest" };

function workerLine({ id, host, process, queues, started_at: start }) {
  const takes = queues.length ? `takes only ${queues.join(", ")}` : "takes everything";
  return h("li", { "data-id": id }, icon("gear"),
    h("div", {}, h("b", {}, host), h("span", { class: "small quiet" }, `Process ${process}, ${takes}, since ${when(start)}`)),
    h("span", { class: "worker__does small number" }));
}

function doing({ running }) {
  return running ? `${count(running, "job")} now` : "free";
}

/** "2 workers": beside the title. */
export function workersWord(workers) {
  return workers.length ? count(workers.length, "worker") : "Nobody works";
}

/** What is under way, in one sentence. */
export function workSentence(queues) {
  const sum = (name) => queues.reduce((total, queue) => total + queue[name], 0);
  const waits = sum("ready") + sum("delayed");
  const runs = sum("running");
  if (!waits && !runs) return "Nothing waits and nothing runs.";
  return upperFirst([waits && `${count(waits, "job")} ${waits === 1 ? "waits" : "wait"}`, runs && `${runs.toLocaleString("en-GB")} ${runs === 1 ? "runs" : "run"}`].filter(Boolean).join(", ")) + ".";
}
