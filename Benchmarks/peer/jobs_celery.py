"""Celery on Redis: two worker processes, no results, late acknowledgement as at-least-once asks for.

    python jobs_celery.py REDIS_URL JOBS CLIENTS
"""

import os
import subprocess
import sys
import time

import jobs
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
    count, clients = int(sys.argv[2]), int(sys.argv[3])
    began.flushall()
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "jobs_celery", "worker", "--concurrency", "2", "--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"],
        cwd=os.path.dirname(os.path.abspath(__file__)), env=os.environ | {"PEER_REDIS": URL}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    nothing.delay(-1)  # until the worker is up
    while began.llen("began") == 0:
        time.sleep(0.05)
    began.delete("began")
    start = time.monotonic()
    enqueued = jobs.enqueue(count, clients, lambda: nothing.delay)
    moments, ended = jobs.began_in_redis(began, count)
    worker.terminate()
    worker.wait()
    jobs.report(enqueued, moments, ended - start)


if __name__ == "__main__":
    main()
