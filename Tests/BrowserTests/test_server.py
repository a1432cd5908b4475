"""The server page: how it is, for anyone; what waits and what failed, for who has the key."""

import time
import unittest

from selenium.webdriver.common.keys import Keys

import test_pages
from browser import KEY, KeyCase, leaf, needs_pictures, resize

AWAY = ("net::ERR_CONNECTION_REFUSED", "net::ERR_FAILED", "Failed to load resource")
FAILED = "document.querySelectorAll('#failed > li').length"
SENTENCE = "document.getElementById('sentence').textContent"


class ServerPage(KeyCase):
    def enter(self, text):
        self.until("document.getElementById('locked')?.checkVisibility() && document.getElementById('key')")
        self.run("document.querySelector('#locked details').open = true")
        field = self.find("#key")
        field.clear()
        field.send_keys(text, Keys.ENTER)

    def unlock(self):
        self.open("/server")
        self.enter(KEY)
        self.until("!document.getElementById('work').hidden")

    def give_up(self, number=1):
        """A webhook to a private address is given up at once."""
        for _ in range(number):
            self.server.send_batch([leaf("Tomato___healthy")], {"webhook_url": "http://127.0.0.1:9/x"}, **{"X-API-Key": KEY})

    def failed_tasks(self):
        return self.server.json("/api/v1/admin/failed-tasks", **{"X-API-Key": KEY})["failed_tasks"]

    def times(self):
        return {task["failed_at"] for task in self.failed_tasks()}

    def until_tasks(self, holds):
        end = time.monotonic() + 60
        while not holds(self.times()):
            self.assertLess(time.monotonic(), end, "the failed tasks never became so")
            time.sleep(0.1)

    def empty(self):
        for task in self.failed_tasks():
            self.run(
                "return fetch(arguments[0], { method: 'POST', headers: { 'X-API-Key': arguments[1] } }).then((answer) => answer.status)",
                f"/api/v1/admin/failed-tasks/{task['task_id']}/discard", KEY,
            )


class Health(ServerPage):
    def test_anyone_reads_how_it_is_and_nothing_is_asked_in_vain(self):
        self.open("/server")
        self.until("document.querySelectorAll('#health .badge').length >= 4")
        names = [one.text for one in self.all("#health h3")]
        self.assertEqual(names[:4], ["Database", "Photos", "Work", "Models"])
        self.assertEqual({one.text for one in self.all("#health .badge")}, {"Well"})
        self.assertIn("disk", self.text("#health"))
        self.assertEqual(self.text("#sentence"), "Everything is well.")
        self.assertRegex(self.text("#version"), r"^Version \d")
        self.assertFalse(self.find("#work").is_displayed())
        # A call without a key would be refused, and is not made: the console is clean, which `tearDown` checks.

    def test_a_server_that_is_away_is_said_and_its_return_too(self):
        self.expected += AWAY
        self.unlock()
        self.server.stop()
        self.until(f"{SENTENCE}.startsWith('The server cannot be reached')", patience=60)
        self.assertEqual({one.text for one in self.all("#health .badge")}, {"Well"}, "what was seen last stays")
        self.server.start()
        self.until(f"{SENTENCE}.startsWith('Everything is well')", patience=60)

    def test_it_rests_while_nobody_looks(self):
        self.open("/server")
        self.until("document.querySelector('#health .badge')")
        page = self.browser.current_window_handle
        self.browser.switch_to.new_window("tab")
        try:
            self.browser.set_script_timeout(30)
            self.browser.execute_async_script("setTimeout(arguments[0], 9000)")
        finally:
            self.browser.close()
            self.browser.switch_to.window(page)
        asked = "performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/health')).map((one) => one.startTime)"
        self.until(f"{asked}.some((at, place, all) => place > 0 && at - all[place - 1] > 6000)")


class Key(ServerPage):
    def test_a_wrong_key_is_said_beside_the_field_and_the_right_one_opens(self):
        self.expect_refusals()
        self.open("/server")
        self.enter("not the key of this server")
        self.until("document.getElementById('key-fault').textContent")
        self.assertIn("does not know this key", self.text("#key-fault"))
        self.assertEqual(self.find("#key").get_attribute("aria-invalid"), "true")
        self.assertEqual(self.run("return document.activeElement.id"), "key")
        self.enter(KEY)
        self.until("!document.getElementById('work').hidden")
        self.assertNotIn(KEY, self.run("return JSON.stringify(localStorage) + document.cookie + location.href + document.documentElement.outerHTML"))

    def test_the_key_lasts_as_long_as_the_tab_and_can_be_forgotten(self):
        self.unlock()
        self.open("/server")
        self.until("!document.getElementById('work').hidden")
        self.press("Forget the key")
        self.assertTrue(self.find("#key").is_displayed())
        self.assertEqual(self.run("return document.activeElement.id"), "key")
        self.assertEqual(self.run("return sessionStorage.length"), 0)
        self.open("/server")
        self.until("document.querySelector('#health .badge')")
        self.assertFalse(self.find("#work").is_displayed())

    def test_who_has_no_key_yet_learns_how_to_set_one(self):
        self.open("/server")
        self.until("document.querySelector('#locked summary')?.checkVisibility()")
        self.click("#locked summary")
        self.click("#locked .fold .fold summary")
        self.assertIn("HEDGEROW_API_KEY", self.text("#locked"))

    def test_a_key_that_is_no_longer_taken_is_asked_for_again(self):
        self.expect_refusals()
        self.open("/server")
        self.run("sessionStorage.setItem('hedgerow-key', 'the key of last year')")
        self.open("/server")
        self.until("sessionStorage.length === 0")
        self.until("document.getElementById('key')?.checkVisibility()")


@needs_pictures
class Work(ServerPage):
    def setUp(self):
        super().setUp()
        self.empty()

    def test_kinds_of_work_and_workers_are_named_for_people(self):
        self.unlock()
        self.assertIn("Read a photo of a batch", self.text("#queues"))
        self.until("document.querySelector('#workers li')")
        self.assertRegex(self.text("#workers"), r"Process \d+, takes everything, since today")
        self.until("!document.getElementById('failed-none').hidden")
        self.assertIn("Nothing has failed", self.text("#failed-none"))

    def test_what_fails_while_one_looks_is_counted_and_moves_nothing(self):
        self.give_up()
        self.unlock()
        self.until(f"{FAILED} === 1")
        summary = self.find("#failed summary")
        self.run("arguments[0].focus()", summary)
        self.give_up()
        self.until("[...document.querySelectorAll('#queues [data-label=Failed]')].some((one) => one.textContent === '2')", patience=60)
        self.until("!document.getElementById('failed-news').hidden")
        self.assertEqual(self.run(f"return {FAILED}"), 1, "the list stays as it was read")
        self.assertEqual(self.run("return document.activeElement.localName"), "summary")
        self.check_quiet()
        self.click("#failed-news")
        self.until(f"{FAILED} === 2")

    def test_a_failed_job_tells_why_and_shows_what_it_was_asked_on_demand(self):
        self.give_up()
        self.unlock()
        self.until(f"{FAILED} === 1")
        words = self.text("#failed > li")
        self.assertIn("Report a finished batch", words)
        self.assertIn("private or local", words)
        self.assertRegex(words, r"Today, \d\d:\d\d, after 1 attempt")
        self.assertEqual(self.run("return document.querySelector('#failed pre').textContent"), "")
        self.click("#failed summary")
        self.until("document.querySelector('#failed pre').textContent.length > 10")

    def test_discarding_asks_first(self):
        self.give_up()
        self.unlock()
        self.until(f"{FAILED} === 1")
        self.press("Discard")
        dialog = self.find("dialog")
        self.assertTrue(dialog.is_displayed())
        self.assertIn("cannot be undone", dialog.text)
        self.assertEqual(self.focused().text, "Keep it")
        self.focused().send_keys(Keys.ESCAPE)
        self.until("!document.querySelector('dialog')")
        self.assertEqual(len(self.failed_tasks()), 1)
        self.assertEqual(self.focused().text, "Discard")
        self.press("Discard")
        self.press("Discard the job")
        self.until("!document.getElementById('failed-none').hidden")
        self.assertEqual(self.failed_tasks(), [])
        self.assertEqual(self.run("return document.activeElement.id"), "failed-title")

    def test_a_job_goes_back_and_so_do_all_of_a_kind(self):
        self.give_up(3)
        self.unlock()
        self.until(f"{FAILED} === 3")
        latest = max(self.times())
        self.press("Try again")
        self.until_tasks(lambda times: latest not in times)
        self.until("document.getElementById('toasts').textContent.includes('It waits for its turn again')")
        self.until("/^Try all [23] again: Report a finished batch$/.test(document.querySelector('#failed-kinds button')?.textContent)", patience=60)
        before = self.times()
        self.click("#failed-kinds button")
        self.until_tasks(lambda times: not times & before)
        self.until("/[23] jobs wait for their turn again/.test(document.getElementById('toasts').textContent)")


class Ill(ServerPage):
    settings = {"HEDGEROW_API_KEY": KEY, "HEDGEROW_REDIS_URL": "redis://127.0.0.1:1", "HEDGEROW_QUEUES": "maintenance"}

    def test_a_part_that_is_ill_is_named_with_its_cure(self):
        self.open("/server")
        self.until("document.querySelector('#health .haw')")
        self.assertIn("Redis", self.text("#health .haw"))
        self.assertIn("Works, with trouble", self.text("#health .haw"))
        self.assertGreater(len(self.text("#health .haw .health__words")), 30)
        self.assertRegex(self.text("#sentence"), r"^\d parts? needs? you")

    @needs_pictures
    def test_what_nobody_takes_is_counted_with_the_age_of_the_oldest(self):
        self.server.send_batch([leaf("Tomato___healthy")])
        self.unlock()
        row = "[...document.querySelectorAll('#queues tr')].find((one) => one.textContent.includes('Read a photo of a batch'))"
        self.until(f"Number({row}.querySelector('[data-label=Waiting]').textContent) > 0")
        first = self.run(f"return {row}.querySelector('[data-label=Oldest]').textContent")
        self.assertRegex(first, r"\d+\s(s|minute)")
        self.until(f"{row}.querySelector('[data-label=Oldest]').textContent !== '{first}'", patience=60)
        self.assertRegex(self.text("#work-sentence"), r"\d jobs? waits?")


@needs_pictures
class Looks(ServerPage):
    def test_it_is_well_formed_with_everything_in_it(self):
        self.give_up(2)
        self.unlock()
        self.until(f"{FAILED} >= 2")
        for width, height in test_pages.WIDTHS:
            resize(self.browser, width, height)
            with self.subTest(width=width):
                found = self.run(test_pages.STRUCTURE)
                for fault in ("gaps", "landmarks", "nameless", "altless", "twice", "dangling"):
                    self.assertEqual(found[fault], [], fault)
                self.assertLessEqual(found["sideways"], 0, "the page scrolls sideways")


@needs_pictures
class Touch(ServerPage):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.give_up(2)
        self.unlock()
        self.until(f"{FAILED} >= 2")
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])


if __name__ == "__main__":
    unittest.main()
