// Everything somebody said so far about the use of their data: their entries of the ledger.

import { purposeWord } from "/assets/js/accounts/consents.js";
import { button, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { when } from "/assets/js/words.js";

const PAGE = 5;
const HOW = { registered: ", by making the account", "set-up": ", by setting up the server", invited: ", by accepting the invitation", command: ", as the account was made" };

export class SaidPart {
  #list = h("ol", { class: "said" });
  #more = h("div", { class: "more", hidden: true }, button("Show more", { onclick: () => this.#load(this.#next) }));
  #fault = h("p", { class: "field__error card__words", role: "alert", hidden: true });
  #next = null;
  element = h("section", { class: "card", "aria-labelledby": "said-title" },
    h("div", { class: "card__head" }, h("h2", { id: "said-title" }, "What you said so far")),
    h("p", { class: "quiet card__words" }, "The newest first. What stands here is not changed unnoticed."),
    this.#fault, this.#list, this.#more);

  show() { return this.#load(null); }

  async #load(after) {
    try {
      const page = await asPerson("GET", `/api/v1/consent/audit?limit=${PAGE}${after ? `&after=${encodeURIComponent(after)}` : ""}`);
      const lines = page.items.map(line);
      if (after) this.#list.append(...lines); else this.#list.replaceChildren(...lines);
      if (!this.#list.children.length) this.#list.append(h("li", {}, h("p", { class: "quiet" }, "Nothing yet.")));
      if (after) lines[0]?.focus({ preventScroll: true });
      this.#next = page.next;
      this.#more.hidden = !page.next;
      this.#fault.hidden = true;
    } catch (fault) {
      this.#fault.hidden = false;
      this.#fault.replaceChildren(icon("warn"), faultWords(fault));
    }
  }
}

function line({ at, purpose, version, granted, how }) {
  return h("li", { tabindex: "-1" }, icon(granted ? "check" : "minus"),
    h("p", {}, granted ? "You agreed: " : "You said no: ", h("b", {}, purposeWord(purpose)), `${HOW[how] ?? (how.startsWith("provider ") ? ", by coming with a provider" : "")}.`,
      h("small", {}, `Version ${version} of the text`)),
    h("time", { datetime: at }, when(at)));
}
