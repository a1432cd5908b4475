// The keys of the wall and of one picture, in one list that `?` opens.

import { button, h } from "/assets/js/dom.js";

const SAY = [["A", "approve"], ["R", "nothing there"], ["E", "the same"], ["C", "correct"], ["F", "flag"]];

const groups = ({ review, manage }) => [
  ["Pictures", [["X", "choose the one that has the focus"], ["Shift X", "choose all from the last to this one"], ["Ctrl A", "choose all that are shown"], ["Esc", "choose none"], ["G", "bursts as piles, or each picture by itself"]]],
  ...(review || manage ? [["Those that are chosen", [...(review ? SAY : []), ...(manage ? [["Del", "delete, after a question"]] : [])]]] : []),
  ["One picture", [...(review ? [...SAY, ["U", "take back your last word"]] : []), ["←", "earlier"], ["→", "later"], ["B", "boxes on and off"], ["+", "larger"], ["-", "smaller"], ["0", "the whole picture"], ["Esc", "all pictures"]]],
  ...(review ? [["The whole burst", SAY.filter(([key]) => key !== "E").map(([key, words]) => [`Shift ${key}`, words])]] : []),
  ["Anywhere here", [["?", "this list"]]],
];

export function showKeys(may) {
  if (document.querySelector("dialog.all-keys")) return;
  const dialog = h("dialog", { class: "all-keys", "aria-labelledby": "all-keys-title" },
    h("h2", { id: "all-keys-title" }, "Keys"),
    h("div", { class: "all-keys__groups" }, groups(may).map(([name, keys]) => h("section", {}, h("h3", {}, name),
      h("dl", {}, keys.map(([key, words]) => [h("dt", {}, key.split(" ").map((one) => h("kbd", {}, one))), h("dd", {}, words)]))))),
    h("div", { class: "buttons buttons--end" }, button("Close", { look: "main", autofocus: true, onclick: () => dialog.close() })));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** The commonest, below a picture; `all` opens the list. */
export function keyHints({ review }, all) {
  return h("ul", { class: "keys", "aria-label": "Keys" }, [
    ...(review ? [["A", "approve"], ["R", "nothing there"], ["C", "correct"], ["F", "flag"], ["U", "undo"]] : []),
    ["←", "earlier"], ["→", "later"], ["B", "boxes"], ["Esc", "all pictures"],
  ].map(([key, words]) => h("li", {}, h("kbd", {}, key), words)),
  h("li", {}, h("button", { type: "button", class: "keys__all", "aria-keyshortcuts": "?", onclick: all }, h("kbd", {}, "?"), "all keys")));
}

/** Whether a key is meant for the page: nothing is typed, and nothing lies over it. */
export function isForPage(event) {
  return !event.defaultPrevented && !document.querySelector("dialog[open], :popover-open") && !event.target.closest?.("input:not([type=checkbox]), select, textarea");
}
