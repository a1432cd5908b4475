"""Camera traps: pictures of eight megapixels through the whole pipeline, against the same work in memory and a Python worker."""

import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import threading
import time

from PIL import Image
from pictures import jpeg, shared_folder
from report import number, ratio
from servers import free_port
from storage import Redis

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY = "benchmark-key-0123456789abcdef"


def mosaics(shared, folder, count):
    """Eight megapixels with the detail of camera-trap photos, each different."""
    paths = [path for path in sorted((shared / "data/cameratrap").iterdir()) if path.suffix.lower() in (".jpg", ".jpeg") and "truncated" not in path.name]
    tiles = [Image.open(path).convert("RGB").resize((816, 612), Image.Resampling.LANCZOS) for path in paths]
    chance = random.Random(5)
    folder.mkdir(parents=True)
    for index in range(count):
        mosaic = Image.new("RGB", (3264, 2448))
        for at in range(16):
            mosaic.paste(chance.choice(tiles), (at % 4 * 816, at // 4 * 612))
        (folder / f"IMG_{index:04}.JPG").write_bytes(jpeg(mosaic))
    return sorted(folder.iterdir())


def rate(count_done, total):
    """Pictures a second between the first tenth and the last, so that starting up does not count."""
    first = None
    while True:
        done = count_done()
        now = time.perf_counter()
        if first is None and done >= total // 10:
            first = (now, done)
        if done >= total:
            return (done - first[1]) / (now - first[0])
        time.sleep(0.02)


def send(port, file):
    """When the picture was taken over."""
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\nContent-Type: image/jpeg\r\n\r\n'
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(
        "POST", "/api/v1/images?camera_id=oak", head.encode() + file.read_bytes() + b"\r\n--b--\r\n",
        {"X-API-Key": KEY, "Content-Type": "multipart/form-data; boundary=b"},
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 201:
        raise SystemExit(f"{file.name} was not taken: {answer.status}")
    return time.perf_counter()


def latencies(bench, files, settings, data, pause):
    """Seconds from the answer to the upload until the picture is read, one every `pause` seconds, 4 at a time without.

    Pictures are read in the order in which they come, so the n-th that is done is the n-th that came.
    """
    with serving(bench, settings, data) as port:
        come, ends = [], []

        def watch():
            while len(ends) < len(files):
                ends.extend([time.perf_counter()] * (count_read(port) - len(ends)))
                time.sleep(0.05)

        watcher = threading.Thread(target=watch)
        watcher.start()
        if pause:
            for file in files:
                come.append(send(port, file))
                time.sleep(pause)
        else:
            with concurrent.futures.ThreadPoolExecutor(4) as senders:
                come = sorted(senders.map(lambda file: send(port, file), files))
        watcher.join()
        return sorted(end - start for start, end in zip(come, ends))


def count_read(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/api/v1/stats/summary", headers={"X-API-Key": KEY})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer["images"] - answer["waiting"]
    except OSError:
        return 0


def empty(data):
    shutil.rmtree(data / "objects", ignore_errors=True)
    for path in data.glob("hedgerow.db*"):
        path.unlink()


@contextlib.contextmanager
def serving(bench, settings, data):
    empty(data)
    port = free_port()
    server = subprocess.Popen([bench.binary, "serve", "--port", str(port)], env=os.environ | settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not listens(port):
            if time.monotonic() > deadline:
                raise SystemExit("the server did not start")
            time.sleep(0.05)
        time.sleep(2)   # until the detector is on duty
        yield port
    finally:
        server.terminate()
        server.wait()


def listens(port):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except OSError:
        return False


def ours(bench, files, settings, data):
    empty(data)
    environment = os.environ | settings
    port = free_port()
    subprocess.run([bench.binary, "ingest", str(files[0].parent), "--camera", "oak"], check=True, env=environment, stdout=subprocess.DEVNULL)
    server = subprocess.Popen([bench.binary, "serve", "--port", str(port)], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return rate(lambda: count_read(port), len(files))
    finally:
        server.terminate()
        server.wait()


def peer(files, url, model, out):
    import redis

    queue = redis.Redis.from_url(url)
    queue.flushall()
    command = [sys.executable, str(ROOT / "Benchmarks/peer/traps.py"), url, str(model), str(out)]
    workers = [subprocess.Popen(command) for _ in range(os.cpu_count())]
    while int(queue.get("ready") or 0) < len(workers):
        time.sleep(0.05)
    queue.lpush("traps", *map(str, files))
    try:
        return rate(lambda: int(queue.get("done") or 0), len(files))
    finally:
        for _ in workers:
            queue.lpush("traps", "end")
        for worker in workers:
            worker.wait()


def run(bench):
    shared = shared_folder(ROOT)
    model = shared / "models/yolox-nano/yolox_nano.onnx"
    folder = bench.folder / "traps"
    files = mosaics(shared, folder / "pictures", 60 if bench.options.quick else 300)
    data, out = folder / "data", folder / "out"
    out.mkdir()
    settings = {"HEDGEROW_DATA_DIR": str(data), "HEDGEROW_API_KEY": KEY, "HEDGEROW_LIMITS": "off"}
    subprocess.run(
        [bench.binary, "models", "install", "yolox-nano", "--from", str(model.parent), "--data-dir", str(data)],
        check=True, stdout=subprocess.DEVNULL,
    )
    found = {"in memory": [], "hedgerow": [], "peer": []}
    with Redis() as redis:
        for _ in range(bench.rounds):
            done = subprocess.run(
                [bench.binary, "bench", "traps", "--seconds", str(bench.seconds), "--clients", "4", "--json", *map(str, files[:40])],
                check=True, capture_output=True, text=True, env=os.environ | settings,
            )
            found["in memory"].append(json.loads(done.stdout)["rate"])
            found["hedgerow"].append(ours(bench, files, settings, data))
            found["peer"].append(peer(files, redis.url, model, out))
    middle = {name: statistics.median(rates) for name, rates in found.items()}
    bench.report.heading("Camera traps, 8-megapixel pictures")
    bench.report.table(
        ["", "pictures/s", "Hedgerow by this", "aim"],
        [
            ["Hedgerow: jobs, database, objects", number(middle["hedgerow"]), "", ""],
            ["the same work in memory", number(middle["in memory"]), ratio(middle["hedgerow"], middle["in memory"]), "0.85"],
            ["Python worker: Redis, Pillow, ONNX Runtime, files", number(middle["peer"]), ratio(middle["hedgerow"], middle["peer"]), "2"],
        ],
    )
    paced = latencies(bench, files[: 5 if bench.options.quick else 20], settings, data, 6)
    burst = latencies(bench, files, settings, data, 0)
    nearly_all = lambda found: number(found[int(0.95 * (len(found) - 1))])
    bench.report.table(
        ["from taken over to read", "pictures", "p50 s", "p95 s", "aim p95 s"],
        [
            ["ten a minute", str(len(paced)), number(statistics.median(paced)), nearly_all(paced), "10"],
            ["all at once, by the API", str(len(burst)), number(statistics.median(burst)), nearly_all(burst), "60"],
        ],
    )
    bench.report.paragraph(
        f"{len(files)} different mosaics of camera-trap photos, 3264 x 2448; YOLOX-nano; copies of 1600 and 480 pixels. The Python worker "
        f"runs {os.cpu_count()} processes with one thread of ONNX Runtime each, reads and writes plain files, and has no database."
    )
