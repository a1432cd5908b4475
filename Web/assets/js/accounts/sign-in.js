// Signing in: address and password or a provider, and the code of the second factor where there is one.

import { call, getJSON } from "/assets/js/api.js";
import { beginTyping, card, foot, lead, takeToken, tell, way } from "/assets/js/accounts/gate.js";
import { backWord, knownProviders, providerNote, providerWays } from "/assets/js/accounts/providers.js";
import { codeField, plainCode } from "/assets/js/accounts/second-factor.js";
import { button, h } from "/assets/js/dom.js";
import { field, formOf, passwordField, show } from "/assets/js/form.js";
import { pageNamed, session, whoCameIn, whoIsThere } from "/assets/js/session.js";

const asked = new URLSearchParams(location.search);
const word = asked.get("oidc");
// Whoever has an account already links the provider as soon as they are in.
const wanted = asked.get("next") ?? (word === "link-needed" ? "/account#security" : null);

async function signIn(email, password, code) {
  let answer;
  try {
    answer = await call("POST", "/api/v1/auth/login", { body: { email, password, ...(code && { code }), session: "browser" } });
  } catch (fault) {
    if (fault.type !== "code-needed") throw fault;
    return askForCode((typed) => signIn(email, password, typed));
  }
  return goOn(session.keep(answer));
}

/** To the page that was wanted; whoever owes a second factor or is leaving finds nothing else open. */
function goOn({ user, second_factor_needed: needed }) {
  location.replace(pageNamed(user.state === "leaving" ? "/account" : needed ? "/account#security" : wanted));
  return new Promise(() => {});
}

async function complete(token, code) {
  try {
    return goOn(session.keep(await call("POST", "/api/v1/auth/oidc/complete", { body: { token, code } })));
  } catch (fault) {
    if (fault.type !== "dead-link") throw fault;
    return askHow("expired");
  }
}

function askForAddress(providers, told) {
  const form = formOf({
    label: "Sign in", act: "Sign in",
    fields: [
      field({ id: "email", label: "E-mail address", noun: "The address", type: "email", autocomplete: "username", autocapitalize: "none", spellcheck: "false", missing: "Type your address." }),
      passwordField(),
    ],
    words: {
      "wrong-credentials": ["password", "The address or the password is wrong."],
      unverified: ["", "Your address is not confirmed yet. Open the link in the letter that was sent to it."],
    },
    send: (given) => signIn(given.email, given.password),
  });
  card.removeAttribute("aria-busy");
  card.replaceChildren(...[providerNote(told), form, providerWays(providers, wanted)].filter(Boolean));
  beginTyping();
}

/** `give` sends the code. */
function askForCode(give) {
  let recovery = false;
  const draw = () => {
    const code = recovery
      ? codeField({ label: "A recovery code", inputmode: "text", autocomplete: "off", class: "input input--code input--long" })
      : codeField({ label: "Six digits from your app" });
    show(card,
      h("h2", {}, recovery ? "Use a recovery code" : "Now the code"),
      h("p", { class: "quiet" }, recovery ? "One of those that you kept when you set up the second factor. Each is good once." : "Your app for one-time codes shows a new one every thirty seconds."),
      formOf({
        label: "Second factor", act: "Sign in", fields: [code],
        also: [button(recovery ? "Use the app" : "Use a recovery code", { look: "quiet", onclick: () => { recovery = !recovery; draw(); } })],
        words: { "wrong-code": ["code", recovery ? "This is none of your recovery codes, or it was used before." : "This is not the code that is good now. Wait for the next one."] },
        send: (given) => give(plainCode(given.code)),
      }));
    code.input.focus();
  };
  draw();
  foot.replaceChildren(h("p", {}, "Lost both? Whoever looks after this server can remove the second factor, so that you set up another."),
    h("p", {}, h("a", { href: wanted ? `/sign-in?next=${encodeURIComponent(wanted)}` : "/sign-in" }, "Begin again")));
}

function nobodyYet() {
  lead("Reading a leaf needs no account.");
  tell("sprout", "Nobody has an account here yet", "The server's console shows a link that makes the first one. Start it again with “hedgerow serve” if the link is older than a day.", way("/", "Read a leaf without an account"));
}

/** What helps those who cannot get in, as this server is set up. */
function help({ mail, registration }) {
  foot.replaceChildren(
    mail ? h("p", {}, h("a", { href: "/reset" }, "I have forgotten my password"))
      : h("p", {}, "Forgotten your password? This server sends no letters: whoever looks after it sets a new one with ", h("code", {}, "hedgerow user set-password"), "."),
    registration === "open" && mail ? h("p", {}, "No account yet? ", h("a", { href: "/register" }, "Make one"))
      : h("p", {}, "No account yet? Ask whoever looks after this server to invite you."));
}

/** All the ways in; `told` is the word that a provider's answer came to. */
async function askHow(told) {
  const [ways, providers] = await Promise.all([
    getJSON("/api/v1/setup").catch(() => null),
    knownProviders(),
  ]);
  if (ways?.setup_needed) return nobodyYet();
  askForAddress(providers, told);
  if (ways) help(ways);
}

async function begin() {
  const token = word === "code" && takeToken();
  if (token) return askForCode((code) => complete(token, code));
  if (word === backWord) {
    const there = await whoCameIn().catch(() => null);
    return there ? goOn(there) : askHow("expired");
  }
  if (wanted && !word) lead("The page you asked for needs to know who you are.");
  const there = await whoIsThere().catch(() => null);
  // Somebody who is signed in came to grief while linking.
  if (there) return location.replace(pageNamed(word ? `/account?oidc=${encodeURIComponent(word)}` : wanted, "/account"));
  return askHow(word === "code" ? "expired" : word);
}

begin();
