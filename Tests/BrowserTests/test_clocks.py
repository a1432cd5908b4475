"""Clocks of cameras that were wrong: corrected by one picture, by hand or by an hour, looked at before, and taken back."""

import unittest

import test_pages
from browser import TRAPS
from wildlife import WildlifeCase, picture, send_picture

DIALOG = "document.querySelector('dialog.clock')"
needs_dates = unittest.skipUnless(TRAPS.is_dir(), f"needs the pictures in {TRAPS}, which know when they were taken")


class ClockCase(WildlifeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.camera = cls.ada.call("POST", "/api/v1/cameras", {"code": "gate", "name": "Gate", "zone": "Europe/Berlin"})
        names = ("southwest_2021-07-24_SYFR0655_coyote.JPG", "southwest_2021-12-07_12080069_rabbit.JPG")
        cls.images = [send_picture(cls.ada, (TRAPS / name).read_bytes(), name, camera_id="gate") for name in names]
        cls.given = send_picture(cls.ada, picture(900), camera_id="gate", captured_at="2021-08-01T00:00:00Z")

    def setUp(self):
        super().setUp()
        for one in self.shifts():
            self.ada.call("DELETE", f"/api/v1/clock-shifts/{one['id']}")

    def shifts(self):
        return self.ada.call("GET", f"/api/v1/cameras/{self.camera['id']}/clock-shifts")["items"]

    def times(self):
        return [self.ada.call("GET", f"/api/v1/images/{one['id']}")["local_time"][:19] for one in [*self.images, self.given]]

    def open_clock(self):
        self.enter(self.ada)
        self.open(f"/cameras?camera={self.camera['id']}")
        self.until("document.querySelector('[data-do=clock]')")
        self.press("Correct its clock")
        self.until(f"{DIALOG}.querySelector('.clock__choice')")

    def fill(self, name, value):
        self.run("const one = document.getElementById(arguments[0]); one.value = arguments[1]; one.dispatchEvent(new Event('input', { bubbles: true }))", name, value)

    def until_told(self, words):
        self.until(f"document.getElementById('clock-preview').innerText.includes('{words}')")


@needs_dates
class Clocks(ClockCase):
    def test_one_picture_tells_how_far_the_clock_was_off(self):
        before = self.times()
        self.open_clock()
        self.run("[...document.querySelectorAll('.clock__choice')].find((one) => one.title.startsWith('24 July 2021')).click()")
        self.assertEqual(self.run("return document.getElementById('clock-showed').value"), before[0])
        self.fill("clock-right", "2022-07-25T00:00:28")
        self.assertEqual(self.run("return document.getElementById('clock-far').value").replace("\u00a0", " "), "365 d 1 h")
        self.assertFalse(self.find("dialog.clock .button--main").is_enabled())
        self.press("See what changes", DIALOG)
        self.until_told("2 pictures: 365\\u00a0d 1\\u00a0h later.")
        self.assertIn("8 December 2022, 07:08:37", self.text("#clock-preview"))
        self.assertEqual(self.times(), before)
        self.check_well_formed()
        self.press("Correct 2 pictures", DIALOG)
        self.until(f"!{DIALOG}")
        self.until_text("365 d 1 h later".replace(" d", "\u00a0d").replace(" h", "\u00a0h"))
        self.assertEqual(self.times(), ["2022-07-25T00:00:28", "2022-12-08T07:08:37", before[2]])
        self.press("Take back")
        self.until_text("It was right so far")
        self.assertEqual(self.times(), before)

    def test_an_hour_of_daylight_saving_for_a_part_of_the_time(self):
        before = self.times()
        self.open_clock()
        self.fill("clock-from", "2021-07-24T23:00:28")
        self.fill("clock-to", "2021-07-24T23:00:29")
        self.press("One hour earlier", DIALOG)
        self.press("See what changes", DIALOG)
        self.until_told("1 picture: 1\\u00a0h earlier.")
        self.fill("clock-to", "2021-07-25T00:00:00")
        self.assertFalse(self.find("dialog.clock .button--main").is_enabled(), "what was looked at is no longer what is asked")
        self.press("See what changes", DIALOG)
        self.until_told("1 picture: 1\\u00a0h earlier.")
        self.press("Correct 1 picture", DIALOG)
        self.until(f"!{DIALOG}")
        self.until_text("1\u00a0h earlier")
        self.assertEqual(self.times(), ["2021-07-24T22:00:28", *before[1:]])

    def test_what_cannot_be_is_said_beside_its_field(self):
        self.open_clock()
        for typed, words in (("", "Say by how much"), ("soon", "A time such as"), ("0 s", "A time such as"), ("900000 d", "A time such as")):
            self.fill("clock-far", typed)
            self.press("See what changes", DIALOG)
            self.until(f"document.getElementById('clock-far-fault').innerText.includes('{words}')")
        self.fill("clock-far", "-1:30")
        self.fill("clock-from", "2021-07-24T00:00:00")
        self.fill("clock-to", "2021-07-23T00:00:00")
        self.press("See what changes", DIALOG)
        self.until("document.getElementById('clock-to-fault').innerText.includes('not after')")
        self.fill("clock-to", "2021-07-24T01:00:00")
        self.press("See what changes", DIALOG)
        self.until_told("nothing to correct")
        self.fill("clock-showed", "2021-07-24T01:00:00")
        self.fill("clock-right", "2021-07-24T01:00:00")
        self.until("document.getElementById('clock-right-fault').innerText.includes('Both are the same')")
        self.press("Leave it", DIALOG)
        self.assertEqual(self.shifts(), [])

    def test_who_may_only_look_sees_what_was_corrected(self):
        self.ada.call("POST", f"/api/v1/cameras/{self.camera['id']}/clock-shifts", {"seconds": 60})
        self.enter(self.vi)
        self.open(f"/cameras?camera={self.camera['id']}")
        self.until_text("1\u00a0min later")
        self.assertEqual(self.all("[data-do]"), [])
        self.assertNotIn("Take back", self.text("main"))


@needs_dates
class Touch(ClockCase):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.open_clock()
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.assertLessEqual(self.run("const one = document.querySelector('dialog.clock'); return one.scrollWidth - one.clientWidth"), 0)
        self.still = False


if __name__ == "__main__":
    unittest.main()
