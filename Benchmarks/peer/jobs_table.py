"""The same queue in Python: a table of PostgreSQL, claimed with SKIP LOCKED, many rows a transaction.

Each job is enqueued in a transaction of its own by one of the clients; a worker process claims up to BATCH, "does" them
and removes them in the transaction that claims the next. So durability and batching are those of Hedgerow.

    python jobs_table.py URL JOBS CLIENTS
"""

import json
import multiprocessing
import sys
import time

import jobs
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


def sender(url):
    connection = psycopg.connect(url, autocommit=True)
    insert = """
        INSERT INTO peer_job (kind, payload, priority, state, attempts, enqueued_at)
        VALUES ('nothing', %s, 50, 'ready', 0, now())
    """
    return lambda number: connection.execute(insert, [json.dumps({"number": number})])


def work(url, count, began, done):
    with psycopg.connect(url) as connection:
        held, ended = [], 0
        while ended < count:
            if held:
                connection.execute("DELETE FROM peer_job WHERE id = ANY(%s)", [held])
                ended += len(held)
            rows = connection.execute(CLAIM, [BATCH]).fetchall()
            connection.commit()
            held = [key for key, _ in rows]
            now = time.monotonic()
            for _, payload in rows:
                began[payload["number"]] = now
            if not held and ended < count:
                time.sleep(0.001)
        connection.commit()
    done.set()


def main():
    url, count, clients = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE)
    began = multiprocessing.Array("d", count, lock=False)
    done = multiprocessing.Event()
    worker = multiprocessing.Process(target=work, args=(url, count, began, done))
    start = time.monotonic()
    worker.start()
    enqueued = jobs.enqueue(count, clients, lambda: sender(url))
    done.wait()
    elapsed = time.monotonic() - start
    worker.join()
    jobs.report(enqueued, began, elapsed)


if __name__ == "__main__":
    main()
