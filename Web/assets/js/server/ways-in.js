// What somebody may do who does not see the work of the server yet.

import { h, icon, setText } from "/assets/js/dom.js";

const title = document.getElementById("locked-title");
const words = document.getElementById("locked-words");
const ways = document.getElementById("locked-ways");

/** Writes it for whoever is signed in, or `null`. */
export function waysIn(there) {
  const [head, text, way] = !there ? STRANGER : there.second_factor_needed ? NO_FACTOR : OTHER;
  setText(title, head);
  setText(words, text);
  ways.replaceChildren(...(way ? [h("a", { class: "button button--main", href: way.to }, icon(way.sign), way.label)] : []));
}

const STRANGER = ["The rest is for whoever looks after it", "What waits and what failed may name photos and addresses, so only who looks after this server sees it.",
  { to: "/sign-in?next=/server", sign: "person", label: "Sign in" }];
const NO_FACTOR = ["Set up your second factor first", "Whoever looks after the server signs in with one. Then you see here what waits and what failed.",
  { to: "/account#security", sign: "shield", label: "Set it up" }];
const OTHER = ["The rest is for whoever looks after it", "You are signed in, but your role does not look after this server. Ask an administrator if you need to see what waits and what failed."];
