// Keys for programs and devices: made, shown once, renewed, ended.

import { toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { secretLine } from "/assets/js/accounts/once.js";
import { permissionList } from "/assets/js/accounts/roles.js";
import { scopesField } from "/assets/js/accounts/scopes.js";
import { button, drawing, h, icon } from "/assets/js/dom.js";
import { choiceField, faultWords, field, formOf, show } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { when } from "/assets/js/words.js";

const PATH = "/api/v1/keys";
const LIVES = [["90", "90 days"], ["30", "30 days"], ["365", "A year"], ["", "Until it is ended"]];

export class KeysPart {
  #answer;
  #list = h("ul", { class: "entries", "aria-busy": "true" }, h("li", {}, h("span", { class: "skeleton skeleton--line" })));
  #none = h("div", { class: "empty", hidden: true }, drawing("hedge"), h("h3", {}, "No keys yet"), h("p", {}, "A key lets a sensor, a camera or a script of yours speak with this server, and do no more than you allow it."));
  #more = button("Show more", { onclick: () => this.#load(this.#next) });
  #make = button("Make a key", { look: "main", icon: "plus", onclick: () => this.#drawForm() });
  #title = h("h2", { id: "keys-title", tabindex: "-1" }, "Keys for programs and devices");
  #fault = h("p", { class: "field__error card__words", role: "alert", hidden: true });
  #top = h("section", { class: "card card__body stack stack--s", "aria-label": "A new key", hidden: true });
  #next = null;
  element = h("div", { class: "stack" }, this.#top,
    h("section", { class: "card", "aria-labelledby": "keys-title" },
      h("div", { class: "card__head" }, this.#title, this.#make), this.#fault, this.#list, this.#none, h("div", { class: "more", hidden: true }, this.#more)));

  constructor(answer) { this.#answer = answer; }

  show() {
    if (!this.#answer.second_factor_needed) return this.#load(null);
    this.#make.hidden = true;
    this.#list.hidden = true;
    this.#say("Keys open once you have a second factor: set it up under Security.");
  }

  async #load(after) {
    try {
      const page = await asPerson("GET", `${PATH}?limit=50${after ? `&after=${encodeURIComponent(after)}` : ""}`);
      const lines = page.items.map((key) => this.#line(key));
      if (after) this.#list.append(...lines); else this.#list.replaceChildren(...lines);
      this.#next = page.next;
      this.#more.parentElement.hidden = !page.next;
      this.#list.removeAttribute("aria-busy");
      this.#fault.hidden = true;
      this.#settle();
    } catch (fault) {
      this.#say(faultWords(fault));
    }
  }

  #settle() {
    this.#list.hidden = this.#list.children.length === 0;
    this.#none.hidden = !this.#list.hidden;
  }

  #line(key) {
    const over = key.expires_at && new Date(key.expires_at) < new Date();
    const life = key.expires_at ? `${over ? "over since" : "good until"} ${when(key.expires_at)}` : "good until it is ended";
    const line = h("li", { "data-id": key.id }, icon("key"),
      h("div", { class: "entry__words" },
        h("div", { class: "entry__line" }, h("b", {}, key.name), over && h("span", { class: "badge badge--notice" }, icon("clock"), "Over"), key.client && h("span", { class: "badge" }, `Only ${key.client}`)),
        h("p", { class: "small quiet" }, permissionList(key.scopes)),
        h("p", { class: "small faint" }, `${key.last_used_at ? `Used ${when(key.last_used_at)}` : "Never used"}, made ${when(key.created_at)}, ${life}`)),
      h("div", { class: "buttons" },
        !over && button("Renew", { icon: "retry", "aria-label": `Renew the key ${key.name}`, onclick: () => this.#renew(key, line) }),
        button("End", { look: "quiet", icon: "bin", "aria-label": `End the key ${key.name}`, onclick: () => this.#end(key, line) })));
    return line;
  }

  #drawForm() {
    this.#top.hidden = false;
    this.#make.hidden = true;
    show(this.#top, h("h2", {}, "A new key"),
      formOf({
        label: "A new key", act: "Make the key", sign: "key", compact: true,
        also: [button("Not now", { look: "quiet", onclick: () => this.#close() })],
        fields: [
          field({ id: "key-name", label: "What is it for?", noun: "The name", hint: "So that you know it again: “Greenhouse camera”.", missing: "Give it a name.", maxlength: "100", autocomplete: "off" }),
          scopesField(this.#answer.permissions),
          choiceField({ id: "expires", label: "It is good for", options: LIVES, value: "90", noun: "The time", optional: false, hint: "A key that ends by itself does no harm when it is forgotten." }),
          field({ id: "client", label: "Client", noun: "The client", optional: true, hint: "If given, it works only together with this name in X-Client-Id.", autocomplete: "off", autocapitalize: "none", spellcheck: "false" }),
        ].map((one) => (one.id === "expires" ? Object.defineProperty(one, "lack", { value: "" }) : one)),
        send: async (given) => {
          const made = await asPerson("POST", PATH, {
            name: given["key-name"], scopes: given.scopes,
            ...(given.client && { client: given.client }), ...(given.expires && { expires_in_days: Number(given.expires) }),
          });
          this.#showOnce(made, "Your new key");
        },
      }));
    this.#top.querySelector("#key-name").focus({ preventScroll: true });
  }

  #showOnce(made, title, words) {
    this.#top.hidden = false;
    this.#make.hidden = true;
    show(this.#top, h("h2", {}, title),
      h("p", { class: "quiet" }, "Copy it now into the program “", h("b", {}, made.name), "”: it is never shown again. It goes in the field X-API-Key", made.client ? [", with ", h("code", {}, made.client), " in X-Client-Id"] : "", "."),
      secretLine(made.secret, "Copy the key"),
      words && h("p", { class: "small quiet" }, words),
      h("div", { class: "buttons" }, button("I have it", { look: "main", icon: "check", onclick: () => this.#close() })));
    this.#load(null);
  }

  #close() {
    this.#top.hidden = true;
    this.#top.replaceChildren();
    this.#make.hidden = false;
    this.#make.focus({ preventScroll: true });
  }

  async #renew(key, line) {
    if (!(await ask({ title: "Renew this key?", words: `“${key.name}” gets a successor that may do the same. The old one stays good for a day, so that you can change your devices one by one.`, act: "Renew the key", look: "main", leave: "Not now" }))) return;
    await this.#busy(line, async () => this.#showOnce(await asPerson("POST", `${PATH}/${encodeURIComponent(key.id)}/rotate`), "The successor of your key", "The old key is good for another 24 hours."));
  }

  async #end(key, line) {
    if (!(await ask({ title: "End this key?", words: `Whatever uses “${key.name}” is shut out at once. This cannot be undone.`, act: "End the key" }))) return;
    await this.#busy(line, async () => {
      try {
        await asPerson("DELETE", `${PATH}/${encodeURIComponent(key.id)}`);
      } catch (fault) {
        if (fault.status !== 404) throw fault;
      }
      line.remove();
      this.#settle();
      this.#title.focus({ preventScroll: true });
      toast("The key has ended.");
    });
  }

  async #busy(line, work) {
    line.setAttribute("aria-busy", "true");
    try {
      await work();
      this.#fault.hidden = true;
    } catch (fault) {
      this.#say(faultWords(fault));
    }
    line.removeAttribute("aria-busy");
  }

  #say(words) {
    this.#fault.hidden = false;
    this.#fault.replaceChildren(icon("warn"), words);
  }
}
