// The history of alerts: what is open, who saw to it, and what became of telling it.

import { KINDS, SEVERITIES, SIGNS, STATES } from "/assets/js/alerts/names.js";
import { announce, toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { button, drawing, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { cameraShort } from "/assets/js/wildlife/names.js";
import { count, sentence, when } from "/assets/js/words.js";

const PATH = "/api/v1/alerts";
const PAGE = 50;

const choice = (id, options) => h("select", { class: "input", id }, options.map(([value, words]) => h("option", { value }, words)));

export class HistoryPart {
  #me;
  #cameras;
  #told;
  #fields;
  #next = null;
  #newest = null;
  #turn = 0;
  #list = h("ul", { class: "alerts", "aria-busy": "true" }, h("li", { class: "alert" }, h("span", { class: "skeleton skeleton--line" })));
  #title = h("h2", { tabindex: "-1" }, "What was told");
  #fault = h("p", { class: "field__error card__words", role: "alert", hidden: true });
  #all = button("See to all", { icon: "check", hidden: true, onclick: () => this.#acknowledgeAll() });
  #more = button("Show more", { onclick: () => this.#load(this.#next) });
  #moreLine = h("div", { class: "more", hidden: true }, this.#more);
  element;

  constructor({ me, sites, cameras, told }) {
    this.#me = me;
    this.#cameras = new Map(cameras.map((one) => [one.id, one]));
    this.#told = told;
    const kinds = Object.entries(KINDS).filter(([kind]) => kind !== "system" || me.permissions.includes("server"));
    this.#fields = {
      state: choice("alert-state", [["", "Every state"], ...Object.entries(STATES)]),
      kind: choice("alert-kind", [["", "Everything"], ...kinds]),
      site_id: choice("alert-site", [["", "Every site"], ...sites.map(({ id, name }) => [id, name])]),
    };
    const asked = new URLSearchParams(location.search);
    const labels = { state: "State", kind: "What", site_id: "Site" };
    const form = h("form", { class: "alert-filter", "aria-label": "What to show" }, Object.entries(this.#fields).map(([name, select]) => {
      if ([...select.options].some(({ value }) => value === asked.get(name))) select.value = asked.get(name);
      return h("div", { class: "field" }, h("label", { for: select.id }, labels[name]), select);
    }));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => { this.#remember(); this.#load(null); });
    this.element = h("section", { class: "card", "aria-label": "History" },
      h("div", { class: "card__head" }, this.#title, this.#all), form, this.#fault, this.#list, this.#moreLine);
  }

  show() {
    return this.#newest === null && this.#turn === 0 ? this.#load(null) : Promise.resolve();
  }

  /** Reads the first page anew; further ones that were read stay away. */
  renew() { return this.#load(null); }

  #query() {
    const query = new URLSearchParams();
    for (const [name, { value }] of Object.entries(this.#fields)) if (value) query.set(name, value);
    return query;
  }

  #remember() {
    const query = this.#query();
    window.history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  }

  async #load(after) {
    const turn = ++this.#turn;
    const query = this.#query();
    query.set("limit", PAGE);
    if (after) query.set("after", after);
    this.#list.setAttribute("aria-busy", "true");
    try {
      const page = await asPerson("GET", `${PATH}?${query}`);
      if (turn !== this.#turn) return;
      this.#say("");
      const lines = page.items.map((alert) => this.#line(alert));
      if (after) this.#list.append(...lines); else this.#list.replaceChildren(...(lines.length ? lines : [this.#none()]));
      if (!after) { this.#newest = page.items[0]?.id ?? ""; this.#told(page.open); }
      this.#all.hidden = !(this.#me.permissions.includes("rules") && page.open > 0 && this.#newest);
      this.#next = page.next;
      this.#moreLine.hidden = !page.next;
      if (after) lines[0]?.querySelector("h3").focus({ preventScroll: true });
      else announce(lines.length ? `${count(lines.length, "alert")} shown.` : "No alert fits.");
    } catch (fault) {
      this.#say(faultWords(fault));
    }
    this.#list.removeAttribute("aria-busy");
  }

  #none() {
    const filtered = this.#query().size > 0;
    return h("li", {}, h("div", { class: "empty" }, drawing("hedge"), h("h3", {}, filtered ? "No alert fits" : "Nothing was told yet"),
      h("p", {}, filtered ? "Ask for another state, another site, or everything." : "Make a rule, and what it asks for stands here: an animal that was seen, a camera that fell silent.")));
  }

  #line(alert) {
    const camera = this.#cameras.get(alert.camera_id);
    const look = alert.state === "open" ? alert.severity : "over";
    const state = alert.state === "open" ? `raised ${when(alert.raised_at)}` : alert.state === "resolved" ? `over since ${when(alert.resolved_at)}` : `seen to ${when(alert.acknowledged_at)}`;
    const shot = alert.thumbnail_url && h("img", { src: alert.thumbnail_url, alt: "", width: "480", height: "360", loading: "lazy", decoding: "async" });
    const more = h("details", {}, h("summary", {}, icon("chevron"), "Who was told"), h("p", { class: "small quiet" }, "Asking."));
    more.addEventListener("toggle", () => { if (more.open) this.#showTold(alert, more); });
    return h("li", { class: `alert alert--${look}`, "data-id": alert.id },
      h("span", { class: "alert__sign" }, icon(SIGNS[alert.kind])),
      h("div", {},
        h("h3", { tabindex: "-1" }, alert.title),
        h("p", {}, h("b", {}, alert.state === "open" ? SEVERITIES[alert.severity] : STATES[alert.state]), ` · ${[state, camera && cameraShort(camera)].filter(Boolean).join(" · ")}`),
        alert.details && h("p", {}, alert.details),
        alert.image_id && h("a", { class: shot ? "alert__shot" : null, href: `/images?image=${alert.image_id}`, "aria-label": `Open the picture of ${alert.title}` }, shot || "Open the picture"),
        more),
      h("div", { class: "buttons" }, alert.state === "open" && this.#me.permissions.includes("rules")
        ? button("I’ve seen to it", { "aria-label": `I’ve seen to it: ${alert.title}`, onclick: () => this.#acknowledge(alert) })
        : alert.state !== "open" && h("span", { class: "badge badge--good" }, icon("check"), STATES[alert.state])));
  }

  async #showTold(alert, more) {
    try {
      const { deliveries } = await asPerson("GET", `${PATH}/${alert.id}`);
      const words = {
        waiting: (one) => `waits until ${when(one.due_at)}`, pending: (one) => (one.cause ? `not yet: ${one.cause}; it is tried again` : "is on its way"),
        sent: (one) => `told ${when(one.sent_at)}`, failed: (one) => `failed: ${one.cause ?? "nobody knows why"}`,
      };
      more.lastElementChild.replaceWith(deliveries.length
        ? h("ul", { class: "alert__told" }, deliveries.map((one) => h("li", {}, icon(one.state === "failed" ? "warn" : one.state === "sent" ? "check" : "clock"), " ", h("b", {}, one.channel), ` ${words[one.state](one)}`)))
        : h("p", {}, "Nobody: it stands here alone."));
    } catch (fault) {
      more.lastElementChild.replaceWith(h("p", { class: "field__error" }, icon("warn"), faultWords(fault)));
    }
  }

  async #acknowledge(alert) {
    await this.#change(async () => {
      await asPerson("POST", `${PATH}/${alert.id}/acknowledge`).catch((fault) => { if (fault.status !== 409) throw fault; });
      return "Seen to.";
    });
  }

  async #acknowledgeAll() {
    if (!(await ask({ title: "See to all that is open?", words: "All open alerts within what is shown become seen to. What is raised from now on stays open.", act: "See to all", look: "main", leave: "Not now" }))) return;
    await this.#change(async () => {
      const query = this.#query();
      query.delete("state");
      const { acknowledged } = await asPerson("POST", `${PATH}/acknowledge?${query}`, { up_to: this.#newest });
      return `${count(acknowledged, "alert")} seen to.`;
    });
  }

  async #change(work) {
    try {
      const words = await work();
      await this.#load(null);
      this.#title.focus({ preventScroll: true });
      toast(words);
    } catch (fault) {
      this.#say(faultWords(fault));
    }
  }

  #say(words) {
    this.#fault.hidden = !words;
    this.#fault.replaceChildren(...(words ? [icon("warn"), sentence(words)] : []));
  }
}
