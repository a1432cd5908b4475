// What stands on the trail, as somebody would tell it. What people wrote is put in as text nodes.

import { alertDeed } from "/assets/js/accounts/alert-deeds.js";
import { h } from "/assets/js/dom.js";
import { permissionList, permissionWord, roleAsNoun, roleWord, stateWord } from "/assets/js/accounts/roles.js";
import { wildlifeDeed } from "/assets/js/accounts/wildlife-deeds.js";
import { count, when } from "/assets/js/words.js";

/** Groups to ask for. */
export const ACTIONS = [
  ["user.", "People"], ["session.", "Signing in and out"], ["password.", "Passwords"], ["second-factor.", "Second factors"], ["link.", "Providers"],
  ["key.", "Keys"], ["application.", "Applications"], ["signing-key.", "Signing keys"], ["image.", "Pictures of camera traps"], ["images.", "Exported pictures"],
  ["camera.", "Cameras"], ["deployment.", "Where cameras hung"], ["site.", "Sites"], ["rule.", "Rules of alerts"], ["channel.", "Channels of alerts"], ["refused.", "What was refused"],
];

const SIGNS = { user: "person", session: "desk", password: "key", "second-factor": "shield", link: "key", key: "key", application: "code", "signing-key": "gear", image: "paw", images: "download", camera: "trap", deployment: "trap", clock: "clock", quarantine: "warn", site: "map", rule: "bell", channel: "bell", alert: "bell", alerts: "bell", refused: "warn" };

export const signOf = (action) => SIGNS[action.split(".")[0]] ?? "info";

const ACTORS = { key: "The key of the settings", "command line": "A command on the machine", server: "The server", nobody: "A stranger", "": "Somebody" };
const HOW = { password: "with a password", "password and code": "with a password and a code", "password and recovery code": "with a recovery code", "set-up": "by setting up the server", invitation: "by an invitation" };
const REFUSED = {
  application: "came as an application with a wrong secret",
  proof: "gave a wrong password when asked for it again", credential: "came with a key or session that is not good",
};

/** The sentence of an entry, as parts for `h`. `names` knows people by id. */
export function sentenceOf({ actor, action, subject, old, new: now }, names) {
  const someone = (id) => h("b", {}, names.get(id) ?? "somebody who is gone");
  const who = names.has(actor) ? h("b", {}, names.get(actor)) : ACTORS[actor] !== undefined ? ACTORS[actor] : h("b", {}, "Somebody who is gone");
  const [kind, id] = subject.split(" ");
  const self = kind === "user" && id === actor;
  const whom = self ? "their own account" : kind === "user" ? someone(id) : subject;
  const whose = (thing) => (self || kind !== "user" ? `their ${thing}` : [`the ${thing} of `, someone(id)]);
  const known = {
    "user.made": () => (self ? [who, ` joined as ${roleAsNoun(now.role)}${now.how === "set-up" ? " and set up this server" : ""}`] : [who, " made an account for ", someone(id), ` as ${roleAsNoun(now.role)}`]),
    "user.changed": () => (Object.keys(now).join() === "state" ? [who, now.state === "suspended" ? " suspended " : " let ", whom, now.state === "suspended" ? "" : " in again"] : [who, " changed ", changes(old, now, whom)]),
    "user.removed": () => [who, " removed ", self ? "their own account" : someone(id), " for good"],
    "user.exported": () => [who, " took along all that is kept about them"],
    "user.leaving": () => [who, ` asked to leave${now.erase_at ? `: everything of theirs is erased ${when(now.erase_at)}` : ""}`],
    "user.stayed": () => [who, " stays after all"],
    "user.warned": () => ["The account of ", someone(id), " has not been used for long and will be erased; a letter said so"],
    "user.erased": () => [self ? "Somebody who is gone" : who, self ? " left, and all that was theirs was erased" : " erased all that belonged to somebody who is gone", counted(now)],
    "user.verified": () => [who, " confirmed their address"],
    "user.invited": () => [who, ` invited somebody as ${roleAsNoun(now.role ?? "")}`],
    "user.uninvited": () => [who, " withdrew an invitation"],
    "session.begun": () => [now.kind === "token" ? ["A program of ", who] : who, ` signed in${howWords(now.how)}`],
    "session.ended": () => [who, " ended a session"],
    "session.ended-all": () => [who, " ended all their sessions"],
    "session.reused": () => ["A token of ", who, " came a second time, so its session was ended: it may have been stolen"],
    "password.changed": () => [who, " changed ", whose("password")],
    "password.reset-asked": () => ["Somebody asked for a new password for ", someone(id)],
    "second-factor.begun": () => [who, " began to set up a second factor"],
    "second-factor.set-up": () => [who, " set up a second factor"],
    "second-factor.codes": () => [who, " got new recovery codes"],
    "second-factor.removed": () => [who, " removed ", whose("second factor")],
    "second-factor.reset": () => [who, " removed the second factor of ", someone(id), ", who had lost it"],
    "link.made": () => [who, ` linked ${providerWord(now.provider)} to their account`],
    "link.removed": () => [who, ` removed the link to ${providerWord(old.provider)}`],
    "key.made": () => [who, ` made a key that may ${permissionList((now.scopes ?? "").split(" ")).toLowerCase()}`],
    "key.rotated": () => [who, " renewed a key"],
    "key.removed": () => [who, " ended a key"],
    "application.registered": () => [who, ` registered an application that may be let ${permissionList((now.scopes ?? "").split(" ")).toLowerCase()}`],
    "application.removed": () => [who, " removed an application, and with it all that it was let do"],
    "application.allowed": () => [who, ` let an application ${permissionList((now.scopes ?? "").split(" ")).toLowerCase()}`],
    "application.connected": () => ["An application began to act for ", who],
    "application.entered": () => ["An application got a token by its secret, as ", who],
    "application.withdrawn": () => [who, " ended what an application did for them"],
    "application.revoked": () => ["An application gave back a token of ", who],
    "application.reused": () => ["A code or token of an application came a second time, so what ", who, " had allowed was ended: it may have been stolen"],
    "signing-key.rotated": () => [who, " made a new signing key"],
    "refused.many": () => ["Very many calls were refused"],
  };
  const deed = wildlifeDeed(action, subject, now) ?? alertDeed(action, now);
  const parts = known[action]?.() ?? (deed ? [who, deed] : action.startsWith("refused.") ? refusal(who, action.slice(8), subject) : [who, `: ${action}, ${subject}`]);
  const times = Number(now.times);
  return [parts, times > 1 ? `, ${count(times, "time")}.` : "."];
}

const providerWord = (name) => (name ? `the provider “${name}”` : "a provider that is not there any more");

/** " with a password", " with the provider “acme” and a code". */
function howWords(how = "") {
  const [, provider, code] = how.match(/^provider (\S+)( and code)?$/) ?? [];
  if (provider) return ` with ${providerWord(provider)}${code ? " and a code" : ""}`;
  return HOW[how] ? ` ${HOW[how]}` : "";
}

const COUNTED = { analyses: ["answer"], pictures: ["picture"], batches: ["batch", "batches"], sessions: ["session"], keys: ["key"], applications: ["application"] };

/** ": 3 answers, 1 picture", what there was of it. */
function counted(numbers) {
  const told = Object.entries(COUNTED).filter(([name]) => Number(numbers[name]) > 0).map(([name, words]) => count(Number(numbers[name]), ...words));
  return told.length ? `: ${told.join(", ")}` : "";
}

function refusal(who, what, subject) {
  // Whoever tries an address is not yet whose address it is.
  if (what === "sign-in") return who === ACTORS.nobody ? [who, " tried to sign in with an address that has no account"] : ["Somebody tried to sign in as ", who, " with a wrong password"];
  if (what === "second-factor") return ["Somebody tried to sign in as ", who, " with a wrong code"];
  if (what === "oidc") return [who === ACTORS.nobody ? "Somebody whom nobody here knows" : who, ` came from ${providerWord(subject.split(" ")[1])} and was not let in`];
  if (REFUSED[what]) return [who, ` ${REFUSED[what]} (${subject})`];
  return [who, ` was refused “${permissionWord(what).toLowerCase()}” at ${subject}`];
}

function changes(old, now, whom) {
  const told = Object.keys(now).map((name) => {
    if (name === "role") return ["the role of ", whom, ` from ${roleWord(old.role).toLowerCase()} to ${roleWord(now.role).toLowerCase()}`];
    if (name === "state") return ["the state of ", whom, ` from “${stateWord(old.state).toLowerCase()}” to “${stateWord(now.state).toLowerCase()}”`];
    if (name === "name") return ["the name of ", whom];
    if (name === "email") return ["the address of ", whom];
    if (name === "reach") return ["what ", whom, " sees"];
    return [`${name} of `, whom];
  });
  return told.length ? told.flatMap((part, at) => (at ? [" and ", ...part.map((one) => one.cloneNode?.(true) ?? one)] : part)) : ["nothing about ", whom];
}
