// The panel of filters beside the pictures; the address keeps what is chosen.

import { h, setText } from "/assets/js/dom.js";
import { addressOf, FIELDS } from "/assets/js/wildlife/filter.js";
import { cameraName } from "/assets/js/wildlife/names.js";
import { upperFirst } from "/assets/js/words.js";

const HERE = FIELDS.filter((name) => !["contents", "status"].includes(name));   // those two are the row above the pictures
/** Links to other pages, each with what it asks about as well. */
const ELSEWHERE = { "to-map": ["species", "site_id", "date_from", "date_to"], "to-statistics": ["species", "camera_id", "site_id", "date_from", "date_to"] };

export class Filters {
  #form;
  #number;
  #kept = {};

  /** `changed` gets the filter, and the view: its order, and whether bursts are piles; `number` shows how many are set, where the panel is folded away. */
  constructor(form, { changed, number }) {
    this.#form = form;
    this.#number = number;
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", ({ target }) => { if (target.id === "min_confidence") this.#sayLeast(); });
    form.addEventListener("change", () => changed(this.#chosen(), { order: form.elements.order.value, bursts: form.elements.bursts.value }));
    form.addEventListener("reset", (event) => { event.preventDefault(); changed({}, {}); });
  }

  offer({ cameras = [], sites = [], species = [] }) {
    const option = (value, words) => h("option", { value }, words);
    this.#form.elements.species.append(...species.map(([name]) => option(name, upperFirst(name))));
    this.#form.elements.camera_id.append(...cameras.map((one) => option(one.id, cameraName(one))));
    this.#form.elements.site_id.append(...sites.map(({ id, name }) => option(id, name)));
  }

  show(filter, { order, bursts }) {
    this.#kept = filter;
    for (const name of HERE) {
      const field = this.#form.elements[name];
      const value = filter[name] ?? (name === "min_confidence" ? "0" : "");
      // What is gone, or not there yet, may still be asked about by the address.
      if (field.tagName === "SELECT" && value && ![...field.options].some((one) => one.value === value)) field.append(h("option", { value }, name === "species" ? upperFirst(value) : "One that is not here"));
      field.value = value;
    }
    this.#form.elements.order.value = order;
    this.#form.elements.bursts.value = bursts;
    this.#sayLeast();
    for (const [id, names] of Object.entries(ELSEWHERE)) {
      const link = document.getElementById(id);
      link.href = `${link.pathname}${addressOf(Object.fromEntries(names.map((name) => [name, filter[name]])))}`;
    }
    const set = HERE.filter((name) => filter[name]).length;
    setText(this.#number, set ? ` (${set})` : "");
  }

  #chosen() {
    const values = HERE.map((name) => [name, this.#form.elements[name].value]).filter(([name, value]) => value && !(name === "min_confidence" && Number(value) === 0));
    const { contents, status } = this.#kept;
    return { ...(contents && { contents }), ...(status && { status }), ...Object.fromEntries(values) };
  }

  #sayLeast() {
    setText(document.getElementById("min-words"), `${Math.round(this.#form.elements.min_confidence.value * 100)}%`);
  }
}
