// Applications of others, for whoever looks after the server: registered, shown with their secret once, removed.

import { toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { secretLine } from "/assets/js/accounts/once.js";
import { keyScopes, permissionList } from "/assets/js/accounts/roles.js";
import { scopesField } from "/assets/js/accounts/scopes.js";
import { button, h, icon } from "/assets/js/dom.js";
import { choiceField, faultWords, field, formOf, show } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { when } from "/assets/js/words.js";

const PATH = "/api/v1/oauth/clients";
// What the application is: what it is called, what that means, whether it keeps a secret, how it comes by tokens.
const KINDS = {
  web: ["People, on the web", "A server that asks people in their browser, and keeps a secret.", true, "authorization_code"],
  device: ["People, on their device", "An app, a script or a page that asks them in their browser, and can keep no secret.", false, "authorization_code"],
  itself: ["You", "It asks nobody, and does what you may do, by its secret.", true, "client_credentials"],
};

export class Clients {
  #card = document.getElementById("applications-card");
  #title = document.getElementById("applications-title");
  #fault = document.getElementById("applications-fault");
  #top = document.getElementById("application");
  #list = document.getElementById("applications");
  #none = document.getElementById("applications-none");
  #more = document.getElementById("applications-more");
  #open = document.getElementById("register");
  #next = null;

  async begin() {
    this.#open.addEventListener("click", () => this.#draw());
    this.#more.firstElementChild.addEventListener("click", () => this.#load(this.#next).catch((fault) => this.#say(fault)));
    await this.#load(null);
    this.#card.hidden = false;
  }

  async #load(after) {
    const page = await asPerson("GET", `${PATH}?limit=50${after ? `&after=${encodeURIComponent(after)}` : ""}`);
    const lines = page.items.map((one) => this.#line(one));
    if (after) this.#list.append(...lines); else this.#list.replaceChildren(...lines);
    this.#next = page.next;
    this.#more.hidden = !page.next;
    this.#settle();
  }

  #settle() {
    this.#list.hidden = this.#list.children.length === 0;
    this.#none.hidden = !this.#list.hidden;
  }

  #line(one) {
    const itself = one.grant_types.includes("client_credentials");
    const line = h("li", { "data-id": one.client_id }, icon("code"),
      h("div", { class: "entry__words" },
        h("div", { class: "entry__line" }, h("b", {}, one.name), itself && h("span", { class: "badge" }, "Acts by itself"), !one.confidential && h("span", { class: "badge" }, "Without a secret")),
        h("p", { class: "small quiet" }, permissionList(one.scopes)),
        one.redirect_uris.length > 0 && h("p", { class: "small quiet" }, `Goes back to ${one.redirect_uris.join(", ")}`),
        h("p", { class: "small faint" }, "Client ID ", h("code", {}, one.client_id), `, registered ${when(one.created_at)}`)),
      h("div", { class: "buttons" }, button("Remove", { look: "quiet", icon: "bin", "aria-label": `Remove the application ${one.name}`, onclick: () => this.#remove(one, line) })));
    return line;
  }

  #draw() {
    this.#top.hidden = false;
    this.#open.disabled = true;
    const area = h("textarea", { class: "input", id: "redirect-uris", name: "redirect-uris", rows: "2", autocapitalize: "none", spellcheck: "false", "aria-describedby": "redirect-uris-hint redirect-uris-fault" });
    const kind = choiceField({ id: "kind", label: "It acts for", noun: "The kind", options: Object.entries(KINDS).map(([value, [words]]) => [value, words]), value: "web", hint: KINDS.web[1] });
    const back = field({ id: "redirect-uris", label: "Where it may go back to", noun: "The list", input: area, hint: "One address a line, to the letter. An https address, or one of 127.0.0.1 without TLS for a program on the person’s machine, there with any port.", missing: "Give at least one address." });
    const isAsked = () => KINDS[kind.value][3] === "authorization_code";
    const address = { ...back, id: back.id, get value() { return isAsked() ? area.value.split(/\s+/).filter(Boolean) : []; }, get lack() { return isAsked() && !this.value.length ? "Give at least one address." : ""; } };
    kind.input.addEventListener("change", () => {
      kind.hint(KINDS[kind.value][1]);
      back.element.hidden = !isAsked();
    });
    show(this.#top, h("h2", {}, "A new application"),
      formOf({
        label: "A new application", act: "Register it", sign: "plus", compact: true,
        also: [button("Not now", { look: "quiet", onclick: () => this.#close() })],
        fields: [
          field({ id: "app-name", label: "Its name", noun: "The name", hint: "People read it when they are asked: “Greenhouse dashboard”.", missing: "Give it a name.", maxlength: "100", autocomplete: "off" }),
          kind, address, scopesField(keyScopes, "It may ask to"),
        ],
        send: async (given) => {
          const [, , confidential, grant] = KINDS[given.kind];
          this.#made(await asPerson("POST", PATH, { name: given["app-name"], redirect_uris: given["redirect-uris"], scopes: given.scopes, confidential, grant_types: [grant] }));
        },
      }));
    this.#top.querySelector("#app-name").focus({ preventScroll: true });
  }

  #made(one) {
    show(this.#top, h("h2", {}, "The application is registered"),
      h("p", { class: "quiet" }, one.client_secret ? "Give these to whoever runs “" : "Give this to whoever runs “", h("b", {}, one.name), one.client_secret ? "”. The secret is never shown again." : "”. It needs no secret."),
      h("p", { class: "label" }, "Client ID"), secretLine(one.client_id, "Copy the client ID"),
      one.client_secret && [h("p", { class: "label" }, "Client secret"), secretLine(one.client_secret, "Copy the client secret")],
      h("p", { class: "label" }, "What this server says of itself"), secretLine(`${location.origin}/.well-known/oauth-authorization-server`, "Copy the address"),
      h("div", { class: "buttons" }, button("I have it", { look: "main", icon: "check", onclick: () => this.#close() })));
    this.#load(null).catch((fault) => this.#say(fault));
  }

  #close() {
    this.#top.hidden = true;
    this.#top.replaceChildren();
    this.#open.disabled = false;
    this.#open.focus({ preventScroll: true });
  }

  async #remove(one, line) {
    if (!(await ask({ title: "Remove this application?", words: `“${one.name}” is shut out at once, for everybody who let it act for them. This cannot be undone.`, act: "Remove the application" }))) return;
    line.setAttribute("aria-busy", "true");
    try {
      await asPerson("DELETE", `${PATH}/${encodeURIComponent(one.client_id)}`);
    } catch (fault) {
      if (fault.status !== 404) {
        line.removeAttribute("aria-busy");
        return this.#say(fault);
      }
    }
    line.remove();
    this.#fault.hidden = true;
    this.#settle();
    this.#title.focus({ preventScroll: true });
    toast("The application is removed.");
  }

  #say(fault) {
    this.#fault.hidden = false;
    this.#fault.replaceChildren(icon("warn"), faultWords(fault));
  }
}
