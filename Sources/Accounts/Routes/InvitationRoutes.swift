import Database
import Core
import HTTPServer

/// The calls with which an administrator invites people.
struct InvitationRoutes: Sendable {
    let accounts: Accounts

    private static let id = Parameter<Invitation.ID>.path("id", "Key of the invitation.")
    static let tags = ["People"]

    var all: [Route] { [invite, list, withdraw] }

    struct Wish: APIValue {
        let email: String
        let role: Role
        let sites: [UUIDv7]?
        let clients: [String]?
        static let notes = [
            "sites": "Which sites they will see; all when not given for an administrator, else none.",
            "clients": "Which clients they will see, likewise.",
        ]

        var reach: Reach {
            let usual: Reach = role == .admin ? .everything : .nothing
            return Reach(sites: sites.map(Set.init) ?? usual.sites, clients: clients.map(Set.init) ?? usual.clients)
        }
    }

    struct InvitationAnswer: APIValue {
        let id: Invitation.ID
        let email: String
        let role: Role
        let createdAt: Timestamp
        let expiresAt: Timestamp
        let link: String?
        static let notes = ["link": "Shown once, to be handed over where this server sends no mail."]

        init(_ invitation: Invitation, link: String? = nil) {
            id = invitation.id
            email = invitation.email.description
            role = invitation.role
            createdAt = invitation.createdAt
            expiresAt = invitation.expiresAt
            self.link = link
        }
    }

    private var invite: Route {
        Route(
            .post,
            "/api/v1/invitations",
            summary: "Invite somebody, by letter where this server sends mail",
            tags: Self.tags,
            body: .json(Wish.self),
            limits: SignInRoutes.limits,
            access: .people,
            quota: "user",
            status: 201,
            answers: [.problem(409, "The address has an account.")]
        ) { request in
            let wish = try request.json(Wish.self)
            let now = accounts.clock.now()
            let invitation = Invitation(
                id: .next(at: now),
                email: try MakePerson.address(wish.email),
                role: wish.role,
                reach: wish.reach,
                invitedBy: request.caller?.logName ?? "",
                createdAt: now,
                expiresAt: now + Invitation.life
            )
            let token = try await accounts.invite(invitation, from: request.origin)
            return InvitationAnswer(invitation, link: accounts.link(to: "join", token, request))
        }
    }

    struct Page: APIValue {
        let items: [InvitationAnswer]
        let next: String?
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/invitations",
            summary: "List invitations that nobody has accepted yet",
            tags: Self.tags,
            parameters: [Paging.after, Paging.limit],
            access: .people,
            quota: "user"
        ) { request in
            let place = try InvitationStore.order.place(of: request[Paging.after])
            let page = try await accounts.invitations.page(after: place, limit: request[Paging.limit])
            return Page(items: page.invitations.map { InvitationAnswer($0) }, next: page.next?.token)
        }
    }

    private var withdraw: Route {
        Route(
            .delete,
            "/api/v1/invitations/{id}",
            summary: "Withdraw an invitation",
            tags: Self.tags,
            parameters: [Self.id],
            access: .people,
            quota: "user",
            answers: [.empty(204, "Its link is worth nothing now."), .problem(404, "There is no such invitation.")]
        ) { request in
            let id = request[Self.id]
            try await accounts.database.write { tx in
                guard try await accounts.invitations.remove(id, in: tx) else {
                    throw Problem.notFound("There is no such invitation; it may have been accepted.")
                }
                let actor = request.caller?.logName ?? ""
                let entry = AuditEntry("user.uninvited", by: actor, on: "invitation \(id)", from: request.origin)
                try await accounts.audit.write(entry, in: tx)
            }
            return .noContent
        }
    }
}

extension Accounts {
    /// An address for a person; the secret stands behind the `#`, which browsers send to nobody.
    func link(to page: String, _ token: String, _ request: Request) -> String {
        Self.link(to: page, token, at: base(of: request))
    }

    /// Under which address the caller reaches this server, without a slash at its end.
    func base(of request: Request) -> String {
        let host = request.headers["host"] ?? "localhost"
        let base = options.publicURL ?? "\(request.isSecure ? "https" : "http")://\(host)"
        return base.hasSuffix("/") ? String(base.dropLast()) : base
    }

    static func link(to page: String, _ token: String, at base: String) -> String {
        "\(base.hasSuffix("/") ? String(base.dropLast()) : base)/\(page)#\(token)"
    }
}
