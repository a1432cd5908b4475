// Rules: each a sentence that one can read aloud.

import { Part } from "/assets/js/alerts/part.js";
import { DISCLOSURES, KINDS, ruleSentence, SIGNS } from "/assets/js/alerts/names.js";
import { askRule } from "/assets/js/alerts/rule-form.js";
import { ask } from "/assets/js/ask.js";
import { button, h, icon } from "/assets/js/dom.js";
import { asPerson } from "/assets/js/session.js";
import { cameraShort } from "/assets/js/wildlife/names.js";
import { everyPage } from "/assets/js/wildlife/places.js";
import { count } from "/assets/js/words.js";

const PATH = "/api/v1/rules";

export class RulesPart extends Part {
  #known;
  #channels = [];

  constructor(known) {
    const add = button("Add a rule", { icon: "plus", look: "main" });
    super({
      path: PATH, title: "Rules", add, lead: "A rule tells no more than whoever set it may see.",
      none: { title: "No rule yet", words: "A rule says what you want to be told of, and where: a lynx at any camera, by Telegram, at once." },
    });
    this.#known = known;
    add.addEventListener("click", () => this.change(() => askRule({ ...this.#known, channels: this.#channels }), "The rule is on."));
  }

  async before() { this.#channels = await everyPage("/api/v1/channels"); }

  #place(rule) {
    const camera = this.#known.cameras.find(({ id }) => id === rule.camera_id);
    if (camera) return cameraShort(camera);
    return this.#known.sites.find(({ id }) => id === rule.site_id)?.name;
  }

  #channelNames(rule) {
    const known = rule.channels.map((id) => this.#channels.find((one) => one.id === id)?.name).filter(Boolean);
    const others = rule.channels.length - known.length;
    return others ? [...known, count(others, "channel of somebody else", "channels of others")] : known;
  }

  line(rule) {
    const words = ruleSentence(rule, { place: this.#place(rule), channels: this.#channelNames(rule) });
    const on = button(rule.is_enabled ? "On" : "Off", { icon: rule.is_enabled ? "check" : "minus", role: "switch", "aria-checked": String(rule.is_enabled), "aria-label": `The rule ${rule.name} is on`, onclick: () => this.#turn(rule) });
    return h("li", { "data-id": rule.id }, icon(SIGNS[rule.kind]),
      h("div", { class: "entry__words" },
        h("div", { class: "entry__line" }, h("b", {}, rule.name), h("span", { class: "badge" }, KINDS[rule.kind]),
          !rule.is_enabled && h("span", { class: "badge badge--notice" }, icon("minus"), "Off"),
          rule.is_held && h("span", { class: "badge badge--warning" }, icon("warn"), "Held back")),
        h("p", { class: "small quiet" }, words),
        rule.channels.length > 0 && DISCLOSURES[rule.disclosure] && h("p", { class: "small" }, DISCLOSURES[rule.disclosure]),
        rule.is_held && h("p", { class: "small" }, "Whoever set it may not see this any more. Save it anew, and it is your word.")),
      h("div", { class: "buttons" },
        on,
        button("Change", { icon: "gear", "aria-label": `Change the rule ${rule.name}`, onclick: () => this.change(() => askRule({ ...this.#known, channels: this.#channels }, rule), "The rule is changed.") }),
        button("Remove", { look: "quiet", icon: "bin", "aria-label": `Remove the rule ${rule.name}`, onclick: () => this.#remove(rule) })));
  }

  #turn(rule) {
    const { id, is_held: _, created_at: __, disclosure: ___, ...same } = rule;
    return this.change(async () => {
      await asPerson("PUT", `${PATH}/${id}`, { ...same, is_enabled: !rule.is_enabled });
      return true;
    }, rule.is_enabled ? "The rule is off." : "The rule is on.");
  }

  #remove(rule) {
    return this.change(async () => {
      if (!(await ask({ title: "Remove this rule?", words: `“${rule.name}” tells nothing any more. What it told stays in the history.`, act: "Remove the rule" }))) return false;
      await asPerson("DELETE", `${PATH}/${rule.id}`);
      return true;
    }, "The rule is removed.");
  }
}
