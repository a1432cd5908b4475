package import Core

/// Says on the health page whether the database answers, lies where it was opened, and served well of late.
package struct DatabaseHealth: HealthCheck {
    package let name = "database"
    private let database: Database
    private let migrations: [Migration]

    /// `migrations` are those without which the program does not work.
    package init(_ database: Database, migrations: [Migration] = []) {
        self.database = database
        self.migrations = migrations
    }

    package func check() async -> Health {
        do {
            // Whether another program still holds the file is seen by trying.
            if let fault = database.latestFault, fault.code != .busy { throw fault }
            if let fault = database.recentFault { throw fault }
            try await database.verifyPlace()
            try await database.verifyTurn()
            if migrations.isEmpty {
                _ = try await database.query("SELECT 1 AS one")
            } else if let missing = try await missingStep() {
                let cure = "stop every server and worker, then start them again, or run hedgerow migrate up"
                return Health(.unhealthy, "tables are missing (migration \(missing)): \(cure)")
            }
            return .healthy
        } catch let fault as DatabaseFault {
            return Health(fault.code == .busy ? .degraded : .unhealthy, "\(fault): \(fault.cure)")
        } catch is Overloaded {
            return Health(.degraded, "too many reads wait for a database connection")
        } catch {
            return Health(.degraded, "the database did not answer")
        }
    }

    /// Steps that a newer program has added beside us are no harm.
    private func missingStep() async throws -> String? {
        let step = try await Migrator(database, migrations: migrations).status().first { $0.state == .pending }
        return step.map { "\($0.feature)/\($0.number) \($0.name)" }
    }
}
