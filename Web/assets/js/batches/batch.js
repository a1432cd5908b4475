// One batch: how far it is, what was found, and what can be done with it.

import { announce, toast } from "/assets/js/announce.js";
import { Unreachable, call } from "/assets/js/api.js";
import { ask } from "/assets/js/ask.js";
import { csv } from "/assets/js/batches/csv.js";
import { Follow } from "/assets/js/batches/follow.js";
import { ReadingList } from "/assets/js/batches/list.js";
import { recent } from "/assets/js/batches/recent.js";
import { Results } from "/assets/js/batches/results.js";
import { copyText } from "/assets/js/clipboard.js";
import { button, h, icon, setText } from "/assets/js/dom.js";
import { key } from "/assets/js/key.js";
import { count, sentence, upperFirst, when } from "/assets/js/words.js";

const PAUSE = 1500;   // between two looks at the results of a batch that is being read, whatever comes over the socket

export class BatchView {
  #section = document.getElementById("batch");
  #title = document.getElementById("title");
  #lead = document.getElementById("lead");
  #acts = document.getElementById("acts");
  #meter = h("progress", { max: "1", value: "0", "aria-label": "Read so far" });
  #words = h("p", { class: "quiet" });
  #id;
  #batch = null;
  #list = null;
  #results = null;
  #follow = null;
  #files;
  #thumbs;
  #leave;
  #missing;
  #fetching = false;
  #wake = () => {};
  #ended = false;

  /** `leave` goes back to the beginning; `missing` is called when the batch cannot be shown. */
  constructor(id, { files, thumbs, leave, missing }) {
    this.#id = id;
    this.#files = files;
    this.#thumbs = thumbs;
    this.#leave = leave;
    this.#missing = missing;
    this.#section.hidden = false;
    this.#section.setAttribute("aria-busy", "true");
    this.#section.replaceChildren(h("div", { class: "card card__body" }, h("span", { class: "skeleton skeleton--line" }), h("span", { class: "skeleton skeleton--line" }), h("span", { class: "skeleton skeleton--line skeleton--short" })));
    setText(this.#title, files ? count(files.length, "photo") : "The batch");
    setText(this.#lead, "This address opens the batch again, here or on another device.");
    this.#acts.replaceChildren(
      button("Send more", { icon: "upload", onclick: this.#leave }),
      button("Download CSV", { icon: "download", id: "csv", disabled: true, onclick: () => this.#download() }),
      button("Copy the link", { icon: "copy", onclick: async () => toast((await copyText(location.href)) ? "Link copied." : "This browser does not allow copying here.") }),
      button("Remove", { icon: "bin", look: "quiet", id: "remove", disabled: true, onclick: () => this.#remove() }));
    this.#begin();
  }

  end() {
    this.#ended = true;
    this.#wake();
    this.#follow?.end();
    this.#section.hidden = true;
    this.#section.replaceChildren();
    this.#acts.replaceChildren();
  }

  async #begin() {
    let job;
    try {
      ({ job } = await call("GET", `/api/v1/jobs/${encodeURIComponent(this.#id)}?limit=1`, { key: key.value }));
    } catch (fault) {
      if (!this.#ended) this.#refuse(fault);
      return;
    }
    if (this.#ended) return;
    this.#build(job);
    this.#heard(job);
    if (job.status !== "finished") this.#follow = new Follow(this.#id, { heard: (state) => this.#heard(state), away: (away) => this.#away(away), gone: (fault) => this.#refuse(fault) });
  }

  #build(job) {
    this.#results = new Results(this.#id, job.total, (results) => { if (!this.#ended) this.#list.take(results); });
    this.#list = new ReadingList(job.total, this.#thumbs, this.#files);
    this.#section.removeAttribute("aria-busy");
    const title = count(job.total, "photo");
    setText(this.#title, title);
    document.title = `${title}, ${when(job.created_at)} · Hedgerow`;
    document.getElementById("remove").disabled = false;
    this.#section.replaceChildren(
      h("div", { class: "card" },
        h("div", { class: "card__body batch-progress" }, this.#words, this.#meter),
        h("div", { class: "batch-filters" }, this.#list.filters),
        this.#list.none, this.#list.element));
  }

  #heard(job) {
    this.#batch = job;
    if (job.status === "finished") this.#wake();
    recent.renew(job);
    const read = job.done + job.failed;
    this.#meter.max = job.total;
    this.#meter.value = read;
    setText(this.#words, this.#progress(job, read));
    this.#fetch();
  }

  #progress({ total, failed, status, created_at: at }, read) {
    const sent = `Sent ${when(at)}.`;
    const bad = failed ? `; ${failed.toLocaleString("en-GB")} could not be read` : "";
    if (status === "finished") return `${sent} All ${total.toLocaleString("en-GB")} looked at${bad}.`;
    return read ? `${sent} ${read.toLocaleString("en-GB")} of ${total.toLocaleString("en-GB")} looked at${bad}.` : `${sent} They wait for their turn.`;
  }

  /** One fetch at a time; what was heard meanwhile is asked for after it, and what is finished at once. */
  async #fetch() {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      let wanted;
      do {
        wanted = this.#batch.done + this.#batch.failed;
        await this.#results.fetch(wanted);
        await this.#rest();
      } while (!this.#ended && wanted < this.#batch.done + this.#batch.failed);
    } catch (fault) {
      if (!this.#ended) this.#away(true);
      if (this.#batch.status === "finished" && !this.#ended) setTimeout(() => this.#fetch(), 3000);
      return;
    } finally {
      this.#fetching = false;
    }
    if (this.#ended) return;
    document.getElementById("csv").disabled = this.#results.settled === 0;
    if (this.#batch.status === "finished") this.#finish();
  }

  #rest() {
    if (this.#batch.status === "finished") return undefined;
    return new Promise((done) => {
      this.#wake = done;
      setTimeout(done, PAUSE);
    });
  }

  #finish() {
    setText(this.#words, this.#progress(this.#batch, this.#batch.total));
    if (!this.#follow) return;
    this.#follow = null;
    const look = this.#list.number("look");
    announce(`${this.#words.textContent} ${look ? `${count(look, "photo")} need${look === 1 ? "s" : ""} a look.` : ""}`);
  }

  #away(away) {
    if (away) setText(this.#words, "The server cannot be reached. It is asked again by itself; nothing is lost.");
    else if (this.#batch) setText(this.#words, this.#progress(this.#batch, this.#batch.done + this.#batch.failed));
  }

  #download() {
    const known = this.#results.all.filter(Boolean);
    const url = URL.createObjectURL(new Blob([csv(known)], { type: "text/csv;charset=utf-8" }));
    const day = this.#batch.created_at.slice(0, 16).replace("T", "-").replace(":", "");
    h("a", { href: url, download: `hedgerow-${day}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    toast(`${count(known.length, "line")} written.`);
  }

  async #remove() {
    const unread = this.#batch.status !== "finished";
    const sure = await ask({
      title: "Remove this batch?",
      words: `${count(this.#batch.total, "result")} will be gone from the server${unread ? ", and what is not read yet never will be" : ""}. Your own photos are untouched. This cannot be undone.`,
      act: "Remove the batch",
    });
    if (!sure) return;
    try {
      await call("DELETE", `/api/v1/jobs/${encodeURIComponent(this.#id)}`, { key: key.value });
    } catch (fault) {
      if (fault.status !== 404) {
        const words = fault instanceof Unreachable ? "The server cannot be reached, so the batch is still there." : sentence(fault.message);
        setText(this.#words, words);
        return announce(words);
      }
    }
    recent.remove(this.#id);
    this.#leave();
    toast("The batch is removed.");
  }

  #refuse(fault) {
    if (fault.status === 401 && key.value) {
      key.forget();
      return this.#begin();   // it may be one that needs none
    }
    const gone = [404, 401, 422].includes(fault.status);
    const title = gone ? "There is no such batch" : fault instanceof Unreachable ? "The server cannot be reached" : "The server stumbled";
    const words = gone ? "It may have been removed: batches go 30 days after they are finished. Or it belongs to somebody who was signed in, or to the key of this server: then they alone open it."
      : fault instanceof Unreachable ? "The batch is on the server, and nothing is lost. Try again when it is back." : sentence(fault.message);
    setText(this.#title, title);
    setText(this.#lead, "");
    this.#acts.replaceChildren();
    this.#section.removeAttribute("aria-busy");
    this.#section.replaceChildren(h("div", { class: "card card__body stack stack--s" }, icon("warn"), h("p", {}, upperFirst(words)),
      h("div", { class: "buttons" },
        !gone && button("Try again", { look: "main", icon: "retry", onclick: () => location.reload() }),
        button("Send photos", { look: gone ? "main" : null, icon: "upload", onclick: this.#leave }))));
    announce(title);
    this.#missing(gone);
  }
}
