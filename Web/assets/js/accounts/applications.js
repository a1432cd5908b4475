// The applications that somebody let act for them.

import { toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { permissionList } from "/assets/js/accounts/roles.js";
import { button, drawing, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { when } from "/assets/js/words.js";

const PATH = "/api/v1/oauth/grants";

export class ApplicationsPart {
  #list = h("ul", { class: "entries", "aria-busy": "true" }, h("li", {}, h("span", { class: "skeleton skeleton--line" })));
  #none = h("div", { class: "empty", hidden: true }, drawing("hedge"), h("h3", {}, "No application acts for you"), h("p", {}, "When one asks and you allow it, it stands here, and here you end it."));
  #title = h("h2", { id: "applications-title", tabindex: "-1" }, "Connected applications");
  #fault = h("p", { class: "field__error card__words", role: "alert", hidden: true });
  element = h("section", { class: "card", "aria-labelledby": "applications-title" },
    h("div", { class: "card__head" }, this.#title), this.#fault, this.#list, this.#none);

  async show() {
    try {
      const { items } = await asPerson("GET", PATH);
      this.#list.replaceChildren(...items.map((one) => this.#line(one)));
      this.#list.removeAttribute("aria-busy");
      this.#fault.hidden = true;
      this.#settle();
    } catch (fault) {
      this.#say(fault);
    }
  }

  #settle() {
    this.#list.hidden = this.#list.children.length === 0;
    this.#none.hidden = !this.#list.hidden;
  }

  #line(one) {
    const line = h("li", { "data-id": one.id }, icon("code"),
      h("div", { class: "entry__words" },
        h("div", { class: "entry__line" }, h("b", {}, one.name)),
        h("p", { class: "small quiet" }, permissionList(one.scopes)),
        h("p", { class: "small faint" }, `Allowed ${when(one.created_at)}, ${one.last_used_at ? `used ${when(one.last_used_at)}` : "not used yet"}; ends by itself if it is not used until ${when(one.expires_at)}`)),
      h("div", { class: "buttons" }, button("End", { look: "quiet", icon: "bin", "aria-label": `End what ${one.name} does for you`, onclick: () => this.#end(one, line) })));
    return line;
  }

  async #end(one, line) {
    if (!(await ask({ title: "End this application?", words: `“${one.name}” can do nothing for you any more, at once. To use it again, allow it again.`, act: "End it" }))) return;
    line.setAttribute("aria-busy", "true");
    try {
      await asPerson("DELETE", `${PATH}/${encodeURIComponent(one.id)}`);
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
    toast("The application acts for you no more.");
  }

  #say(fault) {
    this.#fault.hidden = false;
    this.#fault.replaceChildren(icon("warn"), faultWords(fault));
  }
}
