// The providers that are linked to one's account.

import { toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { linkingStart, providerNote } from "/assets/js/accounts/providers.js";
import { button, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { when } from "/assets/js/words.js";

/** `given` has the `links` of the person and the `providers` of the server, and keeps to what is removed; `word` is how the last linking went. */
export class LinksPart {
  #given;
  #title = h("h2", { id: "links-title", tabindex: "-1" }, "Providers that let you in");
  #fault = h("p", { class: "field__error card__words", role: "alert", hidden: true });
  #list = h("ul", { class: "entries" });
  #ways = h("div", { class: "buttons card__ways" });
  element;

  constructor(given, word) {
    this.#given = given;
    const note = providerNote(word);
    this.element = h("section", { class: "card", "aria-labelledby": "links-title" },
      h("div", { class: "card__head" }, this.#title),
      h("p", { class: "quiet card__words" }, "Sign in with an account that you have elsewhere, without a password of this server."),
      note && h("div", { class: "card__words" }, note),
      this.#fault, this.#list, this.#ways);
    this.#draw();
  }

  #draw() {
    const { links, providers } = this.#given;
    this.#list.replaceChildren(...links.map((link) => this.#line(link)));
    this.#list.hidden = links.length === 0;
    const free = providers.filter(({ name }) => !links.some(({ provider }) => provider === name));
    this.#ways.replaceChildren(...free.map((one) => h("a", { class: "button", href: linkingStart(one) }, icon("plus"), `Link ${one.title}`)));
    this.#ways.hidden = free.length === 0;
  }

  #line(link) {
    const title = link.title ?? link.issuer;
    const line = h("li", { "data-id": link.id }, icon("key"),
      h("div", { class: "entry__words" },
        h("div", { class: "entry__line" }, h("b", {}, title), !link.provider && h("span", { class: "badge badge--notice" }, icon("minus"), "Lets nobody in any more")),
        h("p", { class: "small faint" }, `Linked ${when(link.created_at)}, ${link.last_used_at ? `used ${when(link.last_used_at)}` : "not used yet"}`)),
      h("div", { class: "buttons" }, button("Remove", { look: "quiet", icon: "bin", "aria-label": `Remove the link to ${title}`, onclick: () => this.#remove(link, line, title) })));
    return line;
  }

  async #remove(link, line, title) {
    if (!(await ask({ title: `Remove the link to ${title}?`, words: "It lets you in here no more. Your account and all that is yours stay, and you can link it again.", act: "Remove the link" }))) return;
    line.setAttribute("aria-busy", "true");
    try {
      await asPerson("DELETE", `/api/v1/auth/links/${encodeURIComponent(link.id)}`);
    } catch (fault) {
      if (fault.status !== 404) {
        line.removeAttribute("aria-busy");
        this.#fault.hidden = false;
        this.#fault.replaceChildren(icon("warn"), faultWords(fault));
        return;
      }
    }
    this.#given.links = this.#given.links.filter(({ id }) => id !== link.id);
    this.#fault.hidden = true;
    this.#draw();
    this.#title.focus({ preventScroll: true });
    toast("The link is removed.");
  }
}
