import Core
import Database
import HTTPServer

/// Lets somebody in of whom a provider has said who they are.
struct EnterWithProvider: Sendable {
    enum Outcome: Sendable {
        case begun(BegunSession)
        /// They owe the code of their second factor, with this token.
        case codeNeeded(String, User.ID)
        case linked
        case refused(OIDCWord, User.ID?)
    }

    let accounts: Accounts
    let provider: OIDCProvider
    let token: IDToken
    /// The digest of the browser's cookie.
    let browser: String
    /// What they call themselves where the token does not say.
    let givenName: String?
    let origin: Origin

    func callAsFunction(linking user: User.ID?) async throws -> Outcome {
        let outcome = try await accounts.database.write { tx in
            try await tx.lock("people")
            if let user { return try await link(user, in: tx) }
            if let known = try await accounts.links.link(provider.issuer, token.subject, in: tx) {
                return try await enter(known, in: tx)
            }
            return try await welcome(in: tx)
        }
        switch outcome {
        case .begun(let session): await accounts.changed(session.user.id)
        case .refused(_, let user):
            let actor = user?.description ?? "nobody"
            accounts.seen.refused("oidc", by: actor, on: "provider \(provider.name)", from: origin)
        case .codeNeeded(_, let user): await accounts.changed(user)
        case .linked: break
        }
        return outcome
    }

    private func link(_ id: User.ID, in tx: Transaction) async throws -> Outcome {
        guard let user = try await accounts.users.user(id, in: tx), user.state.maySignIn else {
            return .refused(.suspended, id)
        }
        if let known = try await accounts.links.link(provider.issuer, token.subject, in: tx) {
            return known.user == id ? .linked : .refused(.linkedElsewhere, id)
        }
        try await insertLink(of: user, in: tx)
        try await accounts.post(.providerLinked, to: id, provider: provider.title, in: tx)
        return .linked
    }

    private func enter(_ link: OIDCLink, in tx: Transaction) async throws -> Outcome {
        guard let user = try await accounts.users.user(link.user, in: tx), user.state.maySignIn else {
            return .refused(.suspended, link.user)
        }
        guard let user = try await withRole(user, in: tx) else { return .refused(.notInvited, link.user) }
        try await accounts.links.saw(link.id, in: tx)
        return try await begin(user, in: tx)
    }

    /// Somebody whom nobody here knows yet.
    private func welcome(in tx: Transaction) async throws -> Outcome {
        guard let email = token.email, token.isEmailVerified else { return .refused(.unverified, nil) }
        // Whoever has the account says so by signing in to it, and no provider says it for them.
        if let owner = try await accounts.users.user(email, in: tx) { return .refused(.linkNeeded, owner.id) }
        let now = accounts.clock.now()
        let invitation = try await accounts.invitations.invitation(for: email, at: now, in: tx)
        guard invitation != nil || provider.registration == .create else { return .refused(.notInvited, nil) }
        let usual = provider.mapsRoles ? nil : invitation?.role ?? provider.defaultRole ?? .viewer
        guard let role = usual ?? provider.role(of: token.groups) else { return .refused(.notInvited, nil) }
        // The first account is an administrator's, or nobody could make one any more.
        if role != .admin, try await accounts.users.count(in: tx) == 0 {
            return .refused(.notInvited, nil)
        }
        let person = accounts.make.prepare(email, name: name(email), role: role, reach: invitation?.reach)
        let how = invitation == nil ? "provider \(provider.name)" : "invited, provider \(provider.name)"
        try await accounts.make(person, how: how, from: origin, by: nil, in: tx)
        if let invitation { _ = try await accounts.invitations.remove(invitation.id, in: tx) }
        try await insertLink(of: person.user, in: tx)
        return try await begin(person.user, in: tx)
    }

    private func begin(_ user: User, in tx: Transaction) async throws -> Outcome {
        guard user.hasSecondFactor, !token.hasSecondFactor else {
            let session = try await accounts.begin(
                user,
                .browser,
                hasSecondFactor: token.hasSecondFactor,
                from: origin,
                how: "provider \(provider.name)",
                in: tx
            )
            return .begun(session)
        }
        let pending = OIDCPending(browser: browser, provider: provider.name)
        let token = try await accounts.tokens.issue(
            .oidcCode,
            content: pending,
            of: user.id,
            life: OIDCPending.life,
            in: tx
        )
        return .codeNeeded(token, user.id)
    }

    /// The person with the role that the provider says; `nil` when it says none.
    private func withRole(_ before: User, in tx: Transaction) async throws -> User? {
        guard provider.mapsRoles else { return before }
        let role = provider.role(of: token.groups)
        guard role != before.role else { return before }
        if before.role == .admin, before.state == .active,
            try await accounts.users.activeAdministrators(in: tx) == 1
        {
            accounts.log.warning("a provider would demote the last administrator", ["provider": .string(provider.name)])
            return before
        }
        guard let role else { return nil }
        var user = before
        user.role = role
        if role == .admin { user.reach = .everything }
        if before.role == .admin { user.reach = .nothing }
        try await accounts.users.update(user, in: tx)
        let (old, new) = Accounts.differences(before, user)
        let entry = AuditEntry("user.changed", by: "server", on: "user \(user.id)", from: origin, old: old, new: new)
        try await accounts.audit.write(entry, in: tx)
        return user
    }

    private func insertLink(of user: User, in tx: Transaction) async throws {
        let id = try await accounts.links.insert(provider.issuer, token.subject, of: user.id, in: tx)
        let entry = AuditEntry(
            "link.made",
            by: user.id.description,
            on: "link \(id)",
            from: origin,
            new: ["provider": provider.name]
        )
        try await accounts.audit.write(entry, in: tx)
    }

    private func name(_ email: EmailAddress) -> String {
        for text in [token.name, givenName] {
            let plain = String((text ?? "").unicodeScalars.filter { $0.properties.generalCategory != .control })
            let name = String(plain.trimmingWhitespace().prefix(MakePerson.longestName))
            if !name.isEmpty { return name }
        }
        return String(email.description.prefix { $0 != "@" })
    }
}

/// How it went, as the pages read it in their address.
enum OIDCWord: String, Sendable {
    /// Somebody has this address: they link the provider once they are signed in.
    case linkNeeded = "link-needed"
    case notInvited = "not-invited"
    /// The provider does not vouch for the address.
    case unverified
    case suspended
    case linkedElsewhere = "linked-elsewhere"
    case linked
    /// Whoever was asked said no.
    case denied
    /// The attempt is too old, was used, or belongs to another browser.
    case expired
    case unavailable
    case failed
    case code
}
