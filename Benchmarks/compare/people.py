"""What it costs to know who is asking, and to find out: calls with and without credentials in turns, and sign-ins at once."""

import concurrent.futures
import http.client
import json
import os
import statistics
import subprocess
import time

PASSWORD = "copper lantern willow 7"
CALLS, LOGINS = 400, 100


def percentile(times, share):
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


class Client:
    """One connection that stays open."""

    def __init__(self, server, headers=None):
        host, port = server.url.removeprefix("http://").split(":")
        self.connection = http.client.HTTPConnection(host, int(port), timeout=30)
        self.headers = headers or {}

    def call(self, method, path, body=None):
        headers = self.headers | ({"Content-Type": "application/json"} if body else {})
        began = time.perf_counter()
        self.connection.request(method, path, json.dumps(body) if body else None, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        return time.perf_counter() - began, answer.status, content


def join(bench, server, name):
    """Invites somebody by command and accepts; gives the tokens."""
    invited = subprocess.run(
        [bench.binary, "user", "add", f"{name}@example.org", "--data-dir", server.environment["HEDGEROW_DATA_DIR"]],
        check=True, capture_output=True, text=True, env=os.environ,
    )
    body = {"token": invited.stdout.strip().split("#")[1], "name": name, "password": PASSWORD}
    _, status, content = Client(server).call("POST", "/api/v1/auth/invitation/accept", body)
    if status != 200:
        raise SystemExit(f"{name} could not join: {status} {content[:200]}")
    return json.loads(content)


def overhead(bench, server):
    tokens = join(bench, server, "bench")
    bearer = {"Authorization": "Bearer " + tokens["access_token"]}
    _, status, made = Client(server, bearer).call("POST", "/api/v1/keys", {"name": "bench", "scopes": ["predict"]})
    if status != 201:
        raise SystemExit(f"no key could be made: {status}")
    key = {"X-API-Key": json.loads(made)["secret"]}
    clients = {"nobody": Client(server), "access token": Client(server, bearer), "key": Client(server, key)}
    times = {name: [] for name in clients}
    for _ in range(3 * CALLS if not bench.options.quick else CALLS):
        for name, client in clients.items():
            took, status, _ = client.call("GET", "/classes")
            if status != 200:
                raise SystemExit(f"{name} was answered {status}")
            times[name].append(1e6 * took)
    open_route = statistics.median(times["nobody"])
    rows = [
        (name, f"{statistics.median(series):.0f}", f"{statistics.median(series) - open_route:+.0f}", f"{percentile(series, 0.99):.0f}")
        for name, series in times.items()
    ]
    bench.report.table(["GET /classes, in turns", "p50 µs", "more than nobody (aim: 50)", "p99 µs"], rows)


def sign_ins(bench, server):
    # As many as the bounds of tries let in at once.
    for number in range(LOGINS // 10):
        join(bench, server, f"person-{number}")

    def log_in(number):
        body = {"email": f"person-{number % 10}@example.org", "password": PASSWORD}
        client = Client(server, {"X-Forwarded-For": f"198.51.100.{number}"})
        took, status, _ = client.call("POST", "/api/v1/auth/login", body)
        return 1000 * took, status

    def read(number):
        time.sleep(number * 0.02)
        took, status, _ = Client(server).call("GET", "/api/v1/species")
        return 1000 * took, status

    with concurrent.futures.ThreadPoolExecutor(LOGINS + 50) as pool:
        others = [pool.submit(read, number) for number in range(50)]
        logins = [pool.submit(log_in, number) for number in range(LOGINS)]
        others, logins = [f.result() for f in others], [f.result() for f in logins]
    served = [took for took, status in logins if status == 200]
    if len(served) < LOGINS:
        raise SystemExit(f"only {len(served)} of {LOGINS} were let in")
    rows = [
        (f"{LOGINS} sign-ins at once", *figures(served)),
        ("other calls meanwhile", *figures([took for took, _ in others])),
    ]
    bench.report.table(["", "p50 ms", "p99 ms (aim: 2,000 and 200)"], rows)


def figures(times):
    return f"{statistics.median(times):.0f}", f"{percentile(times, 0.99):.0f}"


def people(bench):
    bench.report.heading("People")
    with bench.ours[0] as server:
        overhead(bench, server)
        sign_ins(bench, server)
