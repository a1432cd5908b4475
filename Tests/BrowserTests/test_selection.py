"""Many pictures at once: choosing them, one word for all, piles of a burst, the whole burst by one key."""

import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

import test_pages
from wildlife import WildlifeCase, picture, send_picture, until_read

MANY = 26


class ManyCase(WildlifeCase):
    """A burst of four at the gate, and others hours apart at the brook."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.burst = [send_picture(cls.ada, picture(1000 + at), f"IMG_{at:04}.PNG", camera_id="gate", captured_at=f"2026-06-01T05:00:{at * 9:02}Z") for at in range(4)]
        cls.others = [send_picture(cls.ada, picture(1100 + at), camera_id="brook", captured_at=f"2026-05-{at + 1:02}T05:00:00Z") for at in range(MANY)]
        until_read(cls.ada, *cls.burst, *cls.others)

    def tearDown(self):
        super().tearDown()
        for image in [*self.burst, *self.others]:
            while self.reviews(image):
                self.ada.call("DELETE", f"/api/v1/images/{image['id']}/review")

    def reviews(self, image):
        return self.ada.call("GET", f"/api/v1/images/{image['id']}")["reviews"]

    def said(self, images):
        return [[one["decision"] for one in self.reviews(image)] for image in images]

    def chosen(self):
        return self.run("return [...document.querySelectorAll('.pick:checked')].map((one) => one.dataset.pick)")

    def keys(self, *keys):
        ActionChains(self.browser).send_keys(*keys).perform()

    def pick(self, image, shift=False):
        box = self.find(f".pick[data-pick='{image['id']}']")
        self.run("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", box)
        if shift:
            ActionChains(self.browser).key_down(Keys.SHIFT).click(box).key_up(Keys.SHIFT).perform()
        else:
            box.click()

    def undo(self):
        self.press("Undo", "document.getElementById('toasts')")


class Choosing(ManyCase):
    def test_pictures_are_chosen_one_by_one_in_ranges_and_all_by_mouse_and_keys(self):
        self.open_wall()
        self.assertFalse(self.find("#bulk").is_displayed())
        newest = list(reversed(self.others))
        self.pick(newest[0])
        self.assertEqual(self.chosen(), [newest[0]["id"]])
        self.assertEqual(self.text(".bulk__count"), "1 chosen")
        self.assertFalse(self.find("#kinds").is_displayed())
        self.pick(newest[5], shift=True)
        self.assertEqual(self.chosen(), [one["id"] for one in newest[:6]])
        self.pick(newest[2])
        self.assertEqual(len(self.chosen()), 5)
        self.check_well_formed()
        self.expect_moving()
        self.keys(Keys.ESCAPE)
        self.until("document.getElementById('bulk').hidden")
        self.assertEqual(self.chosen(), [])
        self.run("document.querySelector(`a.thumb[data-id='${arguments[0]}']`).focus()", newest[8]["id"])
        self.keys("x")
        self.assertEqual(self.chosen(), [newest[8]["id"]])
        self.run("document.querySelector(`a.thumb[data-id='${arguments[0]}']`).focus()", newest[10]["id"])
        ActionChains(self.browser).key_down(Keys.SHIFT).send_keys("x").key_up(Keys.SHIFT).perform()
        self.assertEqual(self.chosen(), [one["id"] for one in newest[8:11]])
        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
        self.assertEqual(len(self.chosen()), 4 + MANY)
        self.press("None")
        self.assertEqual(self.chosen(), [])

    def test_another_filter_lets_go_of_what_it_does_not_show(self):
        self.open_wall()
        self.pick(self.others[-1])
        self.run("const one = document.getElementById('camera_id'); one.selectedIndex = [...one.options].findIndex((each) => each.text === 'gate'); one.dispatchEvent(new Event('change', { bubbles: true }))")
        self.until_thumbs(4)
        self.assertFalse(self.find("#bulk").is_displayed())
        self.assertTrue(self.find("#kinds").is_displayed())

    def test_the_list_of_keys_opens_by_a_key_and_leaves_the_focus_where_it_was(self):
        self.open_wall()
        self.run("document.querySelector('a.thumb').focus()")
        self.keys("?")
        self.until("document.querySelector('dialog.all-keys[open]')")
        self.check_well_formed()
        self.keys("g")
        self.assertEqual(self.all("li[data-pile]"), [])
        self.keys(Keys.ESCAPE)
        self.until("!document.querySelector('dialog')")
        self.assertEqual(self.run("return document.activeElement.className"), "thumb")
        self.expect_moving()

    def test_who_may_only_look_has_nothing_to_choose(self):
        self.open_wall(person=self.vi)
        self.assertEqual(self.all(".pick"), [])
        self.run("document.querySelector('a.thumb').focus()")
        self.keys("x")
        self.assertFalse(self.find("#bulk").is_displayed())
        self.open_picture(self.burst[0], self.vi)
        self.until("document.querySelectorAll('.burst__one').length === 4")
        self.assertEqual(self.all("[data-burst]"), [])
        ActionChains(self.browser).key_down(Keys.SHIFT).send_keys("a").key_up(Keys.SHIFT).perform()
        self.assertEqual(self.said(self.burst), [[]] * 4)


class Saying(ManyCase):
    def test_one_word_for_many_and_taking_it_back(self):
        self.open_wall()
        self.run("document.querySelector('a.thumb').focus()")
        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()
        self.keys("r")
        self.until("document.querySelectorAll('#thumbs .stamp').length === 30")
        self.until_text("30 pictures: Nothing there: noted.", "#toasts")
        self.assertEqual(self.said(self.burst + self.others), [["rejected"]] * 30)
        self.assertEqual(self.chosen(), [])
        self.undo()
        self.until("!document.querySelector('#thumbs .stamp')")
        self.assertEqual(self.said(self.burst + self.others), [[]] * 30)

    def test_a_correction_of_some(self):
        self.open_wall()
        self.pick(self.others[0])
        self.pick(self.others[1])
        self.press("Correct", "document.getElementById('bulk')")
        self.until("document.querySelector('dialog.correct')")
        self.assertEqual(self.text("#correct-title"), "What do these 2 pictures show?")
        self.type("dialog.correct .animal__species input", "Badger")
        self.press("Save", "document.querySelector('dialog.correct')")
        self.until("[...document.querySelectorAll('#thumbs b')].filter((one) => one.innerText.includes('Badger')).length === 2")
        self.assertEqual(self.said(self.others[:3]), [["corrected"], ["corrected"], []])
        self.undo()
        self.until("!document.querySelector('#thumbs .stamp')")

    def test_some_are_deleted_after_a_question(self):
        doomed = [send_picture(self.ada, picture(1200 + at), camera_id="brook", captured_at=f"2026-07-0{at + 1}T05:00:00Z") for at in range(2)]
        until_read(self.ada, *doomed)
        self.open_wall()
        for image in doomed:
            self.pick(image)
        self.press("Delete", "document.getElementById('bulk')")
        self.press("Keep it", "document.querySelector('dialog')")
        self.assertEqual(len(self.chosen()), 2)
        self.keys(Keys.DELETE)
        self.until("document.querySelector('dialog.question')")
        self.press("Delete 2 pictures", "document.querySelector('dialog')")
        self.until_text("2 pictures are deleted", "#toasts")
        self.until_thumbs(30)
        self.assertFalse(self.find("#bulk").is_displayed())
        self.assertEqual(self.ada.call("GET", "/api/v1/images")["total"], 30)
        self.expect_moving()

    def test_what_was_removed_meanwhile_lets_nothing_change(self):
        gone = send_picture(self.ada, picture(1300), camera_id="brook", captured_at="2026-07-09T05:00:00Z")
        until_read(self.ada, gone)
        self.open_wall()
        self.pick(gone)
        self.pick(self.others[0])
        self.ada.call("DELETE", f"/api/v1/images/{gone['id']}")
        self.expect_refusals()
        self.press("Approve", "document.getElementById('bulk')")
        self.until("!document.getElementById('fault').hidden")
        self.assertEqual(self.said(self.others[:1]), [[]])
        self.assertIn(self.others[0]["id"], self.chosen())
        self.expect_moving()


class Bursts(ManyCase):
    def test_bursts_lie_on_piles_that_spread_out(self):
        self.open_wall()
        self.keys("g")
        self.until("document.querySelectorAll('#thumbs > li:not([hidden])').length === 27")
        self.assertIn("bursts=together", self.browser.current_url)
        self.assertEqual(self.text(".pile"), "4 pictures, 27\u00a0s")
        self.check_well_formed()
        self.expect_moving()
        self.click("li[data-pile=closed]:not([hidden]) .pick")
        self.assertEqual(sorted(self.chosen()), sorted(one["id"] for one in self.burst))
        self.press("Flag", "document.getElementById('bulk')")
        self.until_text("4 pictures: Flagged", "#toasts")
        self.assertEqual(self.said(self.burst), [["flagged"]] * 4)
        self.undo()
        self.until("!document.querySelector('#thumbs .stamp')")
        self.click(".pile")
        self.until("document.querySelectorAll('#thumbs > li:not([hidden])').length === 30")
        self.assertEqual(self.run("return document.activeElement.innerText.trim()"), "Together again")
        self.click(".pile")
        self.until("document.querySelectorAll('#thumbs > li:not([hidden])').length === 27")
        self.browser.back()
        self.until("!document.querySelector('li[data-pile]')")
        self.open_wall("?bursts=together")
        self.until("document.querySelectorAll('#thumbs > li:not([hidden])').length === 27")

    def test_the_whole_burst_by_one_key(self):
        self.open_picture(self.burst[1])
        self.until("document.querySelectorAll('.burst__one').length === 4")
        self.assertEqual(self.text(".burst h2"), "4 pictures in one go, within 27\u00a0s")
        self.check_well_formed()
        ActionChains(self.browser).key_down(Keys.SHIFT).send_keys("a").key_up(Keys.SHIFT).perform()
        self.until("document.querySelectorAll('.burst .stamp').length === 4")
        self.assertEqual(self.said(self.burst), [["approved"]] * 4)
        self.until_text("Said by people", "#look")
        self.undo()
        self.until("!document.querySelector('.burst .stamp')")
        self.assertEqual(self.said(self.burst), [[]] * 4)
        self.expect_moving()
        self.keys("a")
        self.until("document.querySelectorAll('.burst .stamp').length === 1")
        self.assertEqual(self.said(self.burst), [[], ["approved"], [], []])
        self.press("Correct all")
        self.until("document.querySelector('dialog.correct')")
        self.type("dialog.correct .animal__species input", "Otter")
        self.press("Save", "document.querySelector('dialog.correct')")
        self.until("document.querySelectorAll('.burst .stamp').length === 4")
        self.assertEqual([one[0] for one in self.said(self.burst)], ["corrected"] * 4)
        self.click(".burst__one:not([aria-current])")
        self.until(f"location.search.includes('{self.burst[0]['id']}') && document.querySelector('.burst__one[aria-current]').dataset.id === '{self.burst[0]['id']}'")

    def test_a_picture_alone_has_no_burst(self):
        self.open_picture(self.others[3])
        self.assertFalse(self.find(".burst").is_displayed())

    def test_what_others_say_of_the_burst_shows_and_leaves_with_it(self):
        self.open_wall("?order=asc&camera_id=" + self.ada.call("GET", f"/api/v1/images/{self.burst[0]['id']}")["camera_id"])
        self.until_listening()
        self.click("#thumbs a.thumb")
        self.until("document.querySelectorAll('.burst__one').length === 4")
        self.ada.call("POST", f"/api/v1/images/{self.burst[2]['id']}/flag")
        self.until("document.querySelectorAll('.burst .stamp--haw').length === 1")
        self.expect_moving()


class Touch(ManyCase):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        self.open_wall("?bursts=together")
        self.until("document.querySelector('.pile')")
        self.run("document.querySelector('.pick').click()")
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.open_picture(self.burst[0])
        self.until("document.querySelectorAll('.burst__one').length === 4")
        self.assertEqual(self.run(test_pages.SMALL_TARGETS), [])
        self.assertLessEqual(self.run("return document.documentElement.scrollWidth - innerWidth"), 0)
        self.still = False


if __name__ == "__main__":
    unittest.main()
