import Core
import Database
import HTTPServer

/// What somebody wants of an application.
struct OAuthClientWish: Sendable {
    let name: String
    let redirects: [String]
    let scopes: Set<Permission>
    /// `nil` for what follows from the addresses.
    let grantTypes: Set<OAuthClient.GrantType>?
    let isConfidential: Bool
}

/// An application as whoever registers it gets it, once.
struct NewOAuthClient: Sendable {
    let client: OAuthClient
    let secret: String?
}

extension Accounts {
    /// How many applications a server may know.
    static let mostClients = 200
    static let clientSecretPrefix = "hos_"
    private static let mostRedirects = 10

    /// - Throws: a 422 that names what cannot be.
    func registerClient(_ wish: OAuthClientWish, by owner: User, from origin: Origin) async throws -> NewOAuthClient {
        let grantTypes = wish.grantTypes ?? [wish.redirects.isEmpty ? .clientCredentials : .authorizationCode]
        let redirects = wish.redirects.map { RedirectAddress($0) }
        try Self.check(wish, grantTypes, redirects, owner)
        let now = clock.now()
        let bearer = Bearer(Self.clientSecretPrefix, id: .next(at: now))
        let client = OAuthClient(
            id: OAuthClient.ID(bearer.id),
            owner: owner.id,
            name: wish.name,
            redirects: redirects.compactMap(\.self),
            scopes: wish.scopes,
            grantTypes: grantTypes,
            isConfidential: wish.isConfidential,
            createdAt: now
        )
        try await database.write { tx in
            try await tx.lock("applications")
            guard try await clients.count(in: tx) < Self.mostClients else {
                throw Problem.conflict("There are \(Self.mostClients) applications already: remove one first.")
            }
            try await clients.insert(client, digest: wish.isConfidential ? bearer.digest : nil, in: tx)
            let entry = AuditEntry(
                "application.registered",
                by: owner.id.description,
                on: "application \(client.id)",
                from: origin,
                new: ["scopes": client.scopes.scopeText]
            )
            try await audit.write(entry, in: tx)
        }
        return NewOAuthClient(client: client, secret: wish.isConfidential ? bearer.text : nil)
    }

    /// Removes an application; whatever it was let do ends at once.
    func removeClient(_ id: OAuthClient.ID, by actor: String, from origin: Origin) async throws {
        try await database.write { tx in
            guard try await clients.remove(id, in: tx) else {
                throw Problem.notFound("There is no application with this key.")
            }
            try await audit.write(
                AuditEntry("application.removed", by: actor, on: "application \(id)", from: origin),
                in: tx
            )
        }
        await changed(nil)
    }

    private static func check(
        _ wish: OAuthClientWish,
        _ grantTypes: Set<OAuthClient.GrantType>,
        _ redirects: [RedirectAddress?],
        _ owner: User
    ) throws {
        var errors: [Problem.FieldError] = []
        func demand(_ isRight: Bool, _ field: String, _ message: String) {
            if !isRight { errors.append(Problem.FieldError(["body", field], message)) }
        }
        demand((1...100).contains(wish.name.count), "name", "has not 1 to 100 characters")
        demand(
            wish.name.unicodeScalars.allSatisfy { ![.control, .format].contains($0.properties.generalCategory) },
            "name",
            "has a character in it that cannot be seen"
        )
        demand(!grantTypes.isEmpty, "grant_types", "names no way to come by tokens")
        if grantTypes.contains(.authorizationCode) {
            demand(
                (1...mostRedirects).contains(redirects.count),
                "redirect_uris",
                "takes 1 to \(mostRedirects) addresses"
            )
        }
        for (text, redirect) in zip(wish.redirects, redirects) where redirect == nil {
            demand(
                false,
                "redirect_uris",
                "has “\(text.prefix(100))”, which is neither https nor http on 127.0.0.1, [::1] or localhost"
            )
        }
        if grantTypes.contains(.clientCredentials) {
            demand(wish.isConfidential, "confidential", "must be true: only a secret lets an application act by itself")
        }
        demand(!wish.scopes.isEmpty, "scopes", "names nothing that the application may do")
        if let scope = wish.scopes.subtracting(keyScopes).map(\.rawValue).min() {
            demand(false, "scopes", "\(scope) is nothing that an application may do")
        }
        if grantTypes.contains(.clientCredentials),
            let scope = wish.scopes.intersection(keyScopes).subtracting(owner.role.permissions).map(\.rawValue).min()
        {
            demand(false, "scopes", "\(scope) is nothing that you may do yourself")
        }
        guard errors.isEmpty else { throw Problem.unprocessable(errors) }
    }
}
