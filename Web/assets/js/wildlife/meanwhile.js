// What happens to pictures while somebody looks at the wall: new ones are told, those that are there are drawn anew.

import { announce } from "/assets/js/announce.js";
import { icon } from "/assets/js/dom.js";
import { asPerson } from "/assets/js/session.js";
import { count } from "/assets/js/words.js";

const SOON = 700;
const SELDOM = 4000;
const MANY = 20;   // so many are asked for in one call
const MOST = 200;

export class Meanwhile {
  #news;
  #wall;
  #fresh = new Set();   // what came since
  #stale = new Set();   // what is to be asked about again
  #soon = null;
  #counting = null;

  /** `wall` knows its `lines`, may `load`, `replace`, `remove`, `recount`, and tells whether it `isOpen` and what it is asked for (`query`). */
  constructor(news, wall) {
    this.#news = news;
    this.#wall = wall;
  }

  /** A new list is on its way. */
  begin() {
    this.#fresh.clear();
    this.#draw();
  }

  /** It came; what happened on its way is asked about again. */
  settle() {
    for (const id of this.#fresh) if (this.#wall.lines.has(id)) { this.#fresh.delete(id); this.#stale.add(id); }
    if (this.#stale.size || this.#fresh.size) this.later();
  }

  stale(ids) {
    for (const id of ids) this.#stale.add(id);
    this.later();
  }

  /** Hears an update; `fits` tells whether it can be in what is asked for. */
  heard({ event, image_id: id }, fits) {
    if (this.#wall.lines.has(id)) {
      if (event !== "image_ingested") this.stale([id]);
    } else if ((event === "image_ingested" || event === "detection_complete") && fits) {
      this.#fresh.add(id);
      this.later();
    }
  }

  later() {
    this.#soon ??= setTimeout(() => this.catchUp(), SOON);
  }

  /** The row of kinds tells how many there are now; not more often than one would look. */
  #recount() {
    this.#counting ??= setTimeout(() => {
      this.#counting = null;
      this.#wall.recount();
    }, SELDOM);
  }

  async catchUp() {
    clearTimeout(this.#soon);
    this.#soon = null;
    this.#recount();
    if (!this.#wall.lines.size && this.#fresh.size && this.#wall.isOpen()) return this.#wall.load();
    this.#draw();
    const ids = new Set(this.#stale);
    this.#stale.clear();
    if (ids.size > MANY) await this.#together(ids);
    for (const id of ids) {
      try {
        this.#wall.replace(await asPerson("GET", `/api/v1/images/${id}`));
      } catch (fault) {
        if (fault.status === 404) this.#wall.remove(id);
      }
    }
  }

  /** Takes those that still fit from their list, page by page as far as the wall goes; leaves the others to be asked for. */
  async #together(ids) {
    let after = null;
    for (let seen = 0; ids.size && seen < this.#wall.lines.size; seen += MOST) {
      const page = await asPerson("GET", `/api/v1/images${this.#wall.query({ limit: MOST, after })}`).catch(() => null);
      for (const image of page?.items ?? []) if (ids.delete(image.id)) this.#wall.replace(image);
      after = page?.next;
      if (!after) break;
    }
  }

  #draw() {
    const some = this.#fresh.size;
    const words = `${count(some, "new picture")}: show ${some === 1 ? "it" : "them"}`;
    if (some && this.#news.hidden) announce(`${count(some, "new picture")} came.`);
    this.#news.hidden = !some;
    if (some) this.#news.firstElementChild.replaceChildren(icon("retry"), words);
  }
}
