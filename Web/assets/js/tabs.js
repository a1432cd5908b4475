// Tabs by ARIA: arrows move and choose, Home and End jump.

import { h } from "/assets/js/dom.js";

/** Builds a tab list and its panels from `[{ id, label, body }]`; `heard` is told which one is chosen, the first or `chosen` at once. */
export function tabs(label, entries, { chosen: begun = entries[0].id, heard } = {}) {
  const list = h("div", { class: "tabs", role: "tablist", "aria-label": label });
  const panels = h("div", { class: "panels" });
  const buttons = entries.map(({ id, label: name, body }) => {
    const first = id === begun;
    panels.append(
      h("div", { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, tabindex: "0", hidden: !first },
        h("h3", { class: "print-only" }, name), body),
    );
    return h("button", {
      type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}`,
      "aria-selected": String(first), tabindex: first ? "0" : "-1",
    }, name);
  });
  list.append(...buttons);

  const choose = (chosen, focus) => {
    for (const tab of buttons) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      panels.querySelector(`#${tab.getAttribute("aria-controls")}`).hidden = !on;
    }
    if (focus) chosen.focus();
    heard?.(chosen.id.slice(4));
  };
  list.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) choose(tab, false);
  });
  list.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    choose(buttons.at(to % buttons.length), true);
  });
  heard?.(begun);
  return h("div", {}, list, panels);
}
