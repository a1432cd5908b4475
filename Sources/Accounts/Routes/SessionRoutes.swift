import Database
import Core
import HTTPServer

/// The calls with which somebody sees and ends their own sessions.
struct SessionRoutes: Sendable {
    let accounts: Accounts

    private static let id = Parameter<Session.ID>.path("id", "Key of the session.")

    var all: [Route] { [list, end] }

    struct SessionAnswer: APIValue {
        let id: Session.ID
        let kind: Session.Kind
        let createdAt: Timestamp
        let lastUsedAt: Timestamp
        let expiresAt: Timestamp
        let address: String
        let agent: String
        let secondFactor: Bool
        let isCurrent: Bool
        static let notes = ["isCurrent": "Whether this very call belongs to it."]

        init(_ session: Session, current: Session.ID?) {
            id = session.id
            kind = session.kind
            createdAt = session.createdAt
            lastUsedAt = session.lastUsedAt
            expiresAt = session.expiresAt
            address = session.address
            agent = session.agent
            secondFactor = session.hasSecondFactor
            isCurrent = session.id == current
        }
    }

    struct Sessions: APIValue { let items: [SessionAnswer] }

    private var list: Route {
        Route(
            .get,
            "/api/v1/auth/sessions",
            summary: "List your sessions, the newest first",
            tags: SignInRoutes.tags,
            access: .account,
            quota: "user"
        ) { request in
            let (caller, id) = try request.person()
            let sessions = try await accounts.sessions.sessions(of: id, at: accounts.clock.now())
            return Sessions(items: sessions.map { SessionAnswer($0, current: caller.session) })
        }
    }

    private var end: Route {
        Route(
            .delete,
            "/api/v1/auth/sessions/{id}",
            summary: "End one of your sessions",
            tags: SignInRoutes.tags,
            parameters: [Self.id],
            access: .account,
            quota: "user",
            answers: [.empty(204, "It has ended."), .problem(404, "You have no such session.")]
        ) { request in
            let (caller, user) = try request.person()
            guard try await accounts.end(request[Self.id], of: user, by: caller, from: request.origin) else {
                throw Problem.notFound("You have no session with this key.")
            }
            return .noContent
        }
    }
}
