package import Core

/// Brings the tables of all features to the form that this version of the program needs.
///
/// Each step runs in a transaction of its own that first locks the schema and looks at what is applied, so that two
/// servers may start together.
package struct Migrator: Sendable {
    package let database: Database
    private let migrations: [Migration]
    private let clock: WallClock

    /// The one table that belongs to no feature.
    static let table = "schema_migrations"

    /// Steps run in the order of `migrations`: features in the order of their first step, each from 1 upwards.
    package init(_ database: Database, migrations: [Migration], clock: WallClock = .system) {
        var numbers: [String: Int] = [:]
        for migration in migrations {
            let expected = numbers[migration.feature, default: 0] + 1
            precondition(migration.number == expected, "\(migration.title) should have the number \(expected)")
            numbers[migration.feature] = expected
        }
        self.database = database
        self.migrations = migrations
        self.clock = clock
    }

    /// Every known and every applied migration; changes nothing.
    package func status() async throws -> [MigrationStatus] {
        try await database.read { reader in try await status(in: reader) }
    }

    /// Refuses a database that is ahead of the program, differs from it, or lacks a step; changes nothing.
    ///
    /// One into which rows are being copied is refused too, unless that is what is going on.
    package func verify(mayBeHalfCopied: Bool = false) async throws {
        let steps = try await database.read { reader in
            try await check(reader, mayBeHalfCopied: mayBeHalfCopied)
            return try await status(in: reader)
        }
        if let step = steps.first(where: { $0.state == .pending }) {
            throw MigrationFault.pending("\(step.feature)/\(step.number) \(step.name)")
        }
    }

    /// Applies what is pending and returns it; refuses when the database is ahead of the program or differs from it.
    package func up() async throws -> [Migration] {
        // Refuse before the first step rather than between two.
        try await database.read { reader in try await check(reader) }
        var applied: [Migration] = []
        for migration in migrations where try await apply(migration) { applied.append(migration) }
        return applied
    }

    /// The steps that `down` would take back, the latest first; refuses when one of them cannot be.
    package func stepsDown(_ feature: String, to number: Int) async throws -> [Migration] {
        let known = try await database.read { reader in
            try await check(reader)
            return try await applied(in: reader)
        }
        let steps = migrations.reversed().filter {
            $0.feature == feature && $0.number > number && known[$0.title] != nil
        }
        if let stuck = steps.first(where: { $0.down == nil }) { throw MigrationFault.notReversible(stuck.title) }
        return steps
    }

    /// Takes back the steps of a feature above `number`, the latest first, and returns them.
    package func down(_ feature: String, to number: Int) async throws -> [Migration] {
        var reverted: [Migration] = []
        for migration in try await stepsDown(feature, to: number) {
            let isReverted = try await guarding(migration) { tx in
                try await check(tx)
                guard try await applied(in: tx)[migration.title] != nil else { return false }
                guard let down = migration.down else { throw MigrationFault.notReversible(migration.title) }
                try await tx.session.run(script: down.text(for: tx.engine))
                try await tx.execute(
                    "DELETE FROM schema_migrations WHERE feature = $1 AND number = $2",
                    [.text(migration.feature), .integer(Int64(migration.number))]
                )
                return true
            }
            if isReverted { reverted.append(migration) }
        }
        return reverted
    }

    /// `false` when it was applied before, perhaps by another server that was faster.
    private func apply(_ migration: Migration) async throws -> Bool {
        try await guarding(migration) { tx in
            guard try await applied(in: tx)[migration.title] == nil else { return false }
            try await tx.session.run(script: migration.up.text(for: tx.engine))
            try await tx.execute(
                """
                INSERT INTO schema_migrations (feature, number, name, checksum, applied_at)
                VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    .text(migration.feature), .integer(Int64(migration.number)), .text(migration.name),
                    .text(migration.checksum), .timestamp(clock.now()),
                ]
            )
            return true
        }
    }

    private func guarding(
        _ migration: Migration,
        _ body: @Sendable (Transaction) async throws -> Bool
    ) async throws -> Bool {
        do {
            return try await database.write { tx in
                try await prepare(tx)
                return try await body(tx)
            }
        } catch let fault as DatabaseFault {
            throw MigrationFault.failed(migration.title, fault)
        }
    }

    private func check(_ reader: DatabaseReader, mayBeHalfCopied: Bool = false) async throws {
        if !mayBeHalfCopied, try await CopyState.isThere(in: reader) { throw MigrationFault.halfCopied }
        for step in try await status(in: reader) {
            let title = "\(step.feature)/\(step.number) \(step.name)"
            switch step.state {
            case .applied, .pending: continue
            case .changed: throw MigrationFault.changed(title)
            case .unknown: throw MigrationFault.unknown(title)
            }
        }
    }

    private func status(in reader: DatabaseReader) async throws -> [MigrationStatus] {
        var applied = try await applied(in: reader)
        let known = migrations.map { migration in
            let checksum = applied.removeValue(forKey: migration.title)?.checksum
            return MigrationStatus(
                feature: migration.feature,
                number: migration.number,
                name: migration.name,
                state: checksum.map { $0 == migration.checksum ? .applied : .changed } ?? .pending
            )
        }
        let unknown = applied.values.map { step in
            MigrationStatus(feature: step.feature, number: step.number, name: step.name, state: .unknown)
        }
        return known + unknown.sorted { ($0.feature, $0.number) < ($1.feature, $1.number) }
    }

    private struct Applied {
        let feature: String
        let number: Int
        let name: String
        let checksum: String
    }

    private func applied(in reader: DatabaseReader) async throws -> [String: Applied] {
        guard try await reader.tableNames().contains(Self.table) else { return [:] }
        let rows = try await reader.query("SELECT feature, number, name, checksum FROM \(Self.table)")
        let steps = try rows.map { row in
            try Applied(feature: row["feature"], number: row["number"], name: row["name"], checksum: row["checksum"])
        }
        return Dictionary(steps.map { ("\($0.feature)/\($0.number)", $0) }) { first, _ in first }
    }

    private func prepare(_ tx: Transaction) async throws {
        try await tx.lock("schema_migrations")
        let table: SQLScript = """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                feature {text} NOT NULL,
                number {integer} NOT NULL,
                name {text} NOT NULL,
                checksum {text} NOT NULL,
                applied_at {timestamp} NOT NULL,
                PRIMARY KEY (feature, number)
            ) {strict}
            """
        try await tx.execute(table.text(for: tx.engine))
    }
}

extension Migration {
    fileprivate var title: String { "\(feature)/\(number)" }
}
