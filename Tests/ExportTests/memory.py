"""100,000 pictures go out as Camtrap DP, files and all, in memory that does not grow with them."""

import hashlib
import http.client
import sqlite3
import threading
import time
import uuid

from outside import picture

COUNT = 100_000
# Above the server at rest.
MOST = 100 << 20
START = 1_700_000_000_000_000
COLUMNS = (
    "id, sha256, filename, object_key, bytes, media_type, width, height, camera_id, deployment_id, site_id, captured_at, wall_time, minute_of_day, "
    "time_source, uploaded_at, status, contents, detection_count, classification_count, confidence, review"
)


def fill(server):
    """Rows as though they had come one by one; all pictures share one file."""
    content = picture(1)
    place = {"type": "Point", "coordinates": [4.774, 51.496]}
    camera = server.call("POST", "/api/v1/cameras", {"code": "oak", "location": place})
    deployment = server.call("POST", "/api/v1/deployments", {"camera_id": camera["id"], "location": place, "started_at": "2000-01-01T00:00:00Z"})
    first = server.send_picture(content)
    deadline = time.monotonic() + 60
    while server.call("GET", f"/api/v1/images/{first}")["status"] == "processing":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    database = sqlite3.connect(server.folder / "data/hedgerow.db", timeout=60)
    [[key, size]] = database.execute("SELECT object_key, bytes FROM image").fetchall()
    keys = [uuid.UUID(one).bytes for one in (camera["id"], deployment["id"])]
    images, findings = [], []
    for at in range(COUNT):
        name, moment = uuid.UUID(int=(0x0190 << 112) | (7 << 76) | (2 << 62) | at).bytes, START + at * 60_000_000
        images.append((name, hashlib.sha256(str(at).encode()).digest(), f"IMG_{at:06}.PNG", key, size, "image/png", 64, 64, *keys, None, moment, moment, 0, "given", moment, "completed", "animal", 1, 0, 0.9, "none"))
        findings.append((name, 0, "animal", "bear", 0.9, 0.1, 0.2, 0.3, 0.4, "bear", 0.9, "detector", "test 1"))
    with database:
        database.executemany(f"INSERT INTO image ({COLUMNS}) VALUES ({', '.join('?' * 22)})", images)
        database.executemany(f"INSERT INTO detection VALUES ({', '.join('?' * 13)})", findings)
    database.close()


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmRSS"))


def export(server, query):
    """Reads the whole export and throws it away; answers its size."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    connection.request("GET", f"/api/v1/export/{query}", headers=server.credentials)
    answer = connection.getresponse()
    assert answer.status == 200, answer.read(300)
    size = 0
    while piece := answer.read(1 << 20):
        size += len(piece)
    connection.close()
    return size


def flat(server):
    """How far the server's memory rises, and for how long each export takes."""
    fill(server)
    export(server, "observations.csv?date_from=2100-01-01T00:00:00Z")
    idle = resident(server.program.process.pid)
    for query in ("camtrap-dp?media=true", "observations.csv", "observations.xlsx", "darwin-core", "coco.json"):
        highest, done = [idle], threading.Event()

        def watch():
            while not done.wait(0.05):
                highest[0] = max(highest[0], resident(server.program.process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        begin = time.monotonic()
        size = export(server, query)
        seconds = time.monotonic() - begin
        done.set()
        watcher.join()
        rise = highest[0] - idle
        print(f"  {query}: {size >> 20} MB in {seconds:.0f} s, {rise / (1 << 20):.0f} MB above {idle >> 20} MB at rest", flush=True)
        assert rise < MOST, f"{query} took {rise >> 20} MB more"
