"""The server goes away: the shell is shown, photos are kept, and sent when it is back."""

import unittest

from browser import BrowserCase, leaf, needs_pictures

BLIGHT = "Tomato___Late_blight"


@needs_pictures
class Offline(BrowserCase):
    own_server = True

    def setUp(self):
        super().setUp()
        # While the server is away the browser notes every request that fails.
        self.expected += ["net::ERR_CONNECTION_REFUSED", "net::ERR_FAILED", "Failed to load resource"]

    def visit_and_leave(self):
        self.open("/")
        self.until("navigator.serviceWorker.controller", patience=30)
        self.until("!document.getElementById('welcome').hidden || !document.getElementById('before').hidden")

    def stop(self):
        self.server.stop()

    def test_the_shell_opens_and_a_photo_is_kept_then_sent(self):
        self.visit_and_leave()
        self.stop()
        self.open("/")
        self.assertEqual(self.text("h1"), "What is wrong with this leaf?")
        self.choose(leaf(BLIGHT))
        self.until("document.querySelector('#finding')?.textContent === 'Kept for later'")
        self.until("!document.getElementById('waiting').hidden")
        self.assertIn("One photo is kept in this browser and not yet sent", self.text("#waiting"))
        self.until("document.querySelector('#waiting img')?.naturalWidth > 0")

        self.open("/")
        self.until("!document.getElementById('waiting').hidden")
        self.server.start()
        self.press("Try now")
        self.until("!document.getElementById('answer').hidden")
        self.assertTrue(self.run("return document.getElementById('waiting').hidden"), "it goes from the list when it leaves, so that its answer moves nothing")
        self.until_answered()
        self.assertEqual(self.finding(), "Late blight")

    def test_what_was_looked_at_opens_without_the_server(self):
        self.visit_and_leave()
        self.choose(leaf(BLIGHT))
        self.until_answered()
        self.until("document.querySelector('.shelf__open')")
        self.stop()
        self.open("/")
        self.until("document.querySelector('.shelf__open')")
        self.click(".shelf__open")
        self.until_answered()
        self.assertEqual(self.finding(), "Late blight")
        self.assertIn("the server could not be asked", self.text(".card__foot"))
        self.assertGreaterEqual(len(self.all("#panel-do .steps li")), 2)

    def test_other_pages_say_that_they_need_the_server(self):
        self.visit_and_leave()
        self.stop()
        self.open("/docs")
        self.assertEqual(self.text("h1"), "This page needs the server")

    def test_no_answer_of_the_api_is_kept_by_the_worker(self):
        self.visit_and_leave()
        self.choose(leaf(BLIGHT))
        self.until_answered()
        kept = self.run("""
          return caches.keys().then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))
            .then((lists) => lists.flat().map((request) => new URL(request.url).pathname));
        """)
        self.assertGreater(len(kept), 20)
        self.assertEqual([path for path in kept if path.startswith(("/api", "/predict", "/classes", "/health"))], [])


if __name__ == "__main__":
    unittest.main()
