// Pictures that a camera took one right after the other, as one pile that can be spread out.

import { h, icon } from "/assets/js/dom.js";
import { shotsOf } from "/assets/js/wildlife/names.js";
import { span } from "/assets/js/words.js";

const seconds = ({ captured_at: at }) => new Date(at).getTime() / 1000;

export class Piles {
  #lines;
  #pause;
  #spread = new Set();   // the piles that are spread out, by any of their pictures
  #of = new Map();
  on = false;

  /** `lines` are those of the wall in their order; `pause` is the longest within a burst, in seconds. */
  constructor(lines, pause) {
    this.#lines = lines;
    this.#pause = pause;
  }

  /** The keys that go with one: those below it, where it lies on a pile. */
  along(id) { return this.#of.get(id) ?? [id]; }

  arrange() {
    this.#of.clear();
    for (const { line } of this.#lines.values()) {
      if (!line.dataset.pile) continue;
      line.hidden = false;
      delete line.dataset.pile;
      line.querySelector(".pile")?.remove();
    }
    if (this.on) for (const pile of this.#piles()) this.#lay(pile);
  }

  *#piles() {
    let pile = [];
    for (const entry of this.#lines.values()) {
      const last = pile.at(-1)?.image;
      const belongs = last && last.camera_id && last.camera_id === entry.image.camera_id && Math.abs(seconds(last) - seconds(entry.image)) <= this.#pause;
      if (!belongs) {
        if (pile.length > 1) yield pile;
        pile = [];
      }
      pile.push(entry);
    }
    if (pile.length > 1) yield pile;
  }

  #lay(pile) {
    const ids = pile.map(({ image }) => image.id);
    const isSpread = ids.some((id) => this.#spread.has(id));
    const top = isSpread ? pile[0] : pile.reduce((best, one) => (telling(one.image) > telling(best.image) ? one : best));
    const length = Math.abs(seconds(pile[0].image) - seconds(pile.at(-1).image));
    for (const one of pile) {
      one.line.dataset.pile = isSpread ? "spread" : "closed";
      one.line.hidden = !isSpread && one !== top;
      if (!isSpread) this.#of.set(one.image.id, ids);
    }
    const turn = () => {
      for (const id of ids) this.#spread.delete(id);
      if (!isSpread) this.#spread.add(ids[0]);
      this.arrange();
      pile[0].line.parentNode.querySelector(`[data-of="${CSS.escape(ids[0])}"]`)?.focus({ preventScroll: true });
    };
    top.line.append(h("button", { type: "button", class: "pile", "data-of": ids[0], "aria-expanded": String(isSpread), onclick: turn },
      icon("boxes"), isSpread ? "Together again" : h("span", {}, shotsOf(pile.map(({ image }) => image)), length >= 1 && h("span", { class: "desk-only" }, `, ${span(length)}`))));
  }
}

/** The one with the surest animal lies on top. */
const telling = ({ contents, confidence, review }) => (review === "rejected" ? -1 : contents === "animal" ? 1 + confidence : confidence / 2);
