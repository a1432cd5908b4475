// What a program may be let do, to be ticked.

import { keyScopes, permissionWord, permissionWords } from "/assets/js/accounts/roles.js";
import { h, icon } from "/assets/js/dom.js";

/** A field of a form with those of the scopes that `permissions` hold. */
export function scopesField(permissions, label = "It may") {
  const may = keyScopes.filter((scope) => permissions.includes(scope));
  const boxes = may.map((scope) => h("input", { type: "checkbox", name: "scopes", value: scope, checked: scope === "predict", "aria-describedby": "scopes-fault" }));
  const fault = h("p", { class: "field__error", id: "scopes-fault", role: "alert" });
  return {
    id: "scopes", noun: "What it may do", input: boxes[0],
    element: h("fieldset", { class: "field" }, h("legend", { class: "label" }, label),
      h("div", { class: "ticks" }, may.map((scope, at) => h("label", { class: "tick" }, boxes[at], h("span", {}, permissionWord(scope), permissionWords(scope) && h("small", {}, permissionWords(scope)))))), fault),
    get value() { return boxes.filter((box) => box.checked).map((box) => box.value); },
    get lack() { return this.value.length ? "" : "Tick at least one."; },
    say: (words) => fault.replaceChildren(...(words ? [icon("warn"), words] : [])),
  };
}
