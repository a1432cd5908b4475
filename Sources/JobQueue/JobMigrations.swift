package import Database

/// The tables of the queue: the truth about all work that is not done.
package enum JobMigrations {
    package static let all = [
        Migration(
            feature: "jobs",
            number: 1,
            name: "queue",
            up: SQLScript(sqlite: tables, postgres: tables + vacuum),
            down: "DROP TABLE job_schedule; DROP TABLE job; DROP TABLE job_worker;"
        )
    ]

    private static let tables = """
        CREATE TABLE job_worker (
            id {uuid} PRIMARY KEY,
            host {text} NOT NULL,
            process {integer} NOT NULL,
            queues {text} NOT NULL,
            started_at {timestamp} NOT NULL,
            beat {integer} NOT NULL
        ) {strict};
        CREATE TABLE job (
            id {uuid} PRIMARY KEY,
            kind {text} NOT NULL,
            payload {json} NOT NULL,
            priority {integer} NOT NULL,
            state {text} NOT NULL CHECK (state IN ('ready', 'delayed', 'running', 'dead')),
            attempts {integer} NOT NULL,
            unique_key {text},
            enqueued_at {timestamp} NOT NULL,
            due_at {timestamp},
            started_at {timestamp},
            failed_at {timestamp},
            worker {uuid},
            cause {text}
        ) {strict};
        CREATE INDEX job_ready ON job (kind, priority, id) WHERE state = 'ready';
        CREATE INDEX job_delayed ON job (due_at) WHERE state = 'delayed';
        CREATE INDEX job_running ON job (worker) WHERE state = 'running';
        CREATE INDEX job_dead ON job (failed_at, id) WHERE state = 'dead';
        CREATE UNIQUE INDEX job_unique ON job (kind, unique_key) WHERE unique_key IS NOT NULL AND state <> 'dead';
        CREATE TABLE job_schedule (
            name {text} PRIMARY KEY,
            expression {text} NOT NULL,
            next_at {timestamp} NOT NULL
        ) {strict};
        """

    /// Rows come and go all the time: dead ones must not pile up between rare clean-ups.
    private static let vacuum = """

        ALTER TABLE job SET (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_cost_delay = 0);
        """
}
