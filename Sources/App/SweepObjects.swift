import Core
import Database
import ObjectStore

/// Removes pictures and other objects that no row refers to any more.
package struct SweepObjects: Sendable {
    /// What was found, and, unless it was a dry run, removed.
    package struct Outcome: Codable, Sendable {
        package let isDryRun: Bool
        package let examined: Int
        package let orphans: Int
        package let orphanBytes: Int64
        package let removed: Int
        /// Orphans that are too young to be judged.
        package let spared: Int
        /// Uploads that were begun and never ended.
        package let unfinished: Int
        /// The first orphans.
        package let examples: [String]
    }

    package static let shortestAge = OrphanSweep.shortestAge

    /// Below this share of what was looked at, orphans are what crashes and removed rows leave; above it the database and the
    /// store more likely do not belong together.
    private static let plausibleShare = 0.5
    /// So few may be any share.
    private static let fewOrphans = 100

    private let sweep: OrphanSweep
    private let claims: [ObjectClaim]
    private let age: Duration

    /// Spares what is younger than `age`, an hour at least.
    init(_ objects: any ObjectStore, claims: [ObjectClaim], olderThan age: Duration, clock: WallClock = .system) {
        sweep = OrphanSweep(objects, clock: clock)
        self.claims = claims
        self.age = age
    }

    /// Only looks.
    package func look() async throws -> Outcome { try await run(isDry: true) }

    /// Removes what nothing refers to, however much that is: somebody has seen what `look` found.
    package func remove() async throws -> Outcome { try await run(isDry: false) }

    /// Looks, and removes what was found unless it is so much that a person should look at it first.
    ///
    /// - Throws: `ImplausibleSweep`.
    package func unattended() async throws -> Outcome {
        let found = try await look()
        let most = Int(Double(found.examined) * Self.plausibleShare)
        guard found.orphans <= max(most, Self.fewOrphans) else { throw ImplausibleSweep(found) }
        return try await remove()
    }

    private func run(isDry: Bool) async throws -> Outcome {
        let report = try await sweep(claims: claims, olderThan: age, dryRun: isDry)
        return Outcome(
            isDryRun: isDry,
            examined: report.examined,
            orphans: report.orphans,
            orphanBytes: report.orphanBytes,
            removed: report.removed,
            spared: report.spared,
            unfinished: report.unfinished,
            examples: report.examples.map(\.description)
        )
    }
}

/// Most objects seem to be orphans, as after a start with another database: nothing was removed.
package struct ImplausibleSweep: Error, CustomStringConvertible {
    package let description: String

    fileprivate init(_ found: SweepObjects.Outcome) {
        description =
            "\(found.orphans) of \(found.examined) objects seem to be referred to by nothing, so none was removed. "
            + "Cure: see that database_url and objects_url belong together, then hedgerow objects sweep"
    }
}

extension SweepObjects {
    /// Gives `body` the sweep of what the configuration names, for use beside a running server or without one.
    ///
    /// - Throws: `StartFault` when the tables are not those of this program, which could not know all references then.
    package static func with<Value>(
        _ configuration: Configuration,
        olderThan age: Duration,
        _ body: (SweepObjects) async throws -> Value
    ) async throws -> Value {
        try await withDatabase(at: configuration.databaseURL, mustExist: true) { database in
            let steps = try await Migrator(database, migrations: Features.migrations).status()
            guard steps.allSatisfy({ $0.state == .applied }) else {
                throw StartFault(
                    "the tables are not those of this version, so it cannot know what rows refer to. "
                        + "Cure: see hedgerow migrate status"
                )
            }
            do {
                let objects = try await openObjectStore(configuration)
                return try await body(SweepObjects(objects, claims: Features.objects(of: database), olderThan: age))
            } catch let fault as ObjectFault {
                throw StartFault("\(fault): \(fault.detail). Nothing more was removed")
            }
        }
    }
}
