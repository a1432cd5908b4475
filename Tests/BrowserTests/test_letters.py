"""Pages for a server that sends letters; what it would answer is put in its place, since no letter leaves a test."""

import json
import unittest

from people import PASSWORD, AccountCase

STAND_IN = """
const answers = %s;
const real = window.fetch;
window.asked = [];
window.fetch = (path, options = {}) => {
  const given = answers[`${options.method ?? "GET"} ${path}`];
  if (given === undefined) return real(path, options);
  window.asked.push([path, options.body && JSON.parse(options.body)]);
  return Promise.resolve(given === null ? new Response(null, { status: 204 }) : new Response(JSON.stringify(given), { headers: { "Content-Type": "application/json" } }));
};
"""
ANSWERS = {
    "GET /api/v1/setup": {"setup_needed": False, "registration": "open", "mail": True},
    "POST /api/v1/auth/register": {"status": "success", "message": "A letter is on its way to this address."},
    "POST /api/v1/auth/verify": None,
    "POST /api/v1/auth/password/reset": {"status": "success", "message": "A letter is on its way."},
    "POST /api/v1/auth/password/reset/confirm": None,
}


class Letters(AccountCase):
    def setUp(self):
        super().setUp()
        made = self.browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": STAND_IN % json.dumps(ANSWERS)})
        self.addCleanup(self.browser.execute_cdp_cmd, "Page.removeScriptToEvaluateOnNewDocument", made)

    def asked(self):
        return self.run("return window.asked.at(-1)")

    def test_signing_in_offers_a_letter_and_an_account(self):
        self.open("/sign-in")
        self.until("document.querySelectorAll('#gate-foot a').length === 2")
        self.check_well_formed()
        self.press("I have forgotten my password")
        self.until_path("/reset")

    def test_an_account_is_made_and_its_address_confirmed(self):
        self.open("/register")
        self.type("#name", "Lea")
        self.check_well_formed()
        self.press("Make the account")
        self.until("document.getElementById('email-fault').textContent")
        self.assertEqual(self.focused().get_attribute("id"), "email")
        self.type("#email", "lea@example.org")
        self.type("#password", PASSWORD)
        self.press("Make the account")
        self.until_text("Look into your mail")
        self.assertEqual(self.asked()[1], {"name": "Lea", "email": "lea@example.org", "password": PASSWORD})
        self.open("/verify#ht_letter")
        self.until_text("Your address is confirmed")
        self.assertEqual(self.asked()[1], {"token": "ht_letter"})
        self.assertEqual(self.run("return location.hash"), "")

    def test_a_forgotten_password_is_set_anew(self):
        self.open("/reset")
        self.type("#email", "lea@example.org")
        self.check_well_formed()
        self.press("Send the letter")
        self.until_text("Look into your mail")
        self.open("/reset#ht_letter")
        self.run("location.reload()")
        self.until("document.getElementById('email')", patience=5)  # the secret is gone from the address
        self.open("/offline")
        self.open("/reset#ht_letter")
        self.type("#password", PASSWORD)
        self.check_well_formed()
        self.press("Set the password")
        self.until_text("The new password is set")
        self.assertEqual(self.asked()[1], {"token": "ht_letter", "password": PASSWORD})


if __name__ == "__main__":
    unittest.main()
