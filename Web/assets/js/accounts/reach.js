// Which pictures of camera traps somebody sees: those of all sites, of some, or none.

import { button, h } from "/assets/js/dom.js";
import { asPerson } from "/assets/js/session.js";

const SEEING = ["analyst", "viewer"];

/** Whether pictures are given to somebody of this role by site; administrators see all. */
export const isGivenSites = (role) => SEEING.includes(role);

/** The ticks for one person; `patch` gets what to change. They are drawn once the sites are known. */
export function reachPart(user, patch) {
  const id = `reach-${user.id}`;
  const host = h("fieldset", { class: "field reach" }, h("legend", { class: "label" }, "Pictures they see"), h("p", { class: "field__hint" }, "Asking for the sites."));
  const draw = async () => {
    const sites = [];
    let after = "";
    do {
      const page = await asPerson("GET", `/api/v1/sites?limit=200${after}`);
      sites.push(...page.items);
      after = page.next ? `&after=${encodeURIComponent(page.next)}` : "";
    } while (after);
    const all = h("input", { type: "checkbox", id: `${id}-all`, checked: !user.sites });
    const some = sites.map((site) => h("input", { type: "checkbox", value: site.id, checked: user.sites?.includes(site.id), disabled: all.checked }));
    const save = button("Change what they see", { disabled: true, onclick: () => patch(all.checked ? { sees_everything: true } : { sites: some.filter((one) => one.checked).map((one) => one.value) }) });
    host.addEventListener("change", () => {
      for (const one of some) one.disabled = all.checked;
      save.disabled = false;
    });
    host.replaceChildren(host.firstChild,
      h("label", { class: "tick" }, all, "Of all sites, also those to come"),
      ...sites.map((site, at) => h("label", { class: "tick" }, some[at], site.name)),
      ...(sites.length ? [] : [h("p", { class: "field__hint" }, "There is no site yet. Sites are made under “Cameras”.")]),
      h("div", { class: "buttons" }, save));
  };
  draw().catch(() => host.remove());
  return host;
}
