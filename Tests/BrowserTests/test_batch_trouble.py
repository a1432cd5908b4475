"""Many photos, and all that can go wrong with them: size, network, a busy, strict or closed server."""

import unittest
import urllib.error

from batches import BatchCase, Cut, leaves
from browser import KEY, leaf, needs_pictures

AWAY = ("net::ERR_CONNECTION_REFUSED", "net::ERR_FAILED", "net::ERR_EMPTY_RESPONSE", "net::ERR_CONNECTION_RESET", "Failed to load resource", "WebSocket connection")


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
        self.assertIn("or with its key", self.text("#chosen .note"))
        self.enter_key()
        self.until("document.querySelector('#send')")
        self.click("#send")
        self.until_finished()
        self.assertEqual(self.titles(), ["Late blight"])


if __name__ == "__main__":
    unittest.main()
