"""The real server on a free port, with its own data folder."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SHARED = ROOT.parent / "shared" / "data"
READY_WITHIN = 180


def binary():
    named = os.environ.get("HEDGEROW_BINARY") or os.environ.get("HEDGEROW_BIN")
    return pathlib.Path(named) if named else ROOT / ".build/debug/hedgerow"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`with Server() as server: … server.url`; it can be stopped and started again on the same port."""

    def __init__(self, **settings):
        self.settings = settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = tempfile.mkdtemp(prefix="hedgerow-browser-")
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self):
        with open(pathlib.Path(self.folder) / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [str(binary()), "serve", "--port", str(self.port), "--data-dir", str(pathlib.Path(self.folder) / "data")],
                cwd=ROOT,
                env=os.environ | {"HEDGEROW_LIMITS": "off"} | self.settings,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/health/ready", timeout=2) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        self.stop()
        raise RuntimeError("the server did not become ready:\n" + self.log()[-4000:])

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def log(self):
        return (pathlib.Path(self.folder) / "server.log").read_text(errors="replace")

    def text(self, path, **headers):
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    def json(self, path, **headers):
        return json.loads(self.text(path, Accept="application/json", **headers))

    def send_batch(self, paths, fields=None, **headers):
        """Sends photos as one batch; gives what the server answers."""
        edge = uuid.uuid4().hex
        parts = [f'form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in (fields or {}).items()]
        parts += [f'form-data; name="files"; filename="{path.name}"\r\n\r\n'.encode() + path.read_bytes() for path in paths]
        body = b"".join(f"--{edge}\r\nContent-Disposition: ".encode() + part + b"\r\n" for part in parts) + f"--{edge}--\r\n".encode()
        headers |= {"Content-Type": f"multipart/form-data; boundary={edge}"}
        request = urllib.request.Request(self.url + "/api/v1/jobs", body, headers, method="POST")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())
