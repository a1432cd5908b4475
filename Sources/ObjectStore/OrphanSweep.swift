package import Core

/// Removes objects that nothing refers to any more, and what broken puts left behind.
///
/// An object is spared while it is younger than `age`: who puts an object writes the row that refers to it a moment later.
package struct OrphanSweep: Sendable {
    /// What was found, and, unless it was a dry run, removed.
    package struct Report: Hashable, Sendable {
        package fileprivate(set) var examined = 0
        package fileprivate(set) var orphans = 0
        package fileprivate(set) var orphanBytes: Int64 = 0
        package fileprivate(set) var removed = 0
        /// Unknown objects that are too young to be judged.
        package fileprivate(set) var spared = 0
        /// Uploads that were begun and never ended.
        package fileprivate(set) var unfinished = 0
        /// The first orphans, for the operator; at most `OrphanSweep.examples`.
        package fileprivate(set) var examples: [ObjectKey] = []
        package let isDryRun: Bool
    }

    package static let examples = 100
    /// Below this a sweep would race with puts whose rows are still being written.
    package static let shortestAge = Duration.seconds(3_600)

    private let store: any ObjectStore
    private let clock: WallClock
    private let page = 1_000

    package init(_ store: any ObjectStore, clock: WallClock = .system) {
        self.store = store
        self.clock = clock
    }

    /// Sweeps below the prefixes of the claims and nowhere else; an `age` below `shortestAge` counts as that.
    ///
    /// - Throws: `ObjectFault.other` when keys of a claim are out of order, before anything is judged by them.
    package func callAsFunction(claims: [ObjectClaim], olderThan age: Duration, dryRun: Bool) async throws -> Report {
        var report = Report(isDryRun: dryRun)
        let moment = clock.now() - max(age, Self.shortestAge)
        // Below a shorter prefix everything is looked at already.
        let prefixes = Set(claims.map(\.prefix))
        for prefix in prefixes.sorted() where !prefixes.contains(where: { $0 != prefix && prefix.hasPrefix($0) }) {
            let known = ClaimedKeys(claims: claims.filter { $0.overlaps(prefix) })
            try await sweep(prefix, before: moment, known, into: &report)
        }
        report.unfinished = try await store.removeUnfinished(before: moment, dryRun: dryRun)
        return report
    }

    private func sweep(
        _ prefix: String,
        before moment: Timestamp,
        _ claimed: ClaimedKeys,
        into report: inout Report
    ) async throws {
        var known = claimed.makeAsyncIterator()
        var next = try await known.next()
        var last: ObjectKey?
        while true {
            let found = try await store.list(prefix: prefix, after: last, limit: page)
            var orphans: [ObjectSummary] = []
            for object in found {
                while let candidate = next, candidate < object.key { next = try await known.next() }
                if next == object.key { continue }
                if object.modified < moment { orphans.append(object) } else { report.spared += 1 }
            }
            report.examined += found.count
            report.orphans += orphans.count
            report.orphanBytes += orphans.reduce(0) { $0 + $1.size }
            report.examples += orphans.map(\.key).prefix(Self.examples - report.examples.count)
            if !report.isDryRun {
                for orphan in orphans where try await remove(orphan.key, before: moment) { report.removed += 1 }
            }
            guard found.count == page, let end = found.last?.key else { return }
            last = end
        }
    }

    /// Whether it was removed: one that was put anew since it was listed is about to be referred to.
    private func remove(_ key: ObjectKey, before moment: Timestamp) async throws -> Bool {
        do {
            guard try await store.head(key).modified < moment else { return false }
        } catch let fault as ObjectFault where fault.code == .notFound {
            return false
        }
        try await store.delete(key)
        return true
    }
}
