"""A leaf photo in, an answer out: every way in, every kind of answer, and what can be done with it."""

import unittest

from selenium.webdriver.common.keys import Keys

from browser import TRAPS, BrowserCase, leaf, needs_pictures

BLIGHT = "Tomato___Late_blight"


@needs_pictures
class Answers(BrowserCase):
    def look_at(self, *paths):
        self.open("/")
        self.choose(*paths)
        self.until_answered()

    def assert_signs(self, selector):
        """Every sign is a whole sentence."""
        signs = self.run("return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText.trim())", selector)
        self.assertGreaterEqual(len(signs), 2)
        for sign in signs:
            self.assertRegex(sign, r"^[A-Z].{15,}[.]$")

    def test_a_photo_is_named_with_its_certainty_and_what_to_do(self):
        self.look_at(leaf(BLIGHT))
        self.assertEqual(self.finding(), "Late blight")
        self.assertIn("Tomato", self.text("#answer .finding p.small"))
        self.assertRegex(self.text(".certainty strong"), r"^(over )?\d+%$")
        self.assertIsNotNone(self.run("return document.querySelector('.certainty .bar__mark')"))
        self.assertGreaterEqual(len(self.all("#panel-do .steps li")), 2)
        for way in ("By hand and habit", "With living helpers", "With a spray, last"):
            self.assertIn(way, self.run("return document.querySelector('#panel-do').textContent"))
        self.assertEqual(self.run("return document.activeElement.id"), "finding")

    def test_a_photo_can_be_dropped_and_pasted(self):
        for kind in ("drop", "paste"):
            with self.subTest(kind):
                self.open("/")
                self.hand_over(kind, leaf(BLIGHT, 1))
                self.until_answered()
                self.assertNotEqual(self.finding(), "")
                self.assertFalse(self.run("return document.getElementById('drop').hasAttribute('data-over')"))

    def test_each_time_to_act_is_written_once_and_said_at_each_step(self):
        self.look_at(leaf(BLIGHT))
        times = self.run("return [...document.querySelectorAll('#panel-do .steps li > span')].map((one) => [one.textContent, one.className])")
        self.assertTrue(all(time for time, _ in times))
        for (before, _), (time, look) in zip(times, times[1:]):
            self.assertEqual(look, "hidden-text" if time == before else "when")

    def test_the_tabs_keep_to_one_line(self):
        self.look_at(leaf(BLIGHT))
        heights = self.run("return [...document.querySelectorAll('[role=tab]')].map((one) => one.getBoundingClientRect().height)")
        self.assertLess(max(heights), 50)

    def test_the_frame_is_brought_clear_of_the_bar(self):
        self.look_at(leaf(BLIGHT))
        self.run("const card = document.getElementById('answer'); scrollTo({ top: scrollY + card.getBoundingClientRect().top - 20, behavior: 'instant' })")
        self.find("#frame-one").click()
        self.until("document.getElementById('answer').getBoundingClientRect().top >= document.querySelector('.topbar').offsetHeight")

    def test_a_healthy_leaf_is_called_healthy(self):
        self.look_at(leaf("Tomato___healthy"))
        self.assertEqual(self.finding(), "Healthy")
        self.assertEqual(self.text("#tab-do"), "Keep it so")

    def test_a_picture_without_a_leaf_gets_no_name(self):
        self.look_at(sorted(TRAPS.rglob("*.[jJ][pP]*[gG]"))[0])
        self.assertIn(self.finding(), ("No known leaf", "Not sure"))
        self.assertIn("What would help", self.text("#answer"))
        self.assertRegex(self.text("#answer .signs li"), "^It knows the leaves of apple, .+ and tomato, and no others yet")
        self.assertEqual(self.run("return [...document.querySelectorAll('#answer button')].filter((one) => one.innerText === 'Frame one leaf').length"), 1)

    def test_the_heat_map_is_drawn_and_can_be_hidden(self):
        self.look_at(leaf(BLIGHT))
        painted = "return document.getElementById('heat').getContext('2d').getImageData(0, 0, 96, 96).data.filter((v, at) => at % 4 === 3 && v > 60).length"
        self.assertGreater(self.run(painted), 100)
        self.assertIn("Most weight lies on", self.find("#heat").get_attribute("aria-label"))
        toggle = self.find("[aria-controls=heat]")
        self.click("[aria-controls=heat]")
        self.assertEqual(toggle.get_attribute("aria-pressed"), "false")
        self.assertFalse(self.find("#heat").is_displayed())

    def test_the_tabs_move_by_arrows_and_say_why(self):
        self.look_at(leaf(BLIGHT))
        self.find("#tab-do").send_keys(Keys.ARROW_RIGHT)
        self.assertTrue(self.find("#panel-else").is_displayed())
        self.assertGreaterEqual(len(self.all("#panel-else .ranks > li")), 2)
        self.focused().send_keys(Keys.END)
        self.assertIn("The answer rests mostly on", self.text("#panel-why"))
        self.assertIn("Compare with your plant", self.text("#panel-why"))
        self.assert_signs("#panel-why .signs li")
        self.focused().send_keys(Keys.ARROW_RIGHT)
        self.assertEqual(self.run("return document.activeElement.id"), "tab-do")

    def test_another_answer_can_be_compared(self):
        self.look_at(leaf(BLIGHT))
        self.click("#tab-else")
        self.click("#panel-else summary")
        self.until("document.querySelector('#panel-else details .signs li')")
        self.assert_signs("#panel-else details[open] .signs li")

    def test_several_photos_each_get_their_answer_and_one_bad_file_spoils_only_itself(self):
        self.expect_refusals()
        broken = self.scratch("notes.jpg", b"these are words, not a picture")
        self.open("/")
        self.choose(leaf(BLIGHT), broken, leaf("Strawberry___Leaf_scorch"))
        self.until("document.querySelectorAll('#strip button').length === 3")
        self.until("[...document.querySelectorAll('#strip b')].every((one) => !/queue|Sending|Looking/.test(one.textContent))")
        names = [one.text for one in self.all("#strip b")]
        self.assertEqual(names[1], "Not taken")
        self.assertEqual([names[0], names[2]], ["Late blight", "Leaf scorch"])
        self.click("#strip li:nth-child(2) button")
        self.until("document.querySelector('.refusal')")
        self.assertIn("Nothing was lost", self.text(".refusal"))
        self.assertEqual(self.find("#strip [aria-current]").get_attribute("data-key"), "2")

    def test_a_file_that_is_too_large_is_refused_with_its_size(self):
        self.expect_refusals()
        start = leaf(BLIGHT).read_bytes()
        self.open("/")
        self.choose(self.scratch("large.jpg", start + bytes(25 << 20)))
        self.until("document.querySelector('.refusal')", patience=60)
        self.expected.append("net::ERR_CONNECTION")
        self.assertIn(self.finding(), ("The photo is too large", "The connection broke"))
        self.assertGreater(len(self.text(".refusal")), 60)
        if self.finding() == "The photo is too large":
            self.assertRegex(self.text(".refusal"), "It has 27\u00a0MB, more than this server takes")

    def test_one_leaf_is_framed_with_keys_alone(self):
        self.look_at(leaf(BLIGHT))
        self.find("#frame-one").send_keys(Keys.ENTER)
        self.until("document.activeElement.classList.contains('frame')")
        side = "Number(document.querySelector('.frame__line').getAttribute('width'))"
        self.until(f"{side} > 0")
        before = self.run(f"return {side}")
        self.focused().send_keys("-", "-", Keys.ARROW_LEFT, Keys.ARROW_UP)
        self.assertLess(self.run(f"return {side}"), before)
        self.focused().send_keys(Keys.ENTER)
        self.until("[...document.querySelectorAll('button')].some((one) => one.textContent === 'Whole photo')")
        self.until_answered()
        asked = self.run("return performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.includes('crop='))")
        self.assertEqual(len(asked), 1)
        edges = [float(edge) for edge in asked[0].split("crop=")[1].split("&")[0].replace("%2C", ",").split(",")]
        self.assertTrue(all(0 <= edge <= 1 for edge in edges))
        self.assertLessEqual(edges[0] + edges[2], 1.0001)

    def test_leaving_the_frame_changes_nothing(self):
        self.look_at(leaf(BLIGHT))
        self.click("#frame-one")
        self.until("document.activeElement.classList.contains('frame')")
        self.focused().send_keys(Keys.ESCAPE)
        self.until_answered()
        self.assertEqual(self.finding(), "Late blight")
        self.assertEqual(self.run("return document.activeElement.id"), "frame-one")

    def test_the_answer_can_be_copied_as_text(self):
        permission = {"permissions": ["clipboardReadWrite"], "origin": self.url}
        self.browser.execute_cdp_cmd("Browser.grantPermissions", permission)
        self.look_at(leaf(BLIGHT))
        self.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
        self.press("Copy as text")
        self.until("window.copied")
        text = self.run("return window.copied")
        self.assertTrue(text.startswith("Tomato: Late blight"))
        self.assertIn("What to do", text)
        self.assertRegex(text, r"Compare with the plant\n- [A-Z].{15,}[.]\n")
        self.assertNotIn("undefined", text)
        self.until("document.querySelector('.toast')")

    def test_paper_shows_the_finding_alone_and_unfolded(self):
        self.look_at(leaf(BLIGHT))
        self.expect_moving()
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        for hidden in (".rail", ".drop", ".card__foot", "#before"):
            self.assertFalse(self.find(hidden).is_displayed(), hidden)
        for shown in ("#finding", "#panel-do", "#panel-else", "#panel-why"):
            self.assertTrue(self.find(shown).is_displayed(), shown)
        self.assertEqual(self.run("return getComputedStyle(document.body).color"), "rgb(0, 0, 0)")


@needs_pictures
class OnADesk(BrowserCase):
    def test_name_certainty_and_todays_step_are_in_sight_without_scrolling(self):
        self.open("/")
        self.choose(leaf(BLIGHT))
        self.until_answered()
        bottoms = self.run("return ['#finding', '.certainty', '.steps li'].map((one) => document.querySelector(one).getBoundingClientRect().bottom)")
        self.assertEqual(self.run("return scrollY"), 0)
        self.assertLess(max(bottoms), 900)


@needs_pictures
class Before(BrowserCase):
    """What was looked at before."""

    def look_at(self, *names):
        for name in names:
            self.open("/")
            self.choose(leaf(name))
            self.until_answered()
            self.until("!document.getElementById('before').hidden")

    def shown(self):
        return self.run("return [...document.querySelectorAll('#shelf b')].map((one) => one.innerText)")

    def test_the_first_visit_says_how_to_take_a_photo(self):
        self.open("/")
        self.until("!document.getElementById('welcome').hidden")
        self.assertEqual(len(self.all(".tips li")), 3)
        self.assertFalse(self.find("#before").is_displayed())

    def test_an_answer_is_there_after_a_reload_and_opens_again(self):
        self.look_at(BLIGHT)
        self.open("/")
        self.until("document.querySelector('.shelf__open')")
        self.assertEqual(self.shown(), ["Late blight"])
        self.click(".shelf__open")
        self.until_answered()
        self.assertEqual(self.finding(), "Late blight")
        self.assertIn("Opened again", self.text(".card__foot"))
        asked = self.run("return performance.getEntriesByType('resource').some((one) => one.name.includes('/api/v1/analyses/'))")
        self.assertTrue(asked)

    def test_one_can_be_removed_and_brought_back(self):
        self.look_at(BLIGHT, "Tomato___healthy")
        # The shelf follows the answer.
        self.until("document.querySelectorAll('.shelf__open').length === 2")
        self.assertEqual(self.shown(), ["Healthy", "Late blight"])
        self.click(".shelf__away")
        self.until("document.querySelectorAll('.shelf__open').length === 1")
        self.press("Undo")
        self.until("document.querySelectorAll('.shelf__open').length === 2")
        self.click(".shelf__away")
        self.until("document.querySelectorAll('.shelf__open').length === 1")
        self.open("/")
        self.until("document.querySelector('.shelf__open')")
        self.assertEqual(self.shown(), ["Late blight"])

    def test_all_can_be_cleared(self):
        self.look_at(BLIGHT)
        self.click("#clear")
        self.until("document.getElementById('before').hidden")
        self.click(".toast [aria-label]")
        self.open("/")
        self.until("!document.getElementById('welcome').hidden")


BUSY = """
const send = XMLHttpRequest.prototype.send;
window.refusals = 1;
XMLHttpRequest.prototype.send = function (body) {
  if (window.refusals-- <= 0) return send.call(this, body);
  const answer = { status: %d, response: { status: %d, message: "%s", request_id: "r-1" } };
  for (const [name, value] of Object.entries(answer)) Object.defineProperty(this, name, { value });
  this.getResponseHeader = () => "1";
  setTimeout(() => this.dispatchEvent(new ProgressEvent("load")), 20);
};
"""


AWAY = """
const send = XMLHttpRequest.prototype.send;
const ask = fetch;
window.fetch = async () => { throw new TypeError("away"); };
XMLHttpRequest.prototype.send = function () {
  XMLHttpRequest.prototype.send = send;
  setTimeout(() => { this.dispatchEvent(new ProgressEvent("error")); }, 20);
};
new MutationObserver(() => { if (!document.getElementById("waiting").hidden) window.fetch = ask; }).observe(document.getElementById("waiting"), { attributes: true });
"""


@needs_pictures
class Refusals(BrowserCase):
    """Answers that a healthy server does not give on request; the page gets them from a stand-in."""

    def test_a_busy_server_is_asked_again_after_the_time_it_names(self):
        for status, title in ((429, "Too many at once"), (503, "The server is not ready")):
            with self.subTest(status):
                self.open("/")
                self.run(BUSY % (status, status, "Words of the server."))
                self.choose(leaf(BLIGHT))
                self.until("document.querySelector('.refusal')")
                self.assertEqual(self.finding(), title)
                self.assertIn("Words of the server.", self.text(".refusal"))
                self.assertFalse(self.find(".refusal .button--main").is_enabled())
                self.until("!document.querySelector('.refusal .button--main').disabled")
                self.press("Try again")
                self.until_answered()
                self.assertEqual(self.finding(), "Late blight")


    def test_a_kept_photo_waits_on_while_the_server_is_not_ready(self):
        self.open("/")
        self.run(AWAY)
        self.choose(leaf(BLIGHT))
        self.until("!document.getElementById('waiting').hidden")
        self.run(BUSY % (503, 503, "The model is being read."))
        self.press("Try now", "document.getElementById('waiting')")
        self.until("document.querySelector('.refusal')?.textContent.includes('The model is being read.')")
        self.until("!document.getElementById('waiting').hidden")
        self.open("/")
        self.until("document.getElementById('waiting').hidden && document.querySelector('#answer .card__foot')")
        self.assertEqual(self.finding(), "Late blight")


@needs_pictures
class OnAPhone(Answers):
    """The same on a phone: no sideways scroll, the name in sight."""

    screen = {"width": 390, "height": 844, "phone": True}

    def tearDown(self):
        wide = self.run("return document.documentElement.scrollWidth - innerWidth")
        self.assertLessEqual(wide, 0, "the page scrolls sideways")
        super().tearDown()

    def test_the_name_and_its_certainty_are_in_sight_without_scrolling(self):
        self.look_at(leaf(BLIGHT))
        self.until("document.querySelector('.certainty strong').getBoundingClientRect().bottom < innerHeight - 60")
        self.assertGreater(self.run("return document.getElementById('finding').getBoundingClientRect().top"), 0)

    def test_a_photo_can_be_taken_with_the_camera(self):
        self.open("/")
        camera = self.find("input[capture]")
        self.assertTrue(self.run("return arguments[0].closest('label').offsetParent !== null", camera))
        self.assertEqual(camera.get_attribute("capture"), "environment")
        camera.send_keys(str(leaf(BLIGHT)))
        self.until_answered()


if __name__ == "__main__":
    unittest.main()
