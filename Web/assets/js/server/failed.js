// Jobs that were given up: why, when, what they were asked, and what may be done with them.

import { announce, toast } from "/assets/js/announce.js";
import { call } from "/assets/js/api.js";
import { ask } from "/assets/js/ask.js";
import { button, h, icon, setText } from "/assets/js/dom.js";
import { key } from "/assets/js/key.js";
import { jobName } from "/assets/js/server/kinds.js";
import { count, sentence, upperFirst, when } from "/assets/js/words.js";

const PATH = "/api/v1/admin/failed-tasks";
const SHORT = 20;
const LONG = 1000;

export class FailedCard {
  #list = document.getElementById("failed");
  #none = document.getElementById("failed-none");
  #more = document.getElementById("failed-more");
  #kinds = document.getElementById("failed-kinds");
  #news = document.getElementById("failed-news");
  #fault = document.getElementById("failed-fault");
  #next = null;
  #total = 0;
  #known = null;
  #busy = false;
  #changed;

  /** `changed` is called when jobs were sent back or forgotten. */
  constructor(changed) {
    this.#changed = changed;
    this.#more.addEventListener("click", () => this.#load(this.#next));
    this.#news.addEventListener("click", async () => {
      await this.#load(null);
      this.#focusNear(0);
    });
  }

  /** Hears how many there are; what somebody reads is not moved, a button offers the new list. */
  async heard(queues) {
    const failed = queues.filter((queue) => queue.failed > 0);
    this.#total = failed.reduce((sum, queue) => sum + queue.failed, 0);
    this.#offerKinds(failed);
    const first = this.#known === null;
    if (this.#busy || this.#total === this.#known) return;
    if (first || this.#list.children.length === 0) await this.#load(null);
    else this.#show();
  }

  async #load(after) {
    if (this.#busy) return;
    this.#busy = true;
    this.#list.setAttribute("aria-busy", "true");
    try {
      const total = this.#total;
      const page = await call("GET", `${PATH}?limit=${SHORT}${after ? `&after=${encodeURIComponent(after)}` : ""}`, { key: key.value });
      const lines = page.failed_tasks.map((task) => this.#line(task));
      if (after) {
        this.#list.append(...lines);
        lines[0]?.querySelector("button").focus({ preventScroll: true });
      } else {
        this.#list.replaceChildren(...lines);
        this.#known = total;
      }
      this.#next = page.next;
      setText(this.#fault, "");
    } catch (fault) {
      this.#say(fault);
    } finally {
      this.#busy = false;
      this.#list.removeAttribute("aria-busy");
      this.#show();
    }
  }

  #show() {
    const shown = this.#list.children.length;
    this.#none.hidden = shown > 0 || this.#known === null;
    this.#more.hidden = !this.#next;
    this.#news.hidden = this.#known === null || this.#total === this.#known;
  }

  #line(task) {
    const { task_id: id, task_name: kind, exception, failed_at: at, attempts, args, kwargs } = task;
    const name = jobName(kind);
    const payload = args.length ? args[0] : kwargs;
    const text = h("pre", { tabindex: "0", role: "region", "aria-label": `What ${name} was asked` });
    const fold = h("details", { class: "fold" }, h("summary", {}, "What it was asked"), text);
    fold.addEventListener("toggle", () => { if (!text.textContent) text.textContent = JSON.stringify(payload, null, 2); });
    const line = h("li", { "data-id": id, "data-kind": kind },
      h("div", { class: "failed__words" },
        h("h3", {}, name),
        h("p", {}, sentence(exception)),
        h("p", { class: "small faint" }, `${upperFirst(when(at))}, after ${count(attempts, "attempt")}`)),
      h("div", { class: "buttons" },
        button("Try again", { icon: "retry", "aria-label": `Try again: ${name}, ${when(at)}`, onclick: () => this.#act(line, "retry", "It waits for its turn again.") }),
        button("Discard", { icon: "bin", look: "quiet", "aria-label": `Discard: ${name}, ${when(at)}`, onclick: () => this.#discard(line, name) })),
      fold);
    return line;
  }

  async #discard(line, name) {
    const sure = await ask({ title: "Discard this job?", words: `\u201c${name}\u201d will not be tried again, and what it was asked is forgotten. This cannot be undone.`, act: "Discard the job" });
    if (sure) await this.#act(line, "discard", "Discarded.");
  }

  async #act(line, verb, done) {
    if (line.getAttribute("aria-busy")) return;
    line.setAttribute("aria-busy", "true");
    try {
      await this.#post(line.dataset.id, verb);
      const at = [...this.#list.children].indexOf(line);
      line.remove();
      this.#known -= 1;
      this.#total -= 1;
      this.#focusNear(at);
      toast(done);
      setText(this.#fault, "");
    } catch (fault) {
      line.removeAttribute("aria-busy");
      this.#say(fault);
    }
    await this.#after();
  }

  /** A job that somebody else dealt with meanwhile is as good as done. */
  async #post(id, verb) {
    try {
      await call("POST", `${PATH}/${encodeURIComponent(id)}/${verb}`, { key: key.value });
    } catch (fault) {
      if (fault.status !== 404) throw fault;
    }
  }

  #offerKinds(failed) {
    const several = failed.filter((queue) => queue.failed > 1);
    const wanted = several.map(({ kind }) => kind).join();
    if (this.#kinds.dataset.kinds !== wanted) {
      this.#kinds.dataset.kinds = wanted;
      this.#kinds.replaceChildren(...several.map(({ kind }) =>
        button("", { "data-kind": kind, icon: "retry", onclick: (event) => this.#retryAll(kind, event.currentTarget) })));
    }
    for (const { kind, failed: number } of several) {
      const one = this.#kinds.querySelector(`[data-kind="${CSS.escape(kind)}"]`);
      if (!one.disabled) setText(one.lastChild, `Try all ${number.toLocaleString("en-GB")} again: ${jobName(kind)}`);
    }
  }

  async #retryAll(kind, pressed) {
    pressed.disabled = true;
    this.#busy = true;
    let done = 0;
    try {
      const ids = await this.#all(kind);
      for (const id of ids) {
        await this.#post(id, "retry");
        done += 1;
        setText(pressed.lastChild, `${done} of ${ids.length} sent back`);
      }
      setText(this.#fault, "");
      toast(`${count(done, "job")} ${done === 1 ? "waits" : "wait"} for ${done === 1 ? "its" : "their"} turn again.`);
    } catch (fault) {
      this.#say(fault, done ? `${count(done, "job")} went back; then it stopped. ` : "");
    }
    await this.#changed();
    this.#busy = false;
    pressed.disabled = false;
    await this.#load(null);
    if (!pressed.isConnected) document.getElementById("failed-title").focus({ preventScroll: true });
  }

  async #all(kind) {
    const ids = [];
    let after = "";
    do {
      const page = await call("GET", `${PATH}?limit=${LONG}${after}`, { key: key.value });
      ids.push(...page.failed_tasks.filter((task) => task.task_name === kind).map((task) => task.task_id));
      after = page.next ? `&after=${encodeURIComponent(page.next)}` : "";
    } while (after);
    return ids;
  }

  async #after() {
    if (this.#list.children.length === 0) await this.#load(this.#next);
    this.#show();
    await this.#changed();
  }

  #focusNear(at) {
    const lines = this.#list.children;
    const line = lines[Math.min(at, lines.length - 1)];
    (line?.querySelector("button") ?? document.getElementById("failed-title")).focus({ preventScroll: true });
  }

  #say(fault, before = "") {
    const words = fault.status ? sentence(fault.message) : "The server cannot be reached, so nothing was changed. Try again when it is back.";
    this.#fault.replaceChildren(icon("warn"), before + words);
    announce(before + words);
  }
}
