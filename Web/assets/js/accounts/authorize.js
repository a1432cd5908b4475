// An application asks to act for whoever is signed in: who it is, what it would do, where it goes back to; yes or no.

import { card, foot, lead, tell, way } from "/assets/js/accounts/gate.js";
import { permissionList, permissionWord, permissionWords } from "/assets/js/accounts/roles.js";
import { button, h, icon } from "/assets/js/dom.js";
import { faultWords, show } from "/assets/js/form.js";
import { asPerson, leave, person, toSignIn } from "/assets/js/session.js";
import { sentence } from "/assets/js/words.js";

const PATH = "/api/v1/oauth/authorization";
const FIELDS = ["client_id", "redirect_uri", "response_type", "scope", "state", "code_challenge", "code_challenge_method"];

const asked = new URLSearchParams(location.search);

const FAULTS = {
  "unknown-application": "No application of this name is registered here. Its address may be a wrong one, or it was removed.",
  "other-address": "It wants to send you back to an address that is not registered for it, so you were not sent anywhere.",
};

function refuse(word, otherwise) {
  lead("Nothing was allowed.");
  tell("warn", "This application is not let in", [FAULTS[word] ?? otherwise ?? "It asked for something that this server does not know.", "Tell whoever looks after it."], way("/", "Read a leaf", { main: true }));
}

/** "app.example", or this very machine. */
function placeOf(address) {
  const { hostname, host, protocol } = new URL(address);
  return protocol === "http:" ? `a program on your own machine (${hostname})` : host;
}

function line(scope) {
  return h("li", {}, icon("check"), h("span", {}, h("b", {}, permissionWord(scope)), permissionWords(scope) && h("small", {}, permissionWords(scope))));
}

function draw(question, { user }) {
  const { name, scopes, beyond_you: beyond, redirect_uri: redirect } = question;
  const fault = h("p", { class: "field__error", role: "alert", hidden: true });
  const allow = scopes.length > 0 && button("Allow", { look: "main", icon: "check", onclick: () => decide(true) });
  const deny = button(scopes.length ? "Deny" : "Go back", { look: scopes.length ? undefined : "main", onclick: () => decide(false) });

  async function decide(yes) {
    if (card.getAttribute("aria-busy")) return;
    card.setAttribute("aria-busy", "true");
    fault.hidden = true;
    const given = Object.fromEntries(FIELDS.filter((one) => asked.has(one)).map((one) => [one, asked.get(one)]));
    try {
      const { location: next } = await asPerson("POST", PATH, { ...given, allow: yes });
      location.replace(next);
    } catch (problem) {
      card.removeAttribute("aria-busy");
      fault.hidden = false;
      fault.replaceChildren(icon("warn"), h("span", {}, faultWords(problem)));
    }
  }

  lead(`Signed in as ${user.email}.`);
  show(card,
    h("h2", {}, "“", name, "” wants to act for you"),
    scopes.length > 0
      ? [h("p", { class: "quiet" }, "If you allow it, it may:"), h("ul", { class: "asked" }, scopes.map(line))]
      : h("p", { class: "quiet" }, "It asks for what your account may not do itself, so there is nothing to allow."),
    beyond.length > 0 && scopes.length > 0 && h("p", { class: "small quiet" }, `It also asks to ${permissionList(beyond).toLowerCase()}. Your account may not do that here and now, so the application may not either.`),
    scopes.length > 0 && h("p", { class: "small quiet" }, "It never learns your password, and can change neither your account nor your keys. You end it at any time under Account, Applications."),
    h("p", { class: "small quiet" }, "Either way you go back to ", h("b", {}, placeOf(redirect)), "."),
    h("div", { class: "buttons" }, allow, deny), fault);
  foot.replaceChildren(h("p", {}, "Not you? ", h("a", { href: "/sign-in", onclick: another }, "Sign in as somebody else")));
}

async function another(event) {
  event.preventDefault();
  await leave().then(toSignIn, (fault) => tell("warn", "You are still signed in", faultWords(fault)));
}

async function begin() {
  if (asked.has("fault")) return refuse(asked.get("fault"));
  const there = await person();
  try {
    draw(await asPerson("GET", PATH + location.search), there);
  } catch (fault) {
    if (fault.status === undefined) return tell("wifi-off", "The server cannot be reached", "Open the application again when it is back.");
    refuse(fault.type, sentence(fault.message));
  }
}

begin();
