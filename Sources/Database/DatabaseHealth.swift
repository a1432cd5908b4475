package import Core

/// Says on the health page whether the database answers, lies where it was opened, and served well of late.
package struct DatabaseHealth: HealthCheck {
    package let name = "database"
    private let database: Database

    package init(_ database: Database) { self.database = database }

    package func check() async -> Health {
        do {
            if let fault = database.latestFault ?? database.recentFault { throw fault }
            try await database.verifyPlace()
            _ = try await database.query("SELECT 1 AS one")
            return .healthy
        } catch let fault as DatabaseFault {
            return Health(fault.code == .busy ? .degraded : .unhealthy, "\(fault): \(fault.cure)")
        } catch is Overloaded {
            return Health(.degraded, "too many reads wait for a database connection")
        } catch {
            return Health(.degraded, "the database did not answer")
        }
    }
}
