import Core
import Database
import HTTPServer

/// The calls with which somebody sees and removes the providers that are linked to their account.
struct OIDCLinkRoutes: Sendable {
    let accounts: Accounts

    private static let id = Parameter<OIDCLink.ID>.path("id", "Key of the link.")

    var all: [Route] { [list, remove] }

    struct Link: APIValue {
        let id: OIDCLink.ID
        let provider: String?
        let title: String?
        let issuer: String
        let createdAt: Timestamp
        let lastUsedAt: Timestamp?
        static let notes = ["provider": "Its name; null when this server no longer takes its word."]
    }

    struct Links: APIValue { let items: [Link] }

    private var list: Route {
        Route(
            .get,
            "/api/v1/auth/links",
            summary: "List the providers that are linked to your account",
            tags: SignInRoutes.tags,
            access: .account,
            quota: "user"
        ) { request in
            let (_, id) = try request.person()
            let links = try await accounts.database.read { try await accounts.links.links(of: id, in: $0) }
            return Links(
                items: links.map { link in
                    let provider = provider(link.issuer)
                    return Link(
                        id: link.id,
                        provider: provider?.name,
                        title: provider?.title,
                        issuer: link.issuer,
                        createdAt: link.createdAt,
                        lastUsedAt: link.lastUsedAt
                    )
                }
            )
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/auth/links/{id}",
            summary: "Remove a link to a provider",
            tags: SignInRoutes.tags,
            parameters: [Self.id],
            access: .account,
            quota: "user",
            answers: [
                .empty(204, "The provider lets you in no more."), .problem(404, "You have no such link."),
                .problem(409, "You could not sign in any more."),
            ]
        ) { request in
            let (caller, user) = try request.person()
            let id = request[Self.id]
            try await accounts.database.write { tx in
                try await tx.lock("links \(user)")
                let links = try await accounts.links.links(of: user, in: tx)
                guard let link = links.first(where: { $0.id == id }) else {
                    throw Problem.notFound("You have no link with this key.")
                }
                let isOtherWay = links.contains { $0.id != id && provider($0.issuer) != nil }
                guard try await accounts.users.user(user, in: tx)?.hasPassword == true || isOtherWay else {
                    throw Problem.conflict("This is the only way you can sign in. Set a password first.")
                }
                try await accounts.links.remove(id, in: tx)
                let title = provider(link.issuer)?.title ?? link.issuer
                try await accounts.post(.providerRemoved, to: user, provider: title, in: tx)
                let entry = AuditEntry(
                    "link.removed",
                    by: caller.logName,
                    on: "link \(id)",
                    from: request.origin,
                    old: ["provider": provider(link.issuer)?.name ?? ""]
                )
                try await accounts.audit.write(entry, in: tx)
            }
            return .noContent
        }
    }

    private func provider(_ issuer: String) -> OIDCProvider? {
        accounts.oidc.first { $0.provider.issuer == issuer }?.provider
    }
}
