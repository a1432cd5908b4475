// The address that somebody signs in with: another one is proved by a letter.

import { proofField, proofWords } from "/assets/js/accounts/proof.js";
import { codeField, plainCode } from "/assets/js/accounts/second-factor.js";
import { h } from "/assets/js/dom.js";
import { field, formOf, show } from "/assets/js/form.js";
import { asPerson } from "/assets/js/session.js";

/** `user` is whoever is signed in. */
export function addressPart(user) {
  const email = field({ id: "new-email", label: "New address", noun: "The address", type: "email", autocomplete: "email", missing: "Give the new address." });
  const password = proofField({ id: "email-password" });
  const code = user.second_factor && codeField({ id: "email-code" });
  const place = h("section", { class: "card card__body stack stack--s", "aria-labelledby": "address-title" });
  place.append(
    h("h2", { id: "address-title" }, "Another address"),
    h("p", { class: "quiet" }, "A letter goes to the new address. Yours stays until the link in it is opened."),
    formOf({
      label: "Change the address", fields: [email, password, code].filter(Boolean), act: "Send the letter", look: null, compact: true,
      words: proofWords("email-password"),
      send: async (given) => {
        await asPerson("PUT", "/api/v1/auth/email", { email: given["new-email"].trim(), password: given["email-password"], ...(code && { code: plainCode(given["email-code"]) }) });
        show(place, h("h2", {}, "A letter is on its way"), h("p", { class: "quiet" }, "Open the link in it within a day. Until then you sign in as before."));
      },
    }));
  return place;
}
