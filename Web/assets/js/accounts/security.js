// How somebody signs in: the password, the second factor and providers.

import { toast } from "/assets/js/announce.js";
import { LinksPart } from "/assets/js/accounts/links.js";
import { recoveryCodes } from "/assets/js/accounts/once.js";
import { proofField, proofWords } from "/assets/js/accounts/proof.js";
import { codeField, plainCode, setUpSecondFactor } from "/assets/js/accounts/second-factor.js";
import { button, h, icon } from "/assets/js/dom.js";
import { formOf, passwordField, show } from "/assets/js/form.js";
import { asPerson, toSignIn, leave, whoIsThereNow } from "/assets/js/session.js";

export class SecurityPart {
  element = h("div", { class: "stack" });
  #answer;
  #changed;
  #mayHaveNone;   // a password, since a provider lets them in
  #factor = h("section", { class: "card card__body stack stack--s", "aria-label": "Second factor" });

  /** `changed` gets what the server says of the person, once it is another thing. `ways` are their `links` and the `providers` there are. */
  constructor(answer, { changed, ways, word }) {
    this.#answer = answer;
    this.#changed = changed;
    this.#mayHaveNone = ways.links.length > 0;
    const links = (ways.links.length || ways.providers.length) && new LinksPart(ways, word).element;
    // What somebody came back for stands first.
    this.element.append(...[word && links, this.#factor, this.#password(), !word && links].filter(Boolean));
    this.#drawFactor();
  }

  #password() {
    const old = proofField({ id: "old-password", label: "Your password now", mayHaveNone: this.#mayHaveNone });
    const fresh = passwordField({ id: "new-password", label: "New password", fresh: true });
    const clear = () => { for (const one of [old, fresh]) { one.input.value = ""; one.input.dispatchEvent(new Event("input")); } };
    return h("section", { class: "card card__body stack stack--s", "aria-labelledby": "password-title" },
      h("h2", { id: "password-title" }, "Password"),
      h("p", { class: "quiet" }, "When you change it, you are signed out everywhere else."),
      formOf({
        label: "Change the password", fields: [hiddenName(this.#answer.user.email), old, fresh], act: "Change the password", look: null, compact: true,
        words: proofWords("old-password"),
        send: async (given) => {
          await asPerson("PUT", "/api/v1/auth/password", { password: given["old-password"], new_password: given["new-password"] });
          clear();
          toast("The password is changed. Other sessions have ended.");
        },
      }));
  }

  #drawFactor() {
    const { user, second_factor_needed: needed } = this.#answer;
    const badge = user.second_factor
      ? h("span", { class: "badge badge--good" }, icon("check"), "Set up")
      : h("span", { class: needed ? "badge badge--warning" : "badge" }, icon(needed ? "warn" : "minus"), needed ? "Needed" : "None");
    const head = h("div", { class: "entry__line" }, h("h2", {}, "Second factor"), badge);
    if (!user.second_factor) {
      return this.#factor.replaceChildren(head,
        h("p", { class: "quiet" }, "An app on your phone shows a code that signing in asks for. A stolen password alone then opens nothing."),
        h("div", { class: "buttons" }, button("Set up a second factor", { look: "main", icon: "shield", onclick: () => this.#setUp() })));
    }
    if (needed) {
      return this.#factor.replaceChildren(head,
        h("p", { class: "quiet" }, "This session began without it. Sign in again, with a code, to open the rest."),
        h("div", { class: "buttons" }, button("Sign in again", { look: "main", icon: "key", onclick: () => leave().then(toSignIn, () => {}) })));
    }
    this.#factor.replaceChildren(head,
      h("p", { class: "quiet" }, "Signing in asks for a code of your app. Each recovery code opens your account once instead."),
      h("div", {}, this.#renewFold(), this.#removeFold()));
  }

  async #setUp() {
    const cancel = () => this.#drawFactor();
    await setUpSecondFactor(this.#factor, { cancel, mayHaveNone: this.#mayHaveNone, done: () => this.#settle("The second factor is set up.") });
  }

  #renewFold() {
    return h("details", { class: "fold" }, h("summary", {}, "Get new recovery codes"),
      h("div", { class: "stack stack--s" },
        h("p", { class: "quiet" }, "Those that you have now are worth nothing then."),
        formOf({
          label: "New recovery codes", fields: [proofField({ id: "renew-password", mayHaveNone: this.#mayHaveNone })], act: "Get new codes", look: null, compact: true,
          words: proofWords("renew-password"),
          send: async (given) => {
            const { recovery_codes: codes } = await asPerson("POST", "/api/v1/auth/2fa/recovery-codes", { password: given["renew-password"] });
            show(this.#factor, recoveryCodes(codes, { title: "Your new recovery codes", done: () => { this.#drawFactor(); this.#focus(); } }));
          },
        })));
  }

  #removeFold() {
    const must = this.#answer.user.role === "admin";
    return h("details", { class: "fold" }, h("summary", {}, "Remove it, or change to another app"),
      h("div", { class: "stack stack--s" },
        h("p", { class: "quiet" }, must ? "Your role needs one: set up another right after, or most of this server stays closed to you." : "Your password alone opens your account then."),
        formOf({
          label: "Remove the second factor", act: "Remove the second factor", look: "haw", compact: true,
          fields: [proofField({ id: "remove-password", mayHaveNone: this.#mayHaveNone }), codeField({ id: "remove-code", label: "A code of the app, or a recovery code", inputmode: "text" })],
          words: proofWords("remove-password"),
          send: async (given) => {
            await asPerson("POST", "/api/v1/auth/2fa/remove", { password: given["remove-password"], code: plainCode(given["remove-code"]) });
            await this.#settle("The second factor is removed.");
          },
        })));
  }

  async #settle(words) {
    const answer = await whoIsThereNow().catch(() => null);
    if (!answer) return toSignIn();
    this.#changed(answer);
    toast(words);
    document.getElementById("tab-security")?.focus({ preventScroll: true });
  }

  #focus() { document.getElementById("tab-security")?.focus({ preventScroll: true }); }
}

/** Password managers ask whose password it is. */
function hiddenName(email) {
  const input = h("input", { type: "email", name: "email", autocomplete: "username", value: email, readonly: true, hidden: true, "aria-hidden": "true", tabindex: "-1" });
  return { id: "username", element: input, input, noun: "", value: email, lack: "", say() {} };
}
