"""Signing in with a provider, from the link on the page through the provider's own page and back; and linking one."""

import json
import time
import unittest
import urllib.parse

import test_pages
from browser import emulate
from neighbours import Provider
from people import AccountCase, totp

WORDS = {
    "link-needed": "There is an account with this address", "not-invited": "You are not known here yet", "unverified": "does not vouch",
    "suspended": "This account is closed", "denied": "You said no", "expired": "This took too long", "unavailable": "does not answer",
    "failed": "cannot be believed", "nothing-known": "did not work", "constructor": "did not work", "code": "This took too long",
}


class ProviderCase(AccountCase):
    registration = "create"

    @classmethod
    def setUpClass(cls):
        cls.provider = Provider()
        cls.addClassCleanup(cls.provider.leave)
        second = {"name": "far", "title": "A provider far away with a rather long name", "issuer": "http://127.0.0.1:9", "client_id": "garden", "client_secret": "beds"}
        cls.settings = {"HEDGEROW_OIDC_PROVIDERS": json.dumps([cls.provider.settings(registration=cls.registration), second])}
        super().setUpClass()

    def setUp(self):
        super().setUp()
        # The mock's page asks for a style sheet from far away.
        self.browser.execute_cdp_cmd("Network.enable", {})
        self.browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*jsdelivr.net*", "*/favicon.ico"]})
        self.addCleanup(self.browser.execute_cdp_cmd, "Network.setBlockedURLs", {"urls": []})
        self.expected += ["jsdelivr.net", "favicon.ico"]

    def at_provider(self, subject):
        """Says at the provider who one is."""
        self.until(f"location.origin === {json.dumps(self.provider.issuer)} && document.readyState === 'complete'")
        self.find("input[name=sub]").send_keys(subject)
        self.find("button:not([name])").click()

    def come_anew(self):
        """As somebody whom this browser does not know."""
        self.run("localStorage.clear()")
        self.browser.delete_all_cookies()

    def sign_in(self, subject, path="/sign-in"):
        self.open(path)
        self.until("document.querySelector('.ways a')")
        self.press("Continue with Acme Gardens")
        self.at_provider(subject)

    def word(self):
        self.until("document.querySelector('[data-word]')?.checkVisibility()")
        return self.find("[data-word]").get_attribute("data-word")


class SigningIn(ProviderCase):
    def test_somebody_new_comes_in_and_to_the_page_they_wanted(self):
        self.provider.knows("lea", email="lea@example.org", email_verified=True, name="Lea")
        self.sign_in("lea", "/sign-in?next=%2Faccount%23security")
        self.until_path("/account")
        self.until_text("lea@example.org")
        self.assertEqual(self.run("return location.hash"), "#security")
        self.assertEqual(self.text("#who .who__name"), "Lea")
        self.assertIn("Acme Gardens", self.text("#panel-security .entries"))

    def test_without_a_wish_it_leads_to_the_first_page_and_nowhere_else(self):
        self.provider.knows("max", email="max@example.org", email_verified=True, name="Max")
        self.sign_in("max")
        self.until_path("/")
        self.until("document.getElementById('who-button')")
        for wanted in ("//evil.example/x", "/\\evil.example", "https://evil.example"):
            with self.subTest(wanted):
                self.come_anew()
                self.sign_in("max", f"/sign-in?next={urllib.parse.quote(wanted, safe='')}")
                self.until_path("/")

    def test_it_is_a_link_and_no_form(self):
        self.open("/sign-in?next=%2Fbatches")
        self.until("document.querySelectorAll('.ways a').length === 2")
        address = urllib.parse.urlsplit(self.find(".ways a").get_attribute("href"))
        self.assertEqual(address.path, "/api/v1/auth/oidc/acme/start")
        self.assertEqual(urllib.parse.parse_qs(address.query), {"next": ["/sign-in?oidc=in&next=%2Fbatches"]})
        self.assertEqual(self.run("return document.activeElement.id"), "email")

    def test_making_an_account_offers_the_provider_that_makes_them_and_no_other(self):
        self.provider.knows("ida", email="ida@example.org", email_verified=True, name="Ida")
        self.open("/register")
        self.until("document.querySelectorAll('.ways a').length === 1")
        self.assertFalse(self.run("return !!document.querySelector('.ways__or, form')"), "nobody makes an account with a password here")
        self.check_well_formed()
        self.press("Continue with Acme Gardens")
        self.at_provider("ida")
        self.until_path("/")
        self.open("/account")
        self.until_text("ida@example.org")

    def test_an_invitation_is_taken_with_the_provider(self):
        token = self.ada.invite("uma@example.org", "analyst")
        self.provider.knows("uma", email="uma@example.org", email_verified=True, name="Uma")
        self.open(f"/join#{token}")
        self.until("document.querySelectorAll('.ways a').length === 2")
        self.press("Continue with Acme Gardens")
        self.at_provider("uma")
        self.until_path("/")
        self.open("/account")
        self.until_text("uma@example.org")
        self.until_text("nalyst")

    def test_what_went_wrong_is_said_and_the_ways_in_stay(self):
        for word, words in WORDS.items():
            with self.subTest(word):
                self.open("/offline")
                self.open(f"/sign-in?oidc={word}")
                self.until_text(words)
                self.assertTrue(self.run("return document.querySelector('.ways a').checkVisibility()"))
        self.check_well_formed()

    def test_who_says_no_at_the_provider_hears_that_nothing_was_told(self):
        self.open("/sign-in")
        self.until("document.querySelector('.ways a')")
        self.press("Continue with Acme Gardens")
        self.until(f"location.origin === {json.dumps(self.provider.issuer)} && document.readyState === 'complete'")
        # The mock's own “Deny” forgets the state that it was given.
        state = self.run("return new URLSearchParams(location.search).get('state')")
        self.open(f"/api/v1/auth/oidc/acme/callback?error=access_denied&state={state}")
        self.until_path("/sign-in")
        self.assertEqual(self.word(), "denied")

    def test_an_address_that_the_provider_does_not_vouch_for_lets_nobody_in(self):
        self.provider.knows("eve", email="eve@example.org", email_verified=False)
        self.sign_in("eve")
        self.assertEqual(self.word(), "unverified")

    def test_a_provider_that_is_away_is_said_to_be(self):
        self.open("/sign-in")
        self.until("document.querySelectorAll('.ways a').length === 2")
        self.press("Continue with A provider far away with a rather long name")
        self.assertEqual(self.word(), "unavailable")

    def test_whoever_has_an_account_signs_in_links_it_and_comes_in_by_it_with_a_code(self):
        self.expect_refusals()  # a code that is wrong
        ned = self.ada.add("ned@example.org", "Ned").set_up_factor()
        self.provider.knows("ned", email="ned@example.org", email_verified=True, name="Ned")
        self.sign_in("ned")
        self.assertEqual(self.word(), "link-needed")
        self.enter(ned)
        self.open("/account#security")
        self.until("document.querySelector('#panel-security .card__ways a')")
        self.check_well_formed()
        self.press("Link Acme Gardens")
        self.at_provider("ned")
        self.until_path("/account")
        self.assertEqual(self.word(), "linked")
        self.assertEqual(self.run("return location.search + location.hash"), "#security")
        self.assertEqual(ned.call("GET", "/api/v1/auth/links")["items"][0]["provider"], "acme")

        self.come_anew()
        self.sign_in("ned", "/sign-in?next=%2Faccount")
        self.until("document.getElementById('code')")
        self.assertEqual(self.run("return location.hash"), "", "the secret leaves the address")
        self.check_well_formed()
        self.type("#code", "000000")
        self.press("Sign in", "document.getElementById('card')")
        self.until("document.getElementById('code-fault').textContent")
        self.type("#code", totp(ned.secret, 1))
        self.press("Sign in", "document.getElementById('card')")
        self.until_path("/account")
        self.until_text("ned@example.org")

    def test_a_link_is_removed_but_never_the_last_way_in(self):
        self.expect_refusals()  # the last one
        self.provider.knows("ola", email="ola@example.org", email_verified=True, name="Ola")
        self.sign_in("ola", "/sign-in?next=%2Faccount%23security")
        self.until("document.querySelector('#panel-security .entries li')")
        remove = "[aria-label='Remove the link to Acme Gardens']"
        self.click(remove)
        self.press("Remove the link", "document.querySelector('dialog')")
        self.until_text("This is the only way you can sign in")
        # Who came with a provider has no password; they set one without an old one.
        self.type("#new-password", "seven otters knit 88")
        self.press("Change the password")
        self.until("document.getElementById('toasts').textContent.includes('The password is changed')")
        self.click(remove)
        self.press("Remove the link", "document.querySelector('dialog')")
        self.until("!document.querySelector('#panel-security .entries li')")
        self.assertEqual(self.run("return document.activeElement.id"), "links-title")
        self.assertTrue(self.run("return document.querySelector('#panel-security .card__ways a').checkVisibility()"))

    def test_somebody_of_the_provider_belongs_to_one_account_alone(self):
        self.provider.knows("pia", email="pia@example.org", email_verified=True, name="Pia")
        self.sign_in("pia", "/sign-in?next=%2Faccount")
        self.until_path("/account")
        self.until_text("pia@example.org")
        self.come_anew()
        self.enter(self.ada.add("quin@example.org", "Quin"))
        self.open("/account#security")
        self.until("document.querySelector('#panel-security .card__ways a')")
        self.press("Link Acme Gardens")
        self.at_provider("pia")
        self.assertEqual(self.word(), "linked-elsewhere")

    def test_the_trail_tells_of_providers(self):
        self.provider.knows("rea", email="rea@example.org", email_verified=True, name="Rea")
        self.provider.knows("sam", email="sam@example.org", email_verified=False, name="Sam")
        self.sign_in("rea", "/sign-in?next=%2Faccount")
        self.until_text("rea@example.org")
        self.come_anew()
        self.enter(self.ada)
        self.open("/audit?action=link.")
        self.until_text("Rea linked the provider “acme” to their account.")
        self.open("/audit?action=session.")
        self.until_text("Rea signed in with the provider “acme”.")
        self.come_anew()
        self.sign_in("sam")
        self.assertEqual(self.word(), "unverified")
        end = time.monotonic() + 20
        while not self.ada.call("GET", "/api/v1/audit?action=refused.oidc")["items"]:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.2)
        self.enter(self.ada)
        self.open("/audit?action=refused.")
        self.until_text("Somebody whom nobody here knows came from the provider “acme” and was not let in")


class Invited(ProviderCase):
    registration = "link"

    def test_a_stranger_is_told_to_be_invited(self):
        self.provider.knows("tom", email="tom@example.org", email_verified=True)
        self.sign_in("tom")
        self.assertEqual(self.word(), "not-invited")


class Looks(ProviderCase):
    def test_the_pages_are_well_formed_in_every_theme(self):
        self.enter(self.ada)
        for path in ("/account#security", "/account?oidc=linked-elsewhere"):
            self.open("/offline")
            self.open(path)
            self.until("document.querySelector('#panel-security .card__ways')?.checkVisibility()")
            for theme in ("light", "dark"):
                emulate(self.browser, "prefers-color-scheme", theme)
                self.check_well_formed()


class Touch(ProviderCase):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.open("/sign-in")
        self.until("document.querySelectorAll('.ways a').length === 2")
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.enter(self.ada)
        self.open("/account#security")
        self.until("document.querySelector('#panel-security .card__ways')?.checkVisibility()")
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])


if __name__ == "__main__":
    unittest.main()
