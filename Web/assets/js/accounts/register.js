// Making an account, where anybody may.

import { call, getJSON } from "/assets/js/api.js";
import { beginTyping, card, foot, lead, tell, tellFault, way } from "/assets/js/accounts/gate.js";
import { knownProviders, providerWays } from "/assets/js/accounts/providers.js";
import { h } from "/assets/js/dom.js";
import { field, formOf, passwordField } from "/assets/js/form.js";

const signIn = () => way("/sign-in", "Sign in", { main: true });

function form() {
  return formOf({
    label: "A new account", act: "Make the account", sign: "check",
    fields: [
      field({ id: "name", label: "Your name", noun: "The name", autocomplete: "name", missing: "Type your name.", hint: "As others on this server see it.", maxlength: "100" }),
      field({ id: "email", label: "E-mail address", noun: "The address", type: "email", autocomplete: "username", autocapitalize: "none", spellcheck: "false", missing: "Type your address.", hint: "A letter with a link is sent to it." }),
      passwordField({ fresh: true }),
    ],
    send: async ({ name, email, password }) => {
      await call("POST", "/api/v1/auth/register", { body: { name, email, password } });
      tell("letter", "Look into your mail", "A letter is on its way to this address. Open the link in it within a day; then sign in.", signIn());
    },
  });
}

/** `providers` make an account of whoever they vouch for; `mail` says whether one can be made without them. */
function ask(mail, providers) {
  card.removeAttribute("aria-busy");
  card.replaceChildren(...[mail && form(), providerWays(providers, null, { isOnlyWay: !mail })].filter(Boolean));
  if (!mail) lead("Your account is made when you come back from your provider.");
  foot.replaceChildren(h("p", {}, "You have an account? ", h("a", { href: "/sign-in" }, "Sign in")));
  beginTyping();
}

try {
  const [{ mail, registration }, known] = await Promise.all([getJSON("/api/v1/setup"), knownProviders()]);
  const providers = known.filter(({ makes_accounts: makes }) => makes);
  const isOpen = registration === "open" && mail;
  if (isOpen || providers.length) ask(isOpen, providers);
  else tell("letter", "One is invited here", "Nobody makes an account here without an invitation. Ask whoever looks after this server for one.", signIn(), way("/", "Read a leaf without an account"));
} catch (fault) {
  tellFault(fault);
}
