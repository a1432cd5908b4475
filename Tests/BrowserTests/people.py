"""What the tests of accounts share: people, their codes, and a server that knows them."""

import base64
import hashlib
import hmac
import json
import re
import struct
import time
import urllib.error
import urllib.request

import test_pages
from browser import BrowserCase, emulate, resize

PASSWORD = "quiet marrow lantern 51"
PROBE = '<img src=x onerror="window.hit=1">'


def totp(secret, ahead=0):
    """The code of RFC 6238; each is good once, so the next one is asked for by `ahead`."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + ahead), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


class Person:
    """Somebody with a browser's session, outside of any browser."""

    def __init__(self, server, answer, cookie):
        self.server = server
        self.answer = answer
        self.cookie = cookie
        self.secret = None
        self.recovery = []

    @property
    def id(self):
        return self.answer["user"]["id"]

    def call(self, method, path, body=None):
        return send(self.server, method, path, body, Cookie=f"session={self.cookie}")[0]

    def set_up_factor(self, password=PASSWORD):
        self.secret = self.call("POST", "/api/v1/auth/2fa/begin", {"password": password})["secret"]
        self.recovery = self.call("POST", "/api/v1/auth/2fa/confirm", {"code": totp(self.secret)})["recovery_codes"]
        self.answer = self.call("GET", "/api/v1/auth/me")
        return self

    def invite(self, email, role="grower"):
        """The secret of the link."""
        return self.call("POST", "/api/v1/invitations", {"email": email, "role": role})["link"].split("#")[1]

    def add(self, email, name, role="grower"):
        return begin(self.server, "/api/v1/auth/invitation/accept", {"token": self.invite(email, role), "name": name, "password": PASSWORD})


def send(server, method, path, body=None, **headers):
    """Gives the JSON of the answer, and its cookies."""
    content = None if body is None else json.dumps(body).encode()
    headers |= {"Content-Type": "application/json", "Origin": server.url, "Accept": "application/json"}
    request = urllib.request.Request(server.url + path, content, headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        text = answer.read()
        return json.loads(text) if text else None, dict(line.split(";")[0].split("=", 1) for line in answer.headers.get_all("Set-Cookie", []))


def status(server, method, path, body=None, **headers):
    try:
        send(server, method, path, body, **headers)
        return 200
    except urllib.error.HTTPError as refusal:
        return refusal.code


def begin(server, path, body):
    answer, cookies = send(server, "POST", path, body | {"session": "browser"})
    return Person(server, answer, cookies["session"])


def set_up_token(server):
    return re.findall(r"/set-up#(\S+)", server.log())[-1]


class AccountCase(BrowserCase):
    """With a server of its own, on which Ada looks after everything."""

    own_server = True
    begun = True  # whether Ada is there already

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.begun:
            cls.server.start()
            body = {"token": set_up_token(cls.server), "email": "ada@example.org", "name": "Ada Green", "password": PASSWORD}
            cls.ada = begin(cls.server, "/api/v1/setup", body).set_up_factor()

    def enter(self, person):
        """Lets somebody be signed in in the browser."""
        self.open("/offline")
        self.browser.execute_cdp_cmd("Network.setCookie", {"name": "session", "value": person.cookie, "url": self.url, "httpOnly": True, "sameSite": "Lax"})
        user = person.answer["user"]
        flag = {"id": user["id"], "name": user["name"], "email": user["email"], "permissions": person.answer["permissions"]}
        self.run("localStorage.setItem('hedgerow-person', JSON.stringify(arguments[0]))", flag)

    def type(self, selector, text):
        self.until(f"document.querySelector({json.dumps(selector)})?.checkVisibility()")
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def until_path(self, path):
        self.until(f"location.pathname === {json.dumps(path)} && document.readyState === 'complete'")

    def until_text(self, words, within="main"):
        self.until(f"document.querySelector({json.dumps(within)})?.innerText.includes({json.dumps(words)})")

    def check_well_formed(self):
        """What stands there now, in every width."""
        for width, height in test_pages.WIDTHS:
            resize(self.browser, width, height)
            with self.subTest(path=self.run("return location.pathname"), width=width):
                found = self.run(test_pages.STRUCTURE)
                for fault in ("gaps", "nameless", "altless", "twice", "dangling"):
                    self.assertEqual(found[fault], [], fault)
                self.assertLessEqual(found["sideways"], 0, "the page scrolls sideways")
        resize(self.browser, 1440, 900)

    def check_every_width_and_theme(self, settled, *, is_still=True, **about):
        """What a page is made of, in every width and theme; `settled` opens it. With `is_still` the test itself moves nothing."""
        for width, height in test_pages.WIDTHS:
            resize(self.browser, width, height)
            settled()
            for theme in ("light", "dark"):
                with self.subTest(width=width, theme=theme, **about):
                    emulate(self.browser, "prefers-color-scheme", theme)
                    found = self.run(test_pages.STRUCTURE)
                    self.assertEqual(found["h1"], 1)
                    for fault in ("gaps", "landmarks", "nameless", "altless", "twice", "dangling"):
                        self.assertEqual(found[fault], [], fault)
                    self.assertLessEqual(found["sideways"], 0, "the page scrolls sideways")
                    if is_still:
                        self.check_quiet()

    def check_text_only(self, *probes):
        """What people wrote stands there as text, and ran nowhere."""
        self.assertIsNone(self.run("return window.hit ?? null"))
        self.assertEqual(self.run("return document.querySelectorAll('img[src=x]').length"), 0)
        for probe in probes:
            self.assertIn(probe, self.run("return document.body.textContent"))
