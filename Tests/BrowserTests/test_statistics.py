"""What the cameras saw, counted, and on a map."""

import unittest

import test_pages
from people import PROBE
from wildlife import WildlifeCase, picture, send_picture, until_read


class Nothing(WildlifeCase):
    def test_without_pictures_they_say_what_will_be_there(self):
        self.enter(self.ada)
        self.open("/statistics")
        self.until_text("Nothing to count yet")
        self.check_well_formed()
        self.open("/map")
        self.until_text("When a camera has sent its first picture")
        self.check_well_formed()

    def test_they_are_closed_to_those_who_may_not_look(self):
        gus = self.ada.add("gus@example.org", "Gus")
        for path in ("/statistics", "/map", "/cameras"):
            self.enter(gus)
            self.open(path)
            self.until_text("This page is for whoever looks after this server")


class CountedCase(WildlifeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        site = cls.ada.call("POST", "/api/v1/sites", {"name": "Wood"})
        places = {"brook": [13.30, 52.50], "gate": [13.31, 52.50], "far": [14.9, 53.2]}
        for code, at in places.items():
            cls.ada.call("POST", "/api/v1/cameras", {"code": code, "name": PROBE if code == "far" else f"The {code}", "site_id": site["id"], "location": {"type": "Point", "coordinates": at}})
        cls.ada.call("POST", "/api/v1/cameras", {"code": "lost"})
        cls.cameras = {one["code"]: one for one in cls.ada.call("GET", "/api/v1/cameras")["items"]}
        cls.ada.call("POST", "/api/v1/deployments", {"camera_id": cls.cameras["brook"]["id"], "started_at": "2026-05-01T00:00:00Z", "ended_at": "2026-05-11T00:00:00Z"})
        for at in range(8):
            image = send_picture(cls.ada, picture(600 + at), camera_id=("brook", "gate", "far")[at % 3], captured_at=f"2026-05-0{at + 1}T{at:02}:30:00Z")
            until_read(cls.ada, image)
            cls.ada.call("PUT", f"/api/v1/images/{image['id']}/review", {"animals": [{"species": ("fox", "badger", PROBE)[at % 3]}]})


class Counted(CountedCase):
    def open_statistics(self, search=""):
        self.enter(self.ada)
        self.open(f"/statistics{search}")
        self.until("!document.querySelector('#figures[aria-busy]')")

    def test_figures_stand_as_drawings_and_as_tables(self):
        self.open_statistics()
        self.assertIn("8 pictures", self.text("#lead"))
        self.assertEqual(self.text(".tile__value"), "8")
        self.assertEqual(len(self.all("svg[role=img][aria-label]")), 3)
        self.assertIn("Fox\n3", self.text(".ranked"))
        self.check_text_only(PROBE)
        self.expect_moving()
        for fold in self.all(".figures summary"):
            self.run("arguments[0].click()", fold)
        tables = self.text("#figures")
        self.assertIn("07:00 to 08:00\t1", tables)
        self.assertIn("10 days", tables)
        self.assertIn("Fox\t1\t100%", tables)
        self.assertIn("Fox\t3\t3", tables)
        self.assertIn("Badger\t2 May 2026\t2", tables)
        self.assertIn("Nothing found\t8\t0\t8\t0", tables)
        self.check_well_formed()

    def test_how_what_is_known_grew_and_how_right_the_machine_is(self):
        self.open_statistics()
        self.assertIn("3 species since 1 May 2026", self.text("#figures"))
        self.assertIn("Nothing new in the 5 days since", self.text("#figures"))
        self.assertEqual(self.run("return (document.querySelector('.stair').getAttribute('d').match(/V/g) ?? []).length"), 3)
        self.assertIn("0 of 8, 0%", self.text("[aria-labelledby=agreement-title]"))
        self.open_statistics("?species=badger")
        self.assertIn("1 species since 2 May 2026", self.text("#figures"))
        self.assertIn("0 of 3, 0%", self.text("[aria-labelledby=agreement-title]"))

    def test_the_filter_is_in_the_address_and_counts(self):
        self.open_statistics()
        self.run("const one = document.getElementById('camera_id'); one.value = arguments[0]; one.dispatchEvent(new Event('change', { bubbles: true }))", self.cameras["gate"]["id"])
        self.until("document.getElementById('lead').textContent.startsWith('3 pictures')")
        self.assertIn(self.cameras["gate"]["id"], self.find("#pictures").get_attribute("href"))
        self.run("const one = document.getElementById('date_to'); one.value = '2026-05-03'; one.dispatchEvent(new Event('change', { bubbles: true }))")
        self.until("document.getElementById('lead').textContent.startsWith('1 picture')")
        self.browser.back()
        self.until("document.getElementById('lead').textContent.startsWith('3 pictures')")
        self.open_statistics("?species=badger")
        self.assertIn("3 pictures", self.text("#lead"))
        self.open_statistics("?date_to=2001-01-01")
        self.until_text("Nothing fits")

    def test_cameras_stand_on_the_map_with_what_they_saw(self):
        self.enter(self.ada)
        self.open("/map")
        self.until("document.querySelector('.map__sign') || document.getElementById('map-word').textContent.includes('not installed')")
        self.assertIn("8 pictures of 4 cameras", self.text("#lead"))
        self.assertIn("1 camera is not on the map", self.text("#lost"))
        self.assertIn("Say where it hangs", self.text("#rows"))
        if not self.all(".map__sign"):
            self.skipTest("needs Leaflet, which Scripts/setup installs")
        labels = self.run("return [...document.querySelectorAll('.map__sign')].map((one) => one.getAttribute('aria-label')).sort()")
        self.assertEqual(labels, sorted(["2 cameras, 6 pictures: come closer", f"{PROBE}, 2 pictures"]))
        self.check_text_only()
        self.run("[...document.querySelectorAll('.map__sign')].find((one) => one.getAttribute('aria-label').includes(', 2 pictures')).click()")
        self.until("document.querySelector('.map__popup a')")
        self.assertIn(PROBE, self.text(".map__popup"))
        self.assertIn(self.cameras["far"]["id"], self.find(".map__popup a").get_attribute("href"))
        self.run("const one = document.getElementById('species'); one.value = 'badger'; one.dispatchEvent(new Event('change', { bubbles: true }))")
        self.until("document.getElementById('lead').textContent.startsWith('3 pictures')")
        self.until("document.querySelector('.map__sign--none')")
        self.assertIn("species=badger", self.browser.current_url)


class Looks(CountedCase):
    def settled(self, path, ready):
        self.open("/offline")
        self.open(path)
        self.until(f"document.querySelector('{ready}')")

    def test_they_are_well_formed_in_every_width_and_theme(self):
        self.enter(self.ada)
        for path, ready in (("/statistics", ".tile"), ("/map", "#rows tr")):
            self.check_every_width_and_theme(lambda path=path, ready=ready: self.settled(path, ready), path=path)


class Touch(CountedCase):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.enter(self.ada)
        for path, ready in (("/statistics", ".tile"), ("/map", "#rows tr")):
            self.open(path)
            self.until(f"document.querySelector('{ready}')")
            with self.subTest(path):
                self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])


if __name__ == "__main__":
    unittest.main()
