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

    /// Sweeps below `prefix`, holding against a set in memory; an `age` below `shortestAge` counts as that.
    package func callAsFunction(
        prefix: String,
        known: Set<ObjectKey>,
        olderThan age: Duration,
        dryRun: Bool
    ) async throws -> Report {
        var report = Report(isDryRun: dryRun)
        let moment = moment(age)
        try await sweep(prefix, before: moment, isKnown: { known.contains($0) }, atEnd: {}, into: &report)
        report.unfinished = try await store.removeUnfinished(before: moment, dryRun: dryRun)
        return report
    }

    /// Sweeps below the prefixes of the claims and nowhere else.
    package func callAsFunction(claims: [ObjectClaim], olderThan age: Duration, dryRun: Bool) async throws -> Report {
        var report = Report(isDryRun: dryRun)
        let moment = moment(age)
        // Below a shorter prefix everything is looked at already.
        let prefixes = Set(claims.map(\.prefix))
        for prefix in prefixes.sorted() where !prefixes.contains(where: { $0 != prefix && prefix.hasPrefix($0) }) {
            let known = ClaimedKeys(claims: claims.filter { $0.overlaps(prefix) })
            try await sweep(prefix, before: moment, knownInOrder: known, into: &report)
        }
        report.unfinished = try await store.removeUnfinished(before: moment, dryRun: dryRun)
        return report
    }

    /// Sweeps below `prefix`, holding against keys that come in ascending order, in flat memory.
    ///
    /// - Throws: `ObjectFault.other` when the known keys are out of order, before the page in which that shows is touched.
    package func callAsFunction(
        prefix: String,
        knownInOrder known: some AsyncSequence<ObjectKey, any Error>,
        olderThan age: Duration,
        dryRun: Bool
    ) async throws -> Report {
        var report = Report(isDryRun: dryRun)
        let moment = moment(age)
        try await sweep(prefix, before: moment, knownInOrder: known, into: &report)
        report.unfinished = try await store.removeUnfinished(before: moment, dryRun: dryRun)
        return report
    }

    private func moment(_ age: Duration) -> Timestamp { clock.now() - max(age, Self.shortestAge) }

    private func sweep(
        _ prefix: String,
        before moment: Timestamp,
        knownInOrder known: some AsyncSequence<ObjectKey, any Error>,
        into report: inout Report
    ) async throws {
        var known = known.makeAsyncIterator()
        var next = try await known.next(isolation: #isolation)
        func advance() async throws {
            let last = next
            next = try await known.next(isolation: #isolation)
            if let next, let last, next < last {
                throw ObjectFault(.other, "the known keys are out of order at \(next): nothing more is removed")
            }
        }
        try await sweep(
            prefix,
            before: moment,
            isKnown: { key in
                while let candidate = next, candidate < key { try await advance() }
                return next == key
            },
            atEnd: { while next != nil { try await advance() } },
            into: &report
        )
    }

    private func sweep(
        _ prefix: String,
        before moment: Timestamp,
        isKnown: (ObjectKey) async throws -> Bool,
        atEnd: () async throws -> Void,
        into report: inout Report
    ) async throws {
        var last: ObjectKey?
        while true {
            let found = try await store.list(prefix: prefix, after: last, limit: page)
            var orphans: [ObjectSummary] = []
            for object in found where try await !isKnown(object.key) {
                if object.modified < moment { orphans.append(object) } else { report.spared += 1 }
            }
            if found.count < page { try await atEnd() }
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
