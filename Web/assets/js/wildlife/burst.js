// The pictures that a camera took right before and after the one that is open, and one word for all of them.

import { toast } from "/assets/js/announce.js";
import { button, h, icon } from "/assets/js/dom.js";
import { asPerson } from "/assets/js/session.js";
import { DECISIONS, sayOfMany, takeBackOfMany } from "/assets/js/wildlife/many.js";
import { REVIEWS, shotsOf, titleOf, wallClock, wallMoment } from "/assets/js/wildlife/names.js";
import { STAMPS, tiny } from "/assets/js/wildlife/thumb.js";
import { span } from "/assets/js/words.js";

export class Burst {
  #items = [];
  #may;
  #heard;

  /** `heard` is told of the pictures after something was said of them; `act` does what a button says, by its verb. */
  constructor({ may, open, heard, act, address }) {
    this.#may = may;
    this.#heard = heard;
    this.element = h("section", { class: "burst", "aria-label": "The burst", hidden: true },
      (this.title = h("h2", {}, "")), (this.strip = h("ul", { class: "burst__strip" })),
      may.review && h("div", { class: "buttons", role: "group", "aria-label": "Say it of the whole burst" },
        [["approve", "check", "Approve all", "Shift+A"], ["reject", "minus", "Nothing in all", "Shift+R"], ["correct", "label", "Correct all", "Shift+C"], ["flag", "flag", "Flag all", "Shift+F"]]
          .map(([verb, sign, words, key]) => button(words, { icon: sign, look: "quiet", "data-burst": verb, "aria-keyshortcuts": key, title: key.replace("+", " "), onclick: () => act(verb) }))));
    this.strip.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(link.dataset.id);
    });
    this.address = address;
  }

  get size() { return this.#items.length; }
  get words() { return shotsOf(this.#items); }
  get ids() { return this.#items.map(({ id }) => id); }

  /** Asks for the pictures around one; those of the burst before stay while it is among them, unless they changed. */
  async of(id, { anew } = {}) {
    if (!anew && this.ids.includes(id)) return this.#items;
    return (await asPerson("GET", `/api/v1/images/${encodeURIComponent(id)}/burst`).catch(() => ({ items: [] }))).items;
  }

  show(items, id) {
    this.#items = items;
    this.element.hidden = items.length < 2;
    if (items.length < 2) return;
    const length = (wallMoment(items.at(-1).local_time) - wallMoment(items[0].local_time)) / 1000;
    this.title.textContent = `${this.words} in one go${length >= 1 ? `, within ${span(length)}` : ""}`;
    this.strip.replaceChildren(...items.map((one) => h("li", {}, h("a", {
      class: "burst__one", href: this.address(one.id), "data-id": one.id, "aria-current": one.id === id && "true",
      "aria-label": `${titleOf(one)}, ${wallClock(one.local_time)}${one.review === "none" ? "" : `, ${REVIEWS[one.review].toLowerCase()}`}`,
    }, tiny(one), one.review !== "none" && h("span", { class: one.review === "flagged" ? "stamp stamp--haw" : "stamp" }, icon(STAMPS[one.review]))))));
    const here = this.strip.querySelector("[aria-current]");
    if (here) this.strip.scrollLeft = here.offsetLeft - this.strip.clientWidth / 2;
  }

  /** Says the same of all; `failed` gets what went wrong with taking it back. */
  async say(verb, said, failed) {
    const ids = this.ids;
    if (!this.#may.review || ids.length < 2) return;
    await sayOfMany(ids, verb, said);
    await this.#heard(ids);
    toast(`${this.words}: ${DECISIONS[verb].words}`, { undo: () => takeBackOfMany(ids).then(() => this.#heard(ids)).catch(failed) });
  }
}
