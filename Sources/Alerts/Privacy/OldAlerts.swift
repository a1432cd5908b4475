import Core
import Database

/// The history, after a year.
struct OldAlerts: Retainable {
    let database: Database

    private static let life = Duration.seconds(365 * 86_400)
    private static let over = "FROM alert WHERE raised_at < $1 AND open_key IS NULL"

    let name = "alerts"
    let rule = "Alerts, a year after they were raised; what still goes on stays."

    func expired(at now: Timestamp) async throws -> Int {
        try await database.read { try await $0.value("SELECT count(*) \(Self.over)", [.timestamp(now - Self.life)]) }
    }

    func removeSome(at now: Timestamp) async throws -> Int {
        try await database.execute(
            "DELETE FROM alert WHERE id IN (SELECT id \(Self.over) ORDER BY id LIMIT 1000)",
            [.timestamp(now - Self.life)]
        )
    }
}
