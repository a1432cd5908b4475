"""Cameras, the sites they belong to, and where they hung."""

import unittest

import test_pages
from people import PROBE
from wildlife import WildlifeCase, picture, send_picture

DIALOG = "document.querySelector('dialog.place-form')"


class PlacesCase(WildlifeCase):
    def open_cameras(self, search="", person=None):
        self.enter(person or self.ada)
        self.open(f"/cameras{search}")
        self.until("!document.querySelector('#cameras[aria-busy]')")

    def fill(self, **values):
        """Types into the open dialog; underscores stand for dashes."""
        for name, value in values.items():
            self.run("const one = document.getElementById(arguments[0]); one.value = arguments[1]; one.dispatchEvent(new Event('input', { bubbles: true }))", name.replace("_", "-"), value)

    def save(self, words):
        self.press(words, DIALOG)

    def until_closed(self):
        self.until(f"!{DIALOG}")

    def fault(self, field):
        self.until(f"document.getElementById('{field}-fault')?.textContent")
        return self.text(f"#{field}-fault")


class Cameras(PlacesCase):
    def test_a_camera_is_added_changed_and_removed(self):
        self.open_cameras()
        self.press("Add a camera")
        self.save("Add it")
        self.assertIn("Give it a code", self.fault("code"))
        self.fill(code="not a code", latitude="91", longitude="13")
        self.save("Add it")
        self.assertIn("Degrees from", self.fault("latitude"))
        self.fill(latitude="52°30′58″ N", longitude="13,3777", name=PROBE)
        self.expect_refusals()
        self.save("Add it")
        self.assertIn("takes 1 to 64 letters", self.fault("code"))
        self.fill(code="brook-1", zone="Nowhere/Atall")
        self.save("Add it")
        self.assertIn("no time zone", self.fault("zone"))
        self.fill(zone="Europe/Berlin")
        self.save("Add it")
        self.until_closed()
        self.until_text("Not heard yet")
        self.check_text_only(PROBE)
        [camera] = [one for one in self.ada.call("GET", "/api/v1/cameras")["items"] if one["code"] == "brook-1"]
        self.assertEqual(camera["location"]["coordinates"], [13.3777, 52.5161111])
        self.press("Add a camera")
        self.fill(code="brook-1")
        self.save("Add it")
        self.assertIn("Another camera has this code", self.fault("code"))
        self.press("Leave it", DIALOG)
        self.press("Change")
        self.fill(name="Brook")
        self.save("Save")
        self.until_closed()
        self.until("document.querySelector('.cam__name b')?.textContent === 'Brook'")
        self.assertEqual(self.ada.call("GET", f"/api/v1/cameras/{camera['id']}")["camera"]["zone"], "Europe/Berlin")
        self.press("Remove")
        self.press("Remove", "document.querySelector('dialog.question')")
        self.until("!document.querySelector('.cams').innerText.includes('Brook')")

    def test_times_in_one_place_do_not_overlap(self):
        camera = self.ada.call("POST", "/api/v1/cameras", {"code": "gate"})
        self.open_cameras(f"?camera={camera['id']}")
        self.until_text("Where it hung")
        self.press("Add a time and place")
        self.fill(started_at="2026-05-01T12:00", ended_at="2026-04-01T12:00")
        self.expect_refusals()
        self.save("Add it")
        self.assertIn("is not after the beginning", self.fault("ended-at"))
        self.fill(ended_at="2026-06-01T12:00", notes=f"Knee high {PROBE}", latitude="52.5", longitude="13.3")
        self.save("Add it")
        self.until_closed()
        self.until("document.querySelector('.times li')")
        self.check_text_only(f"Knee high {PROBE}")
        self.press("Add a time and place")
        self.fill(started_at="2026-05-20T12:00")
        self.save("Add it")
        said = self.fault("started-at")
        self.assertIn("The camera hung elsewhere in some of this time", said)
        self.assertIn("1 May 2026", said)
        self.fill(started_at="2026-06-20T12:00")
        self.save("Add it")
        self.until_closed()
        self.until("document.querySelectorAll('.times li').length === 2")
        self.assertIn("20 Jun 2026 to now", self.text(".times"))

    def test_sites_are_named_once_and_stay_while_something_belongs_to_them(self):
        self.open_cameras()
        self.press("Add a site")
        self.fill(name=f"Wood {PROBE}")
        self.save("Add it")
        self.until_closed()
        self.until_text("Wood ", "#sites")
        self.check_text_only(f"Wood {PROBE}")
        self.expect_refusals()
        self.press("Add a site")
        self.fill(name=f"Wood {PROBE}")
        self.save("Add it")
        self.assertIn("Another site is called so", self.fault("name"))
        self.press("Leave it", DIALOG)
        [site] = self.ada.call("GET", "/api/v1/sites")["items"]
        camera = self.ada.call("POST", "/api/v1/cameras", {"code": "woody", "site_id": site["id"]})
        self.open_cameras()
        self.until_text("1 camera", "#sites")
        self.run("document.querySelector('#sites [aria-label^=Remove]').click()")
        self.press("Remove", "document.querySelector('dialog')")
        self.until_text("it stays as long as they do")
        self.ada.call("DELETE", f"/api/v1/cameras/{camera['id']}")
        self.run("document.querySelector('#sites [aria-label^=Remove]').click()")
        self.press("Remove", "document.querySelector('dialog')")
        self.until_text("No site yet", "#sites")

    def test_another_server_is_added_visited_changed_and_removed(self):
        self.open_cameras()
        self.until_text("None. Cameras that send their pictures here need none", "#sources")
        self.press("Add a server")
        self.save("Add it")
        self.assertIn("Give it a name", self.fault("name"))
        self.fill(name=f"Files {PROBE}", host="http://x", account="field", password="not a secret")
        self.expect_refusals()
        self.save("Add it")
        self.assertIn("takes a name or an address", self.fault("host"))
        self.fill(host="127.0.0.1", port="1", fingerprint="abc")
        self.save("Add it")
        self.assertIn("takes SHA256:", self.fault("fingerprint"))
        self.fill(fingerprint="", is_on="false")
        self.save("Add it")
        self.until_closed()
        self.until_text("Not visited yet", "#sources")
        self.check_text_only(f"Files {PROBE}")
        self.press("Collect now")
        self.until_text("can name its network in collect_networks", "#sources")
        self.until_text("No visit came to its end yet", "#sources")
        self.run("document.querySelector('#sources [aria-label^=Change]').click()")
        self.fill(host="files.example")
        self.save("Save")
        self.assertIn("is needed again", self.fault("password"))
        self.fill(host="127.0.0.1", every_minutes="60", name="Files")
        self.save("Save")
        self.until_closed()
        [source] = self.ada.call("GET", "/api/v1/remote-sources")["items"]
        self.assertEqual((source["every_minutes"], source["is_on"]), (60, False))
        self.run("document.querySelector('#sources [aria-label^=Remove]').click()")
        self.press("Remove", "document.querySelector('dialog.question')")
        self.until_text("None. Cameras that send", "#sources")

    def test_a_camera_that_sent_something_says_so_and_leads_to_its_pictures(self):
        image = send_picture(self.ada, picture(500), camera_id="fresh")
        self.open_cameras(f"?camera={image['camera_id']}", self.vi)
        self.until_text("Heard just now")
        self.assertFalse(self.find("#add-camera").is_displayed())
        self.assertFalse(self.find("#add-site").is_displayed())
        self.assertFalse(self.find("#sources-card").is_displayed())
        self.assertEqual(self.all("[data-do]"), [])
        self.press("Its pictures")
        self.until_thumbs(1)


class Filled(PlacesCase):
    path = "/cameras"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        site = cls.ada.call("POST", "/api/v1/sites", {"name": "A wood with quite a long name beside the brook", "location": {"type": "Point", "coordinates": [13.3, 52.5]}})
        for at in range(3):
            cls.ada.call("POST", "/api/v1/cameras", {"code": f"cam-{at}", "name": "A camera with a name that goes on for a while", "site_id": site["id"], "location": {"type": "Point", "coordinates": [13.3 + at / 100, 52.5]}})
        cls.camera = cls.ada.call("GET", "/api/v1/cameras")["items"][0]["id"]
        cls.ada.call("POST", "/api/v1/deployments", {"camera_id": cls.camera, "site_id": site["id"], "started_at": "2026-05-01T00:00:00Z", "ended_at": "2026-06-01T00:00:00Z"})
        cls.ada.call("POST", "/api/v1/remote-sources", {"name": "A server with quite a long name", "host": "files.example", "account": "field", "password": "x", "is_on": False})
        for at in range(5):
            send_picture(cls.ada, picture(520 + at), camera_id="cam-0", captured_at=f"2026-05-0{at + 1}T0{at}:00:00Z")

    def settled(self):
        self.open("/offline")
        self.open(f"/cameras?camera={self.camera}")
        self.until("document.querySelector('.times li')")


class Looks(Filled):
    def test_they_are_well_formed_in_every_width_and_theme(self):
        self.enter(self.ada)
        self.check_every_width_and_theme(self.settled)
        self.press("Add a camera")
        self.check_well_formed()
        self.still = False


class Touch(Filled):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.enter(self.ada)
        self.settled()
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.press("Add a time and place")
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.still = False


if __name__ == "__main__":
    unittest.main()
