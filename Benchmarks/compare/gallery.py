"""A million pictures with three million detections, on each engine: people in the gallery, on pictures and filtering, while pictures come."""

import csv
import datetime
import http.client
import io
import json
import os
import pathlib
import random
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import uuid

from pictures import jpeg
from PIL import Image
from report import number
from servers import Server

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/OutsideSupport"))

import engines  # noqa: E402

KEY = "benchmark-key-0123456789abcdef"
LUA = pathlib.Path(__file__).with_name("gallery.lua")
START = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
CAMERAS, SITES, SPECIES = 200, 20, 40
THINK_MS = 1000

TABLES = {
    "site": "id name created_at",
    "camera": "id code name site_id latitude longitude zone created_at last_contact_at last_image_at image_count",
    "image": "id sha256 filename object_key bytes media_type width height camera_id site_id captured_at wall_time minute_of_day "
    "time_source uploaded_at status contents detection_count classification_count confidence review",
    "detection": "image_id position category label confidence x y width height species species_confidence species_source model",
    "image_species": "image_id species captured_at camera_id site_id confidence individuals",
}


def key(milliseconds, number):
    """A UUID of version 7."""
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | (number >> 20 & 0xFFF) << 64 | 2 << 62 | number & 0xFFFFF)


def rows(count):
    """Table and row, in the order in which they may be inserted."""
    chance = random.Random(11)
    species = [f"species {index}" for index in range(SPECIES)]
    sites = [key(1, index) for index in range(SITES)]
    cameras = [key(2, index) for index in range(CAMERAS)]
    for index, site in enumerate(sites):
        yield "site", (site, f"Site {index}", START)
    for index, camera in enumerate(cameras):
        yield "camera", (camera, f"trap-{index}", f"Trap {index}", sites[index % SITES], 48 + index / 100, 13 + index / 100, "UTC", START, START, START, count // CAMERAS)
    for index in range(count):
        camera = index % CAMERAS
        taken = START + datetime.timedelta(seconds=index * 60 + chance.randrange(60))
        name, site = cameras[camera], sites[camera % SITES]
        image = key(int(taken.timestamp() * 1000), index)
        contents = "animal" if index % 10 < 7 else "blank" if index % 10 < 9 else "person"
        found = 0 if contents == "blank" else 4 if index % 4 else 3
        sure = 0 if found == 0 else round(chance.uniform(0.3, 1), 3)
        yield "image", (
            image, index.to_bytes(32, "big"), f"IMG_{index:07}.JPG", f"images/{index}.jpg", 2_000_000, "image/jpeg", 3264, 2448, name, site, taken, taken,
            taken.hour * 60 + taken.minute, "camera", taken, "completed", contents, found, 0, sure, "approved" if index % 20 == 0 else "none",
        )
        one = species[min(int(chance.expovariate(0.15)), SPECIES - 1)]
        for position in range(found):
            category = "animal" if contents == "animal" else "person"
            yield "detection", (image, position, category, one, sure, 0.1, 0.1, 0.2, 0.2, one, sure, "detector", "bench 1")
        if contents == "animal":
            yield "image_species", (image, one, taken, name, site, sure, found)


class Sink:
    """Takes rows in batches of a table, so that memory stays flat."""

    def __init__(self):
        self.waiting = {table: [] for table in TABLES}

    def fill(self, count):
        for table, row in rows(count):
            self.waiting[table].append(row)
            if len(self.waiting["detection"]) > 50_000:
                self.flush()
        self.flush()

    def flush(self):
        for table in TABLES:
            if self.waiting[table]:
                self.insert(table, self.waiting[table])
                self.waiting[table] = []


class SQLiteSink(Sink):
    def __init__(self, path):
        super().__init__()
        self.connection = sqlite3.connect(path)
        self.connection.execute("PRAGMA synchronous = OFF")

    def insert(self, table, lines):
        names = TABLES[table].split()
        self.connection.executemany(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", [[self.value(value) for value in line] for line in lines]
        )
        self.connection.commit()

    @staticmethod
    def value(value):
        if isinstance(value, uuid.UUID):
            return value.bytes
        return int(value.timestamp() * 1_000_000) if isinstance(value, datetime.datetime) else value

    def close(self):
        self.connection.execute("PRAGMA analysis_limit = 20000")
        self.connection.execute("ANALYZE")
        self.connection.close()


class PostgresSink(Sink):
    def __init__(self, engine):
        super().__init__()
        self.command = [engine.programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(engine.port), "-U", engine.user, "garden"]

    def insert(self, table, lines):
        out = io.StringIO()
        csv.writer(out).writerows([[self.value(value) for value in line] for line in lines])
        copy = f"COPY {table} ({', '.join(TABLES[table].split())}) FROM STDIN WITH (FORMAT csv)"
        subprocess.run([*self.command, "-c", copy], input=out.getvalue(), text=True, check=True)

    @staticmethod
    def value(value):
        if isinstance(value, bytes):
            return "\\x" + value.hex()
        return value.isoformat() if isinstance(value, datetime.datetime) else value

    def close(self):
        subprocess.run([*self.command, "-c", "VACUUM ANALYZE"], check=True)


def get(server, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    started = time.perf_counter()
    connection.request("GET", path, headers={"X-API-Key": KEY})
    answer = connection.getresponse()
    body = answer.read()
    spent = 1e3 * (time.perf_counter() - started)
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {body[:300]}")
    return json.loads(body), spent


def gallery_paths(server):
    """The first pages of the gallery, by `next`, as somebody who scrolls asks for them."""
    paths, path = [], "/api/v1/images?limit=50"
    for _ in range(20):
        paths.append(path)
        answer, _spent = get(server, path)
        path = f"/api/v1/images?limit=50&after={answer['next']}"
    return paths, [item["id"] for item in answer["items"]]


def filter_paths(cameras):
    months = [f"2025-{month:02}-01T00:00:00Z" for month in range(1, 12)]
    paths = [f"/api/v1/images?limit=50&species=species%20{index}" for index in range(10)]
    paths += [f"/api/v1/images?limit=50&camera_id={camera}" for camera in cameras[:10]]
    paths += [f"/api/v1/images?limit=50&date_from={month}" for month in months]
    paths += [f"/api/v1/images?limit=50&camera_id={camera}&contents=animal" for camera in cameras[10:15]]
    more = ["contents=animal&min_confidence=0.8", "contents=person&min_confidence=0.8", "species=species%202&min_confidence=0.9", "time_of_day=night", "review=approved"]
    return paths + [f"/api/v1/images?limit=50&{one}" for one in more]


def crowd(server, folder, groups, seconds):
    """All groups at once; a picture every six seconds comes meanwhile."""
    running = []
    for name, (clients, paths) in groups.items():
        file = folder / f"{name.split()[0]}.paths"
        file.write_text("".join(f"{path}\n" for path in paths))
        command = ["wrk", "--threads", "1", "--connections", str(clients), "--duration", f"{seconds}s", "--timeout", "30s", "--script", str(LUA), server.url]
        running.append((name, clients, subprocess.Popen([*command, "--", str(file), KEY, str(THINK_MS)], stdout=subprocess.PIPE, text=True)))
    ended = threading.Event()
    coming = threading.Thread(target=arrive, args=(server, ended))
    coming.start()
    results = []
    for name, clients, process in running:
        out, _ = process.communicate()
        results.append((name, clients, json.loads(next(line for line in out.splitlines() if line.startswith("{")))))
    ended.set()
    coming.join()
    return results


def arrive(server, ended):
    number = 0
    while not ended.wait(6):
        number += 1
        picture = jpeg(Image.effect_noise((1600, 1200), 40 + number).convert("RGB"))
        head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="NEW_{number}.JPG"\r\nContent-Type: image/jpeg\r\n\r\n'
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        connection.request(
            "POST", "/api/v1/images?camera_id=trap-1", head.encode() + picture + b"\r\n--b--\r\n",
            {"X-API-Key": KEY, "Content-Type": "multipart/form-data; boundary=b"},
        )
        answer = connection.getresponse()
        if answer.status != 201:
            raise SystemExit(f"a picture was not taken: {answer.status} {answer.read()[:300]}")


COUNTS = ["summary", "species", "timeline?interval=month", "activity", "cameras", "occupancy"]


def measure(bench, name, settings, fill):
    folder = bench.folder / f"gallery-{name}"
    (folder / "data").mkdir(parents=True, mode=0o700)
    settings = {"HEDGEROW_DATA_DIR": str(folder / "data"), "HEDGEROW_API_KEY": KEY, "HEDGEROW_LIMITS": "off"} | settings
    # More people than one address may have connections, unless it speaks for others.
    settings["HEDGEROW_TRUSTED_PROXIES"] = "127.0.0.1"
    subprocess.run([bench.binary, "migrate", "up"], check=True, env=os.environ | settings, stdout=subprocess.DEVNULL)
    fill(folder / "data/hedgerow.db").close()
    server = Server(f"gallery on {name}", [bench.binary, "serve", "--port", "{port}"], settings, "/health/live")
    server.start()
    try:
        cold = [(path, get(server, f"/api/v1/stats/{path}")[1]) for path in COUNTS]
        warm = [statistics.median(get(server, f"/api/v1/stats/{path}")[1] for _ in range(5)) for path in COUNTS]
        pages, seen = gallery_paths(server)
        cameras = [item["id"] for item in get(server, "/api/v1/cameras?limit=50")[0]["items"]]
        groups = {
            "gallery": (100, pages), "pictures": (50, [f"/api/v1/images/{one}" for one in seen]), "filters": (20, filter_paths(cameras)),
        }
        results = crowd(server, folder, groups, 10 if bench.options.quick else 30)
    finally:
        server.stop()
    bench.report.heading(f"Camera traps on {name}: {bench.gallery_count:,} pictures")
    bench.report.table(
        ["people", "how many", "requests", "errors", "p50 ms", "p95 ms", "p99 ms", "aim p95"],
        [[who, str(clients), str(row["requests"]), str(row["errors"]), *(number(row[part]) for part in ("p50", "p95", "p99")), "100"] for who, clients, row in results],
    )
    bench.report.table(
        ["counts", "first ms", "then ms", "aim first"],
        [[path.split("?")[0], number(first), number(later), "300"] for (path, first), later in zip(cold, warm)],
    )


def run(bench):
    bench.gallery_count = count = 100_000 if bench.options.quick else 1_000_000

    def sqlite(path):
        sink = SQLiteSink(path)
        sink.fill(count)
        return sink

    measure(bench, "SQLite", {}, sqlite)
    with engines.Postgres() as engine:

        def postgres(_path):
            sink = PostgresSink(engine)
            sink.fill(count)
            return sink

        measure(bench, "PostgreSQL", {"HEDGEROW_DATABASE_URL": engine.url}, postgres)
    bench.report.paragraph(
        f"{count:,} pictures of {CAMERAS} cameras at {SITES} sites, some three detections each, {SPECIES} species. All people at once on one machine, "
        "each asks anew about a second after an answer; a picture comes every six seconds. First counts are asked once after the start."
    )
