import Core
import Database
import HTTPServer

extension Accounts {
    /// What somebody may let an application do: what they may do themselves, here and now.
    func allowable(by user: User, _ caller: Caller) -> Set<Permission> {
        guard user.role.needsSecondFactor, !caller.hasSecondFactor else { return user.role.permissions }
        return user.role.permissions.filter(\.comesBeforeSecondFactor)
    }

    /// Lets an application act for a person; gives the code that it trades for tokens.
    ///
    /// - Throws: a 403 when the person may do nothing of what it asks for.
    func allow(
        _ asked: AuthorizationRequest,
        as caller: Caller,
        _ user: User,
        from origin: Origin
    ) async throws -> String {
        // No more than was shown: should the role grow, the application asks again.
        let scopes = asked.scopes.intersection(allowable(by: user, caller))
        guard user.state == .active, !scopes.isEmpty else {
            throw Problem.forbidden("Your account may do nothing of what this application asks for.")
        }
        let now = clock.now()
        let grant = OAuthGrant(
            id: .next(at: now),
            client: asked.client.id,
            user: user.id,
            type: .authorizationCode,
            scopes: scopes,
            hasSecondFactor: caller.hasSecondFactor,
            createdAt: now,
            lastUsedAt: nil,
            expiresAt: now + OAuthToken.codeLife
        )
        return try await database.write { tx in
            try await grants.insert(grant, in: tx)
            let entry = AuditEntry(
                "application.allowed",
                by: user.id.description,
                on: "grant \(grant.id)",
                from: origin,
                new: ["application": asked.client.id.description, "scopes": scopes.scopeText]
            )
            try await audit.write(entry, in: tx)
            return try await grants.issue(
                .code,
                of: grant.id,
                scopes: scopes,
                proof: OAuthToken.Proof(redirect: asked.redirect.text, challenge: asked.challenge),
                at: now,
                life: OAuthToken.codeLife,
                in: tx
            )
        }
    }

    /// Ends what somebody allowed.
    ///
    /// - Throws: a 404 when they allowed no such thing.
    func withdraw(_ grant: OAuthGrant.ID, of user: User.ID, from origin: Origin) async throws {
        try await database.write { tx in
            guard try await grants.end(grant, of: user, in: tx) else {
                throw Problem.notFound("You have allowed no application under this key.")
            }
            let entry = AuditEntry("application.withdrawn", by: user.description, on: "grant \(grant)", from: origin)
            try await audit.write(entry, in: tx)
        }
        await changed(user)
    }

    /// What somebody allowed, with the applications.
    func allowed(by user: User.ID) async throws -> [(grant: OAuthGrant, client: OAuthClient)] {
        try await database.read { reader in
            var clients: [OAuthClient.ID: OAuthClient] = [:]
            var found: [(OAuthGrant, OAuthClient)] = []
            for grant in try await grants.allowed(by: user, at: clock.now(), in: reader) {
                if clients[grant.client] == nil {
                    clients[grant.client] = try await self.clients.client(grant.client, in: reader)
                }
                if let client = clients[grant.client] { found.append((grant, client)) }
            }
            return found
        }
    }
}
