// The first administrator: an account, then a second factor at once.

import { call, getJSON } from "/assets/js/api.js";
import { beginTyping, card, head, lead, takeToken, tell, tellFault, way } from "/assets/js/accounts/gate.js";
import { setUpSecondFactor } from "/assets/js/accounts/second-factor.js";
import { h } from "/assets/js/dom.js";
import { field, formOf, passwordField } from "/assets/js/form.js";
import { session } from "/assets/js/session.js";

const token = takeToken();

function dead() {
  tell("key", "This link is not good any more", ["It was used, or is older than a day.", "Stop the server and start it again: while nobody has an account, “hedgerow serve” shows a new link on its console."], way("/", "Go to the first page"));
}

function ask() {
  card.removeAttribute("aria-busy");
  card.replaceChildren(
    h("p", { class: "gate__steps" }, "Step 1 of 2: your account"),
    formOf({
      label: "The first account", act: "Make the account", sign: "check",
      fields: [
        field({ id: "name", label: "Your name", noun: "The name", autocomplete: "name", missing: "Type your name.", hint: "As others on this server see it.", maxlength: "100" }),
        field({ id: "email", label: "E-mail address", noun: "The address", type: "email", autocomplete: "username", autocapitalize: "none", spellcheck: "false", missing: "Type your address.", hint: "You sign in with it." }),
        passwordField({ fresh: true }),
      ],
      send: make,
    }));
  beginTyping();
}

async function make({ name, email, password }) {
  let answer;
  try {
    answer = await call("POST", "/api/v1/setup", { body: { token, name, email, password, session: "browser" } });
  } catch (fault) {
    if (fault.status === 410) return dead();
    if (fault.status === 409) return already();
    throw fault;
  }
  session.keep(answer);
  head("One more thing");
  lead("Whoever looks after a server signs in with a second factor, so that a stolen password opens nothing.");
  await setUpSecondFactor(card, { password, done: welcome });
}

function welcome() {
  head("The server is yours");
  lead("You are signed in.");
  tell("leaves", "What now?", "Invite the people who work with you, or look how the server is. You find both in the rail, behind the hedge.",
    way("/people", "Invite people", { main: true, sign: "people" }), way("/server", "See the server", { sign: "server" }));
}

function already() {
  head("Set up already");
  lead("This server has its first account.");
  tell("person", "Somebody has an account here", "Sign in with yours, or ask to be invited.", way("/sign-in", "Sign in", { main: true }));
}

try {
  const { setup_needed: isNew } = await getJSON("/api/v1/setup");
  if (!isNew) already();
  else if (token) ask();
  else tell("key", "The link is missing", "This page opens with the link that “hedgerow serve” shows on its console while nobody has an account. Open that whole link, to its last letter.", way("/", "Go to the first page"));
} catch (fault) {
  tellFault(fault);
}
