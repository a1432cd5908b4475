// One's own account, in parts.

import { addressPart } from "/assets/js/accounts/address.js";
import { ApplicationsPart } from "/assets/js/accounts/applications.js";
import { DataPart } from "/assets/js/accounts/data.js";
import { KeysPart } from "/assets/js/accounts/keys.js";
import { leavingNote } from "/assets/js/accounts/leaving.js";
import { permissionList, roleWord, roleWords } from "/assets/js/accounts/roles.js";
import { SecurityPart } from "/assets/js/accounts/security.js";
import { SessionsPart } from "/assets/js/accounts/sessions.js";
import { getJSON } from "/assets/js/api.js";
import { h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson, person } from "/assets/js/session.js";
import { tabs } from "/assets/js/tabs.js";
import { upperFirst, when } from "/assets/js/words.js";

const place = document.getElementById("parts");
const ways = { links: [], providers: [] };
let word = new URLSearchParams(location.search).get("oidc");

function profile({ user, permissions }) {
  const fact = (name, ...words) => h("div", {}, h("dt", {}, name), h("dd", {}, words));
  return h("div", { class: "stack" }, h("section", { class: "card card__body stack", "aria-labelledby": "profile-title" },
    h("h2", { id: "profile-title" }, "Who you are here"),
    h("dl", { class: "facts" },
      fact("Name", user.name), fact("E-mail address", user.email),
      fact("Role", h("b", {}, roleWord(user.role)), h("p", { class: "small quiet" }, upperFirst(roleWords(user.role)))),
      fact("You may", permissionList(permissions)),
      fact("Here since", upperFirst(when(user.created_at)))),
    h("p", { class: "small faint" }, "Something is wrong here? An administrator of this server changes it.")), addressPart(user));
}

/** What must be known or done before anything else. */
function warning(answer) {
  if (answer.user.state === "leaving") return [leavingNote(answer, draw)];
  if (!answer.second_factor_needed) return [];
  const words = answer.user.second_factor
    ? "You signed in here without your second factor. Sign out and in again, with a code."
    : "People, the audit trail, keys and the server stay closed to you until you have set up a second factor.";
  return [h("div", { class: "note note--warning account-warning" }, icon("shield"), h("p", {}, words))];
}

function draw(answer) {
  setText(document.getElementById("lead"), `Signed in as ${answer.user.email}.`);
  const parts = {
    security: new SecurityPart(answer, { changed: draw, ways, word }), sessions: new SessionsPart(),
    keys: answer.permissions.includes("keys") && new KeysPart(answer), applications: new ApplicationsPart(), data: new DataPart(answer, { place, hasProvider: ways.links.length > 0 }),
  };
  const entries = [
    { id: "profile", label: "Profile", body: profile(answer) },
    { id: "security", label: "Security", body: parts.security.element },
    { id: "sessions", label: "Sessions", body: parts.sessions.element },
    parts.keys && { id: "keys", label: "Keys", body: parts.keys.element },
    { id: "applications", label: "Applications", body: parts.applications.element },
    { id: "data", label: "Data", body: parts.data.element },
  ].filter(Boolean);
  const named = location.hash.slice(1);
  place.removeAttribute("aria-busy");
  place.replaceChildren(...warning(answer), tabs("Parts of your account", entries, {
    chosen: entries.some(({ id }) => id === named) ? named : "profile",
    heard: (id) => {
      if (location.hash.slice(1) !== id && !(id === "profile" && !location.hash)) history.replaceState(null, "", `#${id}`);
      parts[id]?.show?.();
    },
  }));
}

/** Which providers let this person in, and which could; a server that cannot tell now shows none. */
async function learnWays() {
  const [links, providers] = await Promise.allSettled([asPerson("GET", "/api/v1/auth/links"), getJSON("/api/v1/auth/oidc")]);
  ways.links = links.value?.items ?? [];
  ways.providers = providers.value?.items ?? [];
}

addEventListener("hashchange", () => document.getElementById(`tab-${location.hash.slice(1)}`)?.click());
try {
  const answer = await person();
  await learnWays();
  if (word) history.replaceState(null, "", "/account#security");
  draw(answer);
  word = null;
} catch (fault) {
  setText(document.getElementById("lead"), faultWords(fault));
  place.replaceChildren();
}
