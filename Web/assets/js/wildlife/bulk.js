// The bar over the wall while pictures are chosen: one word for all of them, with its way back.

import { announce, toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { button, h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { correct } from "/assets/js/wildlife/correct.js";
import { asSaid, DECISIONS, sayOfMany, takeBackOfMany } from "/assets/js/wildlife/many.js";
import { shotsOf } from "/assets/js/wildlife/names.js";
import { knownSpecies } from "/assets/js/wildlife/places.js";

const TYPED_FROM = 20;   // so many are deleted only once their number was typed
const TRIES = 5;

export class Bulk {
  #place;
  #may;
  #selection;
  #wall;
  #busy = false;

  /** `wall` knows pictures by their keys (`known`, `all`), hears what became of them (`changed`, `removed`, `stale`) and says faults (`say`). */
  constructor(place, { may, selection, wall }) {
    this.#place = place;
    this.#may = may;
    this.#selection = selection;
    this.#wall = wall;
    const act = (words, sign, key, onclick, look) => button(words, { icon: sign, look, "aria-keyshortcuts": key, onclick });
    place.append(
      h("p", { class: "bulk__count" }, (this.number = h("b", {}, ""))),
      h("div", { class: "bulk__acts" },
        may.review && [
          act("Approve", "check", "A", () => this.say("approve"), "main"), act("Nothing there", "minus", "R", () => this.say("reject")),
          act("Correct", "label", "C", () => this.correct()), act("Flag", "flag", "F", () => this.say("flag")),
        ],
        may.manage && act("Delete", "bin", "Delete", () => this.delete()),
        act("All shown", "plus", "Control+A", () => this.chooseAll(), "quiet"), act("None", "cross", "Escape", () => this.none(), "quiet")));
  }

  draw() {
    const many = this.#selection.size;
    setText(this.number, `${many.toLocaleString("en-GB")} chosen`);
    if (this.#place.hidden === !many) return;
    const held = this.#place.contains(document.activeElement);
    this.#place.hidden = !many;
    document.getElementById("kinds").hidden = Boolean(many);
    if (!many && held) this.#wall.focus();
    if (many) announce("The bar above the pictures says what may be done with those that are chosen.");
  }

  chooseAll() {
    this.#selection.choose(this.#wall.all());
    announce(`${this.#words(this.#selection.ids)} chosen.`);
  }

  #words(ids) { return shotsOf(ids.map((id) => this.#wall.known(id))); }

  none() {
    this.#selection.clear();
    announce("None is chosen.");
  }

  say(verb) {
    if (this.#may.review) return this.#work(this.#selection.ids, verb, {});
  }

  async correct() {
    if (!this.#may.review || this.#busy) return;
    const ids = this.#selection.ids;
    const species = await knownSpecies().catch(() => []);
    const found = [...new Set(ids.flatMap((id) => this.#wall.known(id)?.species ?? []))];
    const counts = found.length === 1 ? [{ species: found[0], individuals: 1 }] : [];
    await correct({ counts, detections: [] }, [...found, ...species.map(([name]) => name)], (said) => this.#done(ids, "correct", said), { title: `What do these ${this.#words(ids)} show?` });
  }

  async #done(ids, verb, said) {
    await sayOfMany(ids, verb, said);
    for (const id of ids) {
      const image = this.#wall.known(id);
      if (image) this.#wall.changed(asSaid(image, verb, said));
    }
    this.#selection.clear();
    toast(`${this.#words(ids)}: ${DECISIONS[verb].words}`, { undo: () => this.#takeBack(ids) });
  }

  #work(ids, verb, said) {
    return this.#exclusively(() => this.#done(ids, verb, said));
  }

  #takeBack(ids) {
    return this.#exclusively(async () => {
      await takeBackOfMany(ids);
      this.#wall.stale(ids);
      announce("It is taken back.");
    });
  }

  async #exclusively(work) {
    if (this.#busy) return;
    this.#busy = true;
    this.#place.setAttribute("aria-busy", "true");
    try {
      await work();
      this.#wall.say("");
    } catch (fault) {
      this.#wall.say(faultWords(fault));
    }
    this.#place.removeAttribute("aria-busy");
    this.#busy = false;
  }

  async delete() {
    if (!this.#may.manage || this.#busy) return;
    const ids = this.#selection.ids;
    const many = this.#words(ids);
    const typed = ids.length >= TYPED_FROM ? String(ids.length) : undefined;
    if (!(await ask({ title: `Delete ${many} for good?`, words: "The files go, with what was found and what people said. This cannot be undone. Empty pictures need not be deleted: they are sorted away by themselves.", act: `Delete ${many}`, typed, label: `Type ${typed} to delete them` }))) return;
    await this.#exclusively(async () => {
      const gone = [];
      let last = null;
      for (const id of ids) {
        try {
          await remove(id);
          gone.push(this.#wall.known(id));
          this.#wall.removed(id);
          setText(this.number, `Deleted ${gone.length.toLocaleString("en-GB")} of ${ids.length.toLocaleString("en-GB")}`);
        } catch (fault) {
          last = fault;
          if (fault.status === undefined) break;   // the server is away: the rest stays chosen
        }
      }
      this.draw();
      if (gone.length) toast(`${shotsOf(gone)} ${gone.length === 1 ? "is" : "are"} deleted.`);
      if (last) throw last;
    });
  }
}

/** One that was gone already is as good; a server that is busy is waited for. */
async function remove(id) {
  for (let turn = 1; ; turn += 1) {
    try {
      return await asPerson("DELETE", `/api/v1/images/${encodeURIComponent(id)}`);
    } catch (fault) {
      if (fault.status === 404) return null;
      if (!fault.passes || turn === TRIES) throw fault;
      await new Promise((done) => setTimeout(done, (fault.retryAfter ?? turn) * 1000));
    }
  }
}
