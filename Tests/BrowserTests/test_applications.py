"""Applications of others: registered by whoever looks after the server, let act by a person, ended."""

import base64
import hashlib
import http.server
import json
import secrets
import threading
import time
import unittest
import urllib.parse
import urllib.request

from browser import PATIENCE
from people import PASSWORD, PROBE, AccountCase, status


class Application:
    """A program on the person's own machine that waits for their browser to come back."""

    def __init__(self, server):
        self.server = server
        self.came = {}
        self.verifier = secrets.token_urlsafe(48)
        application = self

        class Back(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                path = urllib.parse.urlsplit(self.path)
                if path.path == "/back":
                    application.came = dict(urllib.parse.parse_qsl(path.query))
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(b"<!doctype html><title>Back</title><link rel=icon href='data:,'><h1>You can close this window.</h1>")

            def log_message(self, *_):
                pass

        self.listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Back)
        self.redirect = f"http://127.0.0.1:{self.listener.server_port}/back"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def close(self):
        self.listener.shutdown()
        self.listener.server_close()

    def address(self, client, **changes):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()
        question = {
            "response_type": "code", "client_id": client, "redirect_uri": self.redirect, "scope": "predict analyses",
            "state": "a state & more", "code_challenge": challenge, "code_challenge_method": "S256",
        }
        return "/oauth/authorize?" + urllib.parse.urlencode(question | changes)

    def tokens(self, client):
        form = {"grant_type": "authorization_code", "code": self.came["code"], "redirect_uri": self.redirect, "code_verifier": self.verifier, "client_id": client}
        with urllib.request.urlopen(self.server.url + "/oauth/token", urllib.parse.urlencode(form).encode(), timeout=30) as answer:
            return json.load(answer)


class Applications(AccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ben = cls.ada.add("ben@example.org", "Ben")
        cls.application = Application(cls.server)
        cls.addClassCleanup(cls.application.close)

    def setUp(self):
        super().setUp()
        self.application.came = {}

    def register(self, name="Greenhouse dashboard"):
        wish = {"name": name, "redirect_uris": ["http://127.0.0.1/back"], "scopes": ["predict", "analyses"], "confidential": False}
        return self.ada.call("POST", "/api/v1/oauth/clients", wish)["client_id"]

    def until_back(self):
        # Asked here and not in the page, which is just being left.
        end = time.monotonic() + PATIENCE
        while not self.application.came and time.monotonic() < end:
            time.sleep(0.05)
        self.until("location.pathname === '/back' && document.querySelector('h1')")

    def test_the_whole_way_from_registering_to_removing(self):
        self.expect_refusals()  # the address that is refused, the token that has ended
        self.enter(self.ada)
        self.open("/people")
        self.until("document.getElementById('applications-card').checkVisibility()")
        self.press("Register one")
        self.type("#app-name", f"Dashboard {PROBE}")
        self.run("document.getElementById('kind').value = 'device'; document.getElementById('kind').dispatchEvent(new Event('change'))")
        self.type("#redirect-uris", "http://evil.example/back")
        self.press("Register it")
        self.until("document.getElementById('redirect-uris-fault').textContent")
        self.assertIn("evil.example", self.text("#redirect-uris-fault"))
        self.check_well_formed()
        self.type("#redirect-uris", "http://127.0.0.1/back")
        self.press("Register it")
        self.until("document.querySelector('#application .command--secret code')")
        client = self.text("#application .command code")
        self.assertIn("needs no secret", self.text("#application"))
        self.check_well_formed()
        self.press("I have it")
        self.until("document.querySelector('#applications li')")
        self.check_text_only(f"Dashboard {PROBE}")

        self.enter(self.ben)
        self.open(self.application.address(client, scope="predict"))
        self.until_text("wants to act for you")
        self.assertIn("Read photos", self.text("#card"))
        self.assertIn("your own machine", self.text("#card"))
        self.assertNotIn("Read earlier answers", self.text("#card"))
        self.check_text_only(f"Dashboard {PROBE}")
        self.check_well_formed()
        self.press("Allow")
        self.until_back()
        self.assertEqual(self.application.came["state"], "a state & more")
        self.assertEqual(self.application.came["iss"], self.server.url)
        tokens = self.application.tokens(client)
        token = {"Authorization": f"Bearer {tokens['access_token']}"}
        self.assertEqual(status(self.server, "POST", "/api/v1/auth/ticket", **token), 200)
        self.assertEqual(status(self.server, "GET", "/api/v1/auth/me", **token), 403)

        self.open("/account#applications")
        self.until("document.querySelector('#panel-applications .entries > li b')")
        self.check_text_only(f"Dashboard {PROBE}")
        self.check_well_formed()
        self.run("document.querySelector('#panel-applications [aria-label^=\"End what\"]').click()")
        self.press("End it", "document.querySelector('dialog')")
        self.until("document.querySelector('#panel-applications .empty')?.checkVisibility()")
        self.assertEqual(status(self.server, "POST", "/api/v1/auth/ticket", **token), 401)

        self.enter(self.ada)
        self.open("/people")
        line = f"document.querySelector('#applications [data-id=\"{client}\"]')"
        self.until(line)
        self.press("Remove", line)
        self.press("Remove the application", "document.querySelector('dialog')")
        self.until(f"!{line}")
        self.assertEqual(self.run("return document.activeElement.id"), "applications-title")
        self.open("/audit?action=application.")
        self.until_text("removed an application")
        for words in ("registered an application", "let an application read photos", "ended what an application did for them"):
            self.assertIn(words, self.text("#trail"))

    def test_a_secret_is_shown_once(self):
        self.enter(self.ada)
        self.open("/people")
        self.until("document.getElementById('applications-card').checkVisibility()")
        self.press("Register one")
        self.type("#app-name", "Weather report")
        self.run("document.getElementById('kind').value = 'itself'; document.getElementById('kind').dispatchEvent(new Event('change'))")
        self.assertFalse(self.find("#redirect-uris").is_displayed())
        self.press("Register it")
        self.until("document.querySelectorAll('#application .command--secret code').length === 3")
        client, secret, _ = (one.text for one in self.all("#application .command code"))
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": client, "client_secret": secret})
        with urllib.request.urlopen(self.server.url + "/oauth/token", form.encode(), timeout=30) as answer:
            self.assertEqual(json.load(answer)["scope"], "predict")
        self.open("/people")
        self.until("document.querySelector('#applications li')")
        self.assertNotIn(secret, self.run("return document.body.textContent"))

    def test_who_is_not_signed_in_signs_in_first_and_may_say_no(self):
        client = self.register()
        self.browser.delete_all_cookies()
        self.open("/offline")
        self.run("localStorage.clear()")
        self.open(self.application.address(client))
        self.until_path("/sign-in")
        self.type("#email", "ben@example.org")
        self.type("#password", PASSWORD)
        self.press("Sign in", "document.getElementById('card')")
        self.until_text("wants to act for you")
        self.press("Deny")
        self.until_back()
        self.assertEqual((self.application.came["error"], self.application.came["state"]), ("access_denied", "a state & more"))
        self.assertEqual(self.ben.call("GET", "/api/v1/oauth/grants")["items"], [])

    def test_nobody_is_sent_to_an_address_that_is_not_registered(self):
        client = self.register()
        self.enter(self.ben)
        for address, words in (
            (self.application.address(client, redirect_uri="https://evil.example/back"), "not registered for it"),
            (self.application.address("0197c0de-0000-7000-8000-000000000000"), "No application of this name"),
            ("/authorize?fault=<img src=x onerror=\"window.hit=1\">", "does not know"),
        ):
            with self.subTest(address):
                self.open(address)
                self.until_path("/authorize")
                self.until_text(words)
                self.check_text_only()
        self.expect_refusals()
        self.open(self.application.address(client).replace("/oauth/", "/").replace("code_challenge_method=S256", "code_challenge_method=plain"))
        self.until_text("code_challenge_method must be S256")

    def test_the_question_cannot_be_framed(self):
        with urllib.request.urlopen(self.server.url + "/authorize", timeout=30) as answer:
            self.assertIn("frame-ancestors 'none'", answer.headers["Content-Security-Policy"])

    def test_what_the_account_may_not_do_is_not_allowed(self):
        wish = {"name": "Auditor", "redirect_uris": ["http://127.0.0.1/back"], "scopes": ["audit"], "confidential": False}
        client = self.ada.call("POST", "/api/v1/oauth/clients", wish)["client_id"]
        self.enter(self.ben)
        self.open(self.application.address(client, scope="audit"))
        self.until_text("nothing to allow")
        self.press("Go back")
        self.until_back()
        self.assertEqual(self.application.came["error"], "access_denied")


if __name__ == "__main__":
    unittest.main()
