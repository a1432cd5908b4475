// Providers with which somebody signs in: the ways to them, and what their answers came to.

import { getJSON } from "/assets/js/api.js";
import { h, icon } from "/assets/js/dom.js";

/** In the address of a browser that a provider has let in. */
export const backWord = "in";

const LONGEST = 1000;   // of a path that the server goes on to

const WORDS = {
  "link-needed": ["There is an account with this address.", "Sign in to it here; then link the provider under Security."],
  "not-invited": ["You are not known here yet.", "Ask whoever looks after this server to invite you, then come back."],
  unverified: ["The provider does not vouch for your address.", "Confirm your e-mail address there, then come back."],
  suspended: ["This account is closed.", "Ask whoever looks after this server."],
  denied: ["You said no at the provider.", "Nothing was told to this server. Try again, or choose another way."],
  linked: ["The provider is linked.", "From now on it lets you in here."],
  "linked-elsewhere": ["This person of the provider belongs to another account here.", "Remove the link there first, or choose another person at the provider."],
  expired: ["This took too long, or began in another browser.", "Nothing is lost: begin again."],
  unavailable: ["The provider does not answer.", "Try again in a while, or choose another way."],
  failed: ["What the provider said cannot be believed.", "Try again. If it stays so, whoever looks after this server finds the cause in its log."],
};

/** The providers of this server; none when it cannot be asked, since there are other ways in. */
export const knownProviders = () => getJSON("/api/v1/auth/oidc").then(({ items }) => items, () => []);

/** What `word` in the address means; nothing for none. */
export function providerNote(word) {
  if (!word) return null;
  const [title, words] = Object.hasOwn(WORDS, word) ? WORDS[word] : ["Signing in with the provider did not work.", "Try again, or choose another way."];
  const [look, sign, role] = word === "linked" ? ["note--good", "check", "status"] : word === "link-needed" ? ["", "info", "status"] : ["note--warning", "warn", "alert"];
  return h("div", { class: `note ${look}`, role, "data-word": word }, icon(sign), h("p", {}, h("strong", {}, title), ` ${words}`));
}

/** A link for each provider, below other ways in. They come back to the sign-in, which sees who it is and goes on to `wanted`. */
export function providerWays(providers, wanted, { isOnlyWay = false } = {}) {
  if (!providers.length) return null;
  const whole = `/sign-in?oidc=${backWord}${wanted ? `&next=${encodeURIComponent(wanted)}` : ""}`;
  const next = whole.length <= LONGEST ? whole : `/sign-in?oidc=${backWord}`;
  return h("div", { class: "ways" },
    isOnlyWay ? null : h("p", { class: "ways__or" }, "or"),
    providers.map((one) => h("a", { class: "button", href: startOf(one, `next=${encodeURIComponent(next)}`) }, `Continue with ${one.title}`)));
}

/** Where the browser goes to link a provider to the account of whoever is signed in. */
export const linkingStart = (provider) => startOf(provider, "link=true");

function startOf({ name }, query) {
  return `/api/v1/auth/oidc/${encodeURIComponent(name)}/start?${query}`;
}
