// When a page stays closed to somebody: why, and the way to open it.

import { Refusal } from "/assets/js/api.js";
import { h, icon } from "/assets/js/dom.js";
import { person } from "/assets/js/session.js";

/** Whoever is signed in, if they have this permission; throws the refusal that the server would give, without asking it in vain. */
export async function permitted(permission) {
  const there = await person();
  if (!there.permissions.includes(permission)) throw new Refusal(403, { type: "/problems/forbidden" });
  if (there.second_factor_needed) throw new Refusal(403, { type: "/problems/second-factor-needed" });
  return there;
}

/** Why a refused call of an administrator's page was refused; `null` for a fault that is none. */
export function closedNote(fault) {
  if (fault.type === "second-factor-needed") {
    return note("shield", "Set up your second factor first.", "Whoever looks after this server signs in with one; until then this page stays closed.", h("a", { class: "button button--main", href: "/account#security" }, icon("shield"), "Set it up"));
  }
  if (fault.status === 403) {
    return note("shield", "This page is for whoever looks after this server.", "Ask an administrator if you need it.", h("a", { class: "button", href: "/account" }, "See what you may do"));
  }
  return null;
}

export function note(sign, title, words, ...ways) {
  return h("div", { class: "note note--warning" }, icon(sign), h("p", {}, h("strong", {}, title), ` ${words}`), ways);
}
