"""RQ on Redis: two workers without a fork for each job, which suits it best.

    python jobs_rq.py REDIS_URL JOBS CLIENTS
"""

import json
import multiprocessing
import os
import sys
import threading
import time

import redis
from rq import Queue, SimpleWorker

URL = os.environ.get("PEER_REDIS") or sys.argv[1]


def nothing(number):
    if not hasattr(nothing, "redis"):
        nothing.redis = redis.Redis.from_url(URL)
    nothing.redis.rpush("began", f"{number} {time.monotonic()}")


def work():
    import logging

    logging.disable(logging.CRITICAL)
    connection = redis.Redis.from_url(URL)
    SimpleWorker([Queue(connection=connection)], connection=connection).work(logging_level="CRITICAL")


def main():
    sys.modules["jobs_rq"] = sys.modules["__main__"]
    jobs, clients = int(sys.argv[2]), int(sys.argv[3])
    connection = redis.Redis.from_url(URL)
    connection.flushall()
    os.environ["PEER_REDIS"] = URL
    workers = [multiprocessing.Process(target=work, daemon=True) for _ in range(2)]
    for worker in workers:
        worker.start()
    enqueued = [0.0] * jobs

    def produce(client):
        queue = Queue(connection=redis.Redis.from_url(URL))
        for number in range(client, jobs, clients):
            queue.enqueue("jobs_rq.nothing", number, result_ttl=0)
            enqueued[number] = time.monotonic()

    start = time.monotonic()
    senders = [threading.Thread(target=produce, args=(at,)) for at in range(clients)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    while connection.llen("began") < jobs:
        time.sleep(0.005)
    elapsed = time.monotonic() - start
    for worker in workers:
        worker.terminate()
    waits = []
    for line in connection.lrange("began", 0, -1):
        number, moment = line.split()
        waits.append(max(0.0, (float(moment) - enqueued[int(number)]) * 1_000))
    waits.sort()
    print(json.dumps({"rate": jobs / elapsed, "p50": waits[jobs // 2], "p99": waits[jobs * 99 // 100]}))


if __name__ == "__main__":
    main()
