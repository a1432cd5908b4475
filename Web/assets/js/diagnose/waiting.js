// Photos taken without a server. They are sent, oldest first, as soon as it answers again.

import { isReachable } from "/assets/js/api.js";
import { button, h, icon } from "/assets/js/dom.js";
import { lasts, waiting } from "/assets/js/store.js";
import { uniqueKey } from "/assets/js/unique.js";
import { when } from "/assets/js/words.js";

const AGAIN = 15000;

export class Waiting {
  #section = document.getElementById("waiting");
  #send;
  #timer;
  #busy = false;
  #urls = [];
  #away = new Set();

  /** `send` takes an entry into the visit. */
  constructor(send) {
    this.#send = send;
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.flush(); });
  }

  async keep(look) {
    look.kept ??= uniqueKey();
    this.#away.delete(look.kept);
    await waiting.keep({ id: look.kept, at: look.at, file: look.file, name: look.name, crop: look.crop, thumb: look.thumb });
    await this.draw();
  }

  /** One is on its way: it goes from the list at once, so that nothing moves when its answer comes. */
  leave(id) {
    this.#away.add(id);
    this.#section.querySelector(`[data-id="${CSS.escape(id)}"]`)?.remove();
    if (!this.#section.querySelector("li")) this.#section.hidden = true;
    this.draw();
  }

  /** The server is back, but not yet ready for it: it goes on waiting. */
  async back(look) {
    if (!look.kept) return;
    this.#away.delete(look.kept);
    await this.draw();
  }

  async sent(look) {
    if (!look.kept) return;
    await waiting.remove(look.kept);
    look.kept = undefined;
    await this.draw();
  }

  /** Asks whether the server is back, and hands over what waits. */
  async flush() {
    clearTimeout(this.#timer);
    if (this.#busy) return;
    this.#busy = true;
    try {
      const entries = (await waiting.all()).reverse();
      if (!entries.length) return;
      if (navigator.onLine && (await isReachable())) entries.forEach((entry) => this.#send(entry));
      else this.#timer = setTimeout(() => this.flush(), AGAIN);
    } finally {
      this.#busy = false;
    }
  }

  async draw() {
    const entries = (await waiting.all()).filter(({ id }) => !this.#away.has(id));
    this.#section.hidden = entries.length === 0;
    this.#urls.forEach((url) => URL.revokeObjectURL(url));
    this.#urls = [];
    if (!entries.length) return this.#section.replaceChildren();
    const kept = (await lasts()) ? "kept in this browser" : "kept until you close this page";
    const words = entries.length === 1 ? `One photo is ${kept}` : `${entries.length} photos are ${kept}`;
    this.#section.replaceChildren(h("div", { class: "note waiting" },
      h("p", {}, h("strong", {}, `${words} and not yet sent.`), " Leave this page open, or come back to it when the server can be reached."),
      h("ul", {}, entries.map((entry) => this.#item(entry))),
      button("Try now", { icon: "retry", onclick: () => this.flush() })));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), AGAIN);
  }

  #item({ id, at, name, thumb }) {
    const shot = h("span", { class: "shot shot--square" });
    if (thumb) {
      this.#urls.push(URL.createObjectURL(thumb));
      shot.append(h("img", { src: this.#urls.at(-1), alt: "", width: "48", height: "48" }));
    } else {
      shot.append(icon("leaf"));
    }
    return h("li", { "data-id": id }, shot, h("span", { class: "small" }, h("span", { class: "waiting__name" }, name), h("span", { class: "faint" }, `Kept ${when(at)}`)),
      h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": `Do not send ${name}`, onclick: async () => { await waiting.remove(id); await this.draw(); } }, icon("cross")));
  }
}
