import Database
import JobQueue

/// Brings the tables of the configured database forwards or back, and says where they stand.
package struct MigrateDatabase: Sendable {
    package struct Step: Codable, Sendable {
        package let feature: String
        package let number: Int
        package let name: String
        /// `applied`, `pending`, `changed` or `unknown`.
        package let state: String
    }

    private let url: String

    package init(_ configuration: Configuration) { url = configuration.databaseURL }

    /// The features that have tables.
    package static var features: [String] {
        Features.migrations.filter { $0.number == 1 }.map(\.feature)
    }

    package func status() async throws -> [Step] {
        try await withMigrator(mustExist: true) { migrator in
            try await migrator.status().map {
                Step(feature: $0.feature, number: $0.number, name: $0.name, state: $0.state.rawValue)
            }
        }
    }

    /// The steps that were applied.
    package func up() async throws -> [Step] {
        try await withMigrator(mustExist: false) { try await Self.steps($0.up(), .applied) }
    }

    /// The steps that `down` would take back; the latest one when no number is given.
    package func stepsDown(_ feature: String, to number: Int?) async throws -> [Step] {
        try await withMigrator(mustExist: true) { migrator in
            let steps = try await migrator.stepsDown(feature, to: number ?? 0)
            return Self.steps(number == nil ? Array(steps.prefix(1)) : steps, .applied)
        }
    }

    /// Refuses while workers live: they would go on with tables that are no more.
    package func refuseBesideWorkers() async throws {
        try await withMigrator(mustExist: true) { migrator in
            let living = try await WorkerWatch(migrator.database).living()
            guard let first = living.first else { return }
            throw StartFault(
                "a worker uses these tables (\(first)\(living.count > 1 ? ", and \(living.count - 1) more" : "")). "
                    + "Cure: stop hedgerow serve and hedgerow worker first, or say --force"
            )
        }
    }

    /// The steps that were taken back.
    package func down(_ feature: String, to number: Int) async throws -> [Step] {
        try await withMigrator(mustExist: true) { try await Self.steps($0.down(feature, to: number), .pending) }
    }

    private func withMigrator<Value>(
        mustExist: Bool,
        _ body: (Migrator) async throws -> Value
    ) async throws -> Value {
        try await withDatabase(at: url, mustExist: mustExist) { database in
            try await body(Migrator(database, migrations: Features.migrations))
        }
    }

    private static func steps(_ migrations: [Migration], _ state: MigrationStatus.State) -> [Step] {
        migrations.map { Step(feature: $0.feature, number: $0.number, name: $0.name, state: state.rawValue) }
    }
}
