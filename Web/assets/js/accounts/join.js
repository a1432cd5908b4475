// An invitation: for whom and as what, then a name and a password.

import { call } from "/assets/js/api.js";
import { beginTyping, card, head, lead, takeToken, tell, tellFault, way } from "/assets/js/accounts/gate.js";
import { knownProviders, providerWays } from "/assets/js/accounts/providers.js";
import { roleAsNoun, roleWords } from "/assets/js/accounts/roles.js";
import { setUpSecondFactor } from "/assets/js/accounts/second-factor.js";
import { field, formOf, passwordField } from "/assets/js/form.js";
import { session } from "/assets/js/session.js";
import { when } from "/assets/js/words.js";

const token = takeToken();

function dead() {
  head("This invitation is over");
  lead("Nothing was lost: another one is made in a moment.");
  tell("letter", "The link is not good any more", "It was used already, was withdrawn, or is older than a week. Ask whoever invited you for another. If you have joined before, sign in.", way("/sign-in", "Sign in", { main: true }));
}

function ask({ email, role, expires_at: end }, providers) {
  lead(`You join as ${roleAsNoun(role)}, who ${roleWords(role)}`);
  card.removeAttribute("aria-busy");
  card.replaceChildren(formOf({
    label: "Your account", act: "Join", sign: "check",
    fields: [
      field({ id: "email", label: "E-mail address", noun: "The address", type: "email", autocomplete: "username", value: email, readonly: true, hint: `The invitation is for this address, until ${when(end)}.` }),
      field({ id: "name", label: "Your name", noun: "The name", autocomplete: "name", missing: "Type your name.", hint: "As others on this server see it.", maxlength: "100" }),
      passwordField({ fresh: true }),
    ],
    send: accept,
  }), ...[providerWays(providers)].filter(Boolean));
  beginTyping();
}

async function accept({ name, password }) {
  let answer;
  try {
    answer = await call("POST", "/api/v1/auth/invitation/accept", { body: { token, name, password, session: "browser" } });
  } catch (fault) {
    if (fault.status === 410) return dead();
    throw fault;
  }
  session.keep(answer);
  if (!answer.second_factor_needed) return welcome();
  head("One more thing");
  lead("Whoever looks after a server signs in with a second factor, so that a stolen password opens nothing.");
  await setUpSecondFactor(card, { password, done: welcome });
}

function welcome() {
  const { name, permissions } = session.known ?? { name: "", permissions: [] };
  head(name ? `Welcome, ${name}` : "Welcome");
  lead("You are signed in.");
  tell("leaves", "What now?", permissions.includes("people") ? "Look at who else is here, or read a leaf." : "Read a leaf, or make your account safer with a second factor.",
    way("/", "Read a leaf", { main: true, sign: "leaf" }),
    permissions.includes("people") ? way("/people", "See the people", { sign: "people" }) : way("/account#security", "Set up a second factor", { sign: "shield" }));
}

if (!token) {
  lead("This page opens with the link of an invitation.");
  tell("letter", "The link is missing", "Open the whole link that you were given, to its last letter. Without an invitation, ask whoever looks after this server for one.", way("/sign-in", "Sign in", { main: true }));
} else {
  try {
    ask(...await Promise.all([call("POST", "/api/v1/auth/invitation", { body: { token } }), knownProviders()]));
  } catch (fault) {
    if ([410, 422].includes(fault.status)) dead(); else tellFault(fault);
  }
}
