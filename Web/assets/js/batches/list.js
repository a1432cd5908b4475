// The photos of a batch, one line each, in their order; lines stay where they are while answers come.

import { GROUPS, groupOf, wordsOf } from "/assets/js/batches/readings.js";
import { bar, h, icon, setText } from "/assets/js/dom.js";
import { percent } from "/assets/js/words.js";

export class ReadingList {
  element = h("ol", { class: "readings" });
  filters = h("div", { class: "chips", role: "group", "aria-label": "Show" });
  none = h("p", { class: "readings-none quiet", hidden: true });
  #lines = [];
  #groups = [];
  #group = "all";
  #thumbs;
  #files;

  /** `files` are the photos themselves, where this page still has them. */
  constructor(total, thumbs, files) {
    this.#thumbs = thumbs;
    this.#files = files;
    this.#groups = Array.from({ length: total }, () => "waiting");
    this.#lines = Array.from({ length: total }, (_, at) => this.#line(at));
    this.element.append(...this.#lines);
    this.filters.append(...GROUPS.map(({ id, label }) => h("button", {
      type: "button", class: "chip", "data-group": id, "aria-pressed": String(id === "all"), onclick: () => this.#choose(id),
    }, label, h("span", { class: "number" }, "0"))));
    this.#count();
  }

  /** Takes results in; those that say nothing new are passed over. */
  take(results) {
    for (const result of results) this.#fill(result);
    this.#count();
    this.#filter();
  }

  /** How many are in a group. */
  number(group) {
    return group === "all" ? this.#groups.length : this.#groups.filter((one) => one === group).length;
  }

  #line(at) {
    const shot = h("span", { class: "shot shot--square" }, icon("leaf"));
    const file = this.#files?.[at];
    if (file) this.#thumbs.fill(shot, file);
    return h("li", {}, shot,
      h("div", { class: "reading__words" }, h("b", {}, "Not read yet"), h("span", { class: "small quiet" })),
      h("div", { class: "reading__certainty small" }),
      h("span", { class: "badge" }, icon("clock"), "Waiting"),
      h("span", { class: "reading__file small faint" }, file?.name ?? ""));
  }

  #fill(result) {
    const line = this.#lines[result.position];
    if (!line) return;
    setText(line.querySelector(".reading__file"), result.filename);
    if (groupOf(result) === this.#groups[result.position]) return;
    const { group, badge, title, detail, certainty } = wordsOf(result);
    this.#groups[result.position] = group;
    setText(line.querySelector("b"), title);
    setText(line.querySelector(".reading__words .small"), detail);
    const sign = line.querySelector(".badge");
    sign.className = `badge ${badge.look}`;
    sign.replaceChildren(icon(badge.icon), badge.word);
    if (certainty) {
      line.querySelector(".reading__certainty").replaceChildren(
        h("span", {}, certainty.word), h("span", { class: "number" }, percent(certainty.share)), bar(certainty.share, { notch: certainty.threshold }));
    }
  }

  #count() {
    for (const chip of this.filters.children) setText(chip.lastChild, this.number(chip.dataset.group).toLocaleString("en-GB"));
  }

  #choose(group) {
    this.#group = group;
    for (const chip of this.filters.children) chip.setAttribute("aria-pressed", String(chip.dataset.group === group));
    this.#filter();
  }

  #filter() {
    const shows = (group) => this.#group === "all" || this.#group === group;
    this.#lines.forEach((line, at) => { line.hidden = !shows(this.#groups[at]); });
    const { none } = GROUPS.find(({ id }) => id === this.#group);
    const waiting = this.number("waiting");
    this.none.hidden = this.number(this.#group) > 0;
    setText(this.none, waiting && this.#group !== "all" ? "None so far." : none);
  }
}
