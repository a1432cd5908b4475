import Core
import HTTPServer
import Synchronization

/// Asks every part how it is; while all is well, at most once a second however often it is asked itself.
final class HealthBoard: Sendable {
    private let checks: [any HealthCheck]
    private let clock: WallClock
    private let latest = Mutex<(report: HealthReport, bytes: [UInt8], at: ContinuousClock.Instant)?>(nil)

    init(_ checks: [any HealthCheck], clock: WallClock = .system) {
        self.checks = checks
        self.clock = clock
    }

    /// The JSON of a report in which everything is well, when there is one at most a second old.
    var fresh: [UInt8]? {
        latest.withLock { latest in
            guard let latest, latest.report.status == .healthy, ContinuousClock.now - latest.at < .seconds(1) else {
                return nil
            }
            return latest.bytes
        }
    }

    /// Asks every part.
    func report() async throws -> (report: HealthReport, bytes: [UInt8]) {
        var parts: [String: HealthReport.Part] = [:]
        for check in checks {
            let health = await check.check()
            parts[check.name] = HealthReport.Part(
                status: health.status,
                engine: health.engine,
                detail: health.detail
            )
        }
        let report = HealthReport(
            status: parts.values.map(\.status).max() ?? .healthy,
            version: Version.current,
            timestamp: clock.now(),
            checks: parts
        )
        let bytes = try JSON.encode(report)
        latest.withLock { $0 = (report, bytes, .now) }
        return (report, bytes)
    }
}

/// What `GET /health` answers.
struct HealthReport: APIValue {
    let status: Health.Status
    let version: String
    let timestamp: Timestamp
    let checks: [String: Part]

    struct Part: APIValue {
        let status: Health.Status
        let engine: String?
        let detail: String?
        static let notes = [
            "engine": "Which of several makes is in use, such as files or s3.",
            "detail": "What is wrong and how to cure it.",
        ]
    }

    static let notes = [
        "status": "The worst of the parts.",
        "checks": "The parts: database, object_store, queue, models, and redis and backup where they are set.",
    ]
}
