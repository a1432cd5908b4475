"""RQ on Redis: two workers without a fork for each job, which suits it best.

    python jobs_rq.py REDIS_URL JOBS CLIENTS
"""

import multiprocessing
import os
import sys
import time

import jobs
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
    count, clients = int(sys.argv[2]), int(sys.argv[3])
    connection = redis.Redis.from_url(URL)
    connection.flushall()
    os.environ["PEER_REDIS"] = URL
    workers = [multiprocessing.Process(target=work, daemon=True) for _ in range(2)]
    for worker in workers:
        worker.start()

    def sender():
        queue = Queue(connection=redis.Redis.from_url(URL))
        return lambda number: queue.enqueue("jobs_rq.nothing", number, result_ttl=0)

    start = time.monotonic()
    enqueued = jobs.enqueue(count, clients, sender)
    moments, ended = jobs.began_in_redis(connection, count)
    for worker in workers:
        worker.terminate()
    jobs.report(enqueued, moments, ended - start)


if __name__ == "__main__":
    main()
