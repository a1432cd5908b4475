"""What the suites that look at the server from outside share: a server of their own, and a count.

    from outside import Served, Tally

    with Served() as server:
        server.get("/health")
"""

import http.client
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import tempfile
import time
import traceback
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
PATIENCE = 180


def binary():
    """The built program: named by Scripts/test, or else the debug build of the checkout."""
    named = os.environ.get("HEDGEROW_BINARY")
    path = pathlib.Path(named) if named else ROOT / ".build/debug/hedgerow"
    if not path.exists():
        raise SystemExit(f"{path} is not built; run Scripts/test, or swift build")
    return path


def hedgerow(*arguments, check=True, **options):
    """Runs a command of the program; answers what it did and said."""
    done = subprocess.run(
        [str(binary()), *arguments], capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT, **options
    )
    if check and done.returncode != 0:
        raise AssertionError(f"hedgerow {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def picture(number, side=64):
    """A PNG that no other number has."""
    line = lambda y: b"\0" + bytes((number * 7 + x * y + c * 50) & 255 for x in range(side) for c in range(3))
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    pixels = b"".join(line(y) for y in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    text = chunk(b"tEXt", b"Title\0" + str(number).encode())
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + text + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


class Program:
    """One process of ours, started again after each kill."""

    def __init__(self, *arguments, log, **settings):
        self.command = [str(binary()), *arguments]
        self.settings = {"HEDGEROW_LIMITS": "off"} | {f"HEDGEROW_{name.upper()}": str(value) for name, value in settings.items()}
        self.log = log
        self.start()

    def start(self):
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(self.command, env=os.environ | self.settings, stdout=out, stderr=out)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.kill()


class Served:
    """`hedgerow serve` on a free port with a data folder of its own, stopped and removed at the end.

    Settings are given without their prefix: Served(anonymous="off").
    """

    def __init__(self, arguments=(), ready="/health/ready", **settings):
        self.arguments, self.ready = list(arguments), ready
        self.settings = {"HEDGEROW_LIMITS": "off"} | {f"HEDGEROW_{name.upper()}": str(value) for name, value in settings.items()}

    def __enter__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = tempfile.TemporaryDirectory(prefix="hedgerow-outside-")
        self.data = pathlib.Path(self.folder.name)
        self.log = self.data / "server.log"
        command = [str(binary()), "serve", "--port", str(self.port), "--data-dir", str(self.data / "data")]
        environment = os.environ | self.settings
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                command + self.arguments, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + PATIENCE
        while self.status(self.ready) != 200:
            if self.process.poll() is not None or time.monotonic() > deadline:
                said = self.log.read_text(errors="replace")[-4000:]
                self.__exit__()
                raise SystemExit(f"the server did not become ready; it said:\n{said}")
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.folder.cleanup()

    def status(self, path):
        try:
            return self.request("GET", path)[0]
        except OSError:
            return None

    def request(self, method, path, body=None, headers=None):
        """One request on a connection of its own: status, headers (lower case), body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def json(self, path):
        status, _, body = self.get(path)
        if status != 200:
            raise AssertionError(f"GET {path} answered {status}: {body[:300]!r}")
        return json.loads(body)


class Tally:
    """Counts tests and prints the line that Scripts/test adds up.

        tally = Tally()
        with tally.test("links resolve"):
            assert …
        raise SystemExit(tally.done())
    """

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def test(self, name):
        return _Test(self, name)

    def skip(self, name, reason):
        self.skipped += 1
        print(f"skipped: {name}: {reason}", flush=True)

    def done(self):
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped", flush=True)
        return 1 if self.failed else 0


class _Test:
    def __init__(self, tally, name):
        self.tally, self.name = tally, name

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None:
            self.tally.passed += 1
            print(f"passed: {self.name}", flush=True)
        elif issubclass(kind, (KeyboardInterrupt, SystemExit)):
            return False
        else:
            self.tally.failed += 1
            where = "" if kind is AssertionError else "".join(traceback.format_exception(kind, error, trace))
            print(f"FAILED: {self.name}: {error}\n{where}", flush=True)
        return True
