import Database

/// The tables of imports: what was sent, what was wrong with it, what of it waits, and how it was called where it came from.
enum ImportMigration {
    /// What is staged goes when the import has ended; the report and the origins stay.
    static let step = Migration(
        feature: "wildlife",
        number: 4,
        name: "imports",
        up: SQLScript(runs + staged + origins),
        down: """
            DROP INDEX image_filename; ALTER TABLE image DROP COLUMN given_by; DROP TABLE event_origin; DROP TABLE image_origin;
            DROP TABLE deployment_origin; DROP TABLE import_observation; DROP TABLE import_media; DROP TABLE import_deployment;
            DROP TABLE import_note; DROP TABLE import_run;
            """
    )

    /// A file has its row before it comes, and what was staged is removed after its import has ended or was removed.
    static let bounds = Migration(
        feature: "wildlife",
        number: 9,
        name: "imports-within-bounds",
        up: SQLScript(
            state(of: ["receiving", "waiting", "running", "finished", "failed"]) + """
                ALTER TABLE import_run ADD COLUMN heard_at {timestamp};
                ALTER TABLE import_run ADD COLUMN removed_at {timestamp};
                CREATE TABLE package_origin (
                    name {text} PRIMARY KEY,
                    fields {json} NOT NULL
                ) {strict};
                ALTER TABLE deployment_origin ADD COLUMN package_name {text};
                """
        ),
        down: SQLScript(
            """
            ALTER TABLE deployment_origin DROP COLUMN package_name;
            DROP TABLE package_origin;
            DELETE FROM import_run WHERE state = 'receiving' OR removed_at IS NOT NULL;
            ALTER TABLE import_run DROP COLUMN removed_at;
            ALTER TABLE import_run DROP COLUMN heard_at;

            """ + state(of: ["waiting", "running", "finished", "failed"])
        )
    )

    /// Another list of states: SQLite lets go of a check only together with its column.
    private static func state(of names: [String]) -> String {
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        return """
            ALTER TABLE import_run ADD COLUMN phase {text} NOT NULL DEFAULT 'failed' CHECK (phase IN (\(list)));
            UPDATE import_run SET phase = state;
            ALTER TABLE import_run DROP COLUMN state;
            ALTER TABLE import_run RENAME COLUMN phase TO state;

            """
    }

    private static let runs = """
        CREATE TABLE import_run (
            id {uuid} PRIMARY KEY,
            kind {text} NOT NULL,
            filename {text} NOT NULL,
            object_key {text},
            bytes {integer} NOT NULL,
            owner {text},
            reach {json} NOT NULL,
            dataset {text} NOT NULL,
            state {text} NOT NULL CHECK (state IN ('waiting', 'running', 'finished', 'failed')),
            step {text} NOT NULL,
            done {integer} NOT NULL,
            total {integer} NOT NULL,
            counts {json} NOT NULL,
            cause {text},
            created_at {timestamp} NOT NULL,
            finished_at {timestamp}
        ) {strict};
        CREATE INDEX import_run_owner ON import_run (owner);
        CREATE INDEX import_run_object ON import_run (object_key);
        CREATE TABLE import_note (
            import_id {uuid} NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
            file {text} NOT NULL,
            line {integer} NOT NULL,
            field {text} NOT NULL,
            problem {text} NOT NULL,
            outcome {text} NOT NULL,
            PRIMARY KEY (import_id, file, line, field)
        ) {strict};

        """

    private static let staged = """
        CREATE TABLE import_deployment (
            import_id {uuid} NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
            given_id {text} NOT NULL,
            line {integer} NOT NULL,
            fields {json} NOT NULL,
            state {text} NOT NULL,
            deployment_id {uuid},
            camera {text},
            PRIMARY KEY (import_id, given_id)
        ) {strict};
        CREATE TABLE import_media (
            import_id {uuid} NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
            line {integer} NOT NULL,
            given_id {text} NOT NULL,
            deployment {text} NOT NULL,
            taken_at {timestamp},
            path {text},
            name {text} NOT NULL,
            other_name {text} NOT NULL,
            fields {json} NOT NULL,
            state {text} NOT NULL,
            image_id {uuid},
            PRIMARY KEY (import_id, line)
        ) {strict};
        CREATE UNIQUE INDEX import_media_given ON import_media (import_id, given_id);
        CREATE INDEX import_media_path ON import_media (import_id, path);
        CREATE INDEX import_media_name ON import_media (import_id, name);
        CREATE INDEX import_media_other_name ON import_media (import_id, other_name);
        CREATE INDEX import_media_deployment ON import_media (import_id, deployment, taken_at);
        CREATE TABLE import_observation (
            import_id {uuid} NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
            line {integer} NOT NULL,
            media {text},
            deployment {text} NOT NULL,
            started_at {timestamp},
            ended_at {timestamp},
            fields {json} NOT NULL,
            PRIMARY KEY (import_id, line)
        ) {strict};
        CREATE INDEX import_observation_media ON import_observation (import_id, media);
        CREATE INDEX import_observation_deployment ON import_observation (import_id, deployment, started_at);

        """

    /// `shown_as` is empty where another dataset has used the same name before: exports then use our own key.
    private static let origins = """
        CREATE TABLE deployment_origin (
            deployment_id {uuid} PRIMARY KEY REFERENCES deployment (id) ON DELETE CASCADE,
            dataset {text} NOT NULL,
            given_id {text} NOT NULL,
            shown_as {text},
            fields {json} NOT NULL
        ) {strict};
        CREATE UNIQUE INDEX deployment_origin_given ON deployment_origin (dataset, given_id);
        CREATE UNIQUE INDEX deployment_origin_shown ON deployment_origin (shown_as);
        CREATE TABLE image_origin (
            image_id {uuid} PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE,
            dataset {text} NOT NULL,
            given_id {text} NOT NULL,
            shown_as {text},
            fields {json} NOT NULL,
            observations {json} NOT NULL,
            review_id {uuid}
        ) {strict};
        CREATE UNIQUE INDEX image_origin_given ON image_origin (dataset, given_id);
        CREATE UNIQUE INDEX image_origin_shown ON image_origin (shown_as);
        CREATE TABLE event_origin (
            deployment_id {uuid} NOT NULL REFERENCES deployment (id) ON DELETE CASCADE,
            given_id {text} NOT NULL,
            started_at {timestamp} NOT NULL,
            ended_at {timestamp} NOT NULL,
            fields {json} NOT NULL,
            PRIMARY KEY (deployment_id, given_id)
        ) {strict};
        ALTER TABLE image ADD COLUMN given_by {text};
        CREATE INDEX image_filename ON image (filename);
        """
}
