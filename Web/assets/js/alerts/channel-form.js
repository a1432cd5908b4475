// The questions about a channel: only those that its kind needs.

import { CHANNELS } from "/assets/js/alerts/names.js";
import { choiceField, field } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { formDialog } from "/assets/js/wildlife/form-dialog.js";

/** What each kind is asked; `needed` when it is added. */
const QUESTIONS = [
  { id: "recipients", kinds: ["email"], label: "Addresses", noun: "The list of addresses", hint: "Up to ten, with commas between them. They see one another.", inputmode: "email" },
  { id: "url", kinds: ["webhook", "earthranger"], label: "Address", hint: { webhook: "Where it is called.", earthranger: "Of your site, as it begins in the browser." }, inputmode: "url" },
  { id: "token", kinds: ["telegram", "earthranger"], label: "Token", hint: { telegram: "Of the bot, from @BotFather.", earthranger: "Of an account that may add events." }, spellcheck: "false" },
  { id: "chat", kinds: ["telegram"], label: "Chat", hint: "A number such as -100123, or the @name of a channel. The bot must be in it." },
  { id: "event-type", kinds: ["earthranger"], label: "Event type", hint: "Its value there, such as wildlife_sighting." },
];

/** Adds a channel, or changes `channel`: what is left empty then stays as it is. */
export function askChannel(channel) {
  const kind = choiceField({ id: "kind", label: "How", noun: "The kind", options: Object.entries(CHANNELS), value: channel?.kind ?? "email", hint: "" });
  const name = field({ id: "name", label: "Name", hint: "Such as Rangers on duty.", maxlength: "100", value: channel?.name ?? "", autocomplete: "off", missing: "Give it a name." });
  const asked = QUESTIONS.map(({ kinds, hint, ...rest }) => {
    const made = field({ ...rest, hint: channel ? "Left empty, it stays as it is." : typeof hint === "string" ? hint : "", optional: Boolean(channel), autocomplete: "off", autocapitalize: "none" });
    if (!channel) Object.defineProperty(made, "lack", { get: () => (!made.element.hidden && !made.value ? "Fill this in." : "") });
    return Object.assign(made, { kinds, hints: hint });
  });
  const settle = () => {
    for (const one of asked) {
      one.element.hidden = !one.kinds.includes(kind.value);
      if (!channel && typeof one.hints !== "string") one.hint(one.hints[kind.value] ?? "");
    }
  };
  kind.input.addEventListener("change", settle);
  kind.element.hidden = Boolean(channel);
  settle();
  return formDialog({
    title: channel ? `Change ${channel.name}` : "Add a channel", act: channel ? "Save" : "Add it", fields: [name, kind, ...asked],
    send: (values) => {
      const body = { name: values.name };
      for (const { id, element } of asked) if (!element.hidden && values[id]) body[id.replace("-", "_")] = id === "recipients" ? values[id].split(/[,;\s]+/).filter(Boolean) : values[id];
      return channel ? asPerson("PUT", `/api/v1/channels/${channel.id}`, body) : asPerson("POST", "/api/v1/channels", { ...body, kind: values.kind });
    },
  });
}
