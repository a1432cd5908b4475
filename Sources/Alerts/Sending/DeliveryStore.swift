import Core
import Database

/// Keeps in the table `alert_delivery` what is told to whom, and what came of it.
struct DeliveryStore: Sendable {
    let database: Database

    func insert(_ delivery: Delivery, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO alert_delivery (id, alert_id, rule_id, channel_id, channel_name, state, due_at, batch_id, attempts,
                created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [
                .id(delivery.id), .id(delivery.alert), SQLValue(delivery.rule), SQLValue(delivery.channel),
                .text(delivery.channelName), .text(delivery.state.rawValue), .timestamp(delivery.dueAt),
                SQLValue(delivery.batch), .integer(Int64(delivery.attempts)), .timestamp(delivery.createdAt),
            ]
        )
    }

    /// How many a rule has sent through a channel since then, or means to.
    func count(
        of rule: Rule.ID,
        through channel: Channel.ID,
        since moment: Timestamp,
        in reader: DatabaseReader
    ) async throws -> Int {
        try await reader.value(
            "SELECT count(*) FROM alert_delivery WHERE rule_id = $1 AND channel_id = $2 AND created_at > $3",
            [.id(rule), .id(channel), .timestamp(moment)]
        )
    }

    /// Whether a rule told of a subject since then.
    func wasTold(
        _ rule: Rule.ID,
        of subject: String,
        since moment: Timestamp,
        in reader: DatabaseReader
    ) async throws -> Bool {
        try await reader.first(
            """
            SELECT alert.id FROM alert_delivery JOIN alert ON alert.id = alert_delivery.alert_id
            WHERE alert_delivery.rule_id = $1 AND alert_delivery.created_at > $2 AND alert.subject = $3 LIMIT 1
            """,
            [.id(rule), .timestamp(moment), .text(subject)]
        ) != nil
    }

    /// What happened to an alert, in the order in which it was ordered.
    func deliveries(of alert: Alert.ID) async throws -> [Delivery] {
        try await database.query(
            "SELECT * FROM alert_delivery WHERE alert_id = $1 ORDER BY id LIMIT 1000",
            [.id(alert)]
        ).map(Delivery.init)
    }

    struct Due: Sendable {
        let rule: Rule.ID
        let channel: Channel.ID
    }

    /// Digests that are due: one for each rule and channel.
    func due(at now: Timestamp, limit: Int, in tx: Transaction) async throws -> [Due] {
        try await tx.query(
            """
            SELECT DISTINCT rule_id, channel_id FROM alert_delivery
            WHERE state = 'waiting' AND due_at <= $1 AND rule_id IS NOT NULL AND channel_id IS NOT NULL LIMIT $2
            """,
            [.timestamp(now), .integer(Int64(limit))]
        ).map { Due(rule: try $0["rule_id"], channel: try $0["channel_id"]) }
    }

    func gather(_ due: Due, into batch: DeliveryBatch.ID, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE alert_delivery SET state = 'pending', batch_id = $1
            WHERE rule_id = $2 AND channel_id = $3 AND state = 'waiting' AND due_at <= $4
            """,
            [.id(batch), .id(due.rule), .id(due.channel), .timestamp(now)]
        )
    }

    /// What a batch holds that was not sent; `nil` when there is nothing of it left to do.
    func batch(_ id: DeliveryBatch.ID, in reader: DatabaseReader) async throws -> Batch? {
        guard
            let first = try await reader.first(
                """
                SELECT alert_id, rule_id, channel_id, count(*) OVER () AS total FROM alert_delivery
                WHERE batch_id = $1 AND state <> 'sent' ORDER BY id LIMIT 1
                """,
                [.id(id)]
            )
        else { return nil }
        return Batch(
            first: try first["alert_id"],
            count: try first["total"],
            rule: try first["rule_id"],
            channel: try first["channel_id"]
        )
    }

    struct Batch: Sendable {
        let first: Alert.ID
        let count: Int
        /// `nil` when it was removed.
        let rule: Rule.ID?
        /// `nil` when it was removed.
        let channel: Channel.ID?
    }

    /// What a digest says: the same together, the most frequent first.
    func groups(of batch: DeliveryBatch.ID, limit: Int, in reader: DatabaseReader) async throws -> [Notice.Group] {
        try await reader.query(
            """
            SELECT alert.title AS title, count(*) AS total, max(alert.happened_at) AS latest
            FROM alert_delivery JOIN alert ON alert.id = alert_delivery.alert_id
            WHERE alert_delivery.batch_id = $1 AND alert_delivery.state <> 'sent'
            GROUP BY alert.title ORDER BY total DESC, alert.title LIMIT $2
            """,
            [.id(batch), .integer(Int64(limit))]
        ).map { Notice.Group(title: try $0["title"], count: try $0["total"], latestAt: try $0["latest"]) }
    }

    func setSent(_ batch: DeliveryBatch.ID, at now: Timestamp, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE alert_delivery SET state = 'sent', sent_at = $2, cause = NULL, attempts = attempts + 1
            WHERE batch_id = $1 AND state <> 'sent'
            """,
            [.id(batch), .timestamp(now)]
        )
    }

    /// Another attempt may follow.
    func noteFailure(_ batch: DeliveryBatch.ID, cause: String, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE alert_delivery SET cause = $2, attempts = attempts + 1 WHERE batch_id = $1 AND state <> 'sent'",
            [.id(batch), .text(cause)]
        )
    }

    func setFailed(_ batch: DeliveryBatch.ID, cause: String, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE alert_delivery SET state = 'failed', cause = coalesce(cause, $2)
            WHERE batch_id = $1 AND state <> 'sent'
            """,
            [.id(batch), .text(cause)]
        )
    }

    /// What has not left through a channel will not.
    func giveUp(through channel: Channel.ID, cause: String, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE alert_delivery SET state = 'failed', cause = $2
            WHERE channel_id = $1 AND state IN ('waiting', 'pending')
            """,
            [.id(channel), .text(cause)]
        )
    }

    /// What waits for a digest of a rule will not leave.
    func giveUp(of rule: Rule.ID, cause: String, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE alert_delivery SET state = 'failed', cause = $2 WHERE rule_id = $1 AND state = 'waiting'",
            [.id(rule), .text(cause)]
        )
    }
}

extension Delivery {
    init(_ row: Row) throws {
        self.init(
            id: try row["id"],
            alert: try row["alert_id"],
            rule: try row["rule_id"],
            channel: try row["channel_id"],
            channelName: try row["channel_name"],
            state: State(rawValue: try row["state"]) ?? .pending,
            dueAt: try row["due_at"],
            batch: try row["batch_id"],
            attempts: try row["attempts"],
            cause: try row["cause"],
            createdAt: try row["created_at"],
            sentAt: try row["sent_at"]
        )
    }
}
