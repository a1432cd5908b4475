// The place at the end of the top bar: “Sign in”, or who is signed in with a small menu; and what of the rail they may see.

import { toast } from "/assets/js/announce.js";
import { button, h, icon } from "/assets/js/dom.js";
import { key } from "/assets/js/key.js";
import { leave, session, whenSomebodyComesOrGoes, whoIsThere } from "/assets/js/session.js";

const place = document.getElementById("who");
const PLACES = [["alerts", "/alerts", "bell", "Alerts"], ["people", "/people", "people", "People"], ["audit", "/audit", "book", "Audit"]];

let drawn;

function draw() {
  const known = session.known;
  const now = JSON.stringify(known);
  if (drawn === now) return;
  drawn = now;
  document.documentElement.dataset.may = known?.permissions.join(" ") ?? "";
  place.replaceChildren(...(known ? someone(known) : [nobody()]));
}

function nobody() {
  const here = location.pathname + location.search;
  const plain = here === "/" || ["/sign-in", "/set-up", "/join", "/verify", "/reset", "/register"].includes(location.pathname);
  return h("a", { class: "button button--quiet", href: plain ? "/sign-in" : `/sign-in?next=${encodeURIComponent(here)}` }, "Sign in");
}

function someone({ name, email }) {
  const letter = h("span", { class: "who__letter", "aria-hidden": "true" }, [...name][0]?.toUpperCase() ?? "");
  const menu = h("div", { class: "sheet sheet--who", id: "who-menu", popover: "auto", role: "group", "aria-label": "Account" },
    h("p", { class: "small quiet" }, h("b", {}, name), email),
    link("/account", "person", "Account"),
    PLACES.filter(([permission]) => session.may(permission)).map(([, address, sign, words]) => link(address, sign, words)),
    h("hr"),
    h("button", { type: "button", onclick: signOut }, icon("leave"), "Sign out"));
  return [
    button(h("span", { class: "who__name" }, name), { look: "quiet", id: "who-button", popovertarget: "who-menu", "aria-label": `Account of ${name}` }),
    menu,
  ].map((one, at) => { if (at === 0) one.prepend(letter); return one; });
}

function link(address, sign, words) {
  return h("a", { href: address, "aria-current": location.pathname === address && "page" }, icon(sign), words);
}

async function signOut(event) {
  const pressed = event.currentTarget;
  pressed.disabled = true;
  try {
    await leave();
    key.forget();
    location.assign("/");
  } catch (fault) {
    pressed.disabled = false;
    toast(fault.status ? fault.message : "The server cannot be reached, so you are still signed in.");
  }
}

/** Draws what is known at once, and again when the server has answered. */
export function showWho() {
  draw();
  whenSomebodyComesOrGoes(draw);
  whoIsThere().then(draw, () => {});   // away or stumbling: what was known stays
}
