// "Looked at before": what this browser keeps, newest first. Removing can be undone for a moment.

import { toast } from "/assets/js/announce.js";
import { h, icon } from "/assets/js/dom.js";
import { findingName, plantName } from "/assets/js/names.js";
import { looked } from "/assets/js/store.js";
import { upperFirst, when } from "/assets/js/words.js";

const SHORT = 12;

export class Before {
  #section = document.getElementById("before");
  #shelf = document.getElementById("shelf");
  #more = document.getElementById("more");
  #whole = false;
  #count = 0;
  #aside = false;
  #urls = [];
  #open;
  #drawn;

  /** `open` gets the entry; `drawn` hears how many there are. */
  constructor({ open, drawn }) {
    this.#open = open;
    this.#drawn = drawn;
    this.#more.addEventListener("click", async () => {
      this.#whole = true;
      await this.draw();
      this.#shelf.children[SHORT]?.querySelector("button").focus({ preventScroll: true });
    });
    document.getElementById("clear").addEventListener("click", () => this.#clear());
  }

  async keep(look) {
    const { answer, pages, name, picture, thumb, crop } = look;
    await looked.keep({ id: answer.id, at: answer.created_at, answer, pages, name, crop, thumb, photo: picture?.photo });
    await this.draw();
  }

  /** While an answer is on its way the shelf is put away, so that it is not pushed about when the answer comes. */
  stepAside(aside) {
    this.#aside = aside;
    this.#section.hidden = aside || this.#count === 0;
  }

  async draw() {
    const entries = await looked.all();
    const shown = this.#whole ? entries : entries.slice(0, SHORT);
    const old = this.#urls;
    this.#urls = [];
    this.#shelf.replaceChildren(...shown.map((entry) => this.#item(entry)));
    this.#more.hidden = shown.length === entries.length;
    this.#more.textContent = `Show all ${entries.length}`;
    old.forEach((url) => URL.revokeObjectURL(url));
    this.#count = entries.length;
    this.stepAside(this.#aside);
    this.#drawn(entries.length);
  }

  #item(entry) {
    const { answer, thumb, at } = entry;
    const shot = h("span", { class: "shot shot--square" });
    if (thumb) {
      const url = URL.createObjectURL(thumb);
      this.#urls.push(url);
      shot.append(h("img", { src: url, alt: "", width: "160", height: "160" }));
    } else {
      shot.append(h("span", { class: "shot__word" }, icon("leaf")));
    }
    const name = findingName(answer);
    return h("li", {},
      h("button", { type: "button", class: "shelf__open", onclick: () => this.#open(entry) }, shot,
        h("span", { class: "small" }, h("b", {}, name), h("span", { class: "quiet" }, plantName(answer)), plantName(answer) && h("br"), h("span", { class: "faint" }, upperFirst(when(at))))),
      h("button", { type: "button", class: "shelf__away", "aria-label": `Remove ${name}, ${when(at)}`, onclick: () => this.#remove(entry) }, h("span", {}, icon("cross"))));
  }

  async #remove(entry) {
    const at = [...this.#shelf.querySelectorAll(".shelf__away")].indexOf(document.activeElement);
    await looked.remove(entry.id);
    await this.draw();
    const left = this.#shelf.querySelectorAll(".shelf__away");
    (left[Math.min(at, left.length - 1)] ?? document.getElementById("main")).focus({ preventScroll: true });
    this.#offer("Removed from this browser.", [entry]);
  }

  async #clear() {
    const entries = await looked.all();
    for (const { id } of entries) await looked.remove(id);
    await this.draw();
    document.getElementById("main").focus({ preventScroll: true });
    this.#offer(entries.length === 1 ? "One answer removed." : `${entries.length} answers removed.`, entries);
  }

  /** What was removed is gone at once; until the notice leaves it can be put back. */
  #offer(words, entries) {
    toast(words, {
      undo: async () => {
        for (const entry of entries) await looked.keep(entry);
        await this.draw();
      },
    });
  }
}
