import Core
import Database
import JobQueue
import Observations

/// Raises alerts of cameras that fell silent or whose battery is low, and ends them when that is over.
struct LookAtCameras: Sendable {
    struct Turn: Codable, Sendable {}

    static let kind = JobKind<Turn>(
        "alerts.look-at-cameras",
        JobPolicy(queue: "alerts", width: 1, timeLimit: .seconds(120), retries: [])
    )

    let watch: any CameraWatch
    let rules: RuleStore
    let authority: RuleAuthority
    let raise: RaiseAlert
    let clock: WallClock

    func callAsFunction() async throws {
        let cameras = try await watch.cameras()
        try await rules.database.write { tx in
            // Two that look at the same time would each see what the other has not yet written.
            try await tx.lock("alerts of cameras")
            let rules = try await rules.enabled(.cameraSilent, .batteryLow, in: tx)
            let goingOn = try await raise.alerts.goingOn(.cameraSilent, .batteryLow, in: tx)
            try await end(goingOn, rules, cameras, in: tx)
            let known = Set(goingOn.compactMap(\.openKey))
            for rule in rules {
                for camera in cameras where isWrong(camera, by: rule, was: false) {
                    guard !known.contains(Self.key(rule, camera)) else { continue }
                    try await begin(rule, camera, in: tx)
                }
            }
        }
    }

    private func isWrong(_ camera: WatchedCamera, by rule: Rule, was: Bool) -> Bool {
        guard rule.covers(site: camera.site, camera: camera.camera.id) else { return false }
        return rule.kind == .cameraSilent
            ? rule.condition.isSilent(camera, at: clock.now()) : rule.condition.isLow(camera, wasLow: was)
    }

    /// Also where rule or camera are not there any more: nobody would ever end it.
    private func end(
        _ alerts: [Alert],
        _ rules: [Rule],
        _ cameras: [WatchedCamera],
        in tx: Transaction
    ) async throws {
        let rules = Dictionary(rules.map { ($0.id, $0) }) { first, _ in first }
        let cameras = Dictionary(cameras.map { ($0.camera.id, $0) }) { first, _ in first }
        for alert in alerts {
            if let rule = alert.rule.flatMap({ rules[$0] }), let camera = alert.camera.flatMap({ cameras[$0] }),
                isWrong(camera, by: rule, was: true)
            {
                continue
            }
            try await raise.alerts.resolve(alert.id, at: clock.now(), in: tx)
        }
    }

    private func begin(_ rule: Rule, _ camera: WatchedCamera, in tx: Transaction) async throws {
        let now = clock.now()
        let subject = Self.subject(camera)
        let quiet = Duration.seconds(rule.quietMinutes * 60)
        guard try await authority.holds(rule, at: camera.site, in: tx),
            try await !raise.alerts.wasRaised(rule.id, subject, since: now - quiet, in: tx)
        else { return }
        let words = words(rule, camera)
        try await raise(
            Alert(
                id: .next(at: now),
                rule: rule.id,
                kind: rule.kind,
                severity: .warning,
                subject: subject,
                openKey: Self.key(rule, camera),
                site: camera.site,
                camera: camera.camera.id,
                image: nil,
                place: camera.camera.place,
                title: words.title,
                details: words.details,
                happenedAt: now,
                raisedAt: now
            ),
            telling: [rule],
            in: tx
        )
    }

    private func words(_ rule: Rule, _ camera: WatchedCamera) -> (title: String, details: String) {
        let name = camera.camera.title
        guard rule.kind == .cameraSilent else {
            return (
                "Battery of \(name) at \(camera.batteryPercent ?? 0)%",
                "Change or charge it before the camera falls silent."
            )
        }
        let last = camera.lastContactAt.map { "Last heard of \(raise.zone.words($0))." } ?? "It was never heard of."
        return ("\(name) is silent", "\(last) See whether it has power, a network and room on its card.")
    }

    private static func subject(_ camera: WatchedCamera) -> String { "camera \(camera.camera.id)" }
    private static func key(_ rule: Rule, _ camera: WatchedCamera) -> String { "\(rule.id) \(subject(camera))" }
}
