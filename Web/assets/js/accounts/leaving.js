// Leaving this server, and staying after all.

import { toast } from "/assets/js/announce.js";
import { ask } from "/assets/js/ask.js";
import { proofField, proofWords } from "/assets/js/accounts/proof.js";
import { button, h, icon } from "/assets/js/dom.js";
import { faultWords, formOf, show } from "/assets/js/form.js";
import { asPerson, session, toSignIn, whoIsThereNow } from "/assets/js/session.js";
import { when } from "/assets/js/words.js";

/** `place` shows what comes after; somebody who `hasProvider` may have no password. */
export function leavePart({ user }, { place, hasProvider }) {
  return h("section", { class: "card card__body stack stack--s", "aria-labelledby": "leave-title" },
    h("h2", { id: "leave-title" }, "Leave"),
    h("p", { class: "quiet" }, "Your account closes, and after a time of grace all that is yours is erased: answers, pictures, batches, keys, name and address. Until then you can sign in, take everything with you, and stay."),
    formOf({
      label: "Leave", act: "Leave this server", sign: "leave", look: null, compact: true, fields: [proofField({ id: "leave-password", mayHaveNone: hasProvider })],
      words: proofWords("leave-password"),
      send: async (given) => {
        const sure = await ask({
          title: "Leave this server?", act: "Leave", leave: "Stay", typed: user.email, label: `Type ${user.email} to go on`,
          words: "You are signed out everywhere, and your keys open nothing any more. You are told next on which day everything is erased.",
        });
        if (!sure) return;
        const { erase_at: day } = await asPerson("DELETE", "/api/v1/me", { password: given["leave-password"] });
        session.forget();
        document.getElementById("lead").textContent = `Signed out. ${user.email} is leaving.`;
        show(place, farewell(day));
      },
    }));
}

function farewell(day) {
  const soon = new Date(day) - Date.now() < 60000;
  return h("section", { class: "card card__body stack stack--s", id: "farewell" },
    h("h2", {}, "You are leaving"),
    h("p", {}, soon ? "All that is yours is being erased now." : ["Everything is erased ", h("b", {}, when(day)), ". Until then, sign in to take everything with you, or to stay."]),
    h("div", { class: "buttons" }, !soon && h("a", { class: "button", href: "/sign-in?next=%2Faccount" }, icon("key"), "Sign in"), h("a", { class: "button", href: "/" }, icon("leaf"), "Read a leaf without an account")));
}

/** For somebody who is leaving: when, and the way back. `changed` gets what the server says of them then. */
export function leavingNote({ erase_at: day }, changed) {
  const fault = h("p", { class: "field__error", role: "alert" });
  const stay = button("Stay", { look: "main", icon: "undo", onclick: async () => {
    stay.disabled = true;
    try {
      await asPerson("POST", "/api/v1/me/stay");
    } catch (problem) {
      if (problem.status !== 409) {   // who is not leaving stays
        stay.disabled = false;
        return fault.replaceChildren(icon("warn"), faultWords(problem));
      }
    }
    const answer = await whoIsThereNow().catch(() => null);
    if (!answer) return toSignIn();
    changed(answer);
    toast("You stay.");
    document.getElementById("main").focus({ preventScroll: true });
  } });
  return h("div", { class: "note note--warning account-warning", id: "leaving" }, icon("clock"),
    h("p", {}, h("strong", {}, "You are leaving."), " Everything of yours is erased ", h("b", {}, when(day)), ".", " Until then only your account opens."),
    stay, fault);
}
