// Fetches the results of a batch, only those that are still missing, a page at a time.

import { call } from "/assets/js/api.js";
import { key } from "/assets/js/key.js";

const PAGE = 100;

export class Results {
  all;
  #path;
  #take;

  constructor(id, total, take) {
    this.#path = `/api/v1/jobs/${encodeURIComponent(id)}`;
    this.#take = take;
    this.all = Array(total).fill(null);
  }

  get settled() {
    return this.all.filter((result) => result && result.status !== "waiting").length;
  }

  /** Goes on until as many are known as the server has read, or the end is reached. */
  async fetch(wanted) {
    let from = 0;
    while (this.settled < wanted) {
      from = this.#missing(from);
      if (from < 0) return;
      const page = await call("GET", `${this.#path}?from=${from}&limit=${PAGE}`, { key: key.value });
      for (const result of page.results) this.all[result.position] = result;
      this.#take(page.results);
      if (page.next === null) return;
      from = page.next;
    }
  }

  #missing(from) {
    return this.all.findIndex((result, at) => at >= from && (!result || result.status === "waiting"));
  }
}
