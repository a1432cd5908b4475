// What one's data may be used for: a switch for each purpose.

import { toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { upperFirst, when } from "/assets/js/words.js";

const PATH = "/api/v1/consent";
const PURPOSES = { service: "Keep my pictures", model_training: "Train models", research_sharing: "Share with researchers", community: "Show to people here" };

export const purposeWord = (purpose) => PURPOSES[purpose] ?? upperFirst(purpose.replaceAll("_", " "));

export class ConsentsPart {
  #heard;
  #list = h("ul", { class: "consents" });
  #fault = h("p", { class: "field__error card__words", role: "alert", hidden: true });
  element = h("section", { class: "card", "aria-labelledby": "consents-title" },
    h("div", { class: "card__head" }, h("h2", { id: "consents-title" }, "What your data may be used for")),
    h("p", { class: "quiet card__words" }, "You decide, and may decide otherwise at any time. Answers you get in any case."),
    this.#fault, this.#list);

  /** `heard` is told that something was said. */
  constructor(heard) { this.#heard = heard; }

  async show() {
    try {
      const { purposes } = await asPerson("GET", PATH);
      this.#list.replaceChildren(...purposes.map((one) => this.#line(one)));
      this.#fault.hidden = true;
    } catch (fault) {
      this.#say(fault);
    }
  }

  #line(given) {
    let now = given;
    const id = `consent-${now.purpose}`;
    const said = h("p", { class: "small faint", id: `${id}-said` });
    const word = h("span", { class: "switch__word", "aria-hidden": "true" });
    const box = h("input", { type: "checkbox", role: "switch", class: "switch", id, "aria-describedby": `${id}-text ${id}-said` });
    const draw = () => {
      box.checked = now.granted;
      setText(word, now.granted ? "Yes" : "No");
      setText(said, saidWords(now));
    };
    box.addEventListener("change", async () => {
      const wish = box.checked;
      setText(word, wish ? "Yes" : "No");
      if (!wish && now.purpose === "service" && !(await this.#sure())) return draw();
      box.setAttribute("aria-disabled", "true");
      try {
        const { purposes } = await asPerson("PUT", PATH, { purposes: { [now.purpose]: wish } });
        now = purposes.find(({ purpose }) => purpose === now.purpose) ?? now;
        this.#fault.hidden = true;
        toast(wish ? `You agree: ${purposeWord(now.purpose).toLowerCase()}.` : `You no longer agree: ${purposeWord(now.purpose).toLowerCase()}.`);
        this.#heard();
      } catch (fault) {
        this.#say(fault);
      }
      box.removeAttribute("aria-disabled");
      draw();
    });
    box.addEventListener("click", (event) => { if (box.getAttribute("aria-disabled")) event.preventDefault(); });
    draw();
    return h("li", { "data-purpose": now.purpose },
      h("label", { for: id }, h("b", {}, purposeWord(now.purpose)), h("span", { class: "consents__end" }, word, box)),
      h("p", { class: "quiet", id: `${id}-text` }, now.text), said);
  }

  #sure() {
    return ask({
      title: "Keep no more pictures?", act: "Remove my pictures", leave: "Keep them",
      words: "You still get answers, and your history of results stays. The pictures that are kept of you are removed within moments; this cannot be undone.",
    });
  }

  #say(fault) {
    this.#fault.hidden = false;
    this.#fault.replaceChildren(icon("warn"), faultWords(fault));
  }
}

function saidWords({ granted, version, current_version: current, at }) {
  if (!granted && version !== null && version !== undefined && version !== current) return `The text has changed since you agreed ${when(at)}, so your word no longer holds. Version ${current}.`;
  if (!at) return `You have said nothing yet. Version ${current} of the text.`;
  return `${granted ? "You agree since" : "You said no"} ${when(at)}. Version ${version ?? current} of the text.`;
}
