// Setting up a second factor: the code for the app, a number that proves it works, the recovery codes.

import { asPerson, whoIsThereNow } from "/assets/js/session.js";
import { recoveryCodes, secretLine } from "/assets/js/accounts/once.js";
import { proofField, proofWords } from "/assets/js/accounts/proof.js";
import { button, h, icon } from "/assets/js/dom.js";
import { field, formOf, show } from "/assets/js/form.js";

/** Fills `place` step by step. With the `password` that was just typed it is not asked for again; `done` is called at the end. */
export async function setUpSecondFactor(place, { password, mayHaveNone, done, cancel }) {
  const begin = async (typed) => scan(place, await asPerson("POST", "/api/v1/auth/2fa/begin", { password: typed }), { done, cancel });
  if (password) {
    try {
      return await begin(password);
    } catch { /* asked below, where the words have a place */ }
  }
  show(place,
    h("h2", {}, "Set up a second factor"),
    h("p", { class: "quiet" }, "Your password again first, so that nobody does this at a desk you have left."),
    formOf({
      label: "Your password", fields: [proofField({ id: "factor-password", mayHaveNone })], act: "Go on", also: leaveButton(cancel),
      words: proofWords("factor-password"),
      send: ({ "factor-password": typed }) => begin(typed),
    }));
}

function scan(place, { secret, address, qr_code: drawing }, { done, cancel }) {
  show(place,
    h("h2", {}, "Scan this with your app"),
    h("div", { class: "factor" },
      h("div", { class: "factor__code" }, h("img", { src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing)}`, alt: "QR code with the secret for your app", width: "200", height: "200" })),
      h("div", { class: "stack stack--s" },
        h("p", {}, "Any app for one-time codes will do, such as Aegis, 2FAS or the one in your password manager."),
        address.startsWith("otpauth://") && h("p", { class: "touch-only" }, h("a", { class: "button", href: address }, icon("key"), "Open in an app here")),
        h("p", { class: "small quiet" }, "No camera? Type this secret into the app:"),
        secretLine(secret.match(/.{1,4}/g).join(" "), "Copy the secret", secret))),
    formOf({
      label: "Code of the app", act: "Confirm the code", sign: "check", also: leaveButton(cancel),
      fields: [codeField({ label: "Six digits that the app shows now" })],
      send: async ({ code }) => {
        const { recovery_codes: codes } = await asPerson("POST", "/api/v1/auth/2fa/confirm", { code: plainCode(code) });
        await whoIsThereNow().catch(() => {});   // the doors that it opens are told by the next page at the latest
        show(place, recoveryCodes(codes, { done }));
      },
    }));
}

export function codeField({ id = "code", label = "Six digits", ...rest } = {}) {
  return field({
    id, label, noun: "This code", missing: "Type the code first.", inputmode: "numeric", autocomplete: "one-time-code", autocapitalize: "none", spellcheck: "false", maxlength: "40",
    class: "input input--code", ...rest,
  });
}

/** As the server takes it: apps show blanks in the middle. */
export const plainCode = (code) => code.replaceAll(/\s/g, "");

function leaveButton(cancel) {
  return cancel ? [button("Not now", { look: "quiet", onclick: cancel })] : [];
}
