import Core
import HTTPServer
import Synchronization

/// Asks every part how it is; while all is well, at most once a second however often it is asked itself.
final class HealthBoard: Sendable {
    private let checks: [any HealthCheck]
    private let clock: WallClock
    private let patience: Duration
    /// Who was asked when and has not answered yet, also after their time was over.
    private let asked = Mutex<[String: [ContinuousClock.Instant]]>([:])
    private let latest = Mutex<(report: HealthReport, bytes: [UInt8], at: ContinuousClock.Instant)?>(nil)

    /// `patience` is how long a part may take for its answer.
    init(_ checks: [any HealthCheck], clock: WallClock = .system, patience: Duration = .seconds(5)) {
        self.checks = checks
        self.patience = patience
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
        let parts = await withTaskGroup(of: (String, HealthReport.Part).self) { group in
            for check in checks {
                group.addTask {
                    let health = await self.ask(check)
                    return (check.name, .init(status: health.status, engine: health.engine, detail: health.detail))
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
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

    /// Asks one part; one that has owed its answer for too long already is not asked again.
    private func ask(_ check: any HealthCheck) async -> Health {
        let (name, now) = (check.name, ContinuousClock.now)
        let isSilent = asked.withLock { asked in
            let isSilent = asked[name, default: []].contains { now - $0 >= patience }
            if !isSilent { asked[name, default: []].append(now) }
            return isSilent
        }
        let health: Health? =
            isSilent
            ? nil
            : await value(within: patience) {
                let health = await check.check()
                self.asked.withLock { asked in
                    if let index = asked[name]?.firstIndex(of: now) { asked[name]?.remove(at: index) }
                }
                return health
            }
        let detail =
            "does not answer within \(Int(patience.seconds)) s: see whether its server or its disk stands still"
        return health ?? Health(check.silence, detail)
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
