import Core
import Database
import Observations

/// Raises, changes and ends alerts about the server, each under a key of its own.
struct SystemAlerts: Sendable {
    struct News: Sendable {
        let key: String
        let severity: Severity
        let title: String
        let details: String
        let happenedAt: Timestamp
    }

    enum Outcome: Sendable { case opened, updated, resolved, nothing }

    let rules: RuleStore
    let authority: RuleAuthority
    let raise: RaiseAlert
    let clock: WallClock

    /// What goes on already is only told in other words: the same is not sent twice.
    func begin(_ news: News, in tx: Transaction) async throws -> Outcome {
        try await tx.lock("alert \(news.key)")
        if var alert = try await raise.alerts.goingOn(news.key, in: tx) {
            alert.severity = news.severity
            alert.title = news.title
            alert.details = news.details
            try await raise.alerts.update(alert, in: tx)
            return .updated
        }
        let now = clock.now()
        var telling: [Rule] = []
        for rule in try await rules.enabled(.system, in: tx) where news.severity >= rule.condition.severity ?? .info {
            let quiet = Duration.seconds(rule.quietMinutes * 60)
            let isQuiet = try await raise.deliveries.wasTold(rule.id, of: news.key, since: now - quiet, in: tx)
            guard !isQuiet, try await authority.holds(rule, at: nil, in: tx) else { continue }
            telling.append(rule)
        }
        let alert = Alert(
            id: .next(at: now),
            rule: nil,
            kind: .system,
            severity: news.severity,
            subject: news.key,
            openKey: news.key,
            title: news.title,
            details: news.details,
            happenedAt: news.happenedAt,
            raisedAt: now
        )
        return try await raise(alert, telling: telling, in: tx) ? .opened : .nothing
    }

    func end(_ key: String, in tx: Transaction) async throws -> Outcome {
        try await tx.lock("alert \(key)")
        guard let alert = try await raise.alerts.goingOn(key, in: tx) else { return .nothing }
        try await raise.alerts.resolve(alert.id, at: clock.now(), in: tx)
        return .resolved
    }

    func isGoingOn(_ key: String, in reader: DatabaseReader) async throws -> Bool {
        try await raise.alerts.goingOn(key, in: reader) != nil
    }
}
