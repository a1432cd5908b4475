"""The pictures of camera traps: sending, finding, looking at one, and saying what it shows."""

import contextlib
import pathlib
import sqlite3
import unittest
import uuid

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

import test_pages
from browser import TRAPS
from people import PROBE
from wildlife import WildlifeCase, needs_traps, picture, send_picture, until_read


class Beginning(WildlifeCase):
    """A server that has no picture, and no model that finds animals."""

    def test_the_first_picture_is_sent_and_waits_for_a_detector(self):
        self.open_wall()
        self.until_text("Send the first picture")
        self.check_well_formed()
        self.until_listening()
        self.expect_moving()
        first, second = self.scratch("IMG_0001.PNG", picture(1)), self.scratch("IMG_0002.PNG", picture(2))
        self.choose(first, second)
        self.until_text("2 pictures")
        self.type("#code", "not a code")
        self.click("#send-now")
        self.until("document.getElementById('code').getAttribute('aria-invalid') === 'true'")
        self.type("#code", "brook-1")
        self.click("#send-now")
        self.until_text("All sent")
        self.until_thumbs(2)
        self.open("/images")
        self.until("document.querySelector('.waits code')")
        self.assertEqual(self.text(".waits code"), "hedgerow models install yolox-nano")
        self.assertIn("2 pictures", self.text("#lead"))
        self.assertEqual([one["code"] for one in self.ada.call("GET", "/api/v1/cameras")["items"]], ["brook-1"])
        with self.subTest("what is here already is not kept twice"):
            self.press("Send pictures")
            self.choose(first, self.scratch("IMG_0003.PNG", picture(3)))
            self.until_text("2 pictures", "#sending")
            self.click("#send-now")
            self.until_text("1 of 2 sent · 1 here already", "#sending")
            self.assertEqual(self.ada.call("GET", "/api/v1/images")["total"], 3)
        with self.subTest("what is no picture is refused with its reason"):
            self.expect_refusals()
            self.press("Close")
            self.press("Send pictures")
            self.choose(self.scratch("broken.png", picture(4)[:200]))
            self.until("document.getElementById('send-now')")
            self.click("#send-now")
            self.until("document.querySelector('.sends--refused li')")
            self.assertIn("broken.png", self.text(".sends--refused"))
            self.until_text("Try this one again")


class Wall(WildlifeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        days = ("2026-05-01T06:00:00Z", "2026-05-02T12:30:00Z", "2026-05-03T23:00:00Z")
        cls.images = [
            send_picture(cls.ada, picture(100 + at), f"IMG_{at:04}.PNG", camera_id=("brook", "gate", "gate")[at], captured_at=day) for at, day in enumerate(days)
        ]
        until_read(cls.ada, *cls.images)

    def names(self):
        return [one.text for one in self.all("#thumbs small")]

    def test_filters_are_in_the_address_and_the_way_back_works(self):
        self.open_wall()
        self.until_thumbs(3)
        gate = next(one for one in self.ada.call("GET", "/api/v1/cameras")["items"] if one["code"] == "gate")
        self.run("const one = document.getElementById('camera_id'); one.value = arguments[0]; one.dispatchEvent(new Event('change', { bubbles: true }))", gate["id"])
        self.until_thumbs(2)
        self.assertIn(f"camera_id={gate['id']}", self.browser.current_url)
        self.assertIn("2 pictures of 3", self.text("#lead"))
        self.run("const one = document.getElementById('date_to'); one.value = '2026-05-02'; one.dispatchEvent(new Event('change', { bubbles: true }))")
        self.until_thumbs(1)
        self.browser.back()
        self.until_thumbs(2)
        self.assertEqual(self.find("#date_to").get_attribute("value"), "")
        self.click("[data-kind='failed']")
        self.until_text("No picture fits")
        self.assertEqual(self.find("[data-kind='failed']").get_attribute("aria-pressed"), "true")
        self.press("Show all pictures")
        self.until_thumbs(3)
        self.assertEqual(self.run("return location.search"), "")
        self.open_wall("?time_of_day=night&order=asc")
        self.until_thumbs(1)
        self.assertEqual(self.find("#time_of_day").get_attribute("value"), "night")

    def test_a_picture_that_comes_meanwhile_is_told_and_shown_on_request(self):
        self.open_wall()
        self.until_listening()
        self.until_thumbs(3)
        late = send_picture(self.ada, picture(150), "LATE.PNG", camera_id="gate", captured_at="2026-06-01T00:00:00Z")
        self.addCleanup(lambda: self.ada.call("DELETE", f"/api/v1/images/{late['id']}"))
        self.until("!document.getElementById('news').hidden")
        self.assertEqual(self.text("#news"), "1 new picture: show it")
        self.assertEqual(len(self.all("#thumbs a.thumb")), 3)
        self.click("#news button")
        self.until_thumbs(4)
        self.assertEqual(self.run("return document.activeElement.dataset.id"), late["id"])

    def test_what_others_say_is_drawn_without_asking(self):
        self.open_wall()
        self.until_listening()
        self.ada.call("POST", f"/api/v1/images/{self.images[0]['id']}/flag")
        self.until("document.querySelector('#thumbs .stamp--haw')")
        self.ada.call("DELETE", f"/api/v1/images/{self.images[0]['id']}/review")
        self.until("!document.querySelector('#thumbs .stamp--haw')")

    def test_pictures_dropped_anywhere_are_taken(self):
        self.open_wall()
        self.hand_over("drop", self.scratch("DROP.PNG", picture(190)))
        self.until_text("1 picture", "#sending")
        self.assertEqual(self.find("#send-open").get_attribute("aria-expanded"), "true")
        self.still = False

    def test_what_is_shown_can_be_saved_in_every_format(self):
        gate = next(one for one in self.ada.call("GET", "/api/v1/cameras")["items"] if one["code"] == "gate")
        self.open_wall(f"?camera_id={gate['id']}")
        self.click("#export-open")
        links = [one.get_attribute("href") for one in self.all("#export a")]
        self.assertEqual(len(links), 8)
        for link in links:
            self.assertIn(gate["id"], link)
            found = self.run("return fetch(arguments[0]).then(async (answer) => [answer.status, answer.headers.get('Content-Disposition'), (await answer.arrayBuffer()).byteLength])", link)
            with self.subTest(link):
                self.assertEqual(found[0], 200)
                self.assertIn("attachment", found[1])
                self.assertGreater(found[2], 20)
        self.assertIn("2 pictures", self.text("#export"))
        with self.subTest("a species has a history"):
            self.assertIn("Filter by a species", self.text("#export"))
            self.open_wall("?species=fox")
            self.click("#export-open")
            history = [one.get_attribute("href") for one in self.all("#export a[download='detection-history.csv']")]
            self.assertEqual([("by=site" in one, "days_per_occasion=7" in one) for one in history], [(False, False), (True, False), (False, True), (True, True)])
            for link in history:
                self.assertEqual(self.run("return fetch(arguments[0]).then((answer) => answer.status)", link), 200)
        self.open("/audit?action=images.")
        self.until_text("Ada Green exported pictures as a table of observations.")

    def test_a_picture_opens_over_the_wall_and_leaves_it_as_it_was(self):
        self.open_wall("?order=asc")
        self.until_thumbs(3)
        self.click(f"#thumbs a[data-id='{self.images[1]['id']}']")
        self.until_picture()
        self.assertFalse(self.find("#gallery").is_displayed())
        self.assertEqual(self.run("return document.activeElement.id"), "look-title")
        self.assertIn(f"image={self.images[1]['id']}", self.browser.current_url)
        keys = ActionChains(self.browser)
        keys.send_keys(Keys.ARROW_LEFT).perform()
        self.until(f"location.search.includes('{self.images[0]['id']}') && document.getElementById('earlier').disabled && !document.getElementById('later').disabled")
        keys.send_keys(Keys.ARROW_RIGHT).perform()
        self.until(f"location.search.includes('{self.images[1]['id']}') && !document.getElementById('earlier').disabled")
        keys.send_keys(Keys.ESCAPE).perform()
        self.until("!document.getElementById('gallery').hidden")
        self.assertEqual(self.run("return location.search"), "?order=asc")
        self.assertEqual(self.run("return document.activeElement.dataset.id"), self.images[1]["id"])

    def test_many_come_page_by_page(self):
        many = [send_picture(self.ada, picture(200 + at), f"M{at}.PNG", camera_id="many") for at in range(70)]
        self.addCleanup(lambda: [self.ada.call("DELETE", f"/api/v1/images/{one['id']}") for one in many])
        self.open_wall(f"?camera_id={many[0]['camera_id']}")
        self.until_thumbs(60) if not self.run("return document.querySelectorAll('#thumbs a').length > 60") else None
        self.run("document.getElementById('more').scrollIntoView()")
        self.until_thumbs(70)
        self.assertFalse(self.find("#more").is_displayed())


class Judging(WildlifeCase):
    number = 300

    def setUp(self):
        super().setUp()
        Judging.number += 1
        self.image = send_picture(self.ada, picture(Judging.number), "IMG_7.PNG", camera_id="brook")
        until_read(self.ada, self.image)

    def keys(self, *keys):
        ActionChains(self.browser).send_keys(*keys).perform()

    def state(self):
        return self.ada.call("GET", f"/api/v1/images/{self.image['id']}")

    def until_said(self, words):
        self.until(f"document.querySelector('.words .badge')?.textContent === {words!r}")

    def test_every_word_has_a_key_and_can_be_taken_back(self):
        self.open_picture(self.image)
        self.assertTrue(self.find("[data-act='undo']").get_attribute("disabled"))
        for key, words, review in (("a", "Approved", "approved"), ("f", "Flagged", "flagged"), ("e", "Nothing there", "rejected"), ("r", "Nothing there", "rejected")):
            with self.subTest(key):
                self.keys(key)
                self.until_said(words)
                self.assertEqual(self.state()["review"], review)
                self.keys("u")
                self.until("!document.querySelector('.words .badge')")
                self.assertEqual(self.state()["review"], "none")

    def test_a_notice_takes_the_word_back_too(self):
        self.open_picture(self.image)
        self.click("[data-act='approve']")
        self.until_said("Approved")
        self.press("Undo", "document.getElementById('toasts')")
        self.until("!document.querySelector('.words .badge')")

    def test_a_correction_says_species_number_sex_age_and_behaviour(self):
        self.open_picture(self.image)
        self.keys("c")
        self.until("document.querySelector('dialog.correct')?.open")
        self.assertTrue(self.focused().get_attribute("id").endswith("-species"))
        self.keys("a")   # a letter in a field is no word about the picture
        self.assertEqual(self.focused().get_attribute("value"), "a")
        self.focused().clear()
        self.press("Save", "document.querySelector('dialog')")
        self.until("document.querySelector('dialog .field__error').textContent.includes('Say which species')")
        self.focused().send_keys("Roe deer")
        line = "document.querySelector('dialog .animal')"
        self.run(f"const [ , many] = {line}.querySelectorAll('input'); many.value = '2'; const [sex, age] = {line}.querySelectorAll('select'); sex.value = 'female'; age.value = 'adult'; {line}.querySelectorAll('input')[2].value = 'Foraging'")
        self.type("#correct-note", f"Seen twice {PROBE}")
        self.press("Save", "document.querySelector('dialog')")
        self.until_said("Corrected")
        self.assertEqual(self.text("#look-title"), "Roe deer ×2")
        [said] = self.state()["reviews"][0]["animals"]
        self.assertEqual((said["species"], said["count"], said["sex"], said["age"], said["behaviour"]), ("roe deer", 2, "female", "adult", "Foraging"))
        self.assertIn("Roe deer ×2, female, adult, Foraging", self.text(".words"))
        self.check_text_only(f"Seen twice {PROBE}")
        self.open_wall("?species=roe+deer")
        self.until_thumbs(1)
        self.assertEqual(self.find("#species").get_attribute("value"), "roe deer")

    def test_an_empty_picture_is_a_correction_without_animals(self):
        self.open_picture(self.image)
        self.click("[data-act='correct']")
        self.until("document.querySelector('dialog.correct')?.open")
        self.click("dialog .animal__away")
        self.until_text("No animal: the picture is empty", "dialog")
        self.press("Save", "document.querySelector('dialog')")
        self.until_said("Corrected")
        self.assertEqual(self.text("#look-title"), "Nothing there")

    def test_a_picture_is_deleted_only_after_a_question(self):
        self.open_wall()
        self.click(f"#thumbs a[data-id='{self.image['id']}']")
        self.until_picture()
        self.click("#delete")
        self.press("Keep it", "document.querySelector('dialog')")
        self.state()
        self.click("#delete")
        self.press("Delete for good", "document.querySelector('dialog')")
        self.until("!document.getElementById('gallery').hidden")
        self.assertEqual(self.all(f"#thumbs a[data-id='{self.image['id']}']"), [])
        self.expect_refusals()
        self.open(f"/images?image={self.image['id']}")
        self.until_text("This picture is not here")

    def test_a_picture_that_failed_says_why_and_is_read_again(self):
        with contextlib.closing(sqlite3.connect(pathlib.Path(self.server.folder) / "data" / "hedgerow.db", timeout=20)) as rows, rows:
            rows.execute("UPDATE image SET status = 'failed', cause = 'the disk was full' WHERE id = ?", (uuid.UUID(self.image["id"]).bytes,))
        self.open_wall("?status=failed")
        self.until_text("Could not be read", "#thumbs")
        self.click(f"#thumbs a[data-id='{self.image['id']}']")
        self.until_text("The disk was full.")
        self.click("#retry")
        self.until("!document.getElementById('retry')")
        self.assertNotEqual(self.state()["status"], "failed")

    def test_who_may_only_look_is_offered_nothing_else(self):
        self.open_wall(person=self.vi)
        self.assertFalse(self.find("#send-open").is_displayed())
        self.open_picture(self.image, self.vi)
        self.assertEqual(self.all("[data-act], #delete, #retry"), [])
        self.keys("a")
        self.assertEqual(self.state()["review"], "none")

    def test_who_was_given_no_site_is_told_what_to_do(self):
        self.open_wall(person=self.ada.add(f"una{self.number}@example.org", "Una", "viewer"))
        self.until_text("No site is yours yet")

    def test_who_may_not_look_is_told_so(self):
        gus = self.ada.add(f"gus{self.number}@example.org", "Gus")
        self.enter(gus)
        self.open("/images")
        self.until_text("This page is for whoever looks after this server")
        self.assertFalse(self.find(".nav a[href='/images']").is_displayed())

    def test_names_that_look_like_markup_stay_text(self):
        evil = f"{PROBE}.PNG"
        image = send_picture(self.ada, picture(390), evil)
        until_read(self.ada, image)
        camera = self.ada.call("POST", "/api/v1/cameras", {"code": "evil", "name": PROBE})
        send_picture(self.ada, picture(391), "IMG.PNG", camera_id="evil")
        self.addCleanup(lambda: self.ada.call("PUT", f"/api/v1/cameras/{camera['id']}", {"name": "calm"}))
        self.ada.call("PUT", f"/api/v1/images/{image['id']}/review", {"animals": [{"species": PROBE}]})
        self.open_wall()
        self.until("document.querySelector('#thumbs a')")
        self.check_text_only(PROBE)
        self.open_picture(image)
        self.check_text_only(PROBE)


class Filled(WildlifeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.images = [send_picture(cls.ada, picture(400 + at), f"A picture with quite a long name {at}.PNG", camera_id="a-camera-with-a-rather-long-code") for at in range(9)]
        until_read(cls.ada, *cls.images)
        for image, verb in zip(cls.images, ("approve", "flag", "reject")):
            cls.ada.call("POST", f"/api/v1/images/{image['id']}/{verb}")
        cls.ada.call("PUT", f"/api/v1/images/{cls.images[3]['id']}/review", {"animals": [{"species": "greater spotted woodpecker of the far woods", "count": 3}]})
        cls.paths = ("/images", f"/images?image={cls.images[3]['id']}")

    def settled(self, path):
        self.open("/offline")
        self.open(path)
        self.until("document.querySelector('#look .facts')" if "image=" in path else "document.querySelectorAll('#thumbs a img').length === 9 && !document.querySelector('#thumbs[aria-busy]')")


class Looks(Filled):
    def test_they_are_well_formed_in_every_width_and_theme(self):
        self.enter(self.ada)
        for path in self.paths:
            self.check_every_width_and_theme(lambda path=path: self.settled(path), path=path)


class Touch(Filled):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.enter(self.ada)
        for path in self.paths:
            self.settled(path)
            with self.subTest(path):
                self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.open_wall()
        self.press("Filter")
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.press("Show them")
        self.until("!document.querySelector(':popover-open')")


@needs_traps
class Read(WildlifeCase):
    """With a detector, and pictures that cameras took."""

    detector = True

    def test_what_was_found_is_boxed_listed_and_blurred_where_it_is_a_person(self):
        animal = send_picture(self.ada, (TRAPS / "southwest_2021-07-24_SYFR0655_coyote.JPG").read_bytes(), "coyote.jpg", camera_id="gate")
        self.open_wall()
        self.until_listening()
        person = send_picture(self.ada, (TRAPS / "speciesnet_human.jpg").read_bytes(), "walker.jpg", camera_id="gate")
        self.until("document.querySelector('#thumbs a img') && !document.getElementById('news').hidden", patience=60)
        self.click("#news button")
        self.until("document.querySelectorAll('#thumbs a img').length === 2 && document.querySelector('#thumbs .shot--private')", patience=60)
        self.open_picture(animal)
        self.until("document.querySelector('.box')")
        self.assertEqual(len(self.all(".box")), len(self.all(".found__one")))
        self.run("document.querySelector('.found__one').focus()")
        self.until("document.querySelector('.box[data-chosen]') && document.querySelector('.box__label').getAttribute('visibility') === 'visible'")
        ActionChains(self.browser).send_keys("b").perform()
        self.until("!document.querySelector('.box')")
        self.assertEqual(self.find("#show-boxes").get_attribute("aria-pressed"), "false")
        ActionChains(self.browser).send_keys("+").perform()
        self.until("document.getElementById('picture').hasAttribute('data-zoomed')")
        self.open_picture(person)
        self.until("document.querySelector('.shy image')")
        self.press("Show people")
        self.until("!document.querySelector('.shy')")
        self.press("Show people")
        self.until("document.querySelector('.shy')")


if __name__ == "__main__":
    unittest.main()
