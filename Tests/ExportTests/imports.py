"""Packages come in: the official example in both directions, and an import whose server is killed."""

import contextlib
import csv
import datetime
import io
import json
import pathlib
import socket
import sqlite3
import time
import urllib.error
import urllib.request
import zipfile

from outside import PATIENCE, Program, free_port, hedgerow, picture

KEY = "export-test-key-0123456789abcdef"
TABLES = ("deployments", "media", "observations")


class Elsewhere:
    """A server that is empty, and may be killed."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.program = Program(
            "serve", "--port", str(self.port), "--data-dir", str(folder / "data"), log=folder / "log", api_key=KEY
        )

    def __enter__(self):
        self.wait()
        return self

    def __exit__(self, *_):
        self.program.stop()

    def wait(self):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.call("GET", "/health/ready")
            except OSError:
                assert time.monotonic() < end, "the server does not come"
                time.sleep(0.1)

    def call(self, method, path, body=None, kind="application/json"):
        body = json.dumps(body).encode() if isinstance(body, dict) else body
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", body, {"X-API-Key": KEY, "Content-Type": kind}, method=method
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            content = answer.read()
        return content if "/export/" in path else json.loads(content or b"null")

    credentials = {"X-API-Key": KEY}

    def send_picture(self, content, camera="oak"):
        mark = "a-mark-that-no-picture-holds"
        form = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="IMG.PNG"\r\n\r\n'.encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self.call("POST", f"/api/v1/images?camera_id={camera}", form, f"multipart/form-data; boundary={mark}")["id"]

    def send(self, content, kind="camtrap-dp"):
        media = "application/zip" if kind == "camtrap-dp" else "application/json"
        return self.call("POST", f"/api/v1/import/{kind}?filename=it", content, media)["id"]

    def ended(self, run):
        end = time.monotonic() + PATIENCE * 3
        while (now := self.call("GET", f"/api/v1/imports/{run}"))["state"] not in ("finished", "failed"):
            assert time.monotonic() < end, f"never ends: {now}"
            time.sleep(0.2)
        return now

    def take(self, content, kind="camtrap-dp"):
        return self.ended(self.send(content, kind))

    def notes(self, run):
        return self.call("GET", f"/api/v1/imports/{run}/report?limit=200")["items"]

    def tables(self):
        archive = zipfile.ZipFile(io.BytesIO(self.call("GET", "/api/v1/export/camtrap-dp?media=false")))
        return {name: list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode()))) for name in TABLES}


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def with_pictures(example):
    """The official example with a small picture for each row of its media."""
    media = rows((example / "media.csv").read_text())
    for row in media:
        row["filePath"] = f"media/{row['mediaID']}.png"
    table = io.StringIO()
    writer = csv.DictWriter(table, media[0].keys(), lineterminator="\n")
    writer.writeheader()
    writer.writerows(media)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in ("datapackage.json", "deployments.csv", "observations.csv"):
            archive.write(example / name, name)
        for at, row in enumerate(media):
            archive.writestr(row["filePath"], picture(at))
        archive.writestr("media.csv", table.getvalue())
    return content.getvalue(), media


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def compared(sent, came, key, but=()):
    """Both say the same: times as moments, numbers as they are, in any order."""
    sent, came = ({row[key]: row for row in table} for table in (sent, came))
    assert sent.keys() == came.keys(), (sorted(sent.keys() - came.keys())[:5], sorted(came.keys() - sent.keys())[:5])
    for name, row in sent.items():
        for field, text in row.items():
            other = came[name][field]
            if field in but or text == other:
                continue
            assert field in ("timestamp", "eventStart", "eventEnd", "classificationTimestamp", "deploymentStart", "deploymentEnd"), (name, field, text, other)
            assert moment(text) == moment(other), (name, field, text, other)


def described(archive, schemas):
    """What a package says of itself, after it was held against the profile."""
    import jsonschema

    package = json.loads(archive.read("datapackage.json"))
    profile = json.loads((schemas / "camtrap-dp-profile.json").read_text())
    own = profile["allOf"][1]
    # Other people's schemas are elsewhere; what they ask for is asked for here.
    own["properties"]["spatial"].pop("$ref", None)
    own["$defs"] = profile["$defs"]
    checker = jsonschema.Draft7Validator(own, format_checker=jsonschema.FormatChecker())
    faults = [f"{list(fault.path)}: {fault.message}" for fault in checker.iter_errors(package)]
    assert not faults, faults[:5]
    return package


def official(folder, example):
    """The example goes in as it is published, and with pictures goes in and comes out whole."""
    content, media = with_pictures(example)
    bare = io.BytesIO()
    with zipfile.ZipFile(bare, "w") as archive:
        for path in sorted(example.rglob("*")):
            if path.is_file():
                archive.write(path, f"camtrap-dp-example/{path.relative_to(example)}")
    (folder / "one").mkdir()
    with Elsewhere(folder / "one") as server:
        run = server.take(bare.getvalue())
        assert run["state"] == "finished" and run["deployments"] == 4 and run["missing_pictures"] == len(media), run
        notes = server.notes(run["id"])
        assert sum(note["field"] == "filePath" for note in notes) >= 150, notes[:3]
        run = server.take(content)
        assert (run["state"], run["pictures"], run["missing_pictures"]) == ("finished", len(media), 0), run
        assert run["known_deployments"] == 4 and not server.notes(run["id"]), server.notes(run["id"])[:3]
        tables = server.tables()
        compared(rows((example / "deployments.csv").read_text()), tables["deployments"], "deploymentID")
        compared(media, tables["media"], "mediaID", but=("filePath", "filePublic", "fileMediatype"))
        said = rows((example / "observations.csv").read_text())
        compared(said, tables["observations"], "observationID")
        again = server.take(content)
        assert (again["pictures"], again["known_pictures"], again["told_pictures"]) == (0, len(media), 0), again
        whole = server.call("GET", "/api/v1/export/camtrap-dp?media=true")
        package = described(zipfile.ZipFile(io.BytesIO(whole)), example.parent)
        said = json.loads((example / "datapackage.json").read_text())
        for name in ("title", "description", "version", "keywords", "homepage", "contributors", "licenses", "bibliographicCitation", "project"):
            sent = said[name] if name != "project" else said[name] | {"individualAnimals": False, "observationLevel": package[name]["observationLevel"]}
            assert package[name] == sent, (name, package[name], sent)
        assert [source["title"] for source in package["sources"]] == ["Agouti", "Hedgerow"], package["sources"]
        told = server.call("GET", f"/api/v1/imports/{run['id']}")["package"]
        assert told["title"] == said["title"] and len(told["contributors"]) == len(said["contributors"]), told
    # And once more, to a server that has nothing.
    (folder / "two").mkdir()
    with Elsewhere(folder / "two") as server:
        run = server.take(whole)
        assert (run["state"], run["pictures"]) == ("finished", len(media)), run
        assert not server.notes(run["id"]), server.notes(run["id"])[:3]
        again = server.tables()
        for name, key in zip(TABLES, ("deploymentID", "mediaID", "observationID")):
            compared(tables[name], again[name], key)


def staged(folder):
    """How many rows wait for imports."""
    with contextlib.closing(sqlite3.connect(folder / "data/hedgerow.db", timeout=60)) as database:
        return sum(database.execute(f"SELECT count(*) FROM import_{table}").fetchone()[0] for table in ("observation", "media", "deployment"))


def killed(folder, example):
    """The server is killed again and again while an import is under way."""
    content, media = with_pictures(example)
    with Elsewhere(folder) as server:
        run = server.send(content)
        hit = 0
        for _ in range(6):
            time.sleep(1.2)
            now = server.call("GET", f"/api/v1/imports/{run}")
            hit += now["state"] == "running" and now["step"] != "reading"
            server.program.kill()
            server.program.start()
            server.wait()
        now = server.ended(run)
        assert now["state"] == "finished", now
        # What was taken right before a kill is known after it.
        assert now["pictures"] + now["known_pictures"] == len(media) and not now["missing_pictures"], now
        compared(rows((example / "observations.csv").read_text()), server.tables()["observations"], "observationID")
        assert server.call("GET", "/api/v1/images?limit=1")["total"] == len(media)
        assert hit, "no kill came in the midst of it"
        # What was staged is cleared by a job of its own, which outlives a kill as well.
        server.program.kill()
        server.program.start()
        server.wait()
        end = time.monotonic() + PATIENCE * 3
        while left := staged(folder):
            assert time.monotonic() < end, f"{left} rows are left over"
            time.sleep(0.2)


def refused(folder, _):
    """What is no package is refused at the door or says why it failed."""
    with Elsewhere(folder) as server:
        for content in (b"", b"{}", b"PK\x03\x04 and nothing more"):
            try:
                run = server.take(content)
            except urllib.error.HTTPError as fault:
                assert fault.code == 400, fault
                continue
            assert run["state"] == "failed" and run["cause"], run
        outside = io.BytesIO()
        with zipfile.ZipFile(outside, "w") as archive:
            archive.writestr("../../media.csv", "mediaID\n1\n")
        run = server.take(outside.getvalue())
        assert run["state"] == "failed" and "unsafe name" in run["cause"], run
        server.call("DELETE", f"/api/v1/imports/{run['id']}")
        assert run["id"] not in [one["id"] for one in server.call("GET", "/api/v1/imports")["items"]]
        left = pathlib.Path(folder / "data").rglob("imports/*")
        assert not [path for path in left if path.is_file()], "the file of an import that is over is still there"


def begin_to_send(server):
    """Half a package, and the line that it comes by."""
    line = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    head = f"POST /api/v1/import/camtrap-dp HTTP/1.1\r\nHost: x\r\nX-API-Key: {KEY}\r\nContent-Type: application/zip\r\nContent-Length: 2000000\r\n\r\n"
    line.sendall(head.encode() + b"PK\x03\x04" + bytes(1_000_000))
    return line


def crowded(folder, _):
    """Files that never come whole have the places of one person, and give them back when their line or the server ends."""
    receiving = lambda: sum(one["state"] == "receiving" for one in server.call("GET", "/api/v1/imports")["items"])

    def until(count):
        end = time.monotonic() + PATIENCE * 3
        while (now := receiving()) != count:
            assert time.monotonic() < end, f"{now} files are on their way, and not {count}"
            time.sleep(0.2)

    with Elsewhere(folder) as server:
        lines = [begin_to_send(server) for _ in range(5)]
        until(5)
        try:
            server.send(b"{}", "megadetector")
            raise AssertionError("a sixth file has a place")
        except urllib.error.HTTPError as fault:
            assert fault.code == 429 and int(fault.headers["Retry-After"]) > 0, (fault.code, fault.headers)
        lines.pop().close()
        until(4)
        assert server.take(b'{"images": []}', "megadetector")["state"] == "finished"
        partial = lambda: [path for path in (folder / "data").rglob("incoming/*") if path.is_file()]
        assert len(partial()) == 4, partial()
        server.program.kill()
        for line in lines:
            line.close()
        # As though the server had been away for longer than a sender may be silent.
        with contextlib.closing(sqlite3.connect(folder / "data/hedgerow.db")) as database:
            assert database.execute("UPDATE import_run SET heard_at = heard_at - 600000000 WHERE state = 'receiving'").rowcount == 4
            database.commit()
        server.program.start()
        server.wait()
        until(0)
        assert not partial(), partial()


def command(folder, example):
    """The command takes both in beside a running server, and says what deviated."""
    content, media = with_pictures(example)
    (folder / "example.zip").write_bytes(content)
    batch = {"info": {"format_version": "1.4"}, "detection_categories": {"1": "animal"}, "images": [{"file": "nowhere.jpg", "detections": []}]}
    (folder / "batch.json").write_text(json.dumps(batch))
    with Elsewhere(folder) as server:
        run = lambda *words: hedgerow("import", *words, "--data-dir", str(folder / "data"), "--json", check=False)
        done = run("camtrap-dp", str(folder / "example.zip"))
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)
        assert report["outcome"]["pictures"] == len(media) and not report["report"], report["outcome"]
        done = run("megadetector", str(folder / "batch.json"))
        assert done.returncode == 3, (done.returncode, done.stderr)
        [note] = json.loads(done.stdout)["report"]
        assert note["row"] == 1 and "nowhere.jpg" in note["problem"], note
        assert run("camtrap-dp", str(folder / "batch.json")).returncode == 1
        assert run("something", str(folder / "batch.json")).returncode == 2
        listed = server.call("GET", "/api/v1/imports")["items"]
        assert [(one["kind"], one["state"]) for one in listed] == [("camtrap-dp", "failed"), ("megadetector", "finished"), ("camtrap-dp", "finished")], listed
        assert server.call("GET", "/api/v1/images?limit=1")["total"] == len(media)
