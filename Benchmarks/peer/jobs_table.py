"""The same queue in Python: a table of PostgreSQL, claimed with SKIP LOCKED, many rows a transaction.

Each job is enqueued in a transaction of its own by one of the clients; a worker process claims up to BATCH, "does" them
and removes them in the transaction that claims the next. So durability and batching are those of Hedgerow.

    python jobs_table.py URL JOBS CLIENTS
"""

import json
import multiprocessing
import sys
import threading
import time

import psycopg

BATCH = 1_000
TABLE = """
    DROP TABLE IF EXISTS peer_job;
    CREATE TABLE peer_job (id bigserial PRIMARY KEY, kind text NOT NULL, payload jsonb NOT NULL, priority int NOT NULL,
        state text NOT NULL, attempts int NOT NULL, enqueued_at timestamptz NOT NULL, started_at timestamptz);
    CREATE INDEX peer_job_ready ON peer_job (kind, priority, id) WHERE state = 'ready';
"""
CLAIM = """
    UPDATE peer_job SET state = 'running', started_at = now(), attempts = attempts + 1 WHERE id IN (
        SELECT id FROM peer_job WHERE state = 'ready' AND kind = 'nothing' ORDER BY priority, id LIMIT %s FOR UPDATE SKIP LOCKED
    ) RETURNING id, payload
"""


def produce(url, client, jobs, clients, enqueued):
    with psycopg.connect(url, autocommit=True) as connection:
        for number in range(client, jobs, clients):
            connection.execute(
                "INSERT INTO peer_job (kind, payload, priority, state, attempts, enqueued_at) VALUES ('nothing', %s, 50, 'ready', 0, now())",
                [json.dumps({"number": number})],
            )
            enqueued[number] = time.monotonic()


def work(url, jobs, began, done):
    with psycopg.connect(url) as connection:
        held, ended = [], 0
        while ended < jobs:
            if held:
                connection.execute("DELETE FROM peer_job WHERE id = ANY(%s)", [held])
                ended += len(held)
            rows = connection.execute(CLAIM, [BATCH]).fetchall()
            connection.commit()
            held = [key for key, _ in rows]
            now = time.monotonic()
            for _, payload in rows:
                began[payload["number"]] = now
            if not held and ended < jobs:
                time.sleep(0.001)
        connection.commit()
    done.set()


def main():
    url, jobs, clients = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
    enqueued = multiprocessing.Array("d", jobs, lock=False)
    began = multiprocessing.Array("d", jobs, lock=False)
    done = multiprocessing.Event()
    worker = multiprocessing.Process(target=work, args=(url, jobs, began, done))
    start = time.monotonic()
    worker.start()
    senders = [threading.Thread(target=produce, args=(url, at, jobs, clients, enqueued)) for at in range(clients)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    done.wait()
    elapsed = time.monotonic() - start
    worker.join()
    waits = sorted(max(0.0, (end - begin) * 1_000) for begin, end in zip(enqueued, began))
    print(json.dumps({"rate": jobs / elapsed, "p50": waits[jobs // 2], "p99": waits[jobs * 99 // 100]}))


if __name__ == "__main__":
    main()
