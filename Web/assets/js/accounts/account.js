// One's own account, in four parts.

import { KeysPart } from "/assets/js/accounts/keys.js";
import { permissionList, roleWord, roleWords } from "/assets/js/accounts/roles.js";
import { SecurityPart } from "/assets/js/accounts/security.js";
import { SessionsPart } from "/assets/js/accounts/sessions.js";
import { h, icon, setText } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { person } from "/assets/js/session.js";
import { tabs } from "/assets/js/tabs.js";
import { upperFirst, when } from "/assets/js/words.js";

const place = document.getElementById("parts");

function profile({ user, permissions }) {
  const fact = (name, ...words) => h("div", {}, h("dt", {}, name), h("dd", {}, words));
  return h("section", { class: "card card__body stack", "aria-labelledby": "profile-title" },
    h("h2", { id: "profile-title" }, "Who you are here"),
    h("dl", { class: "facts" },
      fact("Name", user.name), fact("E-mail address", user.email),
      fact("Role", h("b", {}, roleWord(user.role)), h("p", { class: "small quiet" }, upperFirst(roleWords(user.role)))),
      fact("You may", permissionList(permissions)),
      fact("Here since", upperFirst(when(user.created_at)))),
    h("p", { class: "small faint" }, "Something is wrong here? An administrator of this server changes it."));
}

/** What an administrator must do before anything else opens. */
function warning(answer) {
  if (!answer.second_factor_needed) return [];
  const words = answer.user.second_factor
    ? "You signed in here without your second factor. Sign out and in again, with a code."
    : "People, the audit trail, keys and the server stay closed to you until you have set up a second factor.";
  return [h("div", { class: "note note--warning account-warning" }, icon("shield"), h("p", {}, words))];
}

function draw(answer) {
  setText(document.getElementById("lead"), `Signed in as ${answer.user.email}.`);
  const parts = { security: new SecurityPart(answer, draw), sessions: new SessionsPart(), keys: answer.permissions.includes("keys") && new KeysPart(answer) };
  const entries = [
    { id: "profile", label: "Profile", body: profile(answer) },
    { id: "security", label: "Security", body: parts.security.element },
    { id: "sessions", label: "Sessions", body: parts.sessions.element },
    parts.keys && { id: "keys", label: "Keys", body: parts.keys.element },
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

addEventListener("hashchange", () => document.getElementById(`tab-${location.hash.slice(1)}`)?.click());
try {
  draw(await person());
} catch (fault) {
  setText(document.getElementById("lead"), faultWords(fault));
  place.replaceChildren();
}
