"""Parts of a view that do not count: an area drawn by keys, false alarms that come again and again, and the way back."""

import time
import unittest

from wildlife import TRAPS, WildlifeCase, needs_traps, send_picture, until_read

NAME = "speciesnet_african_elephants.jpg"


@needs_traps
class Masks(WildlifeCase):
    detector = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.camera = cls.ada.call("POST", "/api/v1/cameras", {"code": "gate", "name": "Gate"})
        content = (TRAPS / NAME).read_bytes()
        # The same animal at the same spot, as a stump would stand there; each file differs in its last bytes.
        cls.images = [
            send_picture(cls.ada, content + bytes([at]), f"IMG_{at:04}.JPG", camera_id="gate", captured_at=f"2026-05-01T{at * 2:02}:00:00Z") for at in range(11)
        ]
        until_read(cls.ada, *cls.images)

    def setUp(self):
        super().setUp()
        self.enter(self.ada)
        self.open(f"/cameras?camera={self.camera['id']}")
        self.until("document.querySelector('[data-do=repeats]')")

    def contents(self):
        return [self.ada.call("GET", f"/api/v1/images/{one['id']}")["contents"] for one in self.images]

    def until_contents(self, word):
        end = time.monotonic() + 30
        while set(self.contents()) != {word}:
            self.assertLess(time.monotonic(), end, f"never {word}: {self.contents()}")
            time.sleep(0.1)

    def test_an_area_is_drawn_by_keys_and_counts_again(self):
        self.press("Leave out an area")
        self.until("document.querySelector('dialog.area')")
        keys = ["ArrowLeft"] * 30 + ["ArrowUp"] * 30 + ["Enter"] + ["ArrowRight"] * 60 + ["Enter"] + ["ArrowDown"] * 60 + ["Enter"] + ["ArrowLeft"] * 60 + ["Enter"]
        self.run(
            "for (const key of arguments[0]) document.querySelector('.area__view').dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))", keys
        )
        self.until_text("4 corners", "dialog")
        self.check_well_formed()
        self.press("Leave it out", "document.querySelector('dialog.area')")
        self.until_text("Nothing in this area counts")
        self.until_contents("blank")
        self.press("Count it again")
        self.until_text("Everything in its view counts")
        self.until_contents("animal")

    def test_false_alarms_are_found_and_silenced(self):
        self.press("Look for false alarms")
        self.until_text("Taken for elephant")
        self.check_well_formed()
        while True:
            before = len(self.ada.call("GET", f"/api/v1/cameras/{self.camera['id']}/masks")["items"])
            if not self.run("return [...document.querySelectorAll('main button')].some((one) => one.innerText.includes('It is no animal'))"):
                break
            self.press("It is no animal")
            self.until(f"document.querySelectorAll('.mask .mask__view').length > 0 && document.querySelectorAll('[data-do=repeats]').length > 0")
            end = time.monotonic() + 20
            while len(self.ada.call("GET", f"/api/v1/cameras/{self.camera['id']}/masks")["items"]) == before:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.1)
            self.until_text("One thing at this spot does not count")
            time.sleep(1)
            self.press("Look for false alarms")
            self.until("document.querySelector('main').innerText.match(/There is none|Taken for/)")
        self.until_contents("blank")
        for one in self.ada.call("GET", f"/api/v1/cameras/{self.camera['id']}/masks")["items"]:
            self.ada.call("DELETE", f"/api/v1/masks/{one['id']}")
        self.until_contents("animal")


if __name__ == "__main__":
    unittest.main()
