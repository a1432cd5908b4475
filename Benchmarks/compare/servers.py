"""Starting, watching and stopping the servers that are compared."""

import http.client
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

LOGS = pathlib.Path(__file__).resolve().parents[2] / ".build/bench-logs"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One server process with its children, on a port of its own."""

    def __init__(self, name, command, environment, ready_path, folder=None):
        self.name, self.command, self.environment = name, command, environment
        self.ready_path, self.folder = ready_path, folder
        self.port, self.process, self.seconds_to_ready = None, None, None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self, patience=60):
        self.port = free_port()
        LOGS.mkdir(parents=True, exist_ok=True)
        log = LOGS / f"{self.name.replace(' ', '-')}.log"
        command = [part.replace("{port}", str(self.port)) for part in self.command]
        started = time.monotonic()
        with log.open("wb") as out:
            environment = os.environ | self.environment
            self.process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=out, stderr=out)
        while self.get(self.ready_path) != 200:
            if self.process.poll() is not None or time.monotonic() - started > patience:
                self.stop()
                raise SystemExit(f"{self.name} did not start; its output is in {log}")
            time.sleep(0.002)
        self.seconds_to_ready = time.monotonic() - started
        return self

    def get(self, path):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def post(self, path, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        kind = "multipart/form-data; boundary=hedgerow-benchmark"
        connection.request("POST", path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer.status, data

    def processes(self):
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            try:
                children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            except OSError:
                continue
            waiting += [int(child) for child in children]
        return found

    def processor_seconds(self):
        """What the server and its children have computed so far."""
        ticks = 0
        for pid in self.processes():
            try:
                fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def resident_megabytes(self):
        total = 0
        for pid in self.processes():
            try:
                status = pathlib.Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            rows = [line.split() for line in status.splitlines() if line.startswith("VmRSS:")]
            total += int(rows[0][1]) if rows else 0
        return total / 1024

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()


def peer(root, threads=1, draft=False, name="peer"):
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", "{port}", "--workers", "2"]
    environment = {"PEER_THREADS": str(threads), "PEER_DRAFT": "1" if draft else "0"}
    command += ["--no-access-log", "--log-level", "warning"]
    return Server(name, command, environment, "/health", root / "Benchmarks/peer")


def hedgerow(binary, data, precision, **settings):
    """Without the result cache, every request is a decode and an inference.

    The load comes from one address with more connections than a single client is allowed: it counts as a proxy.
    """
    environment = {
        "HEDGEROW_RESULT_CACHE": "0",
        "HEDGEROW_LIMITS": "off",
        "HEDGEROW_TRUSTED_PROXIES": "127.0.0.1",
        "HEDGEROW_LOG_LEVEL": "warning",
        "HEDGEROW_PRECISION": precision,
        "HEDGEROW_DATA_DIR": str(data),
    } | settings
    return Server(f"hedgerow-{precision}", [binary, "serve", "--port", "{port}"], environment, "/health/ready")
