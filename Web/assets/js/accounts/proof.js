// The password, asked for again before what a stolen session must not do.

import { passwordField } from "/assets/js/form.js";

/** Somebody whom a provider lets in `mayHaveNone`. */
export function proofField({ id, label = "Your password", mayHaveNone }) {
  return passwordField({ id, label, ...(mayHaveNone && { optional: true, hint: "If you have none, sign in with your provider just before." }) });
}

/** What the server says against it, for `formOf`. */
export const proofWords = (id) => ({
  "wrong-password": [id, "This is not your password."],
  "sign-in-again": [id, "Sign out and in again with your provider, then do this within ten minutes."],
});
