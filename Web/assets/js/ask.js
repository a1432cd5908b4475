// A question before something that cannot be undone.

import { button, h } from "/assets/js/dom.js";

/** Asks in a dialog; true only when the act was chosen, with `typed` only once that was typed. The focus goes back to where it was. */
export function ask({ title, words, act, look = "haw", leave = "Keep it", typed, label }) {
  return new Promise((resolve) => {
    const go = button(act, { look, disabled: Boolean(typed), onclick: () => dialog.close("yes") });
    const input = typed && h("input", { class: "input", id: "question-typed", autocomplete: "off", autocapitalize: "none", spellcheck: "false", autofocus: true });
    input?.addEventListener("input", () => { go.disabled = input.value.trim().toLowerCase() !== typed.toLowerCase(); });
    input?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();   // the same key must not press what gets the focus back
      if (!go.disabled) go.click();
    });
    const dialog = h("dialog", { class: "question", "aria-labelledby": "question-title", "aria-describedby": "question-words" },
      h("h2", { id: "question-title" }, title),
      h("p", { class: "quiet", id: "question-words" }, words),
      input && h("div", { class: "field" }, h("label", { for: "question-typed" }, label), input),
      h("div", { class: "buttons" },
        button(leave, { autofocus: !typed, onclick: () => dialog.close() }),
        go));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
