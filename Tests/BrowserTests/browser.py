"""A Chromium that watches itself: console errors, broken policy and moving layout fail the test that caused them."""

import atexit
import base64
import os
import pathlib
import tempfile
import unittest

from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from server import SHARED, Server

PATIENCE = 60
MOST_SHIFT = 0.02
LEAVES = SHARED / "leaf" / "val"
TRAPS = SHARED / "cameratrap"

WATCH = """
window.watched = { shift: 0, moved: [], broken: [], failed: [] };
const note = (entries) => {
  for (const { hadRecentInput, value, sources } of entries) {
    if (hadRecentInput) continue;
    watched.shift += value;
    watched.moved.push(...sources.map(({ node }) => node?.id || node?.className || node?.nodeName));
  }
};
const shifts = new PerformanceObserver((list) => note(list.getEntries()));
shifts.observe({ type: "layout-shift", buffered: true });
watched.settle = () => note(shifts.takeRecords());
addEventListener("securitypolicyviolation", (event) => watched.broken.push(`${event.violatedDirective} ${event.blockedURI}`));
addEventListener("error", (event) => watched.failed.push(String(event.message)));
addEventListener("unhandledrejection", (event) => watched.failed.push(String(event.reason)));
"""

# Asked inside the page: one command for a wait, however long it takes.
WAIT = """
const [patience, done] = arguments;
const end = performance.now() + patience;
const ask = () => {
  let holds;
  try { holds = Boolean(%s); } catch (fault) { return done(String(fault)); }
  if (holds || performance.now() > end) done(holds); else setTimeout(ask, 20);
};
ask();
"""

needs_pictures = unittest.skipUnless(LEAVES.is_dir(), f"needs the pictures in {LEAVES}")


def leaf(name, at=0):
    return sorted((LEAVES / name).iterdir())[at]


def open_browser(width=1440, height=900, phone=False, dark=False):
    options = webdriver.ChromeOptions()
    options.add_argument("--headless=new")
    options.add_argument("--disable-gpu")
    options.add_argument("--disable-dev-shm-usage")  # containers have little of it
    options.add_argument("--lang=en-GB")
    options.add_argument(f"--window-size={width},{height}")
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    if phone:
        metrics = {"width": width, "height": height, "pixelRatio": 2, "touch": True}
        options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
    for place in ("/usr/bin/chromium", "/usr/bin/chromium-browser"):
        if os.path.exists(place):
            options.binary_location = place
    driver = "/usr/bin/chromedriver"
    browser = webdriver.Chrome(options=options, service=Service(driver) if os.path.exists(driver) else Service())
    browser.set_page_load_timeout(PATIENCE)
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    if not phone:
        resize(browser, width, height)
    if dark:
        emulate(browser, "prefers-color-scheme", "dark")
    return browser


def resize(browser, width, height):
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def emulate(browser, feature, value):
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": feature, "value": value}]})


class Run:
    """What all tests share: one browser for each kind of screen, and one server. They end with the run."""

    def __init__(self):
        self.browsers = {}
        self.running = None
        atexit.register(self.leave)

    def browser(self, **screen):
        """A browser of this kind on an empty page; a new one where the last has died."""
        kind = tuple(sorted(screen.items()))
        try:
            self.browsers[kind].get("about:blank")
            # What the page that was left said of a server that has gone.
            self.browsers[kind].get_log("browser")
        except (KeyError, WebDriverException):
            self.browsers[kind] = open_browser(**screen)
        return self.browsers[kind]

    def server(self):
        if self.running is None:
            self.running = Server()
            self.running.start()
        return self.running

    def leave(self):
        for browser in self.browsers.values():
            browser.quit()
        if self.running is not None:
            self.running.__exit__()


RUN = Run()


class BrowserCase(unittest.TestCase):
    """Each test begins with empty storage, no emulation and a first page to open."""

    screen = {}
    own_server = False
    settings = {}  # of an own server, as environment variables

    @classmethod
    def setUpClass(cls):
        cls.server = cls.make_server() if cls.own_server else RUN.server()
        if cls.own_server:
            cls.addClassCleanup(cls.server.__exit__)

    @classmethod
    def make_server(cls):
        return Server(**cls.settings)

    def setUp(self):
        if self.server.process is None:
            self.server.start()
        self.expected = []
        self.still = True
        self.url = self.server.url
        self.browser = RUN.browser(**self.screen)
        # The worker and its store stay, as they do for people who come back.
        self.browser.execute_cdp_cmd("Storage.clearDataForOrigin", {"origin": self.url, "storageTypes": "cookies,indexeddb,local_storage"})
        self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})
        if not self.screen.get("phone"):
            resize(self.browser, 1440, 900)
        self.browser.get_log("browser")

    def tearDown(self):
        self.check_quiet()

    # What a page must never do.

    def check_quiet(self):
        watched = self.run("window.watched?.settle(); return window.watched ?? { shift: 0, moved: [], broken: [], failed: [] }")
        self.assertEqual(watched["broken"], [], "the content policy was broken")
        self.assertEqual(watched["failed"], [], "a script failed")
        if self.still:
            self.assertLess(watched["shift"], MOST_SHIFT, f"the layout moved: {watched['moved']}")
        noisy = [line["message"] for line in self.browser.get_log("browser") if line["level"] in ("SEVERE", "WARNING")]
        noisy = [line for line in noisy if not any(part in line for part in self.expected)]
        self.assertEqual(noisy, [], "the console is not clean")

    def expect_refusals(self):
        """An answer of 4xx or 5xx is noted in the console by the browser itself; here it is wanted."""
        self.expected.append("Failed to load resource")

    def expect_moving(self):
        """From here on the test itself moves the layout."""
        self.check_quiet()
        self.still = False

    # Small words for what people do.

    def open(self, path="/"):
        """Comes back when the page has loaded."""
        self.browser.get(self.url + path)

    def run(self, *arguments):
        if isinstance(arguments[0], unittest.TestResult):
            return super().run(*arguments)
        return self.browser.execute_script(*arguments)

    def until(self, condition, patience=PATIENCE):
        self.browser.set_script_timeout(patience + 1)
        try:
            held = self.browser.execute_async_script(WAIT % condition, patience * 1000)
        except WebDriverException:
            # A page that was left took the question with it: the one that came is asked.
            held = self.browser.execute_async_script(WAIT % condition, patience * 1000)
        if held is not True:
            raise TimeoutException(f"never came: {condition} ({held})")

    def find(self, selector):
        return self.browser.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector).strip()

    def press(self, words, within="document"):
        """Clicks the visible button or link with these words."""
        found = self.run(
            f"return [...{within}.querySelectorAll('button, a')].find((one) => one.offsetParent && one.innerText.trim() === arguments[0])", words
        )
        self.assertIsNotNone(found, f"no button says “{words}”")
        self.run("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", found)
        found.click()

    def click(self, selector):
        """Clicks what is clear of the bars that lie over the page."""
        found = self.find(selector)
        self.run("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' })", found)
        found.click()

    def choose(self, *paths):
        self.find("#choose").send_keys("\n".join(str(path) for path in paths))

    def finding(self):
        return self.text("#finding")

    def until_answered(self):
        self.until("document.querySelector('#answer .card__foot')")

    def focused(self):
        return self.browser.switch_to.active_element

    def scratch(self, name, content):
        folder = tempfile.mkdtemp(prefix="hedgerow-files-")
        path = pathlib.Path(folder) / name
        path.write_bytes(content)
        self.addCleanup(lambda: (path.unlink(), path.parent.rmdir()))
        return path

    def hand_over(self, kind, path):
        """A drop or a paste, which Selenium cannot do with files from a folder."""
        script = """
        const [kind, name, content] = arguments;
        const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        const carried = new DataTransfer();
        carried.items.add(new File([bytes], name, { type: "image/jpeg" }));
        const target = document.getElementById("drop");
        if (kind === "paste") {
          target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
        } else {
          for (const type of ["dragenter", "dragover", "drop"]) target.dispatchEvent(new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
        }
        """
        self.run(script, kind, path.name, base64.b64encode(path.read_bytes()).decode())


KEY = "a key for the browser tests"


class KeyCase(BrowserCase):
    """With a server of its own that has a key, which the browser has not."""

    own_server = True
    settings = {"HEDGEROW_API_KEY": KEY}

    def setUp(self):
        super().setUp()
        self.open("/offline")
        self.run("sessionStorage.clear()")
