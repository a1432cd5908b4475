"""What stands beside a server in the world: a provider with which people sign in, and a server that takes its mail."""

import base64
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.request

from people import AccountCase
from server import Server

OUTSIDE = pathlib.Path(__file__).resolve().parent.parent / "OutsideSupport"
PATIENCE = 60


class Neighbour:
    """A program that says in one line of JSON how to reach it, and ends when its input does."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [sys.executable, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=OUTSIDE
        )
        self.ready = json.loads(self.process.stdout.readline())

    def leave(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)
        self.process.stdout.close()


class Provider(Neighbour):
    """oidc-provider-mock: whoever types a subject into its page is that person."""

    def __init__(self):
        super().__init__("oidcserver.py", "mock")
        self.issuer = f"http://127.0.0.1:{self.ready['port']}"

    def settings(self, **more):
        return {"name": "acme", "title": "Acme Gardens", "issuer": self.issuer, "client_id": "garden", "client_secret": "beds"} | more

    def knows(self, subject, **claims):
        request = urllib.request.Request(f"{self.issuer}/users/{subject}", json.dumps(claims).encode(), {"Content-Type": "application/json"}, method="PUT")
        urllib.request.urlopen(request, timeout=PATIENCE).close()


class Mail(Neighbour):
    """A mail server that delivers nothing: what it takes can be read."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hedgerow-mail-"))
        super().__init__("mailsink.py", str(self.folder))

    def settings(self, port):
        """Of a Hedgerow on this port."""
        return {
            "HEDGEROW_SMTP_URL": f"smtp://127.0.0.1:{self.ready['plain']}?tls=optional", "HEDGEROW_MAIL_FROM": "hedgerow@garden.example",
            "HEDGEROW_PUBLIC_URL": f"http://127.0.0.1:{port}",
        }

    def letters(self, address):
        """Subject and text of the letters to an address, in the order in which they came."""
        told = [json.loads(path.read_text()) for path in sorted(self.folder.glob("[0-9]*.json"), key=lambda path: int(path.stem))]
        return [(dict(one["headers"])["Subject"], one["text"]) for one in map(with_text, told) if address in one["recipients"]]

    def letter(self, address, subject):
        """The text of the last letter with such a subject, once there is one."""
        end = time.monotonic() + PATIENCE
        while True:
            found = [text for about, text in self.letters(address) if subject in about]
            if found:
                return found[-1]
            if time.monotonic() > end:
                raise TimeoutError(f"no letter “{subject}” to {address}: {self.letters(address)}")
            time.sleep(0.05)

    def link(self, address, subject):
        """The path and the secret of the link in it."""
        return re.search(r"https?://[^/\s]+(/\S+#\S+)", self.letter(address, subject))[1]


class PostCase(AccountCase):
    """With a server that sends letters, and `mail`, which takes them."""

    @classmethod
    def setUpClass(cls):
        cls.mail = Mail()
        cls.addClassCleanup(cls.mail.leave)
        super().setUpClass()

    @classmethod
    def make_server(cls):
        server = Server(**cls.settings)
        server.settings = server.settings | cls.mail.settings(server.port)
        return server


def with_text(told):
    plain = next(part for part in told["parts"] if part["type"] == "text/plain")
    return told | {"text": base64.b64decode(plain["content"]).decode()}
