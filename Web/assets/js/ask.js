// A question before something that cannot be undone.

import { button, h } from "/assets/js/dom.js";

/** Asks in a dialog; true only when the act was chosen. The focus goes back to where it was. */
export function ask({ title, words, act, leave = "Keep it" }) {
  return new Promise((resolve) => {
    const dialog = h("dialog", { class: "question", "aria-labelledby": "question-title", "aria-describedby": "question-words" },
      h("h2", { id: "question-title" }, title),
      h("p", { class: "quiet", id: "question-words" }, words),
      h("div", { class: "buttons" },
        button(leave, { autofocus: true, onclick: () => dialog.close() }),
        button(act, { look: "haw", onclick: () => dialog.close("yes") })));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
