import Database
import Core
import HTTPServer

/// The calls with which somebody makes, sees, renews and ends keys for programs and devices.
struct KeyRoutes: Sendable {
    let accounts: Accounts

    private static let tags = ["Keys"]
    private static let id = Parameter<APIKey.ID>.path("id", "Key of the key, as the list names it.")
    private static let all = Parameter<Bool>.query(
        "all",
        "Everybody's, for whoever looks after people.",
        default: false
    )

    var all: [Route] { [make, list, rotate, remove] }

    struct Wish: APIValue {
        let name: String
        let client: String?
        let scopes: [Permission]
        let quota: Int?
        let expiresInDays: Int?
        static let notes = [
            "name": "What it is for.", "client": "What must stand in X-Client-Id; nothing need, when it is not given.",
            "scopes": "What it may do, as far as you may.", "quota": "Calls a minute, instead of the usual limit.",
            "expiresInDays": "It lives until it is removed, when this is not given.",
        ]
    }

    struct KeyAnswer: APIValue {
        let id: APIKey.ID
        let owner: User.ID
        let name: String
        let client: String?
        let scopes: [Permission]
        let quota: Int?
        let createdAt: Timestamp
        let expiresAt: Timestamp?
        let lastUsedAt: Timestamp?
        let secret: String?
        static let notes = ["secret": "The key itself, for X-API-Key: shown only when it is made."]

        init(_ key: APIKey, secret: String? = nil) {
            id = key.id
            owner = key.owner
            name = key.name
            client = key.client
            scopes = key.scopes.sorted { $0.rawValue < $1.rawValue }
            quota = key.quota
            createdAt = key.createdAt
            expiresAt = key.expiresAt
            lastUsedAt = key.lastUsedAt
            self.secret = secret
        }
    }

    private var make: Route {
        Route(
            .post,
            "/api/v1/keys",
            summary: "Make a key for a program or a device",
            tags: Self.tags,
            body: .json(Wish.self),
            limits: SignInRoutes.limits,
            access: .keys,
            quota: "user",
            status: 201,
            answers: [.problem(409, "There are too many keys.")]
        ) { request in
            let (caller, id) = try request.person()
            let wish = try request.json(Wish.self)
            guard let owner = try await accounts.users.user(id) else { throw Problem.notFound() }
            let made = try await accounts.makeKey(
                KeyWish(
                    name: wish.name.trimmingWhitespace(),
                    client: wish.client,
                    scopes: Set(wish.scopes),
                    quota: wish.quota,
                    life: wish.expiresInDays.map { .seconds(max(-1, min($0, 4_000)) * 86_400) }
                ),
                for: owner,
                by: caller.logName,
                from: request.origin
            )
            return KeyAnswer(made.key, secret: made.secret)
        }
    }

    struct Page: APIValue {
        let items: [KeyAnswer]
        let next: String?
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/keys",
            summary: "List your keys, the newest first",
            tags: Self.tags,
            parameters: [Self.all, Paging.after, Paging.limit],
            access: .keys,
            quota: "user"
        ) { request in
            let caller = request.caller
            let isAll = request[Self.all]
            guard !isAll || caller?.permissions.contains(.people) == true else {
                throw Problem.forbidden("Only whoever looks after people sees everybody's keys.")
            }
            let owner = isAll ? nil : try request.person().id
            let page = try await accounts.keys.keys(
                of: owner,
                after: APIKeyStore.order.place(of: request[Paging.after]),
                limit: request[Paging.limit]
            )
            return Page(items: page.keys.map { KeyAnswer($0) }, next: page.next?.token)
        }
    }

    private var rotate: Route {
        let overlap = Parameter<Int>.query(
            "overlap_hours",
            "How long the old one is still good.",
            default: 24,
            in: 0...720
        )
        return Route(
            .post,
            "/api/v1/keys/{id}/rotate",
            summary: "Make a successor of a key, and let the old one live on for a while",
            tags: Self.tags,
            parameters: [Self.id, overlap],
            access: .keys,
            quota: "user",
            status: 201,
            answers: [.problem(404, "You have no such key.")]
        ) { request in
            guard let caller = request.caller else { throw Problem.notFound() }
            let hours = Duration.seconds(request[overlap] * 3_600)
            let made = try await accounts.rotateKey(request[Self.id], of: caller, overlap: hours, from: request.origin)
            return KeyAnswer(made.key, secret: made.secret)
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/keys/{id}",
            summary: "End a key at once",
            tags: Self.tags,
            parameters: [Self.id],
            access: .keys,
            quota: "user",
            answers: [.empty(204, "It opens nothing any more."), .problem(404, "You have no such key.")]
        ) { request in
            try await accounts.removeKey(request[Self.id], by: request.caller, from: request.origin)
            return .noContent
        }
    }
}
