"""What the tests of wildlife share: pictures made here, and people who may send and judge them."""

import json
import pathlib
import shutil
import struct
import time
import unittest
import urllib.request
import uuid
import zlib

from browser import TRAPS
from people import AccountCase
from server import ROOT, SHARED

# The file that the package of the program names; it does not come with it.
DETECTOR = SHARED.parent / "models" / "yolox-nano" / "yolox_nano.onnx"
needs_traps = unittest.skipUnless(TRAPS.is_dir() and DETECTOR.is_file(), f"needs the pictures in {TRAPS} and {DETECTOR}")
INK = (30, 90, 60)


def exif_of(north, east):
    """An EXIF block that says where a picture was taken."""
    entry = lambda tag, kind, count, value: struct.pack(">HHI", tag, kind, count) + value
    degrees = lambda value: struct.pack(">IIIIII", round(abs(value) * 1e6), 10**6, 0, 1, 0, 1)
    letter = lambda value, plus, minus: (plus if value >= 0 else minus) + b"\0\0\0"
    first = struct.pack(">H", 1) + entry(0x8825, 4, 1, struct.pack(">I", 26)) + bytes(4)
    place = struct.pack(">H", 4) + entry(1, 2, 2, letter(north, b"N", b"S")) + entry(2, 5, 3, struct.pack(">I", 80)) + entry(3, 2, 2, letter(east, b"E", b"W")) + entry(4, 5, 3, struct.pack(">I", 104)) + bytes(4)
    return b"MM\0*" + struct.pack(">I", 8) + first + place + degrees(north) + degrees(east)


def picture(number, width=96, height=72, place=None):
    """A PNG that no other number gives: stripes on a ground. It may say at which `place` it was taken, north and east."""
    ground = (number * 37 % 200 + 40, number * 91 % 200 + 40, number * 53 % 200 + 40)
    row = lambda y: b"\0" + b"".join(bytes(INK if (x // 8 + y // 8 + number) % 5 == 0 else ground) for x in range(width))
    part = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    words = part(b"tEXt", b"Comment\0" + str(number).encode())
    words += part(b"eXIf", exif_of(*place)) if place else b""
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + words + part(b"IDAT", zlib.compress(b"".join(row(y) for y in range(height)))) + part(b"IEND", b"")


def send_picture(person, content, name="IMG_0001.PNG", **fields):
    """Sends one as this person; gives the answer."""
    edge = uuid.uuid4().hex
    parts = [f'form-data; name="{field}"\r\n\r\n{value}'.encode() for field, value in fields.items()]
    quoted = name.replace('"', "%22")
    parts.append(f'form-data; name="file"; filename="{quoted}"\r\n\r\n'.encode() + content)
    body = b"".join(f"--{edge}\r\nContent-Disposition: ".encode() + part + b"\r\n" for part in parts) + f"--{edge}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={edge}", "Cookie": f"session={person.cookie}", "Origin": person.server.url}
    request = urllib.request.Request(person.server.url + "/api/v1/images", body, headers, method="POST")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def until_read(person, *images, patience=60):
    """Comes back when the server is done with pictures: read, or known to wait for a detector."""
    end = time.monotonic() + patience
    for image in images:
        while not ((now := person.call("GET", f"/api/v1/images/{image['id']}")).get("cause") or now["status"] == "completed"):
            assert time.monotonic() < end, f"never read: {now}"
            time.sleep(0.05)


class WildlifeCase(AccountCase):
    """Ada looks after everything, Vi may only look."""

    detector = False

    @classmethod
    def make_server(cls):
        server = super().make_server()
        if cls.detector:
            package = pathlib.Path(server.folder) / "data" / "models" / DETECTOR.parent.name
            shutil.copytree(ROOT / "Models" / DETECTOR.parent.name, package)
            shutil.copy(DETECTOR, package)
        return server

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vi = cls.ada.add("vi@example.org", "Vi Look", "viewer")
        cls.ada.call("PATCH", f"/api/v1/users/{cls.vi.id}", {"sees_everything": True})

    def open_wall(self, search="", person=None):
        self.enter(person or self.ada)
        self.open(f"/images{search}")
        self.until_wall()

    def until_wall(self):
        self.until("document.getElementById('thumbs') && !document.querySelector('#thumbs[aria-busy]') && document.getElementById('lead').textContent !== 'One moment.'")

    def until_listening(self):
        self.until("'live' in document.documentElement.dataset")

    def until_thumbs(self, number):
        self.until(f"document.querySelectorAll('#thumbs a.thumb').length === {number} && !document.querySelector('#thumbs[aria-busy]')")

    def open_picture(self, image, person=None):
        self.enter(person or self.ada)
        self.open(f"/images?image={image['id']}")
        self.until_picture()

    def until_picture(self):
        self.until("document.querySelector('#look .facts')")
