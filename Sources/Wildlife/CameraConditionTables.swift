import Database

/// Condition of cameras, profiles of them, and other servers that pictures are collected from.
enum CameraConditionTables {
    static let up = SQLScript(
        """
        ALTER TABLE camera ADD COLUMN battery_percent {integer};
        ALTER TABLE camera ADD COLUMN temperature_celsius {real};
        ALTER TABLE camera ADD COLUMN storage_free_percent {integer};
        ALTER TABLE camera ADD COLUMN condition_at {timestamp};
        ALTER TABLE image ADD COLUMN battery_percent {integer};
        ALTER TABLE image ADD COLUMN temperature_celsius {real};

        """ + profiles + sources
    )

    static let down: SQLScript = """
        DROP TABLE remote_file; DROP TABLE remote_source; DROP TABLE camera_profile;
        ALTER TABLE image DROP COLUMN temperature_celsius; ALTER TABLE image DROP COLUMN battery_percent;
        ALTER TABLE camera DROP COLUMN condition_at; ALTER TABLE camera DROP COLUMN storage_free_percent;
        ALTER TABLE camera DROP COLUMN temperature_celsius; ALTER TABLE camera DROP COLUMN battery_percent;
        """

    private static let profiles = """
        CREATE TABLE camera_profile (
            name {text} PRIMARY KEY,
            text {text} NOT NULL,
            changed_at {timestamp} NOT NULL
        ) {strict};

        """

    /// The secret is sealed, and a file is known again by its path, size and time.
    private static let sources = """
        CREATE TABLE remote_source (
            id {uuid} PRIMARY KEY,
            name {text} NOT NULL,
            protocol {text} NOT NULL CHECK (protocol IN ('ftps', 'ftps_implicit', 'sftp')),
            host {text} NOT NULL,
            port {integer} NOT NULL,
            account {text} NOT NULL,
            secret {blob} NOT NULL,
            fingerprint {text},
            folder {text} NOT NULL,
            pattern {text} NOT NULL,
            every_minutes {integer} NOT NULL,
            camera {text},
            removes {boolean} NOT NULL,
            is_on {boolean} NOT NULL,
            created_at {timestamp} NOT NULL,
            next_at {timestamp} NOT NULL,
            last_at {timestamp},
            succeeded_at {timestamp},
            error {text},
            taken {integer} NOT NULL,
            known {integer} NOT NULL,
            rejected {integer} NOT NULL
        ) {strict};
        CREATE UNIQUE INDEX remote_source_name ON remote_source (name);
        CREATE INDEX remote_source_next ON remote_source (is_on, next_at);
        CREATE TABLE remote_file (
            source_id {uuid} NOT NULL REFERENCES remote_source (id) ON DELETE CASCADE,
            path {text} NOT NULL,
            size {integer} NOT NULL,
            modified {text} NOT NULL,
            outcome {text} NOT NULL CHECK (outcome IN ('taken', 'known', 'report', 'rejected')),
            reason {text},
            seen_at {timestamp} NOT NULL,
            PRIMARY KEY (source_id, path)
        ) {strict};
        """
}
