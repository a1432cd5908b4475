"""Looking after people, the trail of what was done, and pages that open with an account instead of a key."""

import time
import unittest

from selenium.webdriver.common.keys import Keys

import test_pages
from browser import leaf, needs_pictures
from people import PASSWORD, PROBE, AccountCase, begin, send, status

LINE = "[...document.querySelectorAll('#people > li')].find((one) => one.textContent.includes('{}'))"


class PeopleCase(AccountCase):
    def line(self, name):
        """Opens the line of somebody."""
        line = LINE.format(name)
        self.until(line)
        found = self.run(f"const line = {line}; line.scrollIntoView({{ block: 'center', behavior: 'instant' }}); return line")
        found.find_element("css selector", "summary").click()
        return found, line

    def open_people(self):
        self.enter(self.ada)
        self.open("/people")
        self.until("document.querySelector('.person')")


class People(PeopleCase):
    def test_a_role_is_changed_and_the_trail_tells_it(self):
        ben = self.ada.add("ben@example.org", f"Ben {PROBE}")
        self.open_people()
        self.check_text_only(f"Ben {PROBE}")
        _, line = self.line("ben@example.org")
        self.run(f"const role = {line}.querySelector('select'); role.value = 'analyst'; role.dispatchEvent(new Event('change'))")
        self.press("Change the role", line)
        self.until(f"{line}.querySelector('.person__seen').textContent.startsWith('Analyst')")
        self.assertEqual(ben.call("GET", "/api/v1/auth/me")["user"]["role"], "analyst")
        self.open("/audit")
        self.until("document.querySelector('.trail li')")
        self.assertEqual(self.text(".trail li p"), f"Ada Green changed the role of Ben {PROBE} from grower to analyst.")
        self.check_text_only(f"Ben {PROBE}")

    def test_who_is_suspended_is_signed_out_and_may_be_let_in_again(self):
        cleo = self.ada.add("cleo@example.org", "Cleo")
        key = cleo.call("POST", "/api/v1/keys", {"name": "camera", "scopes": ["predict"]})["secret"]
        self.open_people()
        _, line = self.line("cleo@example.org")
        self.press("Suspend", line)
        self.press("Suspend", "document.querySelector('dialog')")
        self.until(f"{line}.querySelector('.badge--warning')?.textContent === 'Suspended'")
        self.assertEqual(status(self.server, "GET", "/api/v1/auth/me", Cookie=f"session={cleo.cookie}"), 401)
        self.assertEqual(status(self.server, "POST", "/api/v1/auth/ticket", **{"X-API-Key": key}), 401)
        self.press("Let in again", line)
        self.until(f"!{line}.querySelector('.badge--warning')")
        begin(self.server, "/api/v1/auth/login", {"email": "cleo@example.org", "password": PASSWORD})
        self.open("/audit?action=user.")
        self.until_text("Ada Green let Cleo in again.")
        self.assertIn("Ada Green suspended Cleo.", self.text("#trail"))

    def test_a_lost_second_factor_is_removed_and_a_person_only_once_their_address_was_typed(self):
        dan = self.ada.add("dan@example.org", "Dan").set_up_factor()
        self.open_people()
        _, line = self.line("dan@example.org")
        self.press("Remove the second factor", line)
        self.press("Remove the second factor", "document.querySelector('dialog')")
        self.until(f"![...{line}.querySelectorAll('.badge')].some((one) => one.textContent === 'Second factor')")
        self.assertEqual(status(self.server, "GET", "/api/v1/auth/me", Cookie=f"session={dan.cookie}"), 401)
        self.press("Remove for good", line)
        self.assertEqual(self.focused().get_attribute("id"), "question-typed")
        act = "document.querySelector('dialog .button--haw')"
        self.type("#question-typed", "dan@example.com")
        self.assertTrue(self.run(f"return {act}.disabled"))
        self.type("#question-typed", "dan@example.org")
        self.focused().send_keys(Keys.ENTER)
        self.until(f"!{line}")
        self.assertEqual(self.run("return document.activeElement.id"), "people-title")
        self.assertNotIn("dan@example.org", [user["email"] for user in self.ada.call("GET", "/api/v1/users")["items"]])

    def test_which_pictures_somebody_sees_is_given_by_site(self):
        site = self.ada.call("POST", "/api/v1/sites", {"name": f"Wood {PROBE}"})
        lea = self.ada.add("lea@example.org", "Lea", "viewer")
        self.open_people()
        _, line = self.line("lea@example.org")
        self.until(f"{line}.querySelectorAll('.reach input').length === 2")
        self.check_text_only(f"Wood {PROBE}")
        self.run(f"{line}.querySelector('.reach input[value]:not([id])').click()")
        self.press("Change what they see", line)
        self.until_text("What Lea sees is changed", "#toasts")
        self.assertEqual(lea.call("GET", "/api/v1/auth/me")["user"]["sites"], [site["id"]])
        self.until(f"{line}.querySelector('.reach input')")
        self.run("document.getElementById('toasts').replaceChildren()")
        self.run(f"{line}.querySelector('.reach input').click()")
        self.press("Change what they see", line)
        self.until_text("What Lea sees is changed", "#toasts")
        self.assertNotIn("sites", lea.call("GET", "/api/v1/auth/me")["user"])
        self.open("/audit?action=site.")
        self.until_text("Ada Green added a site.")

    def test_nothing_on_the_way_keeps_what_is_told_of_people(self):
        self.open_people()
        for path in ("/api/v1/users", "/api/v1/auth/me", "/api/v1/auth/sessions", "/api/v1/keys", "/api/v1/audit"):
            with self.subTest(path):
                self.assertEqual(self.run("return fetch(arguments[0]).then((answer) => answer.headers.get('Cache-Control'))", path), "no-store")
        self.assertEqual(self.run("return caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.match('/people'))))).then((found) => found.filter(Boolean).length)"), 0)

    def test_nobody_shuts_themselves_out(self):
        self.open_people()
        found, _ = self.line("ada@example.org")
        self.assertIn("This is you", found.text)
        self.assertEqual(found.find_elements("css selector", "button"), [])

    def test_an_invitation_is_withdrawn(self):
        token = self.ada.invite("eve@example.org")
        self.open_people()
        self.until("document.querySelector('#invited li')")
        self.click("[aria-label='Withdraw the invitation of eve@example.org']")
        self.press("Withdraw", "document.querySelector('dialog')")
        self.until("!document.getElementById('invited').textContent.includes('eve@example.org')")
        self.assertEqual(status(self.server, "POST", "/api/v1/auth/invitation", {"token": token}), 410)


class Trail(PeopleCase):
    def setUp(self):
        super().setUp()
        self.enter(self.ada)

    def entries(self):
        return [one.text for one in self.all(".trail li p")]

    def until_entries(self, words):
        self.until(f"document.querySelector('.trail').innerText.includes('{words}') && !document.querySelector('.trail[aria-busy]')")

    def test_it_is_asked_by_kind_and_by_person_and_the_address_keeps_the_question(self):
        finn = self.ada.add("finn@example.org", "Finn")
        finn.call("POST", "/api/v1/keys", {"name": "probe", "scopes": ["predict"]})
        self.open(f"/audit?actor={finn.id}")
        self.until_entries("Finn made a key that may read photos")
        self.assertNotIn("Ada Green", self.text("#trail"))
        self.run("const what = document.getElementById('action'); what.value = 'session.'; what.dispatchEvent(new Event('change', { bubbles: true }))")
        self.until("document.querySelectorAll('.trail li').length === 1")
        self.assertEqual(self.entries(), ["Finn signed in by an invitation."])
        self.assertIn("action=session.", self.browser.current_url)
        self.assertIn(f"actor={finn.id}", self.find("#export").get_attribute("href"))
        self.press("Show everything")
        self.until_entries("Ada Green")
        self.assertNotIn("?", self.browser.current_url)

    def test_what_was_refused_stands_out_and_days_may_be_chosen(self):
        self.assertEqual(status(self.server, "POST", "/api/v1/auth/login", {"email": "ada@example.org", "password": "not hers at all"}), 401)
        end = time.monotonic() + 20
        while not self.ada.call("GET", "/api/v1/audit?action=refused.")["items"]:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.2)
        self.open("/audit?action=refused.")
        self.until_entries("Somebody tried to sign in as Ada Green with a wrong password")
        self.assertEqual(len(self.all(".trail li.haw")), len(self.all(".trail li")))
        self.open("/audit?to=2001-01-01")
        self.until_entries("Nothing fits")

    def test_long_trails_come_page_by_page(self):
        for at in range(60):
            self.ada.invite(f"guest{at}@example.org")
        self.open("/audit")
        self.until("document.querySelectorAll('.trail li').length === 50")
        self.press("Show more")
        self.until("document.querySelectorAll('.trail li').length > 60")
        self.open("/people")
        self.until("document.querySelectorAll('#invited > li').length === 50")
        self.click("#invited-more button")
        self.until("document.querySelectorAll('#invited > li').length >= 60")


class Doors(PeopleCase):
    """Pages that asked for the key open to those who are signed in."""

    def test_an_administrator_sees_the_work_without_a_key(self):
        self.enter(self.ada)
        self.open("/server")
        self.until("!document.getElementById('work').hidden")
        self.assertFalse(self.find("#forget").is_displayed())
        self.assertFalse(self.find("#locked").is_displayed())

    def test_who_needs_a_second_factor_is_told_so_and_nothing_is_asked_in_vain(self):
        gus = self.ada.add("gus@example.org", "Gus", "admin")
        for path in ("/server", "/people", "/audit"):
            with self.subTest(path):
                self.enter(gus)
                self.open(path)
                self.until("document.querySelector('main a[href=\"/account#security\"]')?.checkVisibility()")
        self.click("main a[href='/account#security']")
        self.until("document.querySelector('#tab-security')?.getAttribute('aria-selected') === 'true'")
        self.assertIn("Needed", self.text("#panel-security"))

    def test_others_are_told_that_it_is_not_for_them(self):
        hal = self.ada.add("hal@example.org", "Hal", "viewer")
        self.enter(hal)
        for path in ("/people", "/audit"):
            self.open(path)
            self.until_text("This page is for whoever looks after this server")
        self.open("/server")
        self.until_text("your role does not look after this server")
        self.open("/account")
        self.until("document.getElementById('tab-sessions')")
        self.assertEqual(self.all("#tab-keys"), [])

    @needs_pictures
    def test_a_batch_of_somebody_is_theirs_alone_and_is_followed_live(self):
        self.expect_refusals()
        ida = self.ada.add("ida@example.org", "Ida")
        self.enter(ida)
        self.open("/batches")
        self.until_text("only you can open the batch")
        self.choose(leaf("Tomato___healthy"))
        self.until("document.getElementById('send')")
        self.click("#send")
        self.until("/All 1 looked at|looked at/.test(document.querySelector('.batch-progress p')?.textContent)", patience=60)
        mine = ida.call("GET", "/api/v1/jobs")["items"][0]["id"]
        self.assertEqual(status(self.server, "GET", f"/api/v1/jobs/{mine}"), 404)


class Filled(PeopleCase):
    """Every page with everything in it."""

    PATHS = ("/account", "/account#security", "/account#sessions", "/account#keys", "/account#applications", "/account#data", "/people", "/audit", "/server", "/batches")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        jo = cls.ada.add("jo.with.a.rather.long.address@botanical-gardens.example.org", "Jo Hawthorn-Blackthorn of the Long Meadow")
        jo.call("POST", "/api/v1/keys", {"name": "A camera beside the brook", "scopes": ["predict"], "client": "trap-7", "expires_in_days": 30})
        cls.ada.call("POST", "/api/v1/keys", {"name": "Weather station", "scopes": ["predict", "analyses", "audit", "server"]})
        cls.ada.call("POST", "/api/v1/oauth/clients", {"name": "A dashboard for the greenhouse beside the brook", "redirect_uris": ["https://greenhouse.botanical-gardens.example.org/signed-in"], "scopes": ["predict", "analyses"]})
        cls.ada.invite("kim@example.org", "viewer")
        send(cls.server, "POST", "/api/v1/auth/login", {"email": jo.answer["user"]["email"], "password": PASSWORD})

    def settled(self, path):
        self.open("/offline")
        self.open(path)
        self.until("![...document.querySelectorAll('main [aria-busy]')].some((one) => one.checkVisibility())")
        if path == "/people":
            self.until("document.querySelectorAll('.person').length === 2 && document.querySelector('#invited li')")
            self.run("document.querySelectorAll('.person').forEach((one) => { one.open = true; })")


class Looks(Filled):
    def test_they_are_well_formed_in_every_width_and_theme(self):
        self.enter(self.ada)
        for path in self.PATHS:
            # On the page of people the test itself opens the lines.
            self.check_every_width_and_theme(lambda path=path: self.settled(path), is_still=path != "/people", path=path)
        self.still = False


class Touch(Filled):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.enter(self.ada)
        for path in self.PATHS:
            self.settled(path)
            with self.subTest(path):
                self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.still = False


if __name__ == "__main__":
    unittest.main()
