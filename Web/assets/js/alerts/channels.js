// Channels: where alerts are told.

import { secretLine } from "/assets/js/accounts/once.js";
import { Part } from "/assets/js/alerts/part.js";
import { CHANNEL_SIGNS, CHANNELS, DISCLOSURES } from "/assets/js/alerts/names.js";
import { askChannel } from "/assets/js/alerts/channel-form.js";
import { ask } from "/assets/js/ask.js";
import { button, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";

const PATH = "/api/v1/channels";

export class ChannelsPart extends Part {
  constructor() {
    const add = button("Add a channel", { icon: "plus", look: "main" });
    super({
      path: PATH, title: "Channels", add, lead: "You look after your own; those who see every site look after all.",
      none: { title: "No channel yet", words: "A channel is where you are told: by e-mail, by Telegram, on the map of EarthRanger, or in a program of yours." },
    });
    add.addEventListener("click", () => this.change(async () => {
      const made = await askChannel();
      if (made?.secret) await showSecret(made);
      return made;
    }, "The channel is added. Try it."));
  }

  line(channel) {
    const words = h("p", { class: "small", role: "status" });
    return h("li", { "data-id": channel.id }, icon(CHANNEL_SIGNS[channel.kind]),
      h("div", { class: "entry__words" },
        h("div", { class: "entry__line" }, h("b", {}, channel.name), h("span", { class: "badge" }, CHANNELS[channel.kind])),
        h("p", { class: "small quiet" }, channel.leads_to),
        DISCLOSURES[channel.disclosure] && h("p", { class: "small" }, DISCLOSURES[channel.disclosure]), words),
      h("div", { class: "buttons" },
        button("Try it", { icon: "retry", "aria-label": `Try the channel ${channel.name}`, onclick: ({ currentTarget }) => this.#test(channel, currentTarget, words) }),
        button("Change", { icon: "gear", "aria-label": `Change the channel ${channel.name}`, onclick: () => this.change(() => askChannel(channel), "The channel is changed. Try it.") }),
        button("Remove", { look: "quiet", icon: "bin", "aria-label": `Remove the channel ${channel.name}`, onclick: () => this.#remove(channel) })));
  }

  async #test(channel, pressed, words) {
    pressed.disabled = true;
    words.replaceChildren("Sending.");
    try {
      const { is_sent: sent, cause } = await asPerson("POST", `${PATH}/${channel.id}/test`);
      words.replaceChildren(icon(sent ? "check" : "warn"), sent ? " It was taken. See whether it arrives." : ` It did not go: ${cause}.`);
      words.classList.toggle("haw", !sent);
    } catch (fault) {
      words.replaceChildren(icon("warn"), ` ${faultWords(fault)}`);
    }
    pressed.disabled = false;
    pressed.focus({ preventScroll: true });
  }

  #remove(channel) {
    return this.change(async () => {
      if (!(await ask({ title: "Remove this channel?", words: `Nothing is told through “${channel.name}” any more, also not what waits. Rules stay, without it.`, act: "Remove the channel" }))) return false;
      await asPerson("DELETE", `${PATH}/${channel.id}`);
      return true;
    }, "The channel is removed.");
  }
}

/** The secret of a webhook is shown this once. */
function showSecret({ name, secret }) {
  return new Promise((done) => {
    const dialog = h("dialog", { class: "place-form", "aria-labelledby": "secret-title" },
      h("h2", { id: "secret-title" }, "The secret of your webhook"),
      h("p", { class: "quiet" }, "Copy it now into the program behind “", h("b", {}, name), "”: it is never shown again. It proves that a call came from here."),
      secretLine(secret, "Copy the secret"),
      h("div", { class: "buttons" }, button("I have it", { look: "main", icon: "check", onclick: () => dialog.close() })));
    dialog.addEventListener("close", () => { dialog.remove(); done(); });
    document.body.append(dialog);
    dialog.showModal();
  });
}
