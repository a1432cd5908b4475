// Inviting somebody, and the invitations that nobody has accepted yet.

import { toast } from "/assets/js/announce.js";
import { getJSON } from "/assets/js/api.js";
import { ask } from "/assets/js/ask.js";
import { secretLine } from "/assets/js/accounts/once.js";
import { roleAsNoun, roleWord, roleWords, roles } from "/assets/js/accounts/roles.js";
import { button, h, icon } from "/assets/js/dom.js";
import { choiceField, faultWords, field, formOf, show } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { upperFirst, when } from "/assets/js/words.js";

const PATH = "/api/v1/invitations";

export class Invitations {
  #open = document.getElementById("invite");
  #place = document.getElementById("invitation");
  #card = document.getElementById("invited-card");
  #list = document.getElementById("invited");
  #more = document.getElementById("invited-more");
  #next = null;
  #mail = false;

  async begin() {
    this.#open.disabled = false;
    this.#open.addEventListener("click", () => this.#draw());
    this.#more.firstElementChild.addEventListener("click", () => this.#load(this.#next));
    getJSON("/api/v1/setup").then(({ mail }) => { this.#mail = mail; }, () => {});
    await this.#load(null);
  }

  async #load(after) {
    const page = await asPerson("GET", `${PATH}?limit=50${after ? `&after=${encodeURIComponent(after)}` : ""}`);
    const lines = page.items.map((one) => this.#line(one));
    if (after) this.#list.append(...lines); else this.#list.replaceChildren(...lines);
    this.#next = page.next;
    this.#more.hidden = !page.next;
    this.#settle();
  }

  #settle() { this.#card.hidden = this.#list.children.length === 0; }

  #line(invitation) {
    const over = new Date(invitation.expires_at) < new Date();
    const line = h("li", {}, icon("letter"),
      h("div", { class: "entry__words" }, h("div", { class: "entry__line" }, h("b", {}, invitation.email), over && h("span", { class: "badge badge--notice" }, icon("clock"), "Over")),
        h("p", { class: "small quiet" }, `As ${roleAsNoun(invitation.role)}; the link is ${over ? "over since" : "good until"} ${when(invitation.expires_at)}`)),
      h("div", { class: "buttons" }, button("Withdraw", { icon: "bin", look: "quiet", "aria-label": `Withdraw the invitation of ${invitation.email}`, onclick: () => this.#withdraw(invitation, line) })));
    return line;
  }

  async #withdraw({ id, email }, line) {
    if (!(await ask({ title: "Withdraw this invitation?", words: `The link that ${email} has is worth nothing then. You can invite them again.`, act: "Withdraw" }))) return;
    line.setAttribute("aria-busy", "true");
    try {
      await asPerson("DELETE", `${PATH}/${encodeURIComponent(id)}`);
    } catch (fault) {
      if (fault.status !== 404) {
        line.removeAttribute("aria-busy");
        return toast(faultWords(fault));
      }
    }
    line.remove();
    this.#settle();
    (this.#card.hidden ? this.#open : document.getElementById("invited-title")).focus({ preventScroll: true });
    toast("The invitation is withdrawn.");
  }

  #draw() {
    const role = choiceField({ id: "role", label: "As", noun: "The role", options: roles.map((one) => [one, roleWord(one)]), value: "grower", hint: upperFirst(roleWords("grower")) });
    role.input.addEventListener("change", () => role.hint(upperFirst(roleWords(role.input.value))));
    this.#place.hidden = false;
    this.#open.disabled = true;
    const form = formOf({
      label: "Invite somebody", act: "Make the invitation", sign: "letter",
      also: [button("Not now", { look: "quiet", onclick: () => this.#close() })],
      fields: [field({ id: "email", label: "E-mail address", noun: "The address", type: "email", autocomplete: "off", autocapitalize: "none", spellcheck: "false", missing: "Type the address of whom you invite." }), role],
      send: async (given) => this.#made(await asPerson("POST", PATH, { email: given.email, role: given.role })),
    });
    form.prepend(h("div", { class: "invite" }, [...form.querySelectorAll(".field")]));
    show(this.#place, h("h2", {}, "Invite somebody"), form);
    this.#place.querySelector("input").focus({ preventScroll: true });
  }

  #made({ email, role, link, expires_at: end }) {
    show(this.#place, h("h2", {}, "The invitation is made"),
      h("p", { class: "quiet" }, this.#mail ? "A letter is on its way to " : "Hand this link to ", h("b", {}, email), this.#mail ? ". You may also hand over the link yourself. " : ". ", `Whoever opens it joins as ${roleAsNoun(role)}. It is good once, until ${when(end)}, and shown only now.`),
      secretLine(link, "Copy the link"),
      h("div", { class: "buttons" }, button("Done", { look: "main", icon: "check", onclick: () => this.#close() }), button("Invite another", { look: "quiet", icon: "plus", onclick: () => this.#draw() })));
    this.#load(null).catch(() => {});
  }

  #close() {
    this.#place.hidden = true;
    this.#place.replaceChildren();
    this.#open.disabled = false;
    this.#open.focus({ preventScroll: true });
  }
}
