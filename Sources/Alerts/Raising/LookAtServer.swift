import Core
import Database
import JobQueue
import Observations

/// Raises alerts about the server by itself, for those who have no Alertmanager.
struct LookAtServer: Sendable {
    struct Turn: Codable, Sendable {}

    static let kind = JobKind<Turn>(
        "alerts.look-at-server",
        JobPolicy(queue: "alerts", width: 1, timeLimit: .seconds(60), retries: [])
    )

    /// What is too much, and below which it is over: a value that goes up and down does not ring each time.
    struct Limit: Sendable {
        let from: Double
        let until: Double

        func isWrong(_ value: Double, was: Bool) -> Bool { value >= (was ? until : from) }
    }

    static let disk = Limit(from: 0.80, until: 0.78)
    /// The share of pictures that nothing is sure on.
    static let unsure = Limit(from: 0.5, until: 0.4)
    static let sure = 0.3
    static let pictures = 100
    /// Fewer say nothing.
    static let fewest = 20

    let watch: any CameraWatch
    let figures: @Sendable () -> MachineFigures
    let system: SystemAlerts
    let clock: WallClock

    func callAsFunction() async throws {
        let figures = figures()
        let confidences = try await watch.confidences(ofLast: Self.pictures)
        if let used = figures.diskUsed {
            try await judge(
                used,
                by: Self.disk,
                key: "server disk \(figures.host)",
                title: "The disk is \(percent(used))% full",
                details:
                    "The disk of the data folder on \(figures.host) is filling up. When it is full nothing more is taken. "
                    + "Make room, or move the data to a larger disk.",
                severity: used > 0.95 ? .critical : .warning
            )
        }
        guard confidences.count >= Self.fewest else { return }
        let share = Double(confidences.count { $0 < Self.sure }) / Double(confidences.count)
        try await judge(
            share,
            by: Self.unsure,
            key: "server confidence",
            title: "The model is unsure of \(percent(share))% of the pictures",
            details:
                "Of the last \(confidences.count) pictures with something on them, so many were read with a confidence "
                + "under \(Self.sure). Look at some: a lens may be dirty or out of focus, or the model does not fit the place.",
            severity: .warning
        )
    }

    private func judge(
        _ value: Double,
        by limit: Limit,
        key: String,
        title: String,
        details: String,
        severity: Severity
    ) async throws {
        try await system.rules.database.write { tx in
            let was = try await system.isGoingOn(key, in: tx)
            let isWrong = limit.isWrong(value, was: was)
            guard isWrong || was else { return }
            let news = SystemAlerts.News(
                key: key,
                severity: severity,
                title: title,
                details: details,
                happenedAt: clock.now()
            )
            _ = isWrong ? try await system.begin(news, in: tx) : try await system.end(key, in: tx)
        }
    }

    private func percent(_ share: Double) -> Int { Int((share * 100).rounded()) }
}
