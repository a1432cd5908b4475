import Core
import Database
import HTTPServer

/// The calls with which an administrator looks after people.
struct PeopleRoutes: Sendable {
    let privacy: Privacy
    private var accounts: Accounts { privacy.accounts }

    private static let id = Parameter<User.ID>.path("id", "Key of the person.")

    var all: [Route] { [list, one, change, resetFactor, remove] }

    struct Page: APIValue {
        let items: [UserAnswer]
        let next: String?
        let total: Int
        static let notes = ["next": "Give it as `after` for the next page; null on the last."]
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/users",
            summary: "List the people of this server",
            tags: InvitationRoutes.tags,
            parameters: [Paging.after, Paging.limit],
            access: .people,
            quota: "user"
        ) { request in
            let place = try UserStore.order.place(of: request[Paging.after])
            let page = try await accounts.users.page(after: place, limit: request[Paging.limit])
            let total = try await accounts.users.count()
            return Page(items: page.users.map(UserAnswer.init), next: page.next?.token, total: total)
        }
    }

    private var one: Route {
        Route(
            .get,
            "/api/v1/users/{id}",
            summary: "Tell about a person",
            tags: InvitationRoutes.tags,
            parameters: [Self.id],
            access: .people,
            quota: "user",
            answers: [.problem(404, "There is nobody with this key.")]
        ) { request in
            guard let user = try await accounts.users.user(request[Self.id]) else { throw Self.nobody }
            return UserAnswer(user)
        }
    }

    struct Change: APIValue {
        let name: String?
        let email: String?
        let role: Role?
        let state: User.State?
        let sites: [UUIDv7]?
        let clients: [String]?
        let seesEverything: Bool?
        static let notes = [
            "email": "Of somebody who cannot prove one by letter; the address before is told.",
            "state": "active or suspended.", "sites": "Which sites they see.", "clients": "Which clients they see.",
            "seesEverything": "true for all sites and clients, instead of lists.",
        ]
    }

    private var change: Route {
        Route(
            .patch,
            "/api/v1/users/{id}",
            summary: "Change a person's name, address, role, reach or state",
            details: "What is not given stays. Whoever is suspended is signed out at once.",
            tags: InvitationRoutes.tags,
            parameters: [Self.id],
            body: .json(Change.self),
            limits: SignInRoutes.limits,
            access: .people,
            quota: "user",
            answers: [
                .problem(404, "There is nobody with this key."),
                .problem(409, "There would be no administrator left, or somebody else has the address."),
            ]
        ) { request in
            let id = request[Self.id]
            let change = try request.json(Change.self)
            if let name = change.name { try MakePerson.check(name: name.trimmingWhitespace()) }
            let email = try change.email.map(MakePerson.address)
            if let state = change.state, ![.active, .suspended].contains(state) {
                throw Problem.unprocessable(["body", "state"], "takes active or suspended")
            }
            let user = try await accounts.change(id, by: request.caller?.logName ?? "", from: request.origin) { user in
                if let name = change.name { user.name = name.trimmingWhitespace() }
                if let email { user.email = email }
                if let role = change.role { user.role = role }
                if let state = change.state { user.state = state }
                if let sites = change.sites { user.reach.sites = Set(sites) }
                if let clients = change.clients { user.reach.clients = Set(clients) }
                if change.seesEverything == true { user.reach = .everything }
            }
            return UserAnswer(user)
        }
    }

    private var resetFactor: Route {
        Route(
            .post,
            "/api/v1/users/{id}/reset-2fa",
            summary: "Remove the second factor of somebody who has lost it; their sessions end",
            tags: InvitationRoutes.tags,
            parameters: [Self.id],
            access: .people,
            quota: "user",
            answers: [.empty(204, "It is gone."), .problem(404, "There is nobody with this key.")]
        ) { request in
            try await accounts.resetSecondFactor(
                request[Self.id],
                by: request.caller?.logName ?? "",
                from: request.origin
            )
            return .noContent
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/users/{id}",
            summary: "Remove a person for good, with all that is theirs",
            details: "They are signed out at once. Where there is much, the rest is erased in the background.",
            tags: InvitationRoutes.tags,
            parameters: [Self.id],
            access: .people,
            quota: "user",
            answers: [
                .empty(204, "They are gone."), .empty(202, "They are signed out, and are being erased."),
                .problem(404, "There is nobody with this key."),
                .problem(409, "There would be no administrator left."),
            ]
        ) { request in
            let isDone = try await privacy.remove(
                request[Self.id],
                by: request.caller?.logName ?? "",
                from: request.origin,
                steps: Self.stepsAtOnce
            )
            return isDone ? .noContent : Response(status: 202)
        }
    }

    /// As many as nobody minds to wait for.
    private static let stepsAtOnce = 20

    static let nobody = Problem.notFound("There is nobody with this key.")
}
