import Core

/// Decides which files of a folder are complete: one whose size and time have not changed for a while.
///
/// No sender says when it has finished, and an upload that broke off looks like any other file.
struct DropFolder: Sendable {
    typealias Sighting = FolderWalk.File

    private struct Known {
        var sighting: Sighting
        var since: ContinuousClock.Instant
        /// Not looked at before then.
        var notBefore: ContinuousClock.Instant
    }

    private let quiet: Duration
    private var known: [String: Known] = [:]

    init(quiet: Duration) { self.quiet = quiet }

    /// The files that are complete, in the order of their paths; those that are gone are forgotten.
    mutating func ready(_ seen: [Sighting], at now: ContinuousClock.Instant) -> [Sighting] {
        var present: [String: Known] = [:]
        for sighting in seen {
            if let old = known[sighting.path], old.sighting == sighting {
                present[sighting.path] = old
            } else {
                present[sighting.path] = Known(sighting: sighting, since: now, notBefore: now)
            }
        }
        known = present
        return known.values.filter { now - $0.since >= quiet && now >= $0.notBefore }.map(\.sighting)
            .sorted { $0.path < $1.path }
    }

    /// For how long a file has not changed.
    func age(of path: String, at now: ContinuousClock.Instant) -> Duration {
        known[path].map { now - $0.since } ?? .zero
    }

    /// Leaves a file alone for a while, unless it changes.
    mutating func postpone(_ path: String, until moment: ContinuousClock.Instant) { known[path]?.notBefore = moment }
}
