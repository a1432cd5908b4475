import Database
import Testing
import TestSupport

/// Every engine that the contract suite runs on; an engine joins by adding a case.
enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqliteFile, sqliteMemory

    var testDescription: String { rawValue }

    /// Gives the body a database of its own with one table.
    func withDatabase<Value>(
        options: DatabaseOptions = DatabaseOptions(),
        _ body: (Database) async throws -> Value
    ) async throws -> Value {
        try await withTemporaryDirectory { folder in
            let url =
                switch self {
                case .sqliteFile: "sqlite:\(folder)/test.db"
                case .sqliteMemory: "sqlite::memory:"
                }
            let database = try await Database.open(url, options: options)
            try await database.execute(
                "CREATE TABLE plants (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, height REAL CHECK (height >= 0))"
            )
            do {
                let value = try await body(database)
                await database.close()
                return value
            } catch {
                await database.close()
                throw error
            }
        }
    }
}

extension Database {
    func count(_ table: String = "plants") async throws -> Int {
        try await read { try await $0.value("SELECT count(*) FROM \(table)") }
    }
}

/// The fault that `body` throws; `nil` when it throws none.
func databaseFault<Value>(_ body: () async throws -> Value) async -> DatabaseFault? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? DatabaseFault
    }
}
