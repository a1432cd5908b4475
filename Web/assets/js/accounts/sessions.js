// Where somebody is signed in.

import { toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { button, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { count, when } from "/assets/js/words.js";

const PATH = "/api/v1/auth/sessions";

export class SessionsPart {
  #list = h("ul", { class: "entries", "aria-busy": "true" }, h("li", {}, h("span", { class: "skeleton skeleton--line" })));
  #all = button("End all others", { icon: "leave", hidden: true, onclick: () => this.#endOthers() });
  #title = h("h2", { id: "sessions-title", tabindex: "-1" }, "Where you are signed in");
  #fault = h("p", { class: "field__error card__words", role: "alert", hidden: true });
  element = h("section", { class: "card", "aria-labelledby": "sessions-title" },
    h("div", { class: "card__head" }, this.#title, this.#all), this.#fault, this.#list);

  async show() {
    try {
      const { items } = await asPerson("GET", PATH);
      items.sort((a, b) => b.is_current - a.is_current);
      this.#list.removeAttribute("aria-busy");
      this.#list.replaceChildren(...items.map((one) => this.#line(one)));
      this.#fault.hidden = true;
      this.#count();
    } catch (fault) {
      this.#say(fault);
    }
  }

  #line(one) {
    const { words, sign } = deviceOf(one);
    const line = h("li", { "data-id": one.id, "data-current": one.is_current }, icon(sign),
      h("div", { class: "entry__words" },
        h("div", { class: "entry__line" }, h("b", {}, words), one.is_current && h("span", { class: "badge badge--good" }, icon("check"), "This one"), one.second_factor && h("span", { class: "badge" }, icon("shield"), "With a code")),
        h("p", { class: "small quiet" }, `${one.is_current ? "In use now" : `Used ${when(one.last_used_at)}`}, from ${one.address || "an unknown address"}`),
        h("p", { class: "small faint" }, `Since ${when(one.created_at)}; ends by itself ${when(one.expires_at)}`)),
      !one.is_current && h("div", { class: "buttons" }, button("End", { "aria-label": `End the session: ${words}, used ${when(one.last_used_at)}`, onclick: () => this.#end(line, words) })));
    return line;
  }

  async #end(line, words) {
    if (!(await ask({ title: "End this session?", words: `${words} is signed out at once.`, act: "End the session" }))) return;
    if (await this.#remove(line)) toast("The session has ended.");
  }

  async #endOthers() {
    const lines = [...this.#list.querySelectorAll("li:not([data-current])")];
    if (!(await ask({ title: `End ${count(lines.length, "other session")}?`, words: "You stay signed in here, and nowhere else.", act: "End all others" }))) return;
    let ended = 0;
    for (const line of lines) if (await this.#remove(line)) ended += 1; else break;
    if (ended) toast(`${count(ended, "session")} ${ended === 1 ? "has" : "have"} ended.`);
  }

  /** One that has ended meanwhile is as good as done. */
  async #remove(line) {
    line.setAttribute("aria-busy", "true");
    try {
      await asPerson("DELETE", `${PATH}/${encodeURIComponent(line.dataset.id)}`);
    } catch (fault) {
      if (fault.status !== 404) {
        line.removeAttribute("aria-busy");
        this.#say(fault);
        return false;
      }
    }
    line.remove();
    this.#count();
    this.#title.focus({ preventScroll: true });
    return true;
  }

  #count() { this.#all.hidden = this.#list.querySelectorAll("li:not([data-current])").length === 0; }

  #say(fault) {
    this.#fault.hidden = false;
    this.#fault.replaceChildren(icon("warn"), faultWords(fault));
  }
}

const BROWSERS = [[/Edg\//, "Edge"], [/OPR\//, "Opera"], [/SamsungBrowser\//, "Samsung Internet"], [/Firefox\/|FxiOS\//, "Firefox"], [/Chrome\/|CriOS\/|Chromium\//, "Chrome"], [/Safari\//, "Safari"]];
const SYSTEMS = [[/iPhone/, "an iPhone", "phone"], [/iPad/, "an iPad", "phone"], [/Android/, "Android", "phone"], [/Windows/, "Windows", "desk"], [/Mac OS X|Macintosh/, "a Mac", "desk"], [/CrOS/, "a Chromebook", "desk"], [/Linux|X11/, "Linux", "desk"]];

/** "Chrome on Linux"; a program by the name it gives itself. */
export function deviceOf({ agent, kind }) {
  const browser = BROWSERS.find(([shape]) => shape.test(agent))?.[1];
  const [, system, sign] = SYSTEMS.find(([shape]) => shape.test(agent)) ?? [];
  if (browser && system) return { words: `${browser} on ${system}`, sign };
  if (browser) return { words: browser, sign: "desk" };
  const name = agent.trim().slice(0, 80);
  return { words: name || (kind === "token" ? "A program" : "A browser"), sign: kind === "token" ? "code" : "desk" };
}
