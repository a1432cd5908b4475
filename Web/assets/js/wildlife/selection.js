// Which pictures of the wall are chosen: a box on each, ranges with the shift key, and the same by keys.

import { announce } from "/assets/js/announce.js";
import { h } from "/assets/js/dom.js";
import { titleOf, wallClock, wallDay } from "/assets/js/wildlife/names.js";

const MOST = 500;   // as many as the server takes in one call

export class Selection {
  #wall;
  #along;
  #changed;
  #chosen = new Set();
  #anchor = null;

  /** `along` gives the keys that go with one, such as those of its pile; `changed` hears of each change. */
  constructor(wall, { along, changed }) {
    this.#wall = wall;
    this.#along = along;
    this.#changed = changed;
    wall.addEventListener("click", (event) => this.#click(event));
    wall.addEventListener("mousedown", (event) => { if (event.shiftKey) event.preventDefault(); });   // no text is marked on the way
  }

  get ids() { return [...this.#chosen]; }
  get size() { return this.#chosen.size; }

  /** The box of a picture, which stands beside its link. */
  box(image) {
    const box = h("input", { type: "checkbox", class: "pick", "data-pick": image.id, "aria-keyshortcuts": "X", "aria-label": `Choose ${titleOf(image)}, ${wallDay(image.local_time)}, ${wallClock(image.local_time)}` });
    box.checked = this.#chosen.has(image.id);
    return box;
  }

  clear() { this.#set(this.ids, false); }

  /** What is not on the wall any more is not chosen any more. */
  keep(known) { this.#set(this.ids.filter((id) => !known.has(id)), false); }

  forget(id) { this.#set([id], false); }

  choose(ids) { this.#set(ids, true); }

  /** By key: the picture that has the focus; with `range` all from the one before. */
  toggle(id, { range } = {}) {
    if (range) this.#reach(id, true); else this.#set(this.#along(id), !this.#chosen.has(id));
    this.#anchor = id;
  }

  #click(event) {
    const box = event.target.closest(".pick");
    const link = event.target.closest("a.thumb");
    if (box) {
      const id = box.dataset.pick;
      if (event.shiftKey) this.#reach(id, box.checked); else this.#set(this.#along(id), box.checked);
      this.#anchor = id;
    } else if (link && event.shiftKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.toggle(link.dataset.id, { range: true });
    }
  }

  /** From the one that was touched last to this one, in the order of the wall. */
  #reach(id, on) {
    const order = [...this.#wall.querySelectorAll("li:not([hidden]) > .pick")].map((one) => one.dataset.pick);
    const ends = [order.indexOf(this.#anchor ?? id), order.indexOf(id)].sort((a, b) => a - b);
    this.#set((ends[0] < 0 ? [id] : order.slice(ends[0], ends[1] + 1)).flatMap((one) => this.#along(one)), on);
  }

  #set(ids, on) {
    const before = this.size;
    for (const id of ids) {
      if (!on) this.#chosen.delete(id);
      else if (this.size < MOST || this.#chosen.has(id)) this.#chosen.add(id);
      else { announce(`At most ${MOST} pictures at once.`); break; }
    }
    for (const box of this.#wall.querySelectorAll(".pick")) box.checked = this.#chosen.has(box.dataset.pick);
    if (this.size !== before) this.#changed();
  }
}
