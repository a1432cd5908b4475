// What is shown once: a key, a link, recovery codes.

import { toast } from "/assets/js/announce.js";
import { copyText } from "/assets/js/clipboard.js";
import { button, h, icon } from "/assets/js/dom.js";

/** A secret in one line with a button that copies it, or what is `meant` by it. */
export function secretLine(text, label, meant = text) {
  return h("p", { class: "command command--secret" }, h("code", {}, text),
    h("button", { type: "button", class: "button button--quiet button--icon", "aria-label": label, onclick: () => copy(meant) }, icon("copy")));
}

export async function copy(text) {
  toast((await copyText(text)) ? "Copied." : "The browser did not let it be copied: select it and copy it by hand.");
}

/** Recovery codes, to be kept somewhere before going on. */
export function recoveryCodes(codes, { title = "Keep these recovery codes", done, act = "I have kept them" }) {
  const text = codes.join("\n");
  return [
    h("h2", {}, title),
    h("p", { class: "quiet" }, "Each opens your account once, should you lose your phone. They are shown only now: print them, or keep them with your passwords."),
    h("ul", { class: "codes", "aria-label": "Recovery codes" }, codes.map((code) => h("li", {}, h("code", {}, code)))),
    h("div", { class: "buttons" },
      button("Copy all", { icon: "copy", onclick: () => copy(text) }),
      button("Save as a file", { icon: "download", onclick: () => save(text) })),
    h("div", { class: "buttons" }, button(act, { look: "main", icon: "check", onclick: done })),
  ];
}

function save(text) {
  const address = URL.createObjectURL(new Blob([`Recovery codes of ${location.host}. Each is good once.\n\n${text}\n`], { type: "text/plain" }));
  h("a", { href: address, download: "hedgerow-recovery-codes.txt" }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
