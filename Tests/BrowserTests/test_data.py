"""One's own data: what it may be used for, what is kept, taking it along, leaving and staying."""

import io
import time
import unittest
import urllib.request
import zipfile

from selenium.webdriver.common.keys import Keys

import test_pages
from browser import emulate, leaf, needs_pictures, resize
from neighbours import PostCase
from people import PASSWORD, PROBE, AccountCase, begin, status

SWITCH = "#consent-model_training"
SAID = "#panel-data .said"


class DataCase(AccountCase):
    def open_data(self, person):
        self.enter(person)
        self.open("/account#data")
        self.settled()

    def settled(self):
        self.until("document.querySelector('#panel-data .consents input')?.checkVisibility() && !document.querySelector('#panel-data [aria-busy]')")

    def consents(self, person):
        return {one["purpose"]: one["granted"] for one in person.call("GET", "/api/v1/consent")["purposes"]}


class Consents(DataCase):
    def test_each_purpose_is_a_switch_that_says_what_it_means_and_since_when(self):
        ben = self.ada.add("ben@example.org", f"Ben {PROBE}")
        self.open_data(ben)
        told = {one["purpose"]: one["text"] for one in ben.call("GET", "/api/v1/consent")["purposes"]}
        self.assertEqual(self.run("return [...document.querySelectorAll('.consents li')].map((one) => one.dataset.purpose)"), list(told))
        for purpose, text in told.items():
            self.assertIn(text, self.text(f".consents [data-purpose={purpose}]"))
        self.assertIn("You agree since today", self.text("#consent-service-said"))
        self.assertIn("You have said nothing yet. Version 1", self.text(f"{SWITCH}-said"))
        self.assertEqual(self.find(SWITCH).aria_role, "switch")
        self.assertIn("Train models", self.find(SWITCH).accessible_name)
        self.check_text_only()

    def test_the_keyboard_agrees_and_no_longer_agrees_and_the_ledger_tells_it(self):
        cleo = self.ada.add("cleo@example.org", "Cleo")
        self.open_data(cleo)
        self.assertEqual(len(self.all(f"{SAID} li")), 1)
        self.run(f"document.querySelector('{SWITCH}').focus()")
        self.focused().send_keys(Keys.SPACE)
        self.until(f"document.querySelector('{SAID}').innerText.includes('You agreed: Train models.')")
        self.assertTrue(self.consents(cleo)["model_training"])
        self.assertIn("You agree since today", self.text(f"{SWITCH}-said"))
        self.assertEqual(self.run("return document.activeElement.id"), SWITCH[1:])
        self.focused().send_keys(Keys.SPACE)
        self.until(f"document.querySelector('{SAID}').innerText.includes('You said no: Train models.')")
        self.assertFalse(self.consents(cleo)["model_training"])
        self.assertIn("You said no today", self.text(f"{SWITCH}-said"))

    def test_keeping_pictures_is_given_up_only_after_a_question(self):
        dan = self.ada.add("dan@example.org", "Dan")
        self.open_data(dan)
        self.click("#consent-service")
        self.press("Keep them", "document.querySelector('dialog')")
        self.until("!document.querySelector('dialog') && document.getElementById('consent-service').checked")
        self.assertTrue(self.consents(dan)["service"])
        self.click("#consent-service")
        self.press("Remove my pictures", "document.querySelector('dialog')")
        self.until("document.querySelector('#consent-service-said').textContent.startsWith('You said no')")
        self.assertFalse(self.consents(dan)["service"])

    def test_long_ledgers_come_page_by_page(self):
        eve = self.ada.add("eve@example.org", "Eve")
        for at in range(8):
            eve.call("PUT", "/api/v1/consent", {"purposes": {"community": at % 2 == 0}})
        self.open_data(eve)
        self.assertEqual(len(self.all(f"{SAID} li")), 5)
        self.press("Show more", "document.getElementById('panel-data')")
        self.until(f"document.querySelectorAll('{SAID} li').length === 9")
        self.assertIn("by accepting the invitation", self.text(f"{SAID} li:last-child"))
        self.assertFalse(self.find("#panel-data .more").is_displayed())

    def test_a_refusal_turns_the_switch_back_and_says_why(self):
        self.expect_refusals()
        finn = self.ada.add("finn@example.org", "Finn")
        self.open_data(finn)
        self.server.stop()
        self.click(SWITCH)
        self.until_text("The server cannot be reached, so nothing was changed")
        self.assertFalse(self.find(SWITCH).is_selected())
        self.server.start()
        self.expected.append("ERR_CONNECTION")
        self.still = False  # the words about it


class Kept(DataCase):
    def test_it_says_what_is_kept_and_hands_over_an_archive(self):
        gus = self.ada.add("gus@example.org", "Gus")
        gus.call("POST", "/api/v1/keys", {"name": "camera", "scopes": ["predict"]})
        self.open_data(gus)
        self.assertEqual(self.run("return [...document.querySelectorAll('.kept tbody tr')].map((one) => [one.dataset.what, one.cells[1].innerText])"),
                         [["analyses", "0"], ["pictures", "0"], ["batches", "0"], ["sessions", "1"], ["keys", "1"],
                          ["applications", "0"], ["camera-trap pictures", "0"], ["reviews", "0"],
                          ["alert rules", "0"], ["alert channels", "0"], ["where alert channels lead", "0"], ["acknowledged alerts", "0"], ["imports", "0"]])
        take = self.find("#take")
        self.assertIsNotNone(take.get_attribute("download"))
        request = urllib.request.Request(take.get_attribute("href"), headers={"Cookie": f"session={gus.cookie}"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            archive = zipfile.ZipFile(io.BytesIO(answer.read()))
        self.assertIsNone(archive.testzip())
        self.assertIn("profile.json", " ".join(archive.namelist()))
        self.enter(self.ada)
        self.open("/audit?action=user.")
        self.until_text("Gus took along all that is kept about them.")

    @needs_pictures
    def test_a_photo_counts_at_once(self):
        hal = self.ada.add("hal@example.org", "Hal")
        self.enter(hal)
        self.open("/")
        self.choose(leaf("Tomato___healthy"))
        self.until_answered()
        self.open("/account#data")
        self.settled()
        self.assertEqual(self.text("[data-what=pictures] .number"), "1")


class Leaving(PostCase, DataCase):
    def test_from_leaving_to_staying_after_all(self):
        self.expect_refusals()  # a wrong password, and the ended session
        ida = self.ada.add("ida@example.org", "Ida")
        self.open_data(ida)
        self.leave_with("not mine at all", "ida@example.org")
        self.until("document.getElementById('leave-password-fault').textContent")
        self.assertEqual(self.focused().get_attribute("id"), "leave-password")
        self.still = False  # the page that was there is gone
        self.leave_with(PASSWORD, "ida@example.org")
        self.until("document.getElementById('farewell')")
        day = self.text("#farewell b")
        self.assertIn(", ", day)
        self.check_well_formed()
        self.assertIn("sign in and stay", self.mail.letter("ida@example.org", "You are leaving"))
        self.assertIsNone(self.run("return localStorage.getItem('hedgerow-person')"))
        self.assertEqual(status(self.server, "GET", "/api/v1/auth/me", Cookie=f"session={ida.cookie}"), 401)

        self.press("Sign in", "document.getElementById('farewell')")
        self.type("#email", "ida@example.org")
        self.type("#password", PASSWORD)
        self.focused().send_keys(Keys.ENTER)
        self.until_path("/account")
        self.until("document.getElementById('leaving')")
        self.assertIn(day, self.text("#leaving"))
        self.assertEqual(self.all("#tab-keys"), [])
        self.check_well_formed()
        self.press("Stay")
        self.until("!document.getElementById('leaving') && document.getElementById('tab-keys')")
        self.assertEqual(self.run("return document.activeElement.id"), "main")
        self.enter(self.ada)
        self.open("/audit?action=user.")
        self.until_text("Ida stays after all.")
        self.assertIn("Ida asked to leave: everything of theirs is erased", self.text("#trail"))

    def leave_with(self, password, typed):
        self.type("#leave-password", password)
        self.press("Leave this server")
        self.type("#question-typed", typed[:-1])
        self.assertTrue(self.run("return document.querySelector('dialog .button--haw').disabled"))
        self.type("#question-typed", typed)
        self.focused().send_keys(Keys.ENTER)
        self.until("!document.querySelector('dialog')")

    def test_who_thinks_better_of_it_in_the_question_stays(self):
        jo = self.ada.add("jo@example.org", "Jo")
        self.open_data(jo)
        self.type("#leave-password", PASSWORD)
        self.press("Leave this server")
        self.press("Stay", "document.querySelector('dialog')")
        self.until("!document.querySelector('dialog')")
        self.assertEqual(jo.call("GET", "/api/v1/auth/me")["user"]["state"], "active")

    def test_another_browser_is_told_the_day_too(self):
        kim = self.ada.add("kim@example.org", "Kim")
        self.assertIn("erase_at", kim.call("DELETE", "/api/v1/me", {"password": PASSWORD}))
        again = begin(self.server, "/api/v1/auth/login", {"email": "kim@example.org", "password": PASSWORD})
        self.enter(again)
        self.open("/account#data")
        self.settled()
        self.assertRegex(self.text("#leaving"), r"is erased .*\d")
        self.assertEqual(self.all("#leave-password"), [])

    def test_the_last_administrator_is_told_to_stay(self):
        self.expect_refusals()
        self.open_data(self.ada)
        self.leave_with(PASSWORD, "ada@example.org")
        self.until("document.querySelector('#panel-data .form__fault').textContent")
        self.assertEqual(self.ada.call("GET", "/api/v1/auth/me")["user"]["state"], "active")


class AtOnce(DataCase):
    settings = {"HEDGEROW_LEAVING_DAYS": "0"}

    def test_without_days_of_grace_it_says_so_and_the_trail_counts_what_went(self):
        lou = self.ada.add("lou@example.org", "Lou")
        self.open_data(lou)
        self.still = False
        Leaving.leave_with(self, PASSWORD, "lou@example.org")
        self.until_text("All that is yours is being erased now.")
        end = time.monotonic() + 20
        while not self.ada.call("GET", "/api/v1/audit?action=user.erased")["items"]:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
        self.enter(self.ada)
        self.open("/audit?action=user.erased")
        self.until_text("left, and all that was theirs was erased")


class Looks(DataCase):
    def test_it_is_well_formed_in_every_width_and_theme(self):
        self.enter(self.ada)
        for width, height in test_pages.WIDTHS:
            resize(self.browser, width, height)
            self.open("/offline")
            self.open("/account#data")
            self.settled()
            for theme in ("light", "dark"):
                with self.subTest(width=width, theme=theme):
                    emulate(self.browser, "prefers-color-scheme", theme)
                    found = self.run(test_pages.STRUCTURE)
                    for fault in ("gaps", "landmarks", "nameless", "altless", "twice", "dangling"):
                        self.assertEqual(found[fault], [], fault)
                    self.assertLessEqual(found["sideways"], 0, "the page scrolls sideways")
                    self.check_quiet()
        self.still = False


class Touch(DataCase):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.open_data(self.ada)
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])


if __name__ == "__main__":
    unittest.main()
