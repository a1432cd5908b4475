// One's own data: what it may be used for, what is kept, and how to take it along or leave.

import { ConsentsPart } from "/assets/js/accounts/consents.js";
import { KeptPart } from "/assets/js/accounts/kept.js";
import { leavePart } from "/assets/js/accounts/leaving.js";
import { SaidPart } from "/assets/js/accounts/said.js";
import { h } from "/assets/js/dom.js";

export class DataPart {
  #said = new SaidPart();
  #consents = new ConsentsPart(() => this.#said.show());
  #kept = new KeptPart();
  #leave;
  element = h("div", { class: "stack" },
    h("div", { class: "card card__body stack stack--s", "aria-busy": "true" }, h("span", { class: "skeleton skeleton--line skeleton--short" }), h("span", { class: "skeleton skeleton--line" }), h("span", { class: "skeleton skeleton--line" })));

  /** `place` and `hasProvider` as for `leavePart`. */
  constructor(answer, context) {
    this.#leave = answer.user.state !== "leaving" && leavePart(answer, context);
  }

  /** They come all together: none pushes another down. */
  async show() {
    const parts = [this.#consents, this.#kept, this.#said];
    await Promise.all(parts.map((part) => part.show()));
    if (!this.#kept.element.isConnected) this.element.replaceChildren(...[...parts.map(({ element }) => element), this.#leave].filter(Boolean));
  }
}
