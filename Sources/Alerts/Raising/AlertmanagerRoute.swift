import Accounts
import Core
import Database
import HTTPServer

/// The call with which Alertmanager tells of the server.
struct AlertmanagerRoute: Sendable {
    let system: SystemAlerts

    struct Taken: APIValue {
        let opened: Int
        let updated: Int
        let resolved: Int
    }

    var route: Route {
        Route(
            .post,
            "/api/v1/alerts/alertmanager",
            summary: "Take what Alertmanager says of the server: a webhook for its configuration",
            details: """
                One alert is kept for each fingerprint: what fires opens it, or tells it in other words, and what is resolved \
                ends it. The key may come in X-API-Key, or as a bearer token.
                """,
            tags: AlertRoutes.tags,
            body: .json(AlertmanagerMessage.self),
            limits: Route.Limits(body: 1 << 20),
            access: .report,
            quota: "control"
        ) { request in
            let entries = try request.json(AlertmanagerMessage.self).checked()
            return try await take(entries)
        }
    }

    /// All or none, in one order, so that two messages at once do not wait for each other.
    func take(_ entries: [AlertmanagerMessage.Entry]) async throws -> Taken {
        let now = system.clock.now()
        let outcomes = try await system.rules.database.write { tx in
            var outcomes: [SystemAlerts.Outcome] = []
            for entry in entries.sorted(by: { $0.fingerprint < $1.fingerprint }) {
                switch entry.status {
                case .firing: outcomes.append(try await system.begin(entry.news(at: now), in: tx))
                case .resolved: outcomes.append(try await system.end(entry.key, in: tx))
                }
            }
            return outcomes
        }
        return Taken(
            opened: outcomes.count { $0 == .opened },
            updated: outcomes.count { $0 == .updated },
            resolved: outcomes.count { $0 == .resolved }
        )
    }
}
