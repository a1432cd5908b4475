"""Load from wrk, whose one thread shares the machine with the server, alike for every server."""

import json
import pathlib
import statistics
import subprocess

LUA = pathlib.Path(__file__).with_name("load.lua")


def wrk(url, clients, seconds, bodies="-", think_ms=0):
    command = ["wrk", "--threads", "1", "--connections", str(clients), "--duration", f"{seconds}s"]
    command += ["--timeout", "30s", "--script", str(LUA), url, "--", str(bodies), str(think_ms)]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result = json.loads(next(line for line in out.splitlines() if line.startswith("{")))
    result["rate"] = result["requests"] / result["seconds"]
    result["errors"] = result["refused"] + result["broken"] + result["timeouts"]
    return result


def alternating(servers, path, clients, seconds, rounds, bodies="-"):
    """Every server in turn, several times; the median of each figure, so that a bad moment hits nobody alone."""
    results = {server.name: [] for server in servers}
    for server in servers:
        wrk(server.url + path, clients, 1, bodies)
    for _ in range(rounds):
        for server in servers:
            before = server.processor_seconds()
            row = wrk(server.url + path, clients, seconds, bodies)
            row["cpu_us"] = 1e6 * (server.processor_seconds() - before) / max(row["requests"], 1)
            results[server.name].append(row)
    middle = lambda rows, key: statistics.median(row[key] for row in rows)
    return {
        name: {key: middle(rows, key) for key in ("rate", "p50", "p99", "max", "cpu_us")}
        | {"errors": sum(row["errors"] for row in rows), "spread": spread([row["rate"] for row in rows])}
        for name, rows in results.items()
    }


def spread(values):
    return (max(values) - min(values)) / statistics.median(values)
