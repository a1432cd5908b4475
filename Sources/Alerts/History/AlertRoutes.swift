import Accounts
import Core
import HTTPServer

/// The calls about what was told.
struct AlertRoutes: Sendable {
    let look: LookAtAlerts

    static let tags = ["Alerts"]
    private static let id = Parameter<Alert.ID>.path("id", "Key of the alert.")
    private static let missing = Answer.problem(404, "There is no such alert, or none that you see.")

    var all: [Route] { [list, show, acknowledge, acknowledgeAll] }

    struct Newest: APIValue {
        let upTo: Alert.ID
        static let notes = ["upTo": "The newest alert that you have seen: what was raised since stays open."]
    }

    struct Done: APIValue { let acknowledged: Int }

    private var list: Route {
        Route(
            .get,
            "/api/v1/alerts",
            summary: "List alerts, the newest first",
            tags: Self.tags,
            parameters: AlertFilter.parameters + [Paging.after, Paging.limit],
            access: .alerts,
            quota: "user"
        ) { request in
            try await look.list(
                AlertFilter(request),
                after: request[Paging.after],
                limit: request[Paging.limit],
                request.alertsCaller()
            )
        }
    }

    private var show: Route {
        Route(
            .get,
            "/api/v1/alerts/{id}",
            summary: "Show an alert with what became of telling it",
            tags: Self.tags,
            parameters: [Self.id],
            access: .alerts,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            try await look(at: request[Self.id], request.alertsCaller())
        }
    }

    private var acknowledge: Route {
        Route(
            .post,
            "/api/v1/alerts/{id}/acknowledge",
            summary: "Say that you have seen to an alert",
            tags: Self.tags,
            parameters: [Self.id],
            access: .rules,
            quota: "user",
            answers: [Self.missing, .problem(409, "It is not open any more.")]
        ) { request in
            let caller = try request.alertsCaller()
            try await look.acknowledge(request[Self.id], by: caller, from: request.origin)
            return try await look(at: request[Self.id], caller)
        }
    }

    private var acknowledgeAll: Route {
        Route(
            .post,
            "/api/v1/alerts/acknowledge",
            summary: "Say that you have seen to all open alerts within a filter",
            tags: Self.tags,
            parameters: AlertFilter.parameters,
            body: .json(Newest.self),
            limits: Route.Limits(body: 4 << 10),
            access: .rules,
            quota: "user"
        ) { request in
            let newest = try request.json(Newest.self).upTo
            return Done(
                acknowledged: try await look.acknowledge(
                    AlertFilter(request),
                    upTo: newest,
                    by: request.alertsCaller(),
                    from: request.origin
                )
            )
        }
    }
}
