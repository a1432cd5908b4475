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
        try await sweep(prefix, age, dryRun, isKnown: { known.contains($0) }, atEnd: {})
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
        var known = known.makeAsyncIterator()
        var next = try await known.next(isolation: #isolation)
        func advance() async throws {
            let last = next
            next = try await known.next(isolation: #isolation)
            if let next, let last, next < last {
                throw ObjectFault(.other, "the known keys are out of order at \(next): nothing more is removed")
            }
        }
        return try await sweep(
            prefix,
            age,
            dryRun,
            isKnown: { key in
                while let candidate = next, candidate < key { try await advance() }
                return next == key
            },
            atEnd: { while next != nil { try await advance() } }
        )
    }

    private func sweep(
        _ prefix: String,
        _ age: Duration,
        _ dryRun: Bool,
        isKnown: (ObjectKey) async throws -> Bool,
        atEnd: () async throws -> Void
    ) async throws -> Report {
        let moment = clock.now() - max(age, Self.shortestAge)
        var report = Report(isDryRun: dryRun)
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
            if !dryRun {
                for orphan in orphans {
                    try await store.delete(orphan.key)
                    report.removed += 1
                }
            }
            guard found.count == page, let end = found.last?.key else { break }
            last = end
        }
        report.unfinished = try await store.removeUnfinished(before: moment, dryRun: dryRun)
        return report
    }
}
