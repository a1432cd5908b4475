import Database

/// The tables of this feature.
///
/// Nobody knows what those were allowed to see who set earlier rules and channels: these tell what everybody may know.
enum AlertsMigrations {
    static let all = [
        Migration(
            feature: "alerts",
            number: 1,
            name: "alerts",
            up: SQLScript(channels + rules + alerts + deliveries),
            down: """
                DROP TABLE alert_delivery; DROP TABLE alert; DROP TABLE alert_rule_channel; DROP TABLE alert_rule;
                DROP TABLE alert_channel;
                """
        ),
        Migration(
            feature: "alerts",
            number: 2,
            name: "disclosure",
            up: """
                ALTER TABLE alert_rule ADD COLUMN disclosure {text} NOT NULL DEFAULT 'pictures';
                ALTER TABLE alert_channel ADD COLUMN disclosure {text} NOT NULL DEFAULT 'pictures';
                ALTER TABLE alert_channel ADD COLUMN set_by {uuid};
                UPDATE alert_channel SET set_by = user_id;
                """,
            down: """
                ALTER TABLE alert_channel DROP COLUMN set_by; ALTER TABLE alert_channel DROP COLUMN disclosure; ALTER TABLE alert_rule DROP COLUMN disclosure;
                """
        ),
    ]

    /// `target` is sealed: addresses of people, tokens and secrets.
    private static let channels = """
        CREATE TABLE alert_channel (
            id {uuid} PRIMARY KEY,
            name {text} NOT NULL,
            kind {text} NOT NULL,
            target {blob} NOT NULL,
            user_id {uuid},
            created_at {timestamp} NOT NULL
        ) {strict};
        CREATE INDEX alert_channel_user ON alert_channel (user_id);

        """

    /// `user_id` is whose word the rule is: it reaches no further than they do.
    private static let rules = """
        CREATE TABLE alert_rule (
            id {uuid} PRIMARY KEY,
            name {text} NOT NULL,
            kind {text} NOT NULL,
            condition {json} NOT NULL,
            site_id {uuid},
            camera_id {uuid},
            pace {text} NOT NULL CHECK (pace IN ('at_once', 'hourly', 'daily')),
            quiet_minutes {integer} NOT NULL,
            is_enabled {boolean} NOT NULL,
            user_id {uuid},
            created_at {timestamp} NOT NULL
        ) {strict};
        CREATE INDEX alert_rule_kind ON alert_rule (kind, id);
        CREATE INDEX alert_rule_user ON alert_rule (user_id);
        CREATE TABLE alert_rule_channel (
            rule_id {uuid} NOT NULL REFERENCES alert_rule (id) ON DELETE CASCADE,
            channel_id {uuid} NOT NULL REFERENCES alert_channel (id) ON DELETE CASCADE,
            PRIMARY KEY (rule_id, channel_id)
        ) {strict};
        CREATE INDEX alert_rule_channel_of ON alert_rule_channel (channel_id);

        """

    /// `open_key` names what goes on until it ends, and is null once it has: there is one alert of each at a time.
    private static let alerts = """
        CREATE TABLE alert (
            id {uuid} PRIMARY KEY,
            rule_id {uuid} REFERENCES alert_rule (id) ON DELETE SET NULL,
            kind {text} NOT NULL,
            severity {text} NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
            subject {text} NOT NULL,
            open_key {text},
            site_id {uuid},
            camera_id {uuid},
            image_id {uuid},
            latitude {real},
            longitude {real},
            title {text} NOT NULL,
            details {text} NOT NULL,
            state {text} NOT NULL CHECK (state IN ('open', 'acknowledged', 'resolved')),
            happened_at {timestamp} NOT NULL,
            raised_at {timestamp} NOT NULL,
            resolved_at {timestamp},
            acknowledged_by {uuid},
            acknowledged_at {timestamp}
        ) {strict};
        CREATE UNIQUE INDEX alert_open ON alert (open_key);
        CREATE UNIQUE INDEX alert_sighting ON alert (rule_id, image_id, subject);
        CREATE INDEX alert_subject ON alert (rule_id, subject, raised_at);
        CREATE INDEX alert_state ON alert (state, id);
        CREATE INDEX alert_site ON alert (site_id, id);
        CREATE INDEX alert_raised ON alert (raised_at);
        CREATE INDEX alert_acknowledged_by ON alert (acknowledged_by);

        """

    /// `batch_id` groups what is sent as one: it is null for what waits for a digest.
    private static let deliveries = """
        CREATE TABLE alert_delivery (
            id {uuid} PRIMARY KEY,
            alert_id {uuid} NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
            rule_id {uuid} REFERENCES alert_rule (id) ON DELETE SET NULL,
            channel_id {uuid} REFERENCES alert_channel (id) ON DELETE SET NULL,
            channel_name {text} NOT NULL,
            state {text} NOT NULL CHECK (state IN ('waiting', 'pending', 'sent', 'failed')),
            due_at {timestamp} NOT NULL,
            batch_id {uuid},
            attempts {integer} NOT NULL,
            cause {text},
            created_at {timestamp} NOT NULL,
            sent_at {timestamp}
        ) {strict};
        CREATE INDEX alert_delivery_alert ON alert_delivery (alert_id, id);
        CREATE INDEX alert_delivery_batch ON alert_delivery (batch_id);
        CREATE INDEX alert_delivery_due ON alert_delivery (state, due_at);
        CREATE INDEX alert_delivery_pace ON alert_delivery (rule_id, channel_id, created_at);
        CREATE INDEX alert_delivery_channel ON alert_delivery (channel_id);
        """
}
