"""Real servers beside ours, each on a free loopback port in a folder of its own: PostgreSQL and Redis."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

from outside import free_port

PATIENCE = 60


class Engine:
    """A server that can be killed and started again with what is in its folder."""

    def __init__(self):
        self.port = free_port()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="hedgerow-engine-"))
        self.process = None

    def __exit__(self, *_):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def launch(self, command, **options):
        with (self.folder / "log").open("ab") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=subprocess.STDOUT, start_new_session=True, cwd="/", **options
            )
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True

    def start(self):
        deadline = time.monotonic() + PATIENCE
        while not self.launch_once():
            if time.monotonic() > deadline:
                raise SystemExit(f"{type(self).__name__} did not start:\n{(self.folder / 'log').read_text()[-2000:]}")
            time.sleep(0.2)

    def kill(self):
        """As a power cut would: the server and all that it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Postgres(Engine):
    user = "hedgerow"

    def __enter__(self):
        self.programs = max(pathlib.Path("/usr/lib/postgresql").iterdir(), key=lambda path: int(path.name)) / "bin"
        self.account = pwd.getpwnam("nobody") if os.getuid() == 0 else None
        self.own(self.folder)
        self.run("initdb", "-D", self.folder / "data", "-U", self.user, "--auth", "trust", "--locale", "C.UTF-8", "--no-sync")
        self.start()
        self.run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", self.user, "garden")
        return self

    @property
    def url(self):
        return f"postgres://{self.user}@127.0.0.1:{self.port}/garden"

    def own(self, path):
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    @property
    def rights(self):
        """PostgreSQL refuses to run as root."""
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []} if self.account else {}

    def run(self, program, *arguments):
        command = [str(self.programs / program), *map(str, arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd="/", **self.rights).stdout

    def launch_once(self):
        command = [
            str(self.programs / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), "-h", "127.0.0.1",
            "-k", str(self.folder), "-c", "max_connections=200", "-c", "shared_buffers=64MB",
        ]
        return self.launch(command, **self.rights)

    def answers(self):
        command = [str(self.programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0

    def rows(self, sql):
        """The rows of a question, as lists of text."""
        said = self.run(
            "psql", "-XAtq", "-F", "\t", "-h", "127.0.0.1", "-p", self.port, "-U", self.user, "-d", "garden", "-c", sql
        )
        return [line.split("\t") for line in said.splitlines()]


class Redis(Engine):
    def __enter__(self):
        # The server is one program with its checking tool and looks at the name that it is called by.
        (self.folder / "redis-server").symlink_to("/usr/bin/redis-check-rdb")
        self.start()
        return self

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}"

    def launch_once(self):
        return self.launch([
            str(self.folder / "redis-server"), "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder),
            "--save", "", "--appendonly", "no",
        ])

    def answers(self):
        done = subprocess.run(["redis-cli", "-p", str(self.port), "ping"], check=False, capture_output=True, text=True)
        return done.stdout.strip() == "PONG"
