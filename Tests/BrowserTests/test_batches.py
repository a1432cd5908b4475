"""Many photos: chosen, sent, followed, gone through, taken home as a file, removed; and all that can go wrong between."""

import csv
import pathlib
import re
import shutil
import socket
import tempfile
import threading
import unittest
import urllib.error

from selenium.webdriver.common.keys import Keys

import test_pages
from browser import LEAVES, RUN, TRAPS, BrowserCase, emulate, leaf, needs_pictures, resize

KEY = "a key for the browser tests"
AWAY = ("net::ERR_CONNECTION_REFUSED", "net::ERR_FAILED", "net::ERR_EMPTY_RESPONSE", "net::ERR_CONNECTION_RESET", "Failed to load resource", "WebSocket connection")
FINISHED = "/All \\d+ looked at/.test(document.querySelector('.batch-progress p')?.textContent)"


def leaves(number):
    """So many different photos."""
    found = []
    for at in range(number):
        for folder in sorted(LEAVES.iterdir()):
            photos = sorted(folder.iterdir())
            if at < len(photos) and len(found) < number:
                found.append(photos[at])
    return found[:number]


class BatchCase(BrowserCase):
    own_server = True
    settings = {"HEDGEROW_API_KEY": KEY}

    def setUp(self):
        super().setUp()
        self.open("/offline")
        self.run("sessionStorage.clear()")

    def choose_photos(self, *paths):
        self.open("/batches")
        self.until("!document.getElementById('drop').hidden")
        self.choose(*paths)
        self.until("document.querySelector('#chosen h2')")

    def send(self, *paths):
        self.choose_photos(*paths)
        self.click("#send")
        self.until_finished()

    def until_finished(self):
        self.until(FINISHED, patience=120)
        self.until("document.querySelectorAll('.readings > li').length > 0 && document.querySelector('[data-group=all] .number')")
        self.until("![...document.querySelectorAll('.readings b')].some((one) => one.textContent === 'Not read yet')", patience=60)

    def titles(self):
        return [one.text for one in self.all(".readings > li:not([hidden]) b")]

    def enter_key(self):
        self.run("document.querySelector('#with-key details').open = true")
        self.find("#key").send_keys(KEY, Keys.ENTER)
        self.until("sessionStorage.length === 1")

    def batches(self):
        """All that the server has of those with the key."""
        return self.server.json("/api/v1/jobs", **{"X-API-Key": KEY})["items"]


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
        self.assertIn("2 more than one batch takes without a key", self.text("#chosen"))
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
class Trouble(BatchCase):
    def test_a_photo_that_is_too_large_can_be_left_out(self):
        self.expect_refusals()
        large = self.scratch("large.jpg", leaf("Tomato___healthy").read_bytes() + bytes(22 << 20))
        self.choose_photos(leaf("Tomato___Late_blight"), large)
        self.click("#send")
        self.until("document.querySelector('#chosen .note')", patience=60)
        self.assertIn("large.jpg", self.text("#chosen .note"))
        self.press("Leave it out")
        self.click("#send")
        self.until_finished()
        self.assertEqual(self.titles(), ["Late blight"])

    def test_photos_stay_chosen_while_the_server_is_away(self):
        self.expected += AWAY
        self.choose_photos(*leaves(2))
        self.server.stop()
        self.click("#send")
        self.until("document.querySelector('#chosen .note')", patience=60)
        self.assertIn("All photos are still chosen", self.text("#chosen .note"))
        self.server.start()
        self.press("Try again")
        self.until_finished()
        self.assertEqual(len(self.titles()), 2)

    def test_a_connection_that_breaks_before_the_answer_makes_no_second_batch(self):
        self.expected += AWAY
        with Cut(self.server.port) as cut:
            self.url = f"http://127.0.0.1:{cut.port}"
            self.open("/batches")
            self.until("document.querySelector('#with-key summary')")
            self.enter_key()
            before = len(self.batches())
            self.choose(*leaves(2))
            self.until("document.querySelector('#send')")
            cut.armed = True
            self.click("#send")
            self.until("document.querySelector('#chosen .note')", patience=60)
            cut.armed = False
            self.assertGreater(cut.cuts, 0, "the browser itself may have tried more than once")
            self.press("Try again")
            self.until_finished()
            self.assertEqual(len(self.batches()), before + 1)
            self.open("/offline")

    def test_a_server_that_dies_while_it_reads_goes_on_afterwards(self):
        self.expected += AWAY
        self.choose_photos(*leaves(40))
        self.click("#send")
        self.until("document.querySelector('.readings')", patience=60)
        self.server.process.kill()
        self.server.process.wait()
        self.server.start()
        self.until_finished()
        self.assertEqual(len(self.titles()), 40)


@needs_pictures
class BusyServer(BatchCase):
    settings = {"HEDGEROW_API_KEY": KEY, "HEDGEROW_QUEUES": "maintenance"}  # nobody reads photos

    def test_a_server_with_its_hands_full_says_when_to_try_again(self):
        self.expect_refusals()
        with self.assertRaisesRegex(urllib.error.HTTPError, "503"):
            for _ in range(30):
                self.server.send_batch([leaf("Tomato___healthy")])
        self.choose_photos(leaf("Tomato___Late_blight"))
        self.click("#send")
        self.until("document.querySelector('#chosen .note')", patience=60)
        self.assertRegex(self.text("#chosen .note"), r"hands full: .*All photos are still chosen. Try again in \d+\s(s|minutes?)")

    def test_a_batch_that_waits_says_so_and_can_be_removed_elsewhere(self):
        self.expected += AWAY
        batch = self.server.send_batch([leaf("Tomato___healthy"), leaf("Tomato___Late_blight")], **{"X-API-Key": KEY})
        self.run("sessionStorage.setItem('hedgerow-key', arguments[0])", KEY)
        self.open(f"/batches?id={batch['id']}")
        self.until("/They wait for their turn/.test(document.querySelector('.batch-progress p')?.textContent)")
        self.assertEqual(self.titles(), ["Not read yet", "Not read yet"])
        self.click("[data-group=sick]")
        self.assertEqual(self.text(".readings-none"), "None so far.")
        self.expect_moving()
        self.run("return fetch(arguments[0], { method: 'DELETE', headers: { 'X-API-Key': arguments[1] } }).then((answer) => answer.status)", batch["url"], KEY)
        self.until("document.querySelector('h1').textContent === 'There is no such batch'", patience=60)

    def test_a_key_that_is_no_longer_taken_closes_no_batch_that_needs_none(self):
        self.expected += AWAY
        batch = self.server.send_batch([leaf("Tomato___healthy")])
        self.run("sessionStorage.setItem('hedgerow-key', 'the key of last year')")
        self.open(f"/batches?id={batch['id']}")
        self.until("/They wait for their turn/.test(document.querySelector('.batch-progress p')?.textContent)")
        self.assertEqual(self.run("return sessionStorage.length"), 0)


@needs_pictures
class StrictServer(BatchCase):
    settings = {"HEDGEROW_API_KEY": KEY, "HEDGEROW_LIMITS": "public=1/hour"}

    def test_one_batch_too_many_for_now_stays_chosen(self):
        self.expect_refusals()
        self.server.send_batch([leaf("Tomato___healthy")])
        self.choose_photos(leaf("Tomato___Late_blight"))
        self.click("#send")
        self.until("document.querySelector('#chosen .note')", patience=60)
        self.assertRegex(self.text("#chosen .note"), r"too many calls.*still chosen\. Try again in \d+\s(minutes|hour)")


class ClosedServer(BatchCase):
    settings = {"HEDGEROW_API_KEY": KEY, "HEDGEROW_ANONYMOUS": "off"}

    @needs_pictures
    def test_a_server_that_takes_nothing_without_a_key_asks_for_it(self):
        self.expect_refusals()
        self.choose_photos(leaf("Tomato___Late_blight"))
        self.click("#send")
        self.until("document.querySelector('#chosen .note')", patience=60)
        self.assertIn("only with its key", self.text("#chosen .note"))
        self.enter_key()
        self.until("document.querySelector('#send')")
        self.click("#send")
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


class Cut:
    """Stands between browser and server; while armed, it swallows the answer to a batch and hangs up."""

    def __init__(self, port):
        self.target = port
        self.armed = False
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            marked = threading.Event()
            threading.Thread(target=self.forward, args=(client, server, marked), daemon=True).start()
            threading.Thread(target=self.back, args=(server, client, marked), daemon=True).start()

    def forward(self, client, server, marked):
        try:
            while data := client.recv(65536):
                if self.armed and b"POST /api/v1/jobs " in data:
                    marked.set()
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def back(self, server, client, marked):
        try:
            while data := server.recv(65536):
                if marked.is_set() and self.armed and b" 202" in data[:20]:
                    self.cuts += 1
                    break
                client.sendall(data)
        except OSError:
            pass
        for end in (client, server):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()


if __name__ == "__main__":
    unittest.main()
