"""Camera profiles: tried on samples, kept, removed; and the condition of cameras that they find."""

import pathlib
import tempfile
import unittest

import test_pages
from people import PROBE
from wildlife import WildlifeCase, picture, send_picture

POND = """name: pond
about: ABOUT
matches: {filename: "^POND"}
id: [{filename: "^(?<value>POND[0-9]+)-"}]
battery: [{filename: "-(?<value>[0-9]+)pc"}]
"""


class ProfilesCase(WildlifeCase):
    def open_profiles(self, person=None):
        self.enter(person or self.ada)
        self.open("/cameras/profiles")
        self.until("!document.querySelector('#profiles[aria-busy]')")

    def write(self, text, field="profile"):
        self.run("const one = document.getElementById(arguments[0]); one.value = arguments[1]; one.dispatchEvent(new Event('input', { bubbles: true }))", field, text)


class Profiles(ProfilesCase):
    def tearDown(self):
        for one in self.ada.call("GET", "/api/v1/camera-profiles")["items"]:
            if one["origin"] == "own":
                self.ada.call("DELETE", f"/api/v1/camera-profiles/{one['name']}")
        super().tearDown()

    def test_a_pattern_that_takes_too_many_steps_is_said_with_its_profile(self):
        profile = "name: costly\nmatches: {filename: '^(a+)+$'}\nserial: [{exif: Make}]\n"
        self.ada.call("PUT", "/api/v1/camera-profiles/costly", {"profile": profile})
        send_picture(self.ada, picture(901), "a" * 120 + "!.PNG", camera_id="oak")
        self.open_profiles()
        self.until_text("It could not tell of aaaa", "[data-name=costly]")
        self.until_text("filename: takes too many steps: make it simpler.", "[data-name=costly]")
        self.ada.call("PUT", "/api/v1/camera-profiles/costly", {"profile": profile})
        self.open_profiles()
        self.until("document.querySelector('[data-name=costly]')")
        self.assertNotIn("could not tell", self.text("[data-name=costly]"))

    def test_a_profile_is_tried_kept_and_removed(self):
        self.open_profiles()
        self.write(POND.replace("ABOUT", PROBE))
        self.press("Try it")
        self.until_text("Choose a picture or a report")
        self.write("card/POND3-12pc.JPG\nIMG_1.JPG", "names")
        with tempfile.TemporaryDirectory() as folder:
            sample = pathlib.Path(folder) / "POND4-99pc.PNG"
            sample.write_bytes(picture(900))
            self.find("#files").send_keys(str(sample))
            self.press("Try it")
            self.until("document.querySelectorAll('.trial').length === 3")
        said = [one.text for one in self.all(".trial")]
        self.assertIn("POND4", said[0])
        self.assertIn("99 %", said[0])
        self.assertIn("POND3", said[1])
        self.assertIn("This profile is not for it: filename: ^POND is not in “IMG_1.JPG”", said[2])
        self.assertIn("Nothing", said[2])
        self.press("Keep it")
        self.until("document.querySelector('[data-name=pond]')")
        self.check_text_only(PROBE)
        self.assertEqual([one["name"] for one in self.ada.call("GET", "/api/v1/camera-profiles")["items"]][0], "pond")
        self.run("document.querySelector('[data-name=pond] [aria-label^=Remove]').click()")
        self.press("Remove", "document.querySelector('dialog')")
        self.until("!document.querySelector('[data-name=pond]')")

    def test_what_is_wrong_is_said_below_the_profile_and_what_was_written_stays(self):
        self.open_profiles()
        self.expect_refusals()
        broken = POND + "temperature: [{exif: Warmth}]\n"
        self.write(broken)
        self.press("Keep it")
        self.until_text("Line 6: temperature: exif: takes Make", "#profile-fault")
        self.assertEqual(self.run("return document.getElementById('profile').value"), broken)
        self.run("document.querySelector('[data-name=generic] button').click()")
        self.until("document.querySelector('dialog')")
        self.press("Go on writing", "document.querySelector('dialog')")
        self.assertEqual(self.run("return document.getElementById('profile').value"), broken)
        self.write("matches: {make: x}")
        self.press("Keep it")
        self.until_text("It needs a line such as name: pond-cameras", "#profile-fault")

    def test_a_low_battery_is_told_on_the_page_of_cameras(self):
        self.ada.call("PUT", "/api/v1/camera-profiles/pond", {"profile": POND})
        image = send_picture(self.ada, picture(901), name="POND7-12pc.PNG")
        send_picture(self.ada, picture(902), name="POND8-80pc.PNG")
        self.enter(self.ada)
        self.open(f"/cameras?camera={image['camera_id']}")
        self.until("!document.querySelector('#cameras[aria-busy]')")
        self.assertIn("1 with a low battery", self.text("#lead"))
        self.until_text("Battery low, 12%")
        self.until_text("Battery 80%")
        self.until_text("It told so")

    def test_who_may_not_look_after_cameras_is_told_so(self):
        self.enter(self.vi)
        self.open("/cameras/profiles")
        self.until_text("This page is for whoever looks after this server")
        self.assertFalse(self.find("#editor-card").is_displayed())


class Looks(ProfilesCase):
    def settled(self):
        self.open("/offline")
        self.open("/cameras/profiles")
        self.until("!document.querySelector('#profiles[aria-busy]')")
        self.write("card/POND3-12pc.JPG\nIMG_1.JPG", "names")
        self.press("Try it")
        self.until("document.querySelector('.trial')")

    def test_they_are_well_formed_in_every_width_and_theme(self):
        self.enter(self.ada)
        self.check_every_width_and_theme(self.settled)
        self.still = False


class Touch(Looks):
    screen = {"width": 390, "height": 844, "phone": True}

    test_they_are_well_formed_in_every_width_and_theme = None

    def test_no_target_is_too_small_for_a_finger(self):
        self.enter(self.ada)
        self.settled()
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.still = False


if __name__ == "__main__":
    unittest.main()
