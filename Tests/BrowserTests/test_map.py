"""The map: its ground from a server of tiles, the glow, and cameras placed by hand."""

import http.server
import threading
import unittest
import urllib.request

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

import test_pages
from people import PROBE
from server import ROOT
from wildlife import WildlifeCase, picture, send_picture

needs_leaflet = unittest.skipUnless((ROOT / ".deps/leaflet/leaflet.min.js").is_file(), "needs Leaflet, which Scripts/setup installs")
TILE = picture(1, 256, 256)


class Tiles(http.server.ThreadingHTTPServer):
    """Answers with one tile for every place, as long as it has a ground."""

    def __init__(self):
        self.asked = []
        self.has_ground = True
        super().__init__(("127.0.0.1", 0), Tile)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def origin(self):
        # Another host than that of the pages: cookies do not heed ports.
        return f"http://localhost:{self.server_address[1]}"


class Tile(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Cookie"), self.headers.get("Referer")))
        self.send_response(200 if self.server.has_ground else 404)
        self.send_header("Content-Type", "image/png")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.server.has_ground:
            self.wfile.write(TILE)

    def log_message(self, *_):
        pass


class MapCase(WildlifeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.ada.call("POST", "/api/v1/sites", {"name": "Wood"})
        for code, at in {"brook": [13.30, 52.50], "gate": [13.36, 52.52]}.items():
            cls.ada.call("POST", "/api/v1/cameras", {"code": code, "name": f"The {code}", "site_id": cls.site["id"], "location": {"type": "Point", "coordinates": at}})
        cls.ada.call("POST", "/api/v1/cameras", {"code": "lost", "name": PROBE, "zone": "Europe/Berlin", "site_id": cls.site["id"]})
        for at in range(4):
            send_picture(cls.ada, picture(1400 + at), camera_id="brook" if at else "gate", captured_at=f"2026-05-0{at + 1}T05:00:00Z")

    def camera(self, code):
        return next(one for one in self.ada.call("GET", "/api/v1/cameras")["items"] if one["code"] == code)

    def place(self, code):
        location = self.camera(code).get("location")
        return location and location["coordinates"]

    def open_map(self, search="", person=None):
        self.enter(person or self.ada)
        self.open(f"/map{search}")
        self.until("document.querySelector('.map__sign')")


@needs_leaflet
class Ground(MapCase):
    @classmethod
    def make_server(cls):
        cls.tiles = Tiles()
        cls.addClassCleanup(cls.tiles.server_close)
        cls.addClassCleanup(cls.tiles.shutdown)
        cls.settings = {"HEDGEROW_MAP_TILES": f"{cls.tiles.origin}/{{z}}/{{x}}/{{y}}.png", "HEDGEROW_MAP_ATTRIBUTION": f"Maps by {PROBE}", "HEDGEROW_MAP_ZOOM": "16"}
        return super().make_server()

    def test_tiles_come_from_the_server_that_is_named_and_credit_stands_on_the_map(self):
        self.open_map()
        self.until("document.querySelectorAll('.map__tiles .leaflet-tile-loaded').length > 3")
        self.assertEqual(self.text(".map__credit"), f"Maps by {PROBE}")
        self.check_text_only()
        self.assertEqual({cookie for _, cookie, _ in self.tiles.asked}, {None})
        self.assertEqual({referer for _, _, referer in self.tiles.asked}, {self.url + "/"})
        self.assertLessEqual(max(int(path.split("/")[1]) for path, *_ in self.tiles.asked), 16)
        self.check_well_formed()
        self.expect_moving()

    def test_the_policy_allows_that_server_on_pages_with_a_map_alone(self):
        def images(path):
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                policy = answer.headers["Content-Security-Policy"]
            return next(part for part in policy.split("; ") if part.startswith("img-src"))

        for path in ("/map", "/cameras/moves"):
            self.assertEqual(images(path), f"img-src 'self' data: blob: {self.tiles.origin}")
        for path in ("/images", "/cameras", "/statistics", "/"):
            self.assertEqual(images(path), "img-src 'self' data: blob:")

    def test_without_its_ground_the_map_says_so_and_stays(self):
        self.tiles.has_ground = False
        self.addCleanup(lambda: setattr(self.tiles, "has_ground", True))
        self.expect_refusals()
        self.open_map()
        self.until("!document.getElementById('ground-fault').hidden")
        self.assertEqual(len(self.all(".map__sign")), 2)
        self.expect_moving()


@needs_leaflet
class Shown(MapCase):
    def test_without_a_setting_nothing_is_asked_of_others(self):
        self.open_map()
        self.until("document.querySelector('.map__square')")
        self.assertEqual(self.all(".map__tiles"), [])
        self.assertEqual(self.all(".map__credit"), [])
        self.assertEqual(self.run("return performance.getEntriesByType('resource').map((one) => new URL(one.name).origin).filter((one) => one !== location.origin)"), [])

    def test_the_glow_is_in_the_address_and_in_words(self):
        self.open_map()
        self.assertFalse(self.find("#heat-words").is_displayed())
        self.press("Heat")
        self.until("document.querySelectorAll('.map__glow').length === 4")
        self.assertIn("Most: 3 pictures at The brook.", self.text("#heat-words"))
        self.assertIn("heat=on", self.browser.current_url)
        self.assertEqual(self.find("#heat").get_attribute("aria-pressed"), "true")
        self.run("const one = document.getElementById('date_to'); one.value = '2026-05-01'; one.dispatchEvent(new Event('change', { bubbles: true }))")
        self.until("document.querySelectorAll('.map__glow').length === 2")
        self.assertIn("Most: 1 picture at The gate.", self.text("#heat-words"))
        self.assertEqual(self.find("#pictures").get_attribute("href"), f"{self.url}/images?date_to=2026-05-01")
        self.browser.back()
        self.until("document.querySelectorAll('.map__glow').length === 4")
        self.expect_moving()

    def test_the_filter_of_the_pictures_goes_along(self):
        self.open_wall(f"?date_from=2026-05-02&site_id={self.site['id']}&review=none")
        self.click("#to-map")
        self.until_path("/map")
        self.until("document.getElementById('lead').textContent.startsWith('3 pictures')")
        self.assertEqual(self.run("return location.search"), f"?site_id={self.site['id']}&date_from=2026-05-02")
        camera = self.camera("brook")["id"]
        self.open_wall(f"?camera_id={camera}&contents=blank")
        self.assertEqual(self.find("#to-statistics").get_attribute("href"), f"{self.url}/statistics?camera_id={camera}")
        self.assertEqual(self.find("#to-map").get_attribute("href"), f"{self.url}/map")


@needs_leaflet
class Placing(MapCase):
    def setUp(self):
        super().setUp()
        lost = self.camera("lost")
        self.ada.call("PUT", f"/api/v1/cameras/{lost['id']}", {"site_id": self.site["id"]})
        self.open_map()
        self.until("document.querySelector('.lost__one')")

    def until_placed(self, code="lost"):
        self.until("document.getElementById('placing').hidden")
        self.until("[...document.querySelectorAll('#toasts .toast')].some((one) => one.innerText.includes('hangs at'))")
        return self.place(code)

    def test_a_click_says_where_it_hangs_and_undo_takes_it_away(self):
        self.check_text_only(PROBE)
        self.press("Place on the map")
        self.assertIn(f"Where does {PROBE} hang?", self.text("#placing"))
        self.check_well_formed()
        self.expect_moving()
        ground = self.find("#map")
        ActionChains(self.browser).move_to_element_with_offset(ground, 120, 90).click().perform()
        east, north = self.until_placed()
        self.assertTrue(13.2 < east < 13.5 and 52.4 < north < 52.6, (east, north))
        self.assertEqual(self.camera("lost")["zone"], "Europe/Berlin")
        self.assertEqual(self.camera("lost")["name"], PROBE)
        self.assertEqual(self.camera("lost")["site_id"], self.site["id"])
        self.until("document.querySelectorAll('.map__sign').length === 3 && document.getElementById('unplaced').hidden")
        self.press("Undo", "document.getElementById('toasts')")
        self.until("document.querySelector('.lost__one')")
        self.assertIsNone(self.place("lost"))

    def test_keys_alone_place_a_camera(self):
        self.expect_moving()
        self.run("document.querySelector('[aria-label^=\"Place \"]').focus()")
        ActionChains(self.browser).send_keys(Keys.ENTER).perform()
        self.assertEqual(self.run("return document.activeElement.id"), "map")
        ActionChains(self.browser).send_keys(Keys.ESCAPE).perform()
        self.until("document.getElementById('placing').hidden")
        self.assertTrue(self.run("return document.activeElement.getAttribute('aria-label').startsWith('Place ')"))
        self.assertIsNone(self.place("lost"))
        ActionChains(self.browser).send_keys(Keys.ENTER).perform()
        self.until("!document.getElementById('placing').hidden")
        ActionChains(self.browser).send_keys(Keys.ENTER).perform()
        east, north = self.until_placed()
        self.assertTrue(13.29 < east < 13.37 and 52.49 < north < 52.53, (east, north))

    def test_a_camera_is_dragged_onto_the_map(self):
        self.expect_moving()
        self.run("""
        const carried = new DataTransfer();
        document.querySelector('.lost__one').dispatchEvent(new DragEvent('dragstart', { dataTransfer: carried, bubbles: true }));
        const ground = document.getElementById('map'), box = ground.getBoundingClientRect();
        const at = { clientX: box.left + 200, clientY: box.top + 150, dataTransfer: carried, bubbles: true, cancelable: true };
        ground.dispatchEvent(new DragEvent('dragover', at));
        ground.dispatchEvent(new DragEvent('drop', at));
        """)
        self.assertIsNotNone(self.until_placed())

    def test_degrees_are_typed_and_a_camera_is_moved(self):
        self.expect_moving()
        self.press("Type degrees")
        self.type("#latitude", "91")
        self.type("#longitude", "13")
        self.press("Save", "document.querySelector('dialog')")
        self.until("document.getElementById('latitude-fault').innerText.includes('Degrees from')")
        self.type("#latitude", "52,51")
        self.press("Save", "document.querySelector('dialog')")
        self.assertEqual(self.until_placed(), [13, 52.51])
        before = self.place("gate")
        self.run("[...document.querySelectorAll('.map__sign')].find((one) => one.getAttribute('aria-label').startsWith('The gate')).click()")
        self.until("document.querySelector('.map__popup button')")
        self.press("Move it", "document.querySelector('.map__popup')")
        self.press("At the cross")
        self.until("document.getElementById('placing').hidden")
        self.assertNotEqual(self.place("gate"), before)
        self.ada.call("PUT", f"/api/v1/cameras/{self.camera('gate')['id']}", {"site_id": self.site["id"], "location": {"type": "Point", "coordinates": before}})

    def test_who_may_only_look_places_nothing(self):
        self.open_map(person=self.vi)
        self.assertFalse(self.find("#unplaced").is_displayed())
        self.run("document.querySelector('.map__sign').click()")
        self.until("document.querySelector('.map__popup')")
        self.assertEqual(self.all(".map__popup button"), [])


@needs_leaflet
class World(WildlifeCase):
    def test_the_first_camera_is_placed_on_an_empty_map(self):
        self.ada.call("POST", "/api/v1/cameras", {"code": "first"})
        self.enter(self.ada)
        self.open("/map")
        self.until("document.querySelector('.map__square') && document.querySelector('.lost__one')")
        self.check_well_formed()
        self.expect_moving()
        self.press("Place on the map")
        self.press("At the cross")
        self.until("document.querySelector('.map__sign')")
        self.enter(self.vi)
        self.open("/map")
        self.until("document.querySelector('.map__sign')")


@needs_leaflet
class Touch(MapCase):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.open_map()
        self.press("Place on the map")
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.assertLessEqual(self.run("return document.documentElement.scrollWidth - innerWidth"), 0)
        self.still = False


if __name__ == "__main__":
    unittest.main()
