"""Many photos: chosen, sent, followed, gone through, taken home as a file, removed."""

import csv
import pathlib
import re
import shutil
import tempfile
import threading
import unittest

from selenium.webdriver.common.keys import Keys

import test_pages
from batches import BatchCase, leaves
from browser import RUN, TRAPS, emulate, leaf, needs_pictures, resize


@needs_pictures
class Readings(BatchCase):
    def test_photos_come_back_as_one_list_in_words(self):
        broken = self.scratch("zz-broken.jpg", b"these are words, not a picture")
        notes = self.scratch("notes.txt", b"words")
        trap = sorted(TRAPS.rglob("*.[jJ][pP]*[gG]"))[0]
        self.choose_photos(leaf("Tomato___Late_blight"), leaf("Tomato___healthy"), trap, broken, notes)
        self.assertRegex(self.text("#chosen h2"), r"^4 photos, ")
        self.assertIn("1 file is no photo", self.text("#chosen"))
        self.click("#send")
        self.until_finished()
        self.assertRegex(self.run("return location.search"), r"^\?id=[0-9a-f-]{36}$")
        self.assertEqual(self.text("h1"), "4 photos")
        self.assertIn("1 could not be read", self.text(".batch-progress"))
        self.assertLessEqual({"Late blight", "Healthy", "Could not be read"}, set(self.titles()))
        self.until("[...document.querySelectorAll('.readings img')].filter((one) => one.naturalWidth > 0).length >= 3")
        sure = self.run("return [...document.querySelectorAll('.readings > li')].find((one) => one.querySelector('b').textContent === 'Late blight').innerText")
        for part in (r"^Tomato$", r"^(Very sure|Fairly sure|More likely than not)$", r"^(over )?\d+%$", r"^Sick$", r"(?i)\.jpg$"):
            self.assertRegex(sure, re.compile(part, re.M))
        failed = self.run("return [...document.querySelectorAll('.readings > li')].find((one) => one.querySelector('b').textContent === 'Could not be read').innerText")
        self.assertIn("zz-broken.jpg", failed)
        self.assertGreater(len(failed.splitlines()), 2, "it says why")

    def test_the_filters_count_and_choose(self):
        broken = self.scratch("zz-broken.jpg", b"these are words, not a picture")
        self.send(leaf("Tomato___Late_blight"), leaf("Tomato___healthy"), leaf("Apple___healthy"), broken)
        counts = {one.get_attribute("data-group"): int(one.find_element("css selector", ".number").text) for one in self.all(".chip")}
        self.assertEqual(counts["all"], 4)
        self.assertEqual(sum(number for group, number in counts.items() if group != "all"), 4)
        self.expect_moving()
        for group, number in counts.items():
            with self.subTest(group):
                self.click(f"[data-group={group}]")
                self.assertEqual(self.find(f"[data-group={group}]").get_attribute("aria-pressed"), "true")
                self.assertEqual(len(self.titles()), number)
                self.assertEqual(self.find(".readings-none").is_displayed(), number == 0)

    def test_a_hundred_photos_keep_their_places_while_answers_come(self):
        self.send(*leaves(100))
        self.assertEqual(len(self.titles()), 100)
        self.assertNotIn("Not read yet", self.titles())
        known = self.run("return [...document.querySelectorAll('.reading__file')].map((one) => one.textContent)")
        self.assertEqual(len(set(known)), 100)

    def test_it_is_taken_home_as_a_file(self):
        folder = tempfile.mkdtemp(prefix="hedgerow-csv-")
        self.addCleanup(shutil.rmtree, folder)
        self.browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": folder})
        sly = self.scratch("=cmd, a.jpg", leaf("Tomato___Late_blight").read_bytes())
        self.send(sly, leaf("Tomato___healthy"))
        self.click("#csv")
        self.until("document.getElementById('toasts').textContent.includes('2 lines written')")
        end = threading.Event()
        for _ in range(600):
            files = list(pathlib.Path(folder).glob("*.csv"))
            if files:
                break
            end.wait(0.1)
        self.assertRegex(files[0].name, r"^hedgerow-\d{4}-\d\d-\d\d-\d{4}\.csv$")
        rows = list(csv.DictReader(files[0].read_text(encoding="utf-8-sig").splitlines()))
        self.assertEqual(len(rows), 2)
        by_name = {row["photo"]: row for row in rows}
        self.assertIn("'=cmd, a.jpg", by_name, "no spreadsheet takes a name for a formula")
        self.assertEqual(by_name["'=cmd, a.jpg"]["condition"], "Late blight")
        self.assertEqual(by_name["'=cmd, a.jpg"]["result"], "sick")

    def test_more_than_the_common_number_of_parts_goes_with_the_key(self):
        self.open("/batches")
        self.until("document.querySelector('#with-key summary')")
        self.enter_key()
        self.choose(*leaves(270))
        self.until("document.querySelector('#send')")
        self.click("#send")
        self.until("location.search", patience=120)
        self.until("document.querySelector('h1').textContent === '270 photos' && document.querySelectorAll('.readings > li').length === 270")

    def test_its_address_opens_it_again_here_and_on_a_phone(self):
        self.send(leaf("Tomato___Late_blight"), leaf("Tomato___healthy"))
        address = self.run("return location.pathname + location.search")
        self.open(address)
        self.until_finished()
        self.assertEqual(set(self.titles()), {"Late blight", "Healthy"})
        self.check_quiet()
        self.open("/batches")
        self.until("document.querySelector('#recent-list a')")
        self.assertIn("2 photos", self.text("#recent-list"))
        self.click("#recent-list a")
        self.until_finished()
        self.browser.back()
        self.until("!document.getElementById('drop').hidden && document.getElementById('batch').hidden")
        self.press("Clear the list")
        self.assertFalse(self.find("#recent").is_displayed())
        self.press("Undo")
        self.assertTrue(self.find("#recent").is_displayed())
        self.browser = RUN.browser(width=390, height=844, phone=True)
        self.open(address)
        self.until_finished()
        self.assertEqual(set(self.titles()), {"Late blight", "Healthy"})
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])

    def test_removing_asks_first(self):
        self.expect_refusals()
        self.send(leaf("Tomato___Late_blight"))
        address = self.run("return location.pathname + location.search")
        self.click("#remove")
        self.assertIn("cannot be undone", self.find("dialog").text)
        self.focused().send_keys(Keys.ESCAPE)
        self.until("!document.querySelector('dialog')")
        self.assertEqual(self.focused().get_attribute("id"), "remove")
        self.click("#remove")
        self.press("Remove the batch")
        self.until("!document.getElementById('drop').hidden")
        self.assertEqual(self.run("return location.search"), "")
        self.assertFalse(self.find("#recent").is_displayed())
        self.open(address)
        self.until("document.querySelector('h1').textContent === 'There is no such batch'")
        self.press("Send photos")
        self.until("!document.getElementById('drop').hidden")


@needs_pictures
class WaysIn(BatchCase):
    def test_a_folder_gives_its_photos(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="hedgerow-folder-"))
        self.addCleanup(shutil.rmtree, folder)
        (folder / "row 2").mkdir()
        for at, path in enumerate(leaves(3)):
            shutil.copy(path, folder / ("row 2" if at else ".") / f"{at}.jpg")
        (folder / "notes.txt").write_text("words")
        self.open("/batches")
        self.until("!document.getElementById('drop').hidden")
        self.find("#choose-folder").send_keys(str(folder))
        self.until("document.querySelector('#chosen h2')")
        self.assertRegex(self.text("#chosen h2"), r"^3 photos, ")

    def test_photos_can_be_dropped_and_are_taken_once(self):
        self.open("/batches")
        self.until("!document.getElementById('drop').hidden")
        for _ in range(2):
            self.hand_over("drop", leaf("Tomato___healthy"))
            self.until("document.querySelector('#chosen h2')")
        self.assertRegex(self.text("#chosen h2"), r"^[12] photos?, ")
        self.press("Choose others")
        self.assertFalse(self.find("#chosen").is_displayed())

    def test_what_was_dropped_on_diagnose_goes_over_as_a_batch(self):
        self.open("/")
        self.choose(*leaves(3))
        self.until("!document.getElementById('many').hidden")
        self.press("Read all of them as a batch")
        self.until("location.pathname === '/batches' && document.querySelector('#chosen h2')")
        self.assertRegex(self.text("#chosen h2"), r"^3 photos, ")
        self.open("/batches")
        self.until("!document.getElementById('drop').hidden")
        self.assertFalse(self.find("#chosen").is_displayed(), "they are handed over once")

    def test_more_than_one_batch_takes_is_said_before_anything_is_sent(self):
        self.choose_photos(*leaves(102))
        self.assertIn("2 more than one batch takes without an account or a key", self.text("#chosen"))
        self.assertEqual(self.all("#send"), [])
        self.press("Keep the first 100")
        self.assertRegex(self.text("#chosen h2"), r"^100 photos, ")
        self.assertEqual(self.run("return document.activeElement.id"), "send")

    def test_with_the_key_the_batch_is_its_owners(self):
        self.expect_refusals()
        self.open("/batches")
        self.until("document.querySelector('#with-key summary')")
        self.enter_key()
        self.until("document.getElementById('most').textContent === '1,000'")
        self.choose(leaf("Tomato___Late_blight"))
        self.until("document.querySelector('#send')")
        self.click("#send")
        self.until_finished()
        address = self.run("return location.pathname + location.search")
        self.run("sessionStorage.clear()")
        self.open(address)
        self.until("document.querySelector('h1').textContent === 'There is no such batch'")
        self.enter_key()
        self.until_finished()
        self.assertEqual(self.titles(), ["Late blight"])


@needs_pictures
class Looks(BatchCase):
    def test_a_batch_is_well_formed_in_every_width_and_theme(self):
        self.send(*leaves(12))
        self.expect_moving()
        for width, height in test_pages.WIDTHS:
            resize(self.browser, width, height)
            for theme in ("light", "dark"):
                emulate(self.browser, "prefers-color-scheme", theme)
                with self.subTest(width=width, theme=theme):
                    found = self.run(test_pages.STRUCTURE)
                    for fault in ("gaps", "landmarks", "nameless", "altless", "twice", "dangling"):
                        self.assertEqual(found[fault], [], fault)
                    self.assertLessEqual(found["sideways"], 0, "the page scrolls sideways")


if __name__ == "__main__":
    unittest.main()
