"""Cameras that moved by the GPS of their pictures: marked, shown on a map, accepted, dismissed, and taken back."""

import time
import unittest

import test_pages
from people import PROBE
from test_map import needs_leaflet
from wildlife import WildlifeCase, picture, send_picture

HOME, WOOD = (52.5, 13.3), (52.51, 13.302)
TOASTS = "document.getElementById('toasts')"
PATIENCE = 120


class MoveCase(WildlifeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sites = [cls.ada.call("POST", "/api/v1/sites", {"name": name}) for name in (f"Brook {PROBE}", "Wood")]
        cls.camera = cls.ada.call("POST", "/api/v1/cameras", {"code": "elm", "name": f"Elm {PROBE}", "site_id": cls.sites[0]["id"], "location": cls.point(HOME)})
        cls.home = cls.ada.call("POST", "/api/v1/deployments", {"camera_id": cls.camera["id"], "site_id": cls.sites[0]["id"], "location": cls.point(HOME), "started_at": "2026-04-01T00:00:00Z"})
        # The newest first, as a card may be read.
        for at, place in reversed(list(enumerate((HOME, HOME, WOOD, WOOD, WOOD)))):
            cls.send(1600 + at, place, f"2026-05-0{at + 1}T05:00:00Z")

    @classmethod
    def send(cls, number, place, moment):
        return send_picture(cls.ada, picture(number, place=place), camera_id="elm", captured_at=moment)

    @staticmethod
    def point(place):
        return {"type": "Point", "coordinates": [place[1], place[0]]}

    def moves(self, state="open"):
        return self.ada.call("GET", f"/api/v1/cameras/moves?state={state}&camera_id={self.camera['id']}")["items"]

    def until_moves(self, number):
        """With the three pictures that are always there."""
        end = time.monotonic() + PATIENCE
        while True:
            found = self.moves()
            if [one["image_count"] for one in found] == [3] * number:
                return found
            self.assertLess(time.monotonic(), end, f"never came: {found}")
            time.sleep(0.1)

    def deployments(self):
        return self.ada.call("GET", f"/api/v1/deployments?camera_id={self.camera['id']}")["items"]

    def setUp(self):
        super().setUp()
        for state in ("accepted", "dismissed"):
            for one in self.moves(state):
                self.ada.call("POST", f"/api/v1/cameras/moves/{one['id']}/undo")
        [self.move] = self.until_moves(1)

    def open_moves(self, person=None):
        self.enter(person or self.ada)
        self.open("/cameras/moves")
        self.until("!document.querySelector('#moves[aria-busy]')")

    def until_card(self):
        self.until("document.querySelectorAll('.move__map .map__sign').length === 2")

    def until_nothing(self):
        self.until_text("No camera seems to have moved", "#moves")


@needs_leaflet
class Moves(MoveCase):
    def test_a_move_is_marked_and_shown_accepted_and_taken_back(self):
        self.assertEqual((self.move["metres"], self.move["image_count"], self.move["first_at"]), (1120, 3, "2026-05-03T05:00:00Z"))
        self.enter(self.ada)
        self.open(f"/cameras?camera={self.camera['id']}")
        self.until_text("It seems to have moved 1.1\u00a0km on 3 May 2026; 3 pictures since.")
        self.assertIn("Seems to have moved", self.text(".cam__state"))
        self.assertEqual(self.text("#moved"), "1 camera moved")
        self.press("See where")
        self.until_path("/cameras/moves")
        self.until_card()
        self.check_text_only(PROBE)
        self.assertIn("1 camera hangs elsewhere", self.text("#lead"))
        self.assertIn("the time at the old place ends", self.text(".move"))
        self.expect_moving()
        site = f"site-{self.move['id']}"
        self.run("document.getElementById(arguments[0]).value = arguments[1]", site, self.sites[1]["id"])
        self.press("Accept the move")
        self.until_nothing()
        self.until(f"{TOASTS}.innerText.includes('hangs at the new place since 3 May 2026.')")
        new, old = self.deployments()
        self.assertEqual((old["id"], old["ended_at"]), (self.home["id"], "2026-05-03T05:00:00Z"))
        self.assertEqual((new["started_at"], new["site_id"], new["location"]), (old["ended_at"], self.sites[1]["id"], self.point(WOOD)))
        pictures = self.ada.call("GET", f"/api/v1/images?deployment_id={new['id']}")["items"]
        self.assertEqual({one["site_id"] for one in pictures}, {self.sites[1]["id"]})
        self.assertEqual(len(pictures), 3)
        self.until_text("hangs at 52.5100° N", "#accepted")
        self.press("Undo", TOASTS)
        self.until_card()
        self.assertEqual(self.deployments(), [self.home])
        camera = self.ada.call("GET", f"/api/v1/cameras/{self.camera['id']}")["camera"]
        self.assertEqual(camera["location"], self.point(HOME))

    def test_what_was_accepted_is_taken_back_from_the_list(self):
        self.open_moves()
        self.until_card()
        self.expect_moving()
        self.press("Accept the move")
        self.until_text("hangs at", "#accepted")
        self.check_well_formed()
        self.press("Take back", "document.getElementById('accepted')")
        self.until_card()
        self.assertEqual(self.deployments(), [self.home])

    def test_a_dismissed_place_is_not_proposed_again_until_that_is_taken_back(self):
        self.open_moves()
        self.until_card()
        self.expect_moving()
        self.press("It did not move")
        self.until_nothing()
        self.send(1690, WOOD, "2026-05-20T05:00:00Z")
        self.until_text("does not hang at 52.5100° N", "#dismissed")
        self.press("Take back", "document.getElementById('dismissed')")
        self.until_card()
        self.assertEqual(self.moves()[0]["image_count"], 4)
        [late] = self.ada.call("GET", f"/api/v1/images?camera_id={self.camera['id']}&date_from=2026-05-19T00:00:00Z")["items"]
        self.ada.call("DELETE", f"/api/v1/images/{late['id']}")
        self.until_moves(1)

    def test_what_is_proposed_no_more_is_said_and_leaves_the_page(self):
        self.open_moves()
        self.until_card()
        back = self.send(1691, HOME, "2026-05-21T05:00:00Z")
        self.until_moves(0)
        self.expect_refusals()
        self.expect_moving()
        self.press("Accept the move")
        self.until_text("is not proposed any longer", "#fault")
        self.until_nothing()
        self.assertEqual(self.deployments(), [self.home])
        self.ada.call("DELETE", f"/api/v1/images/{back['id']}")
        self.until_moves(1)

    def test_who_may_only_look_learns_of_none(self):
        self.enter(self.vi)
        self.open("/cameras")
        self.until("document.querySelector('.cam')")
        self.assertNotIn("Seems to have moved", self.text("#cameras"))
        self.assertFalse(self.find("#moved").is_displayed())
        self.open("/cameras/moves")
        self.until("!document.getElementById('closed').hidden")
        self.assertEqual(self.all(".move__map"), [])


@needs_leaflet
class Looks(MoveCase):
    def settled(self):
        self.open("/offline")
        self.open("/cameras/moves")
        self.until_card()

    def test_it_is_well_formed_in_every_width_and_theme(self):
        self.enter(self.ada)
        self.check_every_width_and_theme(self.settled)


@needs_leaflet
class Touch(MoveCase):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.open_moves()
        self.until_card()
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.assertLessEqual(self.run("return document.documentElement.scrollWidth - innerWidth"), 0)
        self.still = False


if __name__ == "__main__":
    unittest.main()
