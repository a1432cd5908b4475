import Core
import Database
import HTTPServer

/// Tokens as an application gets them.
struct IssuedTokens: Sendable {
    let access: String
    let refresh: String?
    let life: Duration
    let scopes: Set<Permission>
}

/// Trades what an application has for tokens: a code, a refresh token, or its own secret.
struct IssueTokens: Sendable {
    let accounts: Accounts
    let origin: Origin

    private enum Outcome: Sendable {
        case issued(IssuedTokens)
        case refused(OAuthFault)
        /// What is good once came again: somebody copied it.
        case reused(User.ID)
    }

    private var grants: OAuthGrantStore { accounts.grants }
    private var life: Duration { min(accounts.options.tokenLife, AccessToken.longestLife) }

    /// - Throws: `OAuthFault`.
    func callAsFunction(_ form: TokenRequest) async throws -> IssuedTokens {
        let client = try await accounts.client(form, from: origin)
        let type = try form.required("grant_type")
        let outcome: Outcome
        switch type {
        case "authorization_code": outcome = try await redeemCode(form, client)
        case "refresh_token": outcome = try await refresh(form, client)
        case "client_credentials": outcome = try await enter(form, client)
        default: throw OAuthFault(.unsupportedGrantType, "grant_type is none of those that this server has")
        }
        switch outcome {
        case .issued(let tokens): return tokens
        case .refused(let fault): throw fault
        case .reused(let user):
            await accounts.changed(user)
            throw OAuthFault.badGrant
        }
    }

    private func redeemCode(_ form: TokenRequest, _ client: OAuthClient) async throws -> Outcome {
        let code = try form.required("code")
        let redirect = try form.required("redirect_uri")
        let verifier = try form.required("code_verifier")
        guard let bearer = Bearer(code, prefix: OAuthToken.Kind.code.prefix) else { throw OAuthFault.badGrant }
        return try await accounts.database.write { tx in
            let found = try await find(bearer, .code, of: client, in: tx)
            guard case .success(let (token, grant)) = found else { return try await refusal(found, in: tx) }
            guard let proof = token.proof, proof.redirect == redirect, Self.proves(verifier, proof.challenge) else {
                return .refused(.badGrant)
            }
            let now = accounts.clock.now()
            try await grants.spend(token, at: now, in: tx)
            try await note("application.connected", grant, in: tx)
            return .issued(try await issue(grant, token.scopes, isLasting: true, at: now, in: tx))
        }
    }

    private func refresh(_ form: TokenRequest, _ client: OAuthClient) async throws -> Outcome {
        guard let bearer = Bearer(try form.required("refresh_token"), prefix: OAuthToken.Kind.refresh.prefix) else {
            throw OAuthFault.badGrant
        }
        let asked = form["scope"]
        return try await accounts.database.write { tx in
            let found = try await find(bearer, .refresh, of: client, in: tx)
            guard case .success(let (token, grant)) = found else { return try await refusal(found, in: tx) }
            var scopes = grant.scopes
            if let asked {
                guard let wanted = Set<Permission>(scopeText: asked), !wanted.isEmpty, wanted.isSubset(of: scopes)
                else { return .refused(.badScope) }
                scopes = wanted
            }
            let now = accounts.clock.now()
            try await grants.spend(token, at: now, in: tx)
            try await grants.saw(grant.id, at: now, in: tx)
            return .issued(try await issue(grant, scopes, isLasting: true, at: now, in: tx))
        }
    }

    /// The application acts as whoever registered it, as far as it was registered for and they may themselves.
    private func enter(_ form: TokenRequest, _ client: OAuthClient) async throws -> Outcome {
        guard client.grantTypes.contains(.clientCredentials), client.isConfidential else {
            throw OAuthFault(.unauthorizedClient, "the application was not registered to act by itself")
        }
        let asked = try client.scopes(asked: form["scope"])
        let now = accounts.clock.now()
        return try await accounts.database.write { tx in
            guard let owner = client.owner, let user = try await accounts.users.user(owner, in: tx),
                user.state == .active
            else { return .refused(OAuthFault(.unauthorizedClient, "whoever registered the application is gone")) }
            let scopes = asked.intersection(user.role.permissions)
            guard !scopes.isEmpty else { return .refused(.badScope) }
            let grant = OAuthGrant(
                id: .next(at: now),
                client: client.id,
                user: owner,
                type: .clientCredentials,
                scopes: scopes,
                // Whoever registers an application has shown one.
                hasSecondFactor: true,
                createdAt: now,
                lastUsedAt: nil,
                expiresAt: now + life
            )
            try await grants.insert(grant, in: tx)
            try await note("application.entered", grant, in: tx)
            return .issued(try await issue(grant, scopes, isLasting: false, at: now, in: tx))
        }
    }

    // MARK: What they share

    private func issue(
        _ grant: OAuthGrant,
        _ scopes: Set<Permission>,
        isLasting: Bool,
        at now: Timestamp,
        in tx: Transaction
    ) async throws -> IssuedTokens {
        let access = try await grants.issue(.access, of: grant.id, scopes: scopes, at: now, life: life, in: tx)
        guard isLasting else { return IssuedTokens(access: access, refresh: nil, life: life, scopes: scopes) }
        let idle = OAuthGrant.idleLife
        try await grants.extend(grant.id, to: now + idle, in: tx)
        let refresh = try await grants.issue(.refresh, of: grant.id, scopes: grant.scopes, at: now, life: idle, in: tx)
        return IssuedTokens(access: access, refresh: refresh, life: life, scopes: scopes)
    }

    private enum Miss: Error {
        case unknown
        case reused(OAuthGrant)
    }

    private func find(
        _ bearer: Bearer,
        _ kind: OAuthToken.Kind,
        of client: OAuthClient,
        in tx: Transaction
    ) async throws -> Result<(OAuthToken, OAuthGrant), Miss> {
        // Of two that come at once, the second finds it spent.
        try await tx.lock("oauth \(bearer.id)")
        guard let token = try await grants.token(bearer, kind, in: tx),
            let grant = try await grants.grant(token.grant, in: tx), grant.client == client.id
        else { return .failure(.unknown) }
        if token.isSpent { return .failure(.reused(grant)) }
        let now = accounts.clock.now()
        guard token.expiresAt > now, grant.expiresAt > now,
            try await accounts.users.user(grant.user, in: tx)?.state == .active
        else { return .failure(.unknown) }
        return .success((token, grant))
    }

    private func refusal(
        _ found: Result<(OAuthToken, OAuthGrant), Miss>,
        in tx: Transaction
    ) async throws -> Outcome {
        guard case .failure(.reused(let grant)) = found else { return .refused(.badGrant) }
        try await grants.end(grant.id, of: grant.user, in: tx)
        try await note("application.reused", grant, in: tx)
        return .reused(grant.user)
    }

    private func note(_ action: String, _ grant: OAuthGrant, in tx: Transaction) async throws {
        let entry = AuditEntry(
            action,
            by: grant.user.description,
            on: "grant \(grant.id)",
            from: origin,
            new: ["application": grant.client.description]
        )
        try await accounts.audit.write(entry, in: tx)
    }

    /// Whether the verifier is the one that the challenge is the digest of (RFC 7636, 4.6).
    private static func proves(_ verifier: String, _ challenge: String) -> Bool {
        guard (43...128).contains(verifier.utf8.count), let digest = challenge.base64URLBytes else { return false }
        return constantTimeEqual(SHA256(of: verifier.utf8).bytes, digest)
    }
}

extension Accounts {
    /// The application that a form comes from, once it has shown its secret, if it has one.
    ///
    /// - Throws: `OAuthFault`.
    func client(_ form: TokenRequest, from origin: Origin) async throws -> OAuthClient {
        guard let id = OAuthClient.ID(form.clientID) else { throw OAuthFault.unknownClient }
        let found = try await database.read { try await clients.secret(of: id, in: $0) }
        guard let (client, digest) = found else { throw OAuthFault.unknownClient }
        let bearer = form.clientSecret.flatMap { Bearer($0, prefix: Self.clientSecretPrefix) }
        let isRight =
            switch digest {
            case let digest?: bearer.map { $0.id == id.uuid && $0.matches(digest) } ?? false
            case nil: form.clientSecret == nil
            }
        guard isRight else {
            seen.refused("application", by: "nobody", on: "application \(id)", from: origin)
            throw OAuthFault.unknownClient
        }
        return client
    }

    /// Takes back a token that an application no longer needs; with a refresh token goes all that was allowed (RFC 7009).
    ///
    /// - Throws: `OAuthFault` for another application's token; one that is not known counts as taken back.
    func revoke(_ form: TokenRequest, from origin: Origin) async throws {
        let client = try await client(form, from: origin)
        let text = try form.required("token")
        for kind in [OAuthToken.Kind.refresh, .access] {
            guard let bearer = Bearer(text, prefix: kind.prefix) else { continue }
            let user = try await database.write { tx -> User.ID? in
                guard let token = try await grants.token(bearer, kind, in: tx),
                    let grant = try await grants.grant(token.grant, in: tx)
                else { return nil }
                guard grant.client == client.id else { throw OAuthFault.badGrant }
                if kind == .refresh || grant.type == .clientCredentials {
                    try await grants.end(grant.id, of: grant.user, in: tx)
                } else {
                    try await grants.remove(token, in: tx)
                }
                let entry = AuditEntry(
                    "application.revoked",
                    by: grant.user.description,
                    on: "grant \(grant.id)",
                    from: origin,
                    new: ["application": client.id.description, "token": kind.rawValue]
                )
                try await audit.write(entry, in: tx)
                return grant.user
            }
            if let user { await changed(user) }
        }
    }
}
