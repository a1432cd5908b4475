// One polite voice for the whole page, and short notices of what was just done.

import { button, h, icon } from "/assets/js/dom.js";

const STAYS = 8000;

export function announce(words) {
  const voice = document.getElementById("announcer");
  voice.textContent = "";
  // A change of the same text would not be spoken; an empty moment in between makes it new.
  setTimeout(() => (voice.textContent = words), 60);
}

/** Shows a notice. With `undo` it carries a button; `gone` runs once when the chance has passed. */
export function toast(words, { undo, gone } = {}) {
  const host = document.getElementById("toasts");
  let timer;
  const leave = (undone) => {
    if (!line.isConnected) return;
    clearTimeout(timer);
    const held = line.contains(document.activeElement);
    line.remove();
    if (held) document.getElementById("main").focus({ preventScroll: true });
    if (!undone) gone?.();
  };
  const line = h(
    "div",
    { class: "toast" },
    h("span", {}, words),
    undo && button("Undo", { icon: "undo", onclick: () => { undo(); leave(true); } }),
    h("button", { type: "button", class: "button button--icon", "aria-label": "Close this notice", onclick: () => leave(false) }, icon("cross")),
  );
  const wait = () => { timer = setTimeout(() => leave(false), STAYS); };
  for (const kind of ["pointerenter", "focusin"]) line.addEventListener(kind, () => clearTimeout(timer));
  for (const kind of ["pointerleave", "focusout"]) line.addEventListener(kind, () => { clearTimeout(timer); wait(); });
  host.append(line);
  announce(undo ? `${words} Undo is at the end of the page.` : words);
  wait();
}
