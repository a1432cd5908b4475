import Core
import Database
import HTTPServer

/// Finds out who is asking from what they carry: a key, an access token, or a browser's cookie.
struct Identify: Sendable {
    let settingsKey: [UInt8]?
    let users: UserStore
    let sessions: SessionStore
    let keys: APIKeyStore
    let grants: OAuthGrantStore
    let signingKeys: SigningKeys
    let seen: SeenJournal
    let cache: CallerCache
    let publicURL: String?
    let clock: WallClock

    static let keyPrefix = "hk_"
    static let sessionPrefix = "hs_"
    /// Longer than anything is remembered.
    private static let long = Duration.seconds(3_600)

    /// `nil` for somebody who shows nothing.
    ///
    /// - Throws: a 401 for a key or a token that is not taken: a mistyped one must not pass unnoticed. A cookie that is not
    ///   taken counts as none, since browsers go on sending it.
    func callAsFunction(_ request: Request) async throws -> Caller? {
        let keys = request.headers.all("x-api-key")
        let tokens = request.headers.all("authorization")
        guard keys.count <= 1 else { throw Problem.badRequest("The request has several X-API-Key fields.") }
        guard tokens.count <= 1 else { throw Problem.badRequest("The request has several Authorization fields.") }
        if let key = keys.first {
            guard tokens.isEmpty else {
                throw Problem.badRequest("The request has both a key and a token: send one of them.")
            }
            return try await caller(ofKey: key, request)
        }
        if let field = tokens.first { return try await caller(ofToken: field, request) }
        return try await caller(ofCookie: request)
    }

    private func caller(ofKey text: String, _ request: Request) async throws -> Caller {
        if let settingsKey, constantTimeEqual(settingsKey, Array(text.utf8)) { return .operator_ }
        let client = request.headers["x-client-id"]
        guard let bearer = Bearer(text, prefix: Self.keyPrefix),
            let found = try await cache.caller(
                "key \(client ?? "") \(text)",
                { try await caller(bearer, client: client) }
            )
        else {
            throw Problem.unauthorized(
                "The key is not known here, is over, or belongs to another client than X-Client-Id says.",
                challenge: "APIKey realm=\"hedgerow\""
            )
        }
        return found
    }

    private func caller(_ bearer: Bearer, client: String?) async throws -> (Caller, Duration)? {
        let now = clock.now()
        return try await users.database.read { reader in
            guard let (key, digest) = try await keys.key(APIKey.ID(bearer.id), in: reader), bearer.matches(digest),
                key.expiresAt.map({ $0 > now }) ?? true, key.client == nil || key.client == client,
                let owner = try await users.user(key.owner, in: reader), owner.state == .active
            else { return nil }
            seen.note(key: key.id, of: owner.id)
            return (Caller(key, of: owner), key.expiresAt.map { $0 - now } ?? Self.long)
        }
    }

    /// What somebody may do by now who was let in before; `nil` when they would not be let in again.
    func renewed(_ caller: Caller, from address: String) async throws -> Caller? {
        switch caller.credential {
        case .cookie(let id), .token(let id):
            return try await self.caller(id, of: caller.user, from: address, where: { _, _ in true })
        case .key(let id):
            let now = clock.now()
            return try await users.database.read { reader in
                guard let (key, _) = try await keys.key(id, in: reader), key.expiresAt.map({ $0 > now }) ?? true,
                    let owner = try await users.user(key.owner, in: reader), owner.state == .active
                else { return nil }
                return Caller(key, of: owner)
            }
        case .application(let id):
            let now = clock.now()
            return try await users.database.read { reader in
                guard let grant = try await grants.grant(id, in: reader), grant.expiresAt > now,
                    let user = try await users.user(grant.user, in: reader), user.state == .active
                else { return nil }
                return Caller(
                    credential: caller.credential,
                    user: user.id,
                    role: user.role,
                    permissions: caller.permissions.intersection(user.role.permissions),
                    reach: user.reach,
                    hasSecondFactor: caller.hasSecondFactor,
                    quota: caller.quota
                )
            }
        case .settings: return caller
        }
    }

    private func caller(ofToken field: String, _ request: Request) async throws -> Caller {
        let parts = field.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else {
            throw Problem.unauthorized("The Authorization field must be: Bearer and an access token or a key.")
        }
        // Programs such as Alertmanager know this field alone.
        if Bearer(String(parts[1]), prefix: Self.keyPrefix) != nil {
            return try await caller(ofKey: String(parts[1]), request)
        }
        guard let caller = try await caller(ofAccessToken: String(parts[1]), from: request.client.text) else {
            throw Problem.unauthorized(
                "The access token is not one of this server, has run out, or its session has ended.",
                challenge: "Bearer error=\"invalid_token\""
            )
        }
        return caller
    }

    /// `nil` for a text that is no access token of this server, or one whose time is over.
    func caller(ofAccessToken text: String, from address: String) async throws -> Caller? {
        try await cache.caller("token \(text)") {
            if let bearer = Bearer(text, prefix: OAuthToken.Kind.access.prefix) { return try await caller(of: bearer) }
            let now = clock.now()
            guard let token = try await AccessToken.verified(text, at: now, key: { try await signingKeys.key($0) }),
                let caller = try await self.caller(
                    token.session,
                    of: token.user,
                    from: address,
                    where: { session, _ in session.kind == .token }
                )
            else { return nil }
            return (caller, .seconds(token.expiresAt) - .microseconds(now.microseconds))
        }
    }

    /// An application, as whoever let it act.
    private func caller(of bearer: Bearer) async throws -> (Caller, Duration)? {
        let now = clock.now()
        return try await users.database.read { reader in
            guard let token = try await grants.token(bearer, .access, in: reader), token.expiresAt > now,
                let grant = try await grants.grant(token.grant, in: reader), grant.expiresAt > now,
                let user = try await users.user(grant.user, in: reader), user.state == .active
            else { return nil }
            seen.note(grant: grant.id, of: user.id)
            let caller = Caller(
                credential: .application(grant.id),
                user: user.id,
                role: user.role,
                permissions: token.scopes.intersection(user.role.permissions),
                reach: user.reach,
                hasSecondFactor: grant.hasSecondFactor,
                quota: nil
            )
            return (caller, token.expiresAt - now)
        }
    }

    private func caller(ofCookie request: Request) async throws -> Caller? {
        guard let text = SessionCookie.value(in: request), let bearer = Bearer(text, prefix: Self.sessionPrefix) else {
            return nil
        }
        let caller = try await cache.caller("cookie \(text)") {
            let found = try await self.caller(
                Session.ID(bearer.id),
                of: nil,
                from: request.client.text,
                where: { session, digest in session.kind == .browser && bearer.matches(digest) }
            )
            return found.map { ($0, Self.long) }
        }
        guard caller == nil || SameOrigin.admits(request, publicURL: publicURL) else {
            throw Problem(
                403,
                "cross-origin",
                "This call came from another site than this server's own pages, so its cookie was not taken."
            )
        }
        return caller
    }

    private func caller(
        _ id: Session.ID,
        of user: User.ID?,
        from address: String,
        where isRight: @Sendable (Session, [UInt8]) -> Bool
    ) async throws -> Caller? {
        let now = clock.now()
        return try await users.database.read { reader in
            guard let (session, digest) = try await sessions.session(id, in: reader), isRight(session, digest),
                session.expiresAt > now, user.map({ $0 == session.user }) ?? true,
                let person = try await users.user(session.user, in: reader), person.state.maySignIn
            else { return nil }
            seen.note(session: session.id, of: person.id, from: address)
            return Caller(
                credential: session.kind == .browser ? .cookie(session.id) : .token(session.id),
                user: person.id,
                role: person.role,
                permissions: person.permissions,
                reach: person.reach,
                hasSecondFactor: session.hasSecondFactor,
                quota: nil
            )
        }
    }
}

extension User {
    /// What they may do when they are signed in: whoever is leaving may only change their mind.
    var permissions: Set<Permission> { state == .leaving ? [.account] : role.permissions }
}

extension User.State {
    /// Whoever asked to be forgotten may still come back and change their mind.
    var maySignIn: Bool { self == .active || self == .leaving }
}
