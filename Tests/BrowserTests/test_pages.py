"""Every page, in both themes and three widths: structure, names, targets, keys, the theme's cookie."""

import re
import unittest

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from browser import BrowserCase, emulate, leaf, needs_pictures, resize

PAGES = ("/", "/batches", "/server", "/phone", "/docs", "/offline", "/authorize?fault=unknown-application", *(f"/{gate}" for gate in ("sign-in", "set-up", "join", "verify", "reset", "register")))
WIDTHS = ((320, 700), (390, 844), (820, 1180), (1440, 900))

STRUCTURE = """
const seen = (one) => one.checkVisibility();   // what is folded away has no words yet
const words = (one) => (one.getAttribute("aria-label")
  ?? (one.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim())
  || [...(one.labels ?? [])].map((label) => label.textContent).join(" ").trim() || one.innerText?.trim() || one.querySelector?.("img")?.alt || one.getAttribute("title") || "";
const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(seen).map((one) => Number(one.localName[1]));
const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
return {
  language: document.documentElement.lang,
  h1: headings.filter((level) => level === 1).length,
  gaps: headings.filter((level, at) => at > 0 && level > headings[at - 1] + 1),
  mains: document.querySelectorAll("main:not([role]), [role=main]").length,
  landmarks: ["header", "nav[aria-label]", "main#main", "footer"].filter((one) => !document.querySelector(one)),
  nameless: [...document.querySelectorAll("button, a[href], input, select, textarea, [role=tab], [role=button]")].filter((one) => seen(one) && !words(one)).map((one) => one.outerHTML.slice(0, 160)),
  altless: [...document.querySelectorAll("img:not([alt])")].map((one) => one.outerHTML.slice(0, 160)),
  twice: ids.filter((id, at) => ids.indexOf(id) !== at),
  dangling: [...document.querySelectorAll("[aria-controls], [aria-labelledby], [aria-describedby]")].flatMap((one) =>
    ["aria-controls", "aria-labelledby", "aria-describedby"].flatMap((name) => (one.getAttribute(name) ?? "").split(" ").filter((id) => id && !document.getElementById(id)).map((id) => `${name} ${id}`))),
  sideways: document.documentElement.scrollWidth - innerWidth,
};
"""

SMALL_TARGETS = """
return [...document.querySelectorAll("button, .button, .nav a, summary, [role=tab], input:not([type=file]), select")]
  .filter((one) => one.offsetParent !== null && !one.closest("#explorer"))
  .map((one) => [one.getBoundingClientRect(), one]).filter(([box]) => box.height < 43.5 || box.width < 43.5)
  .map(([box, one]) => `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 100)}`);
"""


class Structure(BrowserCase):
    def settled(self, path):
        self.open(path)
        if path == "/phone":
            self.until("!document.getElementById('reach').hasAttribute('aria-busy')")
        if path == "/docs":
            self.until("document.querySelector('#explorer .opblock')")
        if path == "/server":
            self.until("document.querySelector('#health .badge')")
        if self.find("main").find_elements("id", "card"):
            self.until("!document.getElementById('card').hasAttribute('aria-busy')")

    def check_structure(self):
        found = self.run(STRUCTURE)
        self.assertEqual(found["language"], "en")
        self.assertEqual((found["h1"], found["mains"]), (1, 1), "one h1 and one main")
        for fault in ("landmarks", "nameless", "altless", "twice", "dangling"):
            self.assertEqual(found[fault], [], fault)
        self.assertLessEqual(found["sideways"], 0, "the page scrolls sideways")
        return found

    def test_every_page_is_well_formed_in_every_width_and_theme(self):
        titles = set()
        for path in PAGES:
            for width, height in WIDTHS:
                resize(self.browser, width, height)
                self.settled(path)
                titles.add(self.browser.title)
                for theme in ("light", "dark"):
                    with self.subTest(path=path, width=width, theme=theme):
                        emulate(self.browser, "prefers-color-scheme", theme)
                        found = self.check_structure()
                        if path != "/docs":  # Swagger UI chooses its own levels below ours
                            self.assertEqual(found["gaps"], [], "headings skip a level")
                        self.check_quiet()
        self.assertEqual(len(titles), len(PAGES))

    def test_an_unknown_page_says_so_in_the_same_shell(self):
        self.expect_refusals()
        self.open("/no/such/page")
        self.check_structure()
        self.assertIn("no page at this address", self.text("main"))

    def test_the_rail_marks_where_one_is_and_every_link_leads_somewhere(self):
        for path in ("/", "/batches", "/server", "/phone", "/docs"):
            page = self.server.text(path, Accept="text/html")
            self.assertEqual(re.findall(r'<a href="([^"]+)" aria-current="page"', page), [path])
            for href in set(re.findall(r'<a (?:class="brand" )?href="(/[^"]*)"', page)):
                self.assertIn("<main", self.server.text(href, Accept="text/html"))

    @needs_pictures
    def test_an_answer_is_well_formed_too(self):
        self.open("/")
        self.choose(leaf("Tomato___Late_blight"))
        self.until_answered()
        for width, height in WIDTHS:
            resize(self.browser, width, height)
            for tab in ("do", "else", "why"):
                self.run(f"document.getElementById('tab-{tab}').click()")
                with self.subTest(width=width, tab=tab):
                    self.assertEqual(self.check_structure()["gaps"], [])

    def test_the_api_explorer_shows_calls_with_examples_in_three_languages(self):
        self.settled("/docs")
        self.click(".opblock-post .opblock-summary-control")
        self.until("document.querySelector('.examples [role=tab]')")
        self.assertEqual([one.text for one in self.all(".examples [role=tab]")], ["curl", "Swift", "Python"])
        for at, word in enumerate(("curl ", "URLRequest", "import requests")):
            self.run(f"document.querySelectorAll('.examples [role=tab]')[{at}].click()")
            self.assertIn(word, self.run("return [...document.querySelectorAll('.examples pre')].find((one) => one.offsetParent).textContent"))

    def test_the_phone_page_tells_the_truth_about_loopback(self):
        self.settled("/phone")
        network = self.server.json("/api/v1/network")
        words = self.text("#reach")
        if "127.0.0.1" not in network["url"]:
            self.assertIn(network["url"], words)
            self.until("document.querySelector('#reach-code img').naturalWidth > 0")
        else:
            self.assertIn("No phone can reach this server yet", words)
            self.assertIn("--tls auto", words)
            for width, height in WIDTHS:
                resize(self.browser, width, height)
                self.assertLessEqual(self.run("const code = document.querySelector('.command code'); return code.scrollWidth - code.clientWidth"), 0, "the command is cut off")

    def test_what_a_part_of_the_api_is_for_can_be_read_on_a_phone(self):
        resize(self.browser, 390, 844)
        self.settled("/docs")
        narrow = self.run("return [...document.querySelectorAll('.opblock-tag small')].filter((one) => one.textContent).map((one) => one.getBoundingClientRect().width).filter((width) => width < 200)")
        self.assertEqual(narrow, [])


class Keyboard(BrowserCase):
    def tour(self, most=60):
        """Presses Tab until the focus comes round again or leaves the page; gives what had it."""
        self.run("""
          window.stops = [];
          document.addEventListener("focusin", ({ target: one }) => {
            const ring = [one, one.closest("label")].filter(Boolean).some((each) => getComputedStyle(each).outlineStyle !== "none");
            stops.push({ what: one.outerHTML.slice(0, 120), ring, href: one.getAttribute("href") });
          });
        """)
        ActionChains(self.browser, duration=0).send_keys(Keys.TAB * most).perform()
        stops = self.run("return window.stops")
        return stops[: stops.index(stops[0], 1)] if stops[0] in stops[1:] else stops

    def test_the_first_stop_skips_to_the_page(self):
        self.open("/")
        stops = self.tour(1)
        self.assertEqual(stops[0]["href"], "#main")
        self.assertTrue(self.find(".skip").is_displayed())
        self.focused().send_keys(Keys.ENTER)
        self.assertEqual(self.run("return document.activeElement.id"), "main")

    def test_every_stop_shows_where_it_is_and_none_is_a_trap(self):
        for path in PAGES:
            self.open(path)
            if path == "/docs":
                self.until("document.querySelector('#explorer .opblock')")
            stops = self.tour()
            with self.subTest(path):
                self.assertGreater(len(stops), 4)
                self.assertEqual([stop["what"] for stop in stops if not stop["ring"]], [])

    @needs_pictures
    def test_everything_about_an_answer_is_reached_with_tab(self):
        self.open("/")
        self.choose(leaf("Tomato___Late_blight"))
        self.until_answered()
        self.run("document.querySelector('.skip').focus()")
        reached = " ".join(stop["what"] for stop in self.tour())
        for part in ("aria-controls=\"heat\"", "frame-one", "tab-do", "panel-do", "<summary", "shelf__open", "shelf__away", "id=\"clear\""):
            self.assertIn(part, reached)


class Touch(BrowserCase):
    screen = {"width": 390, "height": 844, "phone": True}

    def test_no_target_is_too_small_for_a_finger(self):
        for path in PAGES:
            self.open(path)
            with self.subTest(path):
                self.assertEqual(self.run(SMALL_TARGETS), [])

    @needs_pictures
    def test_nor_is_one_in_an_answer(self):
        self.open("/")
        self.choose(leaf("Tomato___Late_blight"))
        self.until_answered()
        self.assertEqual(self.run(SMALL_TARGETS), [])
        self.run("document.getElementById('tab-else').click()")
        self.assertEqual(self.run(SMALL_TARGETS), [])

    @needs_pictures
    def test_a_tap_places_the_frame(self):
        self.open("/")
        self.choose(leaf("Tomato___Late_blight"))
        self.until_answered()
        self.press("Frame one leaf")
        self.until("document.querySelector('.frame__line').getAttribute('width') > 0")
        self.run("document.querySelector('.frame').scrollIntoView({ block: 'center' })")
        place = "Number(document.querySelector('.frame__line').getAttribute('x'))"
        before = self.run(f"return {place}")
        area = self.find(".frame")
        ActionChains(self.browser).move_to_element_with_offset(area, -area.size["width"] // 2 + 12, 0).click().perform()
        self.assertLess(self.run(f"return {place}"), before)


class Theme(BrowserCase):
    def theme(self):
        return self.run("return document.documentElement.dataset.theme ?? ''")

    def ground(self):
        return self.run("return getComputedStyle(document.body).backgroundColor")

    def test_the_choice_is_kept_and_written_by_the_server(self):
        self.open("/")
        light = self.ground()
        self.click("#theme")
        self.assertEqual(self.theme(), "dark")
        self.assertNotEqual(self.ground(), light)
        self.assertEqual(self.find("#theme").get_attribute("aria-pressed"), "true")
        self.assertIn('data-theme="dark"', self.server.text("/", Cookie="theme=dark").split(">")[1])
        self.assertNotIn("data-theme", self.server.text("/", Cookie='theme="><script>').split(">")[1])
        self.open("/phone")
        self.assertEqual(self.theme(), "dark")
        self.click("#theme")
        self.assertEqual(self.theme(), "")
        self.assertEqual(self.ground(), light)
        self.assertIsNone(self.browser.get_cookie("theme"))

    def test_without_a_choice_the_device_decides(self):
        self.open("/")
        light = self.ground()
        emulate(self.browser, "prefers-color-scheme", "dark")
        self.assertNotEqual(self.ground(), light)
        self.click("#theme")
        self.assertEqual((self.theme(), self.ground()), ("light", light))

    def test_nothing_moves_for_those_who_asked_for_calm(self):
        emulate(self.browser, "prefers-reduced-motion", "reduce")
        self.open("/phone")
        self.assertLessEqual(float(self.run("return getComputedStyle(document.querySelector('.nav a')).transitionDuration").split("s")[0].rstrip("m") or 0), 0.01)


class Served(BrowserCase):
    """What the server says about the pages."""

    def test_the_root_answers_machines_in_json(self):
        answer = self.server.json("/")
        self.assertLessEqual({"name", "version", "docs"}, set(answer))

    def test_the_app_can_be_installed(self):
        self.open("/")
        self.until("navigator.serviceWorker.controller || navigator.serviceWorker.ready", patience=30)
        faults = self.browser.execute_cdp_cmd("Page.getInstallabilityErrors", {})["installabilityErrors"]
        self.assertEqual([fault["errorId"] for fault in faults if fault["errorId"] != "in-incognito"], [])

    def test_assets_carry_the_hash_of_their_content_and_never_expire(self):
        self.open("/")
        found = self.run("""
          return Promise.all([...document.querySelectorAll('link[rel=stylesheet], script[src]')].map(async (one) => {
            const address = one.href || one.src;
            const answer = await fetch(address, { cache: "reload" });
            return [new URL(address).pathname, answer.status, answer.headers.get("Cache-Control")];
          }));
        """)
        self.assertGreater(len(found), 4)
        for path, status, cache in found:
            self.assertEqual(status, 200, path)
            self.assertIn("immutable", cache, path)


if __name__ == "__main__":
    unittest.main()
