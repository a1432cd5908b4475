// The key of whoever looks after the server: kept while this tab is open, in this tab alone.

import { button, h, icon } from "/assets/js/dom.js";

const NAME = "hedgerow-key";
let instead = null;   // where the browser keeps nothing

export const key = {
  get value() {
    try { return sessionStorage.getItem(NAME) ?? instead; } catch { return instead; }
  },
  keep(text) {
    instead = text;
    try { sessionStorage.setItem(NAME, text); } catch { /* kept until the page is left */ }
  },
  forget() {
    instead = null;
    try { sessionStorage.removeItem(NAME); } catch { /* nothing was kept */ }
  },
};

/** A form that asks for the key. `take` tries it and gives the words of a refusal, or nothing. */
export function keyForm(take) {
  const input = h("input", {
    class: "input", id: "key", name: "key", type: "password", autocomplete: "off", spellcheck: "false", autocapitalize: "none", required: true,
    "aria-describedby": "key-hint key-fault",
  });
  const fault = h("p", { class: "field__error", id: "key-fault", role: "alert" });
  const send = button("Use the key", { look: "main", icon: "key" });
  send.type = "submit";
  const say = (words) => {
    fault.replaceChildren(...(words ? [icon("warn"), words] : []));
    if (words) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
  };
  const form = h("form", { class: "key-form", novalidate: true },
    h("div", { class: "field" }, h("label", { for: "key" }, "Key of this server"), input,
      h("p", { class: "field__hint", id: "key-hint" }, "The ", h("code", {}, "api_key"), " of its settings. It stays in this tab until you close it."), fault),
    h("div", { class: "buttons" }, send));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) { say("Type the key first."); return input.focus(); }
    if (!/^[\x20-\x7e]+$/.test(text)) { say("A key has only plain letters, digits and signs. Look whether something else was copied with it."); return input.focus(); }
    say("");
    send.disabled = true;
    const refused = await take(text);
    send.disabled = false;
    if (refused) { say(refused); input.focus(); }
  });
  return form;
}

/** The key as the second way in: most people have an account. */
export function keyFold(words, content, open = false) {
  return h("details", { class: "fold fold--key", open }, h("summary", {}, words), h("div", { class: "stack stack--s" }, content));
}

/** For those who have a key, and for those whose server has none yet. */
export function keyHelp() {
  return h("details", { class: "fold" }, h("summary", {}, "This server has no key yet, or nobody knows it"),
    h("div", { class: "stack stack--s" },
      h("p", {}, "People need none: they sign in. For programs, set one of your own, at least 16 characters long, and start the server again:"),
      h("p", { class: "command" }, h("code", {}, "HEDGEROW_API_KEY=\u2026 hedgerow serve")),
      h("p", { class: "small quiet" }, "It also may stand as ", h("code", {}, "api_key"), " in the configuration file. ", h("code", {}, "openssl rand -hex 24"), " makes a good one.")));
}

/** What a refused key means, in words. */
export function keyRefusal(fault) {
  if (fault.status === 401) return "The server does not know this key. Look for a letter that is missing, or read below.";
  if (fault.status === 403) return "This key may not do that.";
  return fault.status ? fault.message : "The server cannot be reached. Try again when it is back.";
}
