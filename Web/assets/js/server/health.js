// How the server and its parts are: one line each, with its cure when something is wrong.

import { h, icon, setText } from "/assets/js/dom.js";
import { partWords, partsInOrder, stateOf } from "/assets/js/server/kinds.js";
import { count } from "/assets/js/words.js";

export class HealthCard {
  #list = document.getElementById("health");
  #lines = new Map();

  draw({ checks }) {
    const names = partsInOrder(checks);
    if (names.join() !== [...this.#lines.keys()].join()) this.#build(names, checks);
    for (const name of names) this.#lines.get(name)(partWords(name, checks[name]));
  }

  #build(names, checks) {
    this.#lines.clear();
    this.#list.removeAttribute("aria-busy");
    this.#list.replaceChildren(...names.map((name) => {
      const { name: title, icon: sign } = partWords(name, checks[name]);
      const badge = h("span", { class: "badge" });
      const words = h("p", { class: "health__words small quiet" });
      const line = h("li", {}, icon(sign), h("h3", {}, title), badge, words);
      let shown;
      this.#lines.set(name, (part) => {
        setText(words, part.words);
        if (shown === part.state) return;
        shown = part.state;
        const { word, icon: shape, badge: look } = stateOf(part.state);
        badge.className = `badge ${look}`;
        badge.replaceChildren(icon(shape), word);
        line.classList.toggle("haw", part.state !== "healthy");
      });
      return line;
    }));
  }
}

/** The whole in a sentence, with the number of jobs that failed for good. */
export function healthSentence({ status, checks }, failed) {
  const jobs = failed ? `${count(failed, "job")} failed for good` : "";
  if (status === "healthy" && jobs) return `The server is well, but ${jobs}.`;
  const ill = Object.values(checks).filter((part) => part.status !== "healthy").length;
  if (status === "healthy") return "Everything is well.";
  return `${count(ill, "part")} ${ill === 1 ? "needs" : "need"} you; what to do stands below.${jobs && ` ${jobs}.`}`;
}
