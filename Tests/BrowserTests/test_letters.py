"""Pages for a server that sends letters: making an account, proving its address and forgotten passwords, with real letters."""

import unittest

from selenium.webdriver.common.keys import Keys

from neighbours import PostCase
from people import PASSWORD, begin, send, status


class Letters(PostCase):
    settings = {"HEDGEROW_REGISTRATION": "open"}

    def register(self, name):
        body = {"name": name.title(), "email": f"{name}@example.org", "password": PASSWORD}
        send(self.server, "POST", "/api/v1/auth/register", body)
        return self.mail.link(body["email"], "Confirm")

    def test_signing_in_offers_a_letter_and_an_account(self):
        self.open("/sign-in")
        self.until("document.querySelectorAll('#gate-foot a').length === 2")
        self.check_well_formed()
        self.press("I have forgotten my password")
        self.until_path("/reset")

    def test_an_account_is_made_and_its_address_confirmed(self):
        self.expect_refusals()  # signing in before the address is confirmed
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
        link = self.mail.link("lea@example.org", "Confirm")
        self.sign_in("lea@example.org", PASSWORD)
        self.until_text("Your address is not confirmed yet")
        self.open(link)
        self.until_text("Your address is confirmed")
        self.assertEqual(self.run("return location.hash"), "")
        self.sign_in("lea@example.org", PASSWORD)
        self.until_path("/")
        self.until("document.getElementById('who-button')")
        self.open("/offline")
        self.open(link)
        self.until_text("not good any more")

    def sign_in(self, email, password):
        self.open("/sign-in")
        self.type("#email", email)
        self.type("#password", password)
        self.focused().send_keys(Keys.ENTER)

    def test_whoever_has_an_account_already_hears_nothing_else_on_the_page(self):
        self.open("/register")
        self.type("#name", "Ada")
        self.type("#email", "ada@example.org")
        self.type("#password", PASSWORD)
        self.press("Make the account")
        self.until_text("Look into your mail")
        self.assertIn("/sign-in", self.mail.letter("ada@example.org", "account"))

    def test_a_forgotten_password_is_set_anew(self):
        self.open(self.register("max"))
        self.until_text("Your address is confirmed")
        self.open("/reset")
        self.type("#email", "max@example.org")
        self.check_well_formed()
        self.press("Send the letter")
        self.until_text("Look into your mail")
        link = self.mail.link("max@example.org", "password")
        self.open(link)
        self.until("document.getElementById('password')")
        self.run("location.reload()")
        self.until("document.getElementById('email')", patience=5)  # the secret is gone from the address
        self.open("/offline")
        self.open(link)
        self.type("#password", "seven otters knit 88")
        self.check_well_formed()
        self.press("Set the password")
        self.until_text("The new password is set")
        self.assertEqual(status(self.server, "POST", "/api/v1/auth/login", {"email": "max@example.org", "password": PASSWORD}), 401)
        begin(self.server, "/api/v1/auth/login", {"email": "max@example.org", "password": "seven otters knit 88"})

    def test_an_invitation_comes_by_letter_too(self):
        self.ada.invite("nia@example.org")
        self.open(self.mail.link("nia@example.org", "invited"))
        self.until("document.getElementById('name')")
        self.assertEqual(self.find("#email").get_attribute("value"), "nia@example.org")


if __name__ == "__main__":
    unittest.main()
