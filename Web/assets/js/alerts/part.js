// What the lists of rules and of channels have in common: drawn whole, since there are never so many, and again after each change.

import { toast } from "/assets/js/announce.js";
import { drawing, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { everyPage } from "/assets/js/wildlife/places.js";

export class Part {
  #path;
  #list = h("ul", { class: "entries", "aria-busy": "true" }, h("li", {}, h("span", { class: "skeleton skeleton--line" })));
  #fault = h("p", { class: "field__error card__words", role: "alert", hidden: true });
  #title;
  #none;
  element;

  constructor({ path, title, lead, none, add }) {
    this.#path = path;
    this.#title = h("h2", { tabindex: "-1" }, title);
    this.#none = h("div", { class: "empty", hidden: true }, drawing("hedge"), h("h3", {}, none.title), h("p", {}, none.words));
    this.element = h("section", { class: "card", "aria-label": title },
      h("div", { class: "card__head" }, this.#title, add), h("p", { class: "quiet small card__words" }, lead), this.#fault, this.#list, this.#none);
  }

  /** What stands in the list for one entry; `before` may fetch what all of them need. */
  line() { throw new Error("each list says what its lines are"); }
  async before() {}

  async show() {
    try {
      await this.before();
      const entries = await everyPage(this.#path);
      this.#list.replaceChildren(...entries.map((entry) => this.line(entry)));
      this.#list.hidden = entries.length === 0;
      this.#none.hidden = entries.length > 0;
      this.#list.removeAttribute("aria-busy");
      this.say("");
    } catch (fault) {
      this.say(faultWords(fault));
    }
  }

  /** Does something and draws everything as it is then; `words` tell that it is done. */
  async change(work, words) {
    try {
      if (!(await work())) return;
      await this.show();
      this.#title.focus({ preventScroll: true });
      if (words) toast(words);
    } catch (fault) {
      this.say(faultWords(fault));
    }
  }

  say(words) {
    this.#fault.hidden = !words;
    this.#fault.replaceChildren(...(words ? [icon("warn"), words] : []));
  }
}
