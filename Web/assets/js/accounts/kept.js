// What is kept of somebody, and the archive with which they take it along.

import { purposeWord } from "/assets/js/accounts/consents.js";
import { h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { upperFirst, when } from "/assets/js/words.js";

const WHAT = { analyses: "Answers", pictures: "Pictures", batches: "Batches", sessions: "Sessions", keys: "Keys", applications: "Applications", "camera-trap pictures": "Camera-trap pictures sent", reviews: "Camera-trap pictures judged", "alert rules": "Rules of alerts", "alert channels": "Channels of alerts", "where alert channels lead": "Where channels of alerts lead", "acknowledged alerts": "Alerts seen to" };

export class KeptPart {
  #rows = h("tbody");
  #fault = h("p", { class: "field__error card__words", role: "alert", hidden: true });
  element = h("section", { class: "card", "aria-labelledby": "kept-title" },
    h("div", { class: "card__head" }, h("h2", { id: "kept-title" }, "What is kept of you")),
    h("p", { class: "quiet card__words" }, "To serve you, where nothing else stands beside it."), this.#fault,
    h("table", { class: "table kept" },
      h("caption", { class: "hidden-text" }, "How much is kept, what for, and when it was used last"),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "What"), h("th", { scope: "col", class: "right" }, "Kept"), h("th", { scope: "col" }, "Used last"))),
      this.#rows),
    h("div", { class: "card__words kept__take" },
      h("p", { class: "quiet" }, "One archive with all of it: your profile, answers, pictures, batches and what you said. A README.txt in it says what is what."),
      h("div", { class: "buttons" }, h("a", { class: "button button--main", id: "take", href: "/api/v1/me/export", download: true }, icon("download"), "Take everything with you"))));

  async show() {
    try {
      const { items } = await asPerson("GET", "/api/v1/consent/usage");
      items.sort((a, b) => place(a.what) - place(b.what));
      this.#rows.replaceChildren(...items.map(({ what, purpose, count, last_used_at: last }) => h("tr", { "data-what": what },
        h("th", { scope: "row" }, WHAT[what] ?? upperFirst(what.replaceAll("_", " ")), purpose !== "service" && h("small", {}, purposeWord(purpose))),
        h("td", { class: "right number" }, count.toLocaleString("en-GB")),
        h("td", {}, last ? upperFirst(when(last)) : h("span", { class: "faint" }, "Not yet")))));
      this.#fault.hidden = true;
    } catch (fault) {
      this.#fault.hidden = false;
      this.#fault.replaceChildren(icon("warn"), faultWords(fault));
    }
  }
}

function place(what) {
  const at = Object.keys(WHAT).indexOf(what);
  return at < 0 ? Infinity : at;
}
