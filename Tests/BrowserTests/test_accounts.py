"""Getting an account, signing in, and what one's own account page does."""

import json
import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import open_browser
from people import PASSWORD, PROBE, AccountCase, begin, send, set_up_token, status, totp


class WholeWay(AccountCase):
    """From the link on the console to a key that is used, renewed and ended."""

    begun = False

    def at_other_desk(self, work):
        """Does something in a browser of its own."""
        mine, self.browser = self.browser, open_browser()
        try:
            work()
            self.check_quiet()
        finally:
            self.browser.quit()
            self.browser = mine

    def test_from_the_first_link_to_signing_in_with_a_code(self):
        self.expect_refusals()  # weak passwords, the code that is asked for, the ended sessions
        self.open(f"/set-up#{set_up_token(self.server)}")
        self.type("#password", "password12")
        self.assertEqual(self.run("return location.hash"), "", "the secret leaves the address")
        self.type("#name", f"Ada {PROBE}")
        self.type("#email", "ada@example.org")
        self.press("Make the account")
        self.until("document.getElementById('password-fault').textContent")
        self.assertIn("easy to guess", self.text("#password-fault"))
        self.assertEqual(self.focused().get_attribute("id"), "password")
        self.type("#password", PASSWORD)
        self.press("Make the account")
        self.until("document.querySelector('.factor img')?.naturalWidth > 0")
        secret = self.text(".command code").replace(" ", "")
        self.check_well_formed()
        self.type("#code", "000000")
        self.press("Confirm the code")
        self.until("document.getElementById('code-fault').textContent")
        self.type("#code", totp(secret))
        self.press("Confirm the code")
        self.until("document.querySelectorAll('.codes code').length === 10")
        self.check_well_formed()
        self.press("I have kept them")
        self.until_text("What now?")

        self.open("/people")
        self.until("!document.getElementById('invite').disabled")
        self.press("Invite somebody")
        self.type("#email", "ben@example.org")
        self.run("document.getElementById('role').value = 'grower'")
        self.press("Make the invitation")
        self.until("document.querySelector('#invitation .command--secret code')")
        link = self.text("#invitation .command code")
        self.until("document.getElementById('invited').innerText.includes('ben@example.org')")
        self.check_well_formed()
        self.at_other_desk(lambda: self.join(link))

        self.open("/account#keys")
        self.until("document.querySelector('#panel-keys .empty')?.checkVisibility()")
        self.press("Make a key")
        self.check_well_formed()
        self.type("#key-name", PROBE)
        self.press("Make the key")
        self.until("document.querySelector('#panel-keys .command--secret code')")
        key = self.text("#panel-keys .command code")
        self.check_text_only(PROBE)
        self.check_well_formed()
        self.assertEqual(status(self.server, "POST", "/api/v1/auth/ticket", **{"X-API-Key": key}), 200)
        self.press("I have it")
        self.press("Renew")
        self.press("Renew the key")
        self.until(f"document.querySelector('#panel-keys .command--secret code')?.textContent.startsWith('hk_') && document.querySelector('#panel-keys .command--secret code').textContent !== {json.dumps(key)}")
        self.press("I have it")
        self.until("document.querySelectorAll('#panel-keys .entries > li').length === 2")
        for _ in range(2):
            self.run("document.querySelector('#panel-keys .entries > li [aria-label^=\"End the key\"]').click()")
            self.until("document.querySelector('dialog')")
            self.press("End the key")
            self.until("!document.querySelector('dialog')")
            self.until("!document.querySelector('#panel-keys [aria-busy]')")
        self.assertEqual(status(self.server, "POST", "/api/v1/auth/ticket", **{"X-API-Key": key}), 401)

        self.press_menu("Sign out")
        self.until_path("/")
        self.assertIsNone(self.run("return localStorage.getItem('hedgerow-person')"))
        self.open("/people")
        self.until_path("/sign-in")
        self.type("#email", "ada@example.org")
        self.type("#password", PASSWORD)
        self.focused().send_keys(Keys.ENTER)
        self.type("#code", totp(secret, 1))
        self.focused().send_keys(Keys.ENTER)
        self.until_path("/people")
        self.check_text_only(PROBE)

    def join(self, link):
        self.open(link[len(self.url) :])
        self.until("document.getElementById('name')")
        self.assertIn("grower", self.text("#lead"))
        self.assertEqual(self.find("#email").get_attribute("value"), "ben@example.org")
        self.type("#name", "Ben")
        self.type("#password", PASSWORD)
        self.press("Join")
        self.until_text("Welcome, Ben")
        self.assertFalse(self.find(".nav [data-needs=people]").is_displayed())
        self.open(link[len(self.url) :])
        self.until_text("not good any more")

    def press_menu(self, words):
        self.click("#who-button")
        self.until("document.querySelector('#who-menu:popover-open')")
        self.press(words, "document.getElementById('who-menu')")


class Links(AccountCase):
    def test_dead_links_say_so_and_show_the_way_out(self):
        self.expect_refusals()
        for path, words in (
            ("/join#ht_none", "not good any more"), ("/verify#ht_none", "not good any more"), ("/join", "The link is missing"),
            ("/verify", "The link is missing"), ("/set-up#ht_none", "Somebody has an account here"), ("/reset", "sends no letters"),
            ("/register", "One is invited here"),
        ):
            with self.subTest(path):
                self.open("/offline")
                self.open(path)
                self.until_text(words)
                self.assertEqual(self.run("return location.hash"), "")
                self.assertTrue(self.run("return document.querySelector('#card a.button').checkVisibility()"))

    def test_a_dead_reset_link_is_told_once_a_password_is_chosen(self):
        self.expect_refusals()
        self.open("/reset#ht_none")
        self.type("#password", PASSWORD)
        self.press("Set the password")
        self.until_text("not good any more")

    def test_a_server_without_people_says_how_to_begin(self):
        self.open("/offline")
        self.run("localStorage.clear()")
        self.open("/sign-in")
        self.until("document.querySelector('#gate-foot p')")
        self.assertIn("hedgerow user set-password", self.text("#gate-foot"))


class SigningIn(AccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben = cls.ada.add("ben@example.org", "Ben")

    def sign_in(self, path, password=PASSWORD):
        self.open(path)
        self.type("#email", "ben@example.org")
        self.type("#password", password)
        self.focused().send_keys(Keys.ENTER)

    def test_strangers_ask_nothing_and_are_offered_to_sign_in(self):
        self.open("/")
        self.until("document.querySelector('#who a')")
        self.assertEqual(self.text("#who"), "Sign in")
        asked = self.run("return performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.includes('/auth/'))")
        self.assertEqual(asked, [])

    def test_it_leads_back_to_the_page_that_was_wanted_and_nowhere_else(self):
        self.sign_in("/sign-in?next=%2Fbatches%3Fid%3D1")
        self.until("location.pathname === '/batches'")
        self.expect_refusals()  # there is no such batch
        for wanted in ("//evil.example/x", "/\\evil.example", "https://evil.example", "/%09/evil.example", "javascript:alert(1)", "/..//evil.example", "%2F%2Fevil.example"):
            with self.subTest(wanted):
                self.browser.delete_all_cookies()
                self.open("/offline")
                self.run("localStorage.clear()")
                self.sign_in(f"/sign-in?next={wanted}")
                self.until("location.pathname !== '/sign-in'")
                self.assertTrue(self.browser.current_url.startswith(self.url + "/"), self.browser.current_url)

    def test_a_wrong_password_is_said_beside_the_field(self):
        self.expect_refusals()
        self.sign_in("/sign-in", "not the password at all")
        self.until("document.getElementById('password-fault').textContent")
        self.assertEqual(self.focused().get_attribute("id"), "password")
        self.assertEqual(self.find("#email").get_attribute("value"), "ben@example.org")

    def test_the_keyboard_alone_signs_in_and_out(self):
        self.open("/sign-in")
        self.until("document.activeElement.id === 'email'")
        keys = ActionChains(self.browser, duration=0)
        keys.send_keys("ben@example.org", Keys.TAB, PASSWORD, Keys.TAB, Keys.TAB, Keys.ENTER).perform()
        self.until_path("/")
        self.until("document.getElementById('who-button')")
        self.run("document.getElementById('who-button').focus()")
        ActionChains(self.browser, duration=0).send_keys(Keys.ENTER).perform()
        self.until("document.querySelector('#who-menu:popover-open')")
        ActionChains(self.browser, duration=0).send_keys(Keys.ESCAPE).perform()
        self.until("!document.querySelector('#who-menu:popover-open')")
        self.assertEqual(self.focused().get_attribute("id"), "who-button")
        ActionChains(self.browser, duration=0).send_keys(Keys.ENTER, Keys.TAB, Keys.TAB, Keys.ENTER).perform()
        self.until("!localStorage.getItem('hedgerow-person')")

    def test_pages_that_need_a_person_lead_to_the_sign_in_without_asking(self):
        for path in ("/account", "/people", "/audit?action=user."):
            self.open(path)
            self.until_path("/sign-in")
            self.assertEqual(self.run("return new URLSearchParams(location.search).get('next')"), path)


class Sessions(AccountCase):
    def test_programs_and_browsers_are_named_and_can_be_ended(self):
        ben = self.ada.add("cleo@example.org", "Cleo")
        send(self.server, "POST", "/api/v1/auth/login", {"email": "cleo@example.org", "password": PASSWORD}, **{"User-Agent": PROBE})
        begin(self.server, "/api/v1/auth/login", {"email": "cleo@example.org", "password": PASSWORD})
        self.enter(ben)
        self.open("/account#sessions")
        self.until("document.querySelectorAll('#panel-sessions .entries > li').length === 3")
        self.check_text_only(PROBE)
        self.assertIn("This one", self.text("#panel-sessions li[data-current]"))
        self.press("End all others")
        self.press("End all others", "document.querySelector('dialog')")
        self.until("document.querySelectorAll('#panel-sessions .entries > li').length === 1")
        self.assertEqual(len(ben.call("GET", "/api/v1/auth/sessions")["items"]), 1)

    def test_a_session_that_ended_elsewhere_leads_to_the_sign_in(self):
        self.expect_refusals()
        dan = self.ada.add("dan@example.org", "Dan")
        self.enter(dan)
        self.open("/account")
        self.until_text("dan@example.org")
        dan.call("POST", "/api/v1/auth/logout?everywhere=true")
        self.open("/account")
        self.until_path("/sign-in")
        self.until("document.querySelector('#who a')")

    def test_the_password_is_changed_and_the_second_factor_set_up_renewed_and_removed(self):
        self.expect_refusals()
        eve = self.ada.add("eve@example.org", "Eve")
        self.enter(eve)
        self.open("/account#security")
        self.type("#old-password", "not mine at all")
        self.type("#new-password", "seven otters knit 88")
        self.press("Change the password")
        self.until("document.getElementById('old-password-fault').textContent")
        self.type("#old-password", PASSWORD)
        self.press("Change the password")
        self.until("document.getElementById('toasts').textContent.includes('The password is changed')")
        self.press("Set up a second factor")
        self.type("#factor-password", "seven otters knit 88")
        self.press("Go on")
        self.until("document.querySelector('.factor img')")
        secret = self.text("#panel-security .command code").replace(" ", "")
        self.type("#code", totp(secret))
        self.press("Confirm the code")
        self.until("document.querySelectorAll('.codes code').length === 10")
        self.press("I have kept them")
        self.until("document.getElementById('panel-security')?.textContent.includes('Set up')")
        self.click("#panel-security .fold:first-child summary")
        self.type("#renew-password", "seven otters knit 88")
        self.press("Get new codes")
        self.until("document.querySelectorAll('.codes code').length === 10")
        code = self.text(".codes li")
        self.press("I have kept them")
        self.click("#panel-security .fold:last-child summary")
        self.type("#remove-password", "seven otters knit 88")
        self.type("#remove-code", code)
        self.press("Remove the second factor", "document.querySelector('#panel-security .fold:last-child')")
        self.until("document.getElementById('panel-security')?.textContent.includes('None')")


if __name__ == "__main__":
    unittest.main()
