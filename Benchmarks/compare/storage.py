"""Rows and objects: Hedgerow's storage against what a program in Python would use, and against the disk itself."""

import contextlib
import itertools
import json
import os
import pathlib
import secrets
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from report import number, ratio

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/OutsideSupport"))
from engines import Postgres, Redis  # noqa: E402

BENCH_PYTHON = ROOT / ".deps/python-bench/bin/python"
PEERS = ROOT / "Benchmarks/peer"
# The tests' own, which has boto3 and a server that speaks S3.
PYTHON = ROOT / ".deps/python/bin/python"
WRITERS, QUERIES = 50, 50


def hedgerow(bench, what, folder, seconds, *more, **settings):
    command = [bench.binary, "bench", "storage", what, "--seconds", str(seconds), "--json", *more]
    environment = os.environ | {"HEDGEROW_DATA_DIR": str(folder)} | settings
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE)
    if done.returncode != 0:
        raise SystemExit(f"hedgerow bench storage {what} failed")
    return json.loads(done.stdout)


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def fsyncs(folder, count=200):
    """What one fsync of a growing file takes on this disk, in milliseconds."""
    times = []
    path = folder / "fsync"
    with path.open("wb", buffering=0) as file:
        for _ in range(count):
            file.write(b"x" * 4096)
            began = time.perf_counter()
            os.fsync(file.fileno())
            times.append(1000 * (time.perf_counter() - began))
    path.unlink()
    return statistics.median(times)


def sqlite_writer(path):
    connection = sqlite3.connect(path, isolation_level=None, timeout=60, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cell_size_check = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def python_commits(folder, seconds, is_shared):
    """One transaction a write from 50 threads: over one connection with a lock, or over one each."""
    path = folder / f"peer-{secrets.token_hex(4)}.db"
    shared = sqlite_writer(path)
    shared.execute("CREATE TABLE hedgerow_bench (n bigint PRIMARY KEY, name text NOT NULL)")
    lock, numbers, times = threading.Lock(), itertools.count(), []
    end = time.perf_counter() + seconds

    def write(connection, guard):
        while time.perf_counter() < end:
            began = time.perf_counter()
            with guard:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("INSERT INTO hedgerow_bench VALUES (?, 'a leaf of the hedge')", [next(numbers)])
                connection.execute("COMMIT")
            times.append(1000 * (time.perf_counter() - began))

    def work():
        if is_shared:
            write(shared, lock)
        else:
            with contextlib.closing(sqlite_writer(path)) as own:
                write(own, contextlib.nullcontext())

    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - began
    shared.close()
    return {"rate": len(times) / elapsed, "p50": percentile(times, 0.5), "p99": percentile(times, 0.99)}


def commits(bench, folder):
    bench.report.heading(f"Durable commits of one row, {WRITERS} writers at once")
    sides = {
        "Python, one connection and a lock": lambda: python_commits(folder, bench.seconds, is_shared=True),
        "Python, a connection each": lambda: python_commits(folder, bench.seconds, is_shared=False),
        "Hedgerow": lambda: hedgerow(bench, "commits", folder, bench.seconds),
    }
    found, disk = {name: [] for name in sides}, []
    for _ in range(bench.rounds):
        for name, measure in sides.items():
            disk.append(fsyncs(folder))
            found[name].append(measure())
    fsync = statistics.median(disk)
    median = {
        name: {key: statistics.median(row[key] for row in rows) for key in ("rate", "p50", "p99")}
        for name, rows in found.items()
    }
    best = max(row["rate"] for name, row in median.items() if name != "Hedgerow")
    bench.report.table(
        ["", "commits/s", "ratio to the better peer", "p50 ms", "p99 ms", "p99 in fsyncs"],
        [
            [name, number(row["rate"]), ratio(row["rate"], best) if name == "Hedgerow" else "", number(row["p50"]),
             number(row["p99"]), f"{row['p99'] / fsync:.1f}"]
            for name, row in median.items()
        ],
    )
    bench.report.paragraph(
        f"SQLite in a file, WAL, synchronous=FULL on both sides. One fsync of this disk took {fsync:.2f} ms in the same run "
        f"(median of {len(disk)} series; {min(disk):.2f} to {max(disk):.2f})."
    )


QUERY = "\\set first random(0, 9999)\nSELECT n, name FROM peer WHERE n >= :first ORDER BY n LIMIT 20;\n"


def pgbench(server, folder, seconds, connections):
    script = folder / "query.sql"
    script.write_text(QUERY)
    command = [str(server.programs / "pgbench"), "-n", "-M", "prepared", "-c", str(connections), "-j", "2"]
    command += ["-T", str(seconds), "-f", str(script), server.url]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return next(float(line.split()[2]) for line in said.splitlines() if line.startswith("tps"))


def queries(bench, folder):
    bench.report.heading(f"PostgreSQL, {QUERIES} queries at once on a pool of 20")
    with Postgres() as server:
        server.rows("CREATE TABLE peer AS SELECT n, 'a leaf of the hedge' AS name FROM generate_series(1::bigint, 10000) n")
        server.rows("ALTER TABLE peer ADD PRIMARY KEY (n)")
        before = int(server.rows("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")[0][0])
        peer, ours = [], []
        for _ in range(bench.rounds):
            peer.append(pgbench(server, folder, bench.seconds, 20))
            ours.append(hedgerow(bench, "queries", folder, bench.seconds, HEDGEROW_DATABASE_URL=server.url))
        after = int(server.rows("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")[0][0])
    rate, theirs = statistics.median(row["steady"]["rate"] for row in ours), statistics.median(peer)
    bench.report.table(
        ["", "queries/s", "ratio", f"{QUERIES} at once: first ms", "median ms", "worst ms"],
        [
            ["pgbench, 20 connections", number(theirs), "", "", "", ""],
            ["Hedgerow", number(rate), ratio(rate, theirs)]
            + [number(pick(row[key] for row in ours)) for pick, key in
               ((max, "first_burst"), (statistics.median, "median_burst"), (max, "worst_burst"))],
        ],
    )
    held = ", ".join(f"{row['connections'][0]} and {row['connections'][1]}" for row in ours)
    bench.report.paragraph(
        f"Each query reads 20 rows by key; the first burst opens the connections. Connections before and after {ours[0]['requests']:,} "
        f"requests, of which one in 17 fails or is cancelled: {held}. After the program's end: {after - before}."
    )


@contextlib.contextmanager
def bucket():
    server = subprocess.Popen(
        [str(PYTHON), str(ROOT / "Tests/OutsideSupport/s3server.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        yield json.loads(server.stdout.readline())
    finally:
        server.stdin.close()
        server.wait(30)


def objects(bench, folder):
    bench.report.heading("Objects of 10 MB in a bucket")
    if not PYTHON.exists():
        raise SystemExit("the server that speaks S3 is missing: Scripts/setup --bench")
    with bucket() as place:
        endpoint = f"http://127.0.0.1:{place['port']}"
        settings = {
            "HEDGEROW_OBJECTS_URL": f"s3://{place['bucket']}/bench?endpoint={endpoint}",
            "HEDGEROW_S3_ACCESS_KEY": place["access_key"],
            "HEDGEROW_S3_SECRET_KEY": place["secret_key"],
        }
        boto = {"AWS_ACCESS_KEY_ID": place["access_key"], "AWS_SECRET_ACCESS_KEY": place["secret_key"]}
        command = [str(PYTHON), str(ROOT / "Benchmarks/peer/objects.py"), endpoint, place["bucket"]]
        found = {"boto3": [], "Hedgerow": []}
        for _ in range(bench.rounds):
            done = subprocess.run(command, env=os.environ | boto, check=True, stdout=subprocess.PIPE)
            found["boto3"].append(json.loads(done.stdout))
            found["Hedgerow"].append(hedgerow(bench, "objects", folder, 1, **settings))
    median = {
        (name, verb): statistics.median(row[verb]["p50"] for row in rows)
        for name, rows in found.items() for verb in ("put", "get")
    }
    bench.report.table(
        ["", "put ms", "ratio", "get ms", "ratio"],
        [
            [name]
            + [cell for verb in ("put", "get")
               for cell in (number(median[name, verb]),
                            "" if name == "boto3" else ratio(median[name, verb], median["boto3", verb]))]
            for name in found
        ],
    )
    bench.report.paragraph(
        "The store is moto's server, with signatures checked; most of the time is its own. Medians of 10 objects a round, one after "
        "another; below 1 Hedgerow is faster."
    )


def peer_jobs(name, url, count, clients):
    command = [str(BENCH_PYTHON), str(PEERS / f"jobs_{name}.py"), url, str(count), str(clients)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def jobs(bench, folder):
    count, clients = (3_000 if bench.seconds < 5 else 20_000), WRITERS
    bench.report.heading(f"Jobs, each enqueued durably by itself from {clients} clients and carried out beside it")
    with Postgres() as postgres, Redis() as redis:
        table = {"HEDGEROW_DATABASE_URL": postgres.url}
        ours = lambda **settings: hedgerow(bench, "jobs", folder, 1, "--jobs", str(count), "--clients", str(clients), **settings)
        sides = {
            "Python, table of PostgreSQL, SKIP LOCKED": lambda: peer_jobs("table", postgres.url, count, clients),
            "Hedgerow, PostgreSQL": lambda: ours(**table),
            "RQ, Redis": lambda: peer_jobs("rq", redis.url, count // 10, clients),
            "Celery, Redis": lambda: peer_jobs("celery", redis.url, count // 4, clients),
            "Hedgerow, PostgreSQL and Redis": lambda: ours(**table, HEDGEROW_REDIS_URL=redis.url),
            "Hedgerow, SQLite": lambda: ours(HEDGEROW_DATABASE_URL=f"sqlite:{folder}/jobs-{secrets.token_hex(4)}.db"),
        }
        found = {name: [] for name in sides}
        for _ in range(bench.rounds):
            for name, measure in sides.items():
                found[name].append(measure())
    median = {
        name: {key: statistics.median(row[key] for row in rows) for key in ("rate", "p50", "p99")}
        for name, rows in found.items()
    }
    peers = [name for name in sides if not name.startswith("Hedgerow")]
    bench.report.table(
        ["", "jobs/s", *(f"to {name.split(',')[0]}" for name in peers), "wait p50 ms", "p99 ms"],
        [
            [name, number(row["rate"])]
            + [ratio(row["rate"], median[peer]["rate"]) if name not in peers else "" for peer in peers]
            + [number(row["p50"]), number(row["p99"])]
            for name, row in median.items()
        ],
    )
    bench.report.paragraph(
        "Enqueuing and carrying out together. The worker in Python claims up to 1,000 jobs a transaction, as ours does; Celery and RQ keep their "
        "jobs in Redis alone, which survives no power cut. Ours are in PostgreSQL in each case."
    )


def storage(bench):
    # Beside the program: a temporary folder may lie in memory, where an fsync costs nothing.
    with tempfile.TemporaryDirectory(prefix="bench-storage-", dir=ROOT / ".build") as name:
        folder = pathlib.Path(name)
        commits(bench, folder)
        queries(bench, folder)
        jobs(bench, folder)
        objects(bench, folder)
