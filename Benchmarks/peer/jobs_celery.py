"""Celery on Redis: two worker processes, no results, late acknowledgement as at-least-once asks for.

    python jobs_celery.py REDIS_URL JOBS CLIENTS
"""

import json
import os
import subprocess
import sys
import threading
import time

import redis
from celery import Celery

URL = os.environ.get("PEER_REDIS") or sys.argv[1]
app = Celery("peer", broker=URL)
app.conf.update(
    task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=64, worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
)
began = redis.Redis.from_url(URL)


@app.task(name="nothing")
def nothing(number):
    began.rpush("began", f"{number} {time.monotonic()}")


def main():
    jobs, clients = int(sys.argv[2]), int(sys.argv[3])
    began.flushall()
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "jobs_celery", "worker", "--concurrency", "2", "--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"],
        cwd=os.path.dirname(os.path.abspath(__file__)), env=os.environ | {"PEER_REDIS": URL}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    nothing.delay(-1)  # until the worker is up
    while began.llen("began") == 0:
        time.sleep(0.05)
    began.delete("began")
    enqueued = [0.0] * jobs

    def produce(client):
        for number in range(client, jobs, clients):
            nothing.delay(number)
            enqueued[number] = time.monotonic()

    start = time.monotonic()
    senders = [threading.Thread(target=produce, args=(at,)) for at in range(clients)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    while began.llen("began") < jobs:
        time.sleep(0.005)
    elapsed = time.monotonic() - start
    worker.terminate()
    worker.wait()
    waits = []
    for line in began.lrange("began", 0, -1):
        number, moment = line.split()
        waits.append(max(0.0, (float(moment) - enqueued[int(number)]) * 1_000))
    waits.sort()
    print(json.dumps({"rate": jobs / elapsed, "p50": waits[jobs // 2], "p99": waits[jobs * 99 // 100]}))


if __name__ == "__main__":
    main()
