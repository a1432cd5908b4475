"""What the queues to compare with share: clients that enqueue one by one, and what is told of the waiting."""

import json
import threading
import time


def enqueue(jobs, clients, sender):
    """Sends the numbers below `jobs` from so many threads, each with a sender of its own; when each was sent."""
    moments = [0.0] * jobs

    def produce(client):
        send = sender()
        for number in range(client, jobs, clients):
            send(number)
            moments[number] = time.monotonic()

    threads = [threading.Thread(target=produce, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return moments


def began_in_redis(connection, jobs):
    """Waits until all jobs have said that they began; when each did."""
    while connection.llen("began") < jobs:
        time.sleep(0.005)
    ended = time.monotonic()
    moments = [0.0] * jobs
    for line in connection.lrange("began", 0, -1):
        number, moment = line.split()
        moments[int(number)] = float(moment)
    return moments, ended


def report(enqueued, began, elapsed):
    # A job may begin before its enqueuer has heard that it was taken.
    waits = sorted(max(0.0, (begin - send) * 1_000) for send, begin in zip(enqueued, began))
    jobs = len(waits)
    print(json.dumps({"rate": jobs / elapsed, "p50": waits[jobs // 2], "p99": waits[jobs * 99 // 100]}))
