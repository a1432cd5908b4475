import Core

/// How long a camera has watched a place.
struct TrapEffort: Hashable, Sendable {
    let deployment: Deployment
    /// Days and parts of days, up to now for one that still hangs.
    let days: Double

    init(_ deployment: Deployment, until now: Timestamp) {
        self.deployment = deployment
        let end = min(deployment.endedAt ?? now, now)
        days = max(0, (end - deployment.startedAt).seconds / 86_400)
    }
}
