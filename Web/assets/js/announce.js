// One polite voice for the whole page, and short notices of what was just done.

import { button, h, icon } from "/assets/js/dom.js";

const STAYS = 8000;

export function announce(words) {
  const voice = document.getElementById("announcer");
  voice.textContent = "";
  // A change of the same text would not be spoken; an empty moment in between makes it new.
  setTimeout(() => (voice.textContent = words), 60);
}

/** Shows a notice; with `undo` it carries a button until it leaves. */
export function toast(words, { undo } = {}) {
  const host = document.getElementById("toasts");
  let timer;
  const leave = () => {
    if (!line.isConnected) return;
    clearTimeout(timer);
    const held = line.contains(document.activeElement);
    line.remove();
    if (held) document.getElementById("main").focus({ preventScroll: true });
  };
  const line = h(
    "div",
    { class: "toast" },
    h("span", {}, words),
    undo && button("Undo", { icon: "undo", onclick: () => { undo(); leave(); } }),
    h("button", { type: "button", class: "button button--icon", "aria-label": "Close this notice", onclick: leave }, icon("cross")),
  );
  const wait = () => { timer = setTimeout(leave, STAYS); };
  for (const kind of ["pointerenter", "focusin"]) line.addEventListener(kind, () => clearTimeout(timer));
  for (const kind of ["pointerleave", "focusout"]) line.addEventListener(kind, () => { clearTimeout(timer); wait(); });
  host.append(line);
  announce(undo ? `${words} Undo is at the end of the page.` : words);
  wait();
}
