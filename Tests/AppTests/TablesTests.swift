import Accounts
import Core
import Database
import TestSupport
import Testing

@testable import App

/// What every feature's migrations must keep to, so that copies and backups hold all of it.
struct TablesTests {
    @Test func `the tables of every feature can be copied`() async throws {
        let schema = try await TableSchema(migrations: Features.migrations, indexes: Features.indexes)
        #expect(schema.tables.count > 1)
    }

    @Test func `every table with a column for a person belongs to some feature's personal data`() async throws {
        let schema = try await TableSchema(migrations: Features.migrations, indexes: Features.indexes)
        let owned = try await withKit { kit in Set(Features.privacy(kit).parts.flatMap(\.tables)) }
        for table in schema.tables {
            for column in table.columns.map(\.name) where ["user_id", "owner", "actor", "invited_by"].contains(column) {
                #expect(owned.contains(PersonalTable(table.name, column)), "nobody erases \(table.name).\(column)")
            }
        }
        for one in owned {
            let table = schema.tables.first { $0.name == one.name }
            #expect(table?.columns.contains { $0.name == one.column } == true, "\(one.name) has no \(one.column)")
        }
    }
}
