import Database

/// Moves the rows of every feature into another database, or compares two that should have the same.
package struct CopyDatabase: Sendable {
    package struct Outcome: Codable, Sendable {
        package let table: String
        package let rows: Int
        /// The same for equal rows on every engine.
        package let checksum: String
    }

    package enum Mode: Sendable {
        /// Goes on with an unfinished copy.
        case copy
        /// Deletes an unfinished copy first.
        case anew
        case compareOnly
    }

    private let from: String
    private let to: String

    /// An address that is not given is the configured one.
    package init(_ configuration: Configuration, from: String?, to: String?) throws {
        self.from = from ?? configuration.databaseURL
        self.to = to ?? configuration.databaseURL
        guard self.from != self.to else {
            throw ConfigurationFault("--from and --to name the same database; name two, or one beside database_url")
        }
    }

    package func callAsFunction(
        _ mode: Mode,
        progress: @escaping @Sendable (_ doing: String, _ rows: Int, _ total: Int) -> Void
    ) async throws -> [Outcome] {
        let schema = try await TableSchema(migrations: Features.migrations, indexes: Features.indexes)
        return try await withDatabase(at: from, named: "--from", mustExist: true) { source in
            try await withDatabase(at: to, named: "--to", mustExist: mode == .compareOnly) { target in
                let copy = TableCopy(from: source, to: target, migrations: Features.migrations, schema: schema)
                let report: TableCopy.Progress = { phase, table, rows, total in
                    progress("rows of \(table) \(phase.rawValue)", rows, total)
                }
                let copied =
                    switch mode {
                    case .copy: try await copy(progress: report)
                    case .anew: try await copy(anew: true, progress: report)
                    case .compareOnly: try await copy.compare(progress: report)
                    }
                return copied.map {
                    Outcome(table: $0.table, rows: $0.checksum.rows, checksum: $0.checksum.text)
                }
            }
        }
    }
}
