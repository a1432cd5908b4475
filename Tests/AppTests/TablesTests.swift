import Database
import Testing

@testable import App

/// What every feature's migrations must keep to, so that copies and backups hold all of it.
struct TablesTests {
    @Test func `the tables of every feature can be copied`() async throws {
        let schema = try await TableSchema(migrations: Features.migrations, indexes: Features.indexes)
        #expect(schema.tables.count > 1)
    }
}
