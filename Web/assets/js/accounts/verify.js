// Proves an address with the link of a letter.

import { call } from "/assets/js/api.js";
import { lead, takeToken, tell, tellFault, way } from "/assets/js/accounts/gate.js";

const token = takeToken();
// The address of an account that there is already, or of a new one.
const isChange = new URLSearchParams(location.search).get("of") === "address";
const signIn = way("/sign-in", "Sign in", { main: true });

if (!token) {
  tell("letter", "The link is missing", "Open the whole link in the letter, to its last letter.", signIn);
} else {
  try {
    await call("POST", isChange ? "/api/v1/auth/email/confirm" : "/api/v1/auth/verify", { body: { token } });
    lead("Thank you.");
    tell("check", "Your address is confirmed", isChange ? "Sign in with it from now on." : "Your account is open now.", signIn);
  } catch (fault) {
    if (![410, 422].includes(fault.status)) tellFault(fault);
    else if (isChange) tell("letter", "This link is not good any more", "It was used already, is older than a day, or another address was asked for since. Your account has the address that it had; ask for the new one again.", way("/account", "Your account", { main: true }));
    else tell("letter", "This link is not good any more", "It was used already, or is older than a day. If it was you who used it, sign in. Otherwise make the account again with the same address: another letter is sent.", signIn, way("/register", "Make an account"));
  }
}
