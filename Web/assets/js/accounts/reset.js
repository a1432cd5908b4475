// A forgotten password: asks for a letter, and sets a new one with the link in it.

import { call, getJSON } from "/assets/js/api.js";
import { beginTyping, card, foot, lead, takeToken, tell, tellFault, way } from "/assets/js/accounts/gate.js";
import { h } from "/assets/js/dom.js";
import { field, formOf, passwordField } from "/assets/js/form.js";
import { session } from "/assets/js/session.js";

const token = takeToken();
const back = () => way("/sign-in", "Sign in", { main: true });

function choose() {
  card.removeAttribute("aria-busy");
  card.replaceChildren(formOf({
    label: "A new password", act: "Set the password", sign: "check",
    fields: [passwordField({ label: "New password", fresh: true })],
    send: async ({ password }) => {
      try {
        await call("POST", "/api/v1/auth/password/reset/confirm", { body: { token, password } });
      } catch (fault) {
        if (fault.status === 410) return dead();
        throw fault;
      }
      session.forget();
      tell("check", "The new password is set", "All sessions have ended, on every device. Sign in with the new password.", back());
    },
  }));
  beginTyping();
}

function dead() {
  tell("letter", "This link is not good any more", "It was used already, or is older than an hour.", way("/reset", "Ask for another letter", { main: true }), way("/sign-in", "Sign in"));
}

function askForLetter() {
  lead("Give your address: a letter with a link is sent to it.");
  card.removeAttribute("aria-busy");
  card.replaceChildren(formOf({
    label: "Ask for a letter", act: "Send the letter", sign: "letter",
    fields: [field({ id: "email", label: "E-mail address", noun: "The address", type: "email", autocomplete: "username", autocapitalize: "none", spellcheck: "false", missing: "Type your address." })],
    send: async ({ email }) => {
      await call("POST", "/api/v1/auth/password/reset", { body: { email } });
      tell("letter", "Look into your mail", "If there is an account with this address, a letter is on its way. Its link is good for an hour.", back());
    },
  }));
  foot.replaceChildren(h("p", {}, h("a", { href: "/sign-in" }, "Back to signing in")));
  beginTyping();
}

if (token) {
  choose();
} else {
  try {
    const { mail } = await getJSON("/api/v1/setup");
    if (mail) askForLetter();
    else tell("letter", "This server sends no letters", "Whoever looks after it sets a new password for you, on the machine itself, with “hedgerow user set-password”.", back());
  } catch (fault) {
    tellFault(fault);
  }
}
