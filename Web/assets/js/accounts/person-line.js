// One person in the list: a line that opens to what may be done.

import { toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { isGivenSites, reachPart } from "/assets/js/accounts/reach.js";
import { roleWord, roleWords, roles, stateWord } from "/assets/js/accounts/roles.js";
import { button, h, icon } from "/assets/js/dom.js";
import { faultWords } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";
import { upperFirst, when } from "/assets/js/words.js";

/** `say` shows what went wrong, `gone` takes the line of somebody who was removed. */
export function personLine(user, { isMe, say, gone }) {
  const line = h("li", { "data-id": user.id });
  draw(line, user, { isMe, say, gone }, false);
  return line;
}

function draw(line, user, context, open) {
  const { isMe } = context;
  const badges = [
    isMe && h("span", { class: "badge badge--good" }, icon("person"), "You"),
    user.state !== "active" && h("span", { class: user.state === "suspended" ? "badge badge--warning" : "badge badge--notice" }, icon(user.state === "suspended" ? "minus" : "clock"), stateWord(user.state)),
    user.second_factor ? h("span", { class: "badge" }, icon("shield"), "Second factor")
      : user.role === "admin" && h("span", { class: "badge badge--notice" }, icon("warn"), "No second factor"),
  ];
  line.replaceChildren(h("details", { class: "person", open },
    h("summary", {},
      h("span", { class: "person__letter", "aria-hidden": "true" }, [...user.name][0]?.toUpperCase() ?? ""),
      h("span", { class: "person__name" }, h("b", {}, user.name), h("span", { class: "small quiet" }, user.email)),
      h("span", { class: "person__seen small quiet" }, `${roleWord(user.role)}, ${user.last_seen_at ? `seen ${when(user.last_seen_at)}` : "not seen yet"}`),
      h("span", { class: "person__badges" }, badges),
      icon("chevron")),
    h("div", { class: "person__more" }, isMe ? own() : acts(line, user, context))));
}

function own() {
  return [h("p", { class: "quiet" }, "This is you. Nobody changes their own role here or removes themselves, so that somebody always looks after this server."),
    h("div", { class: "buttons" }, h("a", { class: "button", href: "/account" }, icon("person"), "Your account"))];
}

function acts(line, user, context) {
  const hint = h("p", { class: "field__hint", id: `role-hint-${user.id}` }, upperFirst(roleWords(user.role)));
  const role = h("select", { class: "input", id: `role-${user.id}`, "aria-describedby": `role-hint-${user.id}` }, roles.map((one) => h("option", { value: one, selected: one === user.role }, roleWord(one))));
  const change = button("Change the role", { disabled: true, onclick: () => patch({ role: role.value }, `${user.name} is now ${roleWord(role.value).toLowerCase()}.`) });
  role.addEventListener("change", () => {
    hint.textContent = upperFirst(roleWords(role.value));
    change.disabled = role.value === user.role;
  });

  /** What the server gives back is drawn anew. */
  async function busy(work) {
    line.setAttribute("aria-busy", "true");
    try {
      await work();
      context.say("");
    } catch (fault) {
      context.say(fault.status === 404 ? "This person is gone already." : faultWords(fault));
      document.getElementById("people-title").scrollIntoView({ block: "center" });
    }
    line.removeAttribute("aria-busy");
  }

  const patch = (what, words) => busy(async () => {
    const changed = await asPerson("PATCH", path(user), what);
    draw(line, changed, context, true);
    line.querySelector("summary").focus({ preventScroll: true });
    toast(words);
  });

  const suspend = async () => {
    if (await ask({ title: `Suspend ${user.name}?`, words: "They are signed out at once, and their keys open nothing, until you let them in again. Nothing of theirs is lost.", act: "Suspend", leave: "Not now" })) await patch({ state: "suspended" }, `${user.name} is suspended.`);
  };

  const resetFactor = async () => {
    if (!(await ask({ title: "Remove the second factor?", words: `For when ${user.name} has lost the phone and the recovery codes. They are signed out and then sign in with the password alone: make sure that it is really them who asks.`, act: "Remove the second factor" }))) return;
    await busy(async () => {
      await asPerson("POST", `${path(user)}/reset-2fa`);
      draw(line, { ...user, second_factor: false }, context, true);
      line.querySelector("summary").focus({ preventScroll: true });
      toast("The second factor is removed.");
    });
  };

  const remove = async () => {
    const sure = await ask({
      title: `Remove ${user.name} for good?`, act: "Remove for good", leave: "Keep them", typed: user.email, label: `Type ${user.email} to go on`,
      words: "Their account, sessions and keys go, and with them all that is theirs alone. This cannot be undone. To keep somebody out for a while, suspend them instead.",
    });
    if (!sure) return;
    await busy(async () => {
      await asPerson("DELETE", path(user));
      context.gone(line);
      toast(`${user.name} is removed.`);
    });
  };

  return [
    h("div", { class: "person__role" }, h("div", { class: "field" }, h("label", { for: role.id }, "Role"), role), change, hint),
    isGivenSites(user.role) && reachPart(user, (what) => patch(what, `What ${user.name} sees is changed.`)),
    h("div", { class: "buttons" },
      user.state === "suspended" ? button("Let in again", { icon: "check", onclick: () => patch({ state: "active" }, `${user.name} may sign in again.`) })
        : button("Suspend", { icon: "minus", onclick: suspend }),
      user.second_factor && button("Remove the second factor", { icon: "shield", onclick: resetFactor }),
      h("a", { class: "button", href: `/audit?actor=${encodeURIComponent(user.id)}` }, icon("book"), "What they did"),
      button("Remove for good", { look: "quiet", icon: "bin", onclick: remove })),
  ];
}

const path = (user) => `/api/v1/users/${encodeURIComponent(user.id)}`;
