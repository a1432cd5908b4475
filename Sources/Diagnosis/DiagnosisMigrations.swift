package import Database

/// The tables of this feature.
package enum DiagnosisMigrations {
    package static let all = [
        Migration(
            feature: "diagnosis",
            number: 1,
            name: "analyses",
            up: """
                CREATE TABLE analysis (
                    id {uuid} PRIMARY KEY,
                    created_at {timestamp} NOT NULL,
                    task {text} NOT NULL,
                    owner {text},
                    model_name {text} NOT NULL,
                    model_version {text} NOT NULL,
                    label {text} NOT NULL,
                    confidence {real} NOT NULL,
                    verdict {text} NOT NULL,
                    answer {json} NOT NULL
                ) {strict};
                CREATE INDEX analysis_owner ON analysis (owner, id);
                CREATE TABLE analysis_picture (
                    analysis_id {uuid} NOT NULL REFERENCES analysis (id) ON DELETE CASCADE,
                    position {integer} NOT NULL,
                    sha256 {blob} NOT NULL,
                    perceptual_hash {integer} NOT NULL,
                    object_key {text},
                    PRIMARY KEY (analysis_id, position)
                ) {strict};
                CREATE INDEX analysis_picture_sha256 ON analysis_picture (sha256);
                """,
            down: "DROP TABLE analysis_picture; DROP TABLE analysis;"
        ),
        Migration(
            feature: "diagnosis",
            number: 2,
            name: "batches",
            up: """
                CREATE TABLE batch (
                    id {uuid} PRIMARY KEY,
                    owner {text} NOT NULL,
                    request_key {text},
                    task {text} NOT NULL,
                    options {json} NOT NULL,
                    created_at {timestamp} NOT NULL,
                    finished_at {timestamp},
                    total {integer} NOT NULL,
                    done {integer} NOT NULL,
                    failed {integer} NOT NULL,
                    webhook_url {text},
                    webhook_secret {text},
                    webhook_state {text}
                ) {strict};
                CREATE INDEX batch_owner ON batch (owner, id);
                CREATE INDEX batch_finished ON batch (finished_at);
                CREATE UNIQUE INDEX batch_request ON batch (owner, request_key);
                CREATE TABLE batch_picture (
                    batch_id {uuid} NOT NULL REFERENCES batch (id) ON DELETE CASCADE,
                    position {integer} NOT NULL,
                    filename {text} NOT NULL,
                    object_key {text},
                    analysis_id {uuid},
                    error {json},
                    PRIMARY KEY (batch_id, position)
                ) {strict};
                """,
            down: "DROP TABLE batch_picture; DROP TABLE batch;"
        ),
        Migration(
            feature: "diagnosis",
            number: 3,
            name: "fingerprints",
            up: "ALTER TABLE batch ADD COLUMN fingerprint {blob};",
            down: "ALTER TABLE batch DROP COLUMN fingerprint;"
        ),
    ]
}
