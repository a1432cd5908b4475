"""Hedgerow against the service that it replaces; started by Benchmarks/run."""

import argparse
import functools
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

import gallery
import load
import people
import pictures
import servers
import storage
import traps
from report import Report, number, processor, ratio

ROOT = pathlib.Path(__file__).resolve().parents[2]
CLIENTS = (1, 8, 32)
FLOOD = 400


def options():
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description="Hedgerow against FastAPI, in one run.")
    parser.add_argument("--quick", action="store_true", help="shorter rounds, and fewer")
    parser.add_argument("--peer-only", action="store_true", help="measure the peer alone, to work on this program")
    parser.add_argument("--only", nargs="+", choices=[name for name, _ in PARTS], help="these parts")
    parser.add_argument("--precision", nargs="+", help="precisions of Hedgerow (f32, int8, and bf16 where there is)")
    return parser.parse_args()


class Bench:
    def __init__(self, chosen, folder):
        self.options, self.folder = chosen, folder
        self.seconds, self.rounds = (3, 2) if chosen.quick else (8, 3)
        self.binary = os.environ.get("HEDGEROW_BINARY") or None
        self.report = Report(ROOT, chosen)
        self.peer = servers.peer(ROOT)
        self.ours = [] if chosen.peer_only else [self.hedgerow(precision) for precision in self.precisions()]

    @property
    def small(self):
        return self.loads[0]

    @property
    def large(self):
        return self.loads[1]

    @functools.cached_property
    def loads(self):
        """The folders of small and large pictures, made when the first part asks."""
        paths = pictures.sources(pictures.shared_folder(ROOT))
        small, large = self.folder / "small", self.folder / "large"
        small_size = pictures.write_bodies(small, pictures.small(paths, 200))
        large_size = pictures.write_bodies(large, pictures.large(paths, 16))
        self.report.paragraph(
            f"Load: 200 different JPEGs of 256 x 256 (mean {small_size / 1000:.0f} kB) and 16 of 4000 x 3000 "
            f"(mean {large_size / 1e6:.1f} MB), as multipart/form-data. Peer: FastAPI on uvicorn with 2 workers, ONNX "
            "Runtime with 1 thread in each (more threads make it slower), Pillow. Hedgerow: result cache off; "
            "every answer is also written to its database."
        )
        return small, large

    def precisions(self):
        if self.options.precision:
            return self.options.precision
        has_bf16 = processor()[2] & {"amx_bf16", "avx512_bf16"}
        return ["f32", "int8"] + (["bf16"] if has_bf16 else [])

    def hedgerow(self, precision):
        return servers.hedgerow(self.binary, self.folder / f"data-{precision}", precision)

    def running(self, *more):
        return Running([self.peer, *self.ours, *more])


class Running:
    """Several servers at once; those not under load sleep."""

    def __init__(self, members):
        self.members = members

    def __enter__(self):
        started = []
        try:
            for server in self.members:
                started.append(server.start())
        except BaseException:
            for server in started:
                server.stop()
            raise
        return self.members

    def __exit__(self, *_):
        for server in self.members:
            server.stop()


def same_answers(bench):
    """The load is only a comparison when both sides do the same work."""
    with bench.running() as running:
        agree, confident = 0, 0
        names = (bench.small / "list").read_text().split()[:100]
        for name in names:
            body = (bench.small / name).read_bytes()
            answers = []
            for server in running[:2]:
                status, data = server.post("/predict", body)
                if status != 200:
                    raise SystemExit(f"{server.name} answered {status}: {data[:200]}")
                answers.append(json.loads(data))
            agree += len({answer["prediction"] for answer in answers}) == 1
            confident += answers[0]["confidence"] > 0.5
        bench.report.paragraph(f"Both name the same class for {agree} of {len(names)} pictures.")


def predictions(bench):
    draft = servers.peer(ROOT, draft=True, name="peer with draft")
    for title, bodies in (("256-pixel pictures", bench.small), ("12-megapixel pictures", bench.large)):
        is_large = bodies == bench.large
        bench.report.heading(f"POST /predict, {title}")
        rows = []
        # Large pictures take the peer so long that only a long round is more than its first answers.
        seconds = (10 if bench.options.quick else 20) if is_large else bench.seconds
        rounds = (1 if bench.options.quick else 2) if is_large else bench.rounds
        with bench.running(draft) as running:
            for clients in CLIENTS:
                members = running if is_large and clients == 8 else running[:-1]
                found = load.alternating(members, "/predict", clients, seconds, rounds, bodies)
                base = found["peer"]
                for server in members:
                    row = found[server.name]
                    is_peer = server is bench.peer
                    rows.append(
                        [
                            f"{clients} clients, {server.name}" if clients > 1 else f"1 client, {server.name}",
                            f"{number(row['rate'])} ± {50 * row['spread']:.0f} %",
                            "" if is_peer else ratio(row["rate"], base["rate"]),
                            number(row["p50"]),
                            number(row["p99"]),
                            "" if is_peer else ratio(row["p99"], base["p99"]),
                            row["errors"],
                        ]
                    )
        bench.report.table(["", "requests/s", "ratio", "p50 ms", "p99 ms", "p99 ratio", "errors"], rows)
    bench.report.paragraph(
        "`peer with draft` lets Pillow decode at a reduced scale, which such services seldom do; for small pictures it "
        "changes nothing. wrk keeps every client busy, so at 8 and 32 clients the latency is mostly waiting in line."
    )


def in_process(binary, precision, folder, seconds):
    """Pictures a second that `hedgerow bench` decodes and reads, without HTTP."""
    files = sorted(str(path) for path in folder.glob("*.jpg"))
    command = [binary, "bench", "--seconds", str(seconds), "--clients", "8", "--json", *files]
    done = subprocess.run(command, env=os.environ | {"HEDGEROW_PRECISION": precision}, stdout=subprocess.PIPE)
    if done.returncode != 0:
        raise SystemExit(f"hedgerow bench failed with {precision}")
    return json.loads(done.stdout)["rate"]


def limit(bench):
    bench.report.heading("Against the limit of the cores")
    rows = []
    for server in bench.ours:
        precision = server.name.removeprefix("hedgerow-")
        for title, bodies in (("256 px", bench.small), ("12 MP", bench.large)):
            bare, served = [], []
            for _ in range(bench.rounds):
                bare.append(in_process(bench.binary, precision, bodies, bench.seconds))
                with server:
                    load.wrk(server.url + "/predict", 8, 1, bodies)
                    served.append(load.wrk(server.url + "/predict", 8, bench.seconds, bodies)["rate"])
            bare, served = statistics.median(bare), statistics.median(served)
            rows.append([f"{precision}, {title}", number(bare), number(served), f"**{100 * served / bare:.0f} %**"])
    bench.report.table(["", "in process, images/s", "over HTTP, 8 clients", "kept"], rows)
    bench.report.paragraph("In process is `hedgerow bench`: decode and inference on all cores, no HTTP, no load generator.")


def bare_milliseconds(runtime, model, threads, *precision):
    command = [sys.executable, str(ROOT / "Benchmarks/compare/bare.py"), runtime, str(ROOT / "Models/leaf" / model)]
    command += [str(threads), *precision]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def bare_model(name):
    """The least time that a server of this name could need; of ours, with one thread or all, whichever is faster."""
    if name == "peer":
        return bare_milliseconds("onnxruntime", "model.onnx", 1)
    precision = name.removeprefix("hedgerow-")
    model = "model_int8.onnx" if precision == "int8" else "model.onnx"
    hint = "bf16" if precision == "bf16" else "f32"
    return min(bare_milliseconds("openvino", model, threads, hint) for threads in (1, os.cpu_count()))


def single_client(bench):
    bench.report.heading("One client: latency above the bare model")
    bare = {server.name: bare_model(server.name) for server in [bench.peer, *bench.ours]}
    with bench.running() as running:
        found = load.alternating(running, "/predict", 1, bench.seconds, bench.rounds, bench.small)
    above = {name: row["p50"] - bare[name] for name, row in found.items()}
    rows = [
        [name, f"{row['p50']:.2f}", f"{bare[name]:.2f}", f"{above[name]:.2f}",
         "" if name == "peer" else ratio(above[name], above["peer"])]
        for name, row in found.items()
    ]
    bench.report.table(["256 px", "p50 ms", "bare model ms", "above it ms", "ratio"], rows)


def health(bench):
    bench.report.heading("GET /health, 32 clients")
    with bench.running() as running:
        found = load.alternating(running[:2], "/health", 32, bench.seconds, bench.rounds)
    rows = [
        [name, number(row["rate"]), "" if name == "peer" else ratio(row["rate"], found["peer"]["rate"]),
         number(row["cpu_us"]), "" if name == "peer" else ratio(found["peer"]["cpu_us"], row["cpu_us"]),
         number(row["p99"]), row["errors"]]
        for name, row in found.items()
    ]
    head = ["", "requests/s", "ratio", "processor µs a request", "peer's by ours", "p99 ms", "errors"]
    bench.report.table(head, rows)
    bench.report.paragraph(
        "The load generator needs a good part of the cores for this; processor time is that of the server alone."
    )


def start(bench):
    bench.report.heading("Start to ready, and memory")
    rows = []
    many = 2_000 if bench.options.quick else 10_000
    for server in [bench.peer, *bench.ours]:
        times = []
        for _ in range(5):
            with server:
                times.append(server.seconds_to_ready)
        with server:
            for index in range(100):
                server.post("/predict", (bench.small / f"{index:04}.body").read_bytes())
            early, sent = server.resident_megabytes(), 100
            while sent < many:
                sent += load.wrk(server.url + "/predict", 8, 5, bench.small)["requests"]
            late = server.resident_megabytes()
        rows.append(
            [server.name, f"{statistics.median(times):.2f}", f"{early:.0f}", f"{late:.0f} (after {sent:,})",
             f"{late / early:.2f}"]
        )
    bench.report.table(["", "ready after s", "RSS MB after 100 predictions", "RSS MB after many", "growth"], rows)
    bench.report.paragraph("The peer's memory is that of its two workers and their parent together.")


def soak(bench):
    bench.report.heading("100 clients for a minute, and far too many")
    seconds = 15 if bench.options.quick else 60
    rows = []
    for server in [bench.peer, *bench.ours]:
        with server:
            capacity = load.wrk(server.url + "/predict", 16, 4, bench.small)["rate"]
            think = round(1000 * 100 / (0.7 * capacity))
            paced = load.wrk(server.url + "/predict", 100, seconds, bench.small, think)
            flooded = load.wrk(server.url + "/predict", FLOOD, 10, bench.small)
            memory = server.resident_megabytes()
        answered = flooded["requests"] - flooded["refused"]
        rows.append(
            [server.name, number(paced["rate"]), paced["errors"], number(paced["p99"]), number(answered / 10),
             number(flooded["refused"] / 10), number(flooded["p99"]), flooded["timeouts"] + flooded["broken"],
             f"{memory:.0f}"]
        )
    bench.report.table(
        ["", "paced: requests/s", "errors", "p99 ms", "flooded: answered/s", "503/s", "p99 ms", "broken", "RSS MB"], rows
    )
    bench.report.paragraph(
        f"Paced: 100 clients for {seconds} s with think times that ask for 70 % of what the server can do. Flooded: {FLOOD} "
        "clients that never wait, for 10 s; refusing quickly with 503 is the wanted behaviour."
    )


PARTS = [
    ("answers", same_answers),
    ("predict", predictions),
    ("single", single_client),
    ("limit", limit),
    ("health", health),
    ("start", start),
    ("soak", soak),
    ("people", people.people),
    ("storage", storage.storage),
    ("traps", traps.run),
    ("gallery", gallery.run),
]


def main():
    chosen = options()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: Scripts/setup --bench")
    with tempfile.TemporaryDirectory(prefix="hedgerow-bench-") as folder:
        bench = Bench(chosen, pathlib.Path(folder))
        for name, part in PARTS:
            if chosen.peer_only and name in ("answers", "limit", "people", "storage", "traps", "gallery"):
                continue
            if not chosen.only or name in chosen.only:
                part(bench)
        if not chosen.only and not chosen.peer_only:
            bench.report.write(ROOT / "Benchmarks/results")


if __name__ == "__main__":
    main()
