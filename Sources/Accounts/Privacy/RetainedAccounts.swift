import Core
import Database

/// Sessions that nobody used for a month, and those that are three months old.
struct OverSessions: Retainable {
    let sessions: SessionStore

    let name = "sessions"
    let rule = "Sessions that were not used for 30 days, or are 90 days old."

    func expired(at now: Timestamp) async throws -> Int { try await sessions.countExpired(at: now) }
    func removeSome(at now: Timestamp) async throws -> Int { try await sessions.removeExpired(at: now, limit: 1_000) }
}

/// Links of letters, tickets and invitations after their time.
struct OverLinks: Retainable {
    let accounts: Accounts

    let name = "links"
    let rule = "Links of letters, tickets and invitations, once they open nothing any more."

    func expired(at now: Timestamp) async throws -> Int {
        try await accounts.tokens.countExpired(at: now) + accounts.invitations.countExpired(at: now)
    }

    func removeSome(at now: Timestamp) async throws -> Int {
        try await accounts.tokens.removeExpired(at: now, limit: 1_000)
            + accounts.invitations.removeExpired(at: now, limit: 1_000)
    }
}

/// What applications were let do, and their tokens, after their time.
struct OverGrants: Retainable {
    let grants: OAuthGrantStore

    let name = "applications"
    let rule = "Tokens of applications that are over, and leave for applications that was not used for 90 days."

    func expired(at now: Timestamp) async throws -> Int { try await grants.countExpired(at: now) }
    func removeSome(at now: Timestamp) async throws -> Int { try await grants.removeExpired(at: now, limit: 1_000) }
}

/// From where people did what is on the trail.
struct OldAddresses: Retainable {
    let audit: AuditLog

    private static let life = Duration.seconds(90 * 86_400)

    let name = "audit-addresses"
    let rule = "Addresses on the audit trail, after 90 days; the entries stay."

    func expired(at now: Timestamp) async throws -> Int { try await audit.addresses(before: now - Self.life) }

    func removeSome(at now: Timestamp) async throws -> Int {
        try await audit.forgetAddresses(before: now - Self.life, limit: 1_000)
    }
}

/// People whose time of grace is over.
struct LeavingPeople: Retainable {
    let privacy: Privacy
    let reason: Departure.Reason

    var name: String { reason == .asked ? "people-who-left" : "inactive-people" }
    var rule: String {
        reason == .asked
            ? "People who asked to leave, with all that is theirs, when their time to change their mind is over."
            : "People who did not come back for 30 days after they were told that nobody uses their account."
    }

    func expired(at now: Timestamp) async throws -> Int {
        try await privacy.accounts.departures.countDue(reason, at: now)
    }

    func removeSome(at now: Timestamp) async throws -> Int {
        let due = try await privacy.accounts.departures.due(reason, at: now, limit: 10)
        for user in due { _ = try await privacy.erase(Erasure(user: user, by: "server")) }
        return due.count
    }
}

/// Letters to people who were not here for long; nobody is erased who was not told.
struct InactiveWarnings: Retainable {
    let accounts: Accounts

    static let notice = Duration.seconds(30 * 86_400)

    let name = "inactive-warnings"
    var rule: String {
        guard let lead else { return "People are never told that they are inactive, and never removed for it." }
        return
            "People who were not here for \(lead.components.seconds / 86_400) days are told by letter; administrators are not."
    }

    /// `nil` where it never happens: also where no letter can be sent.
    private var lead: Duration? {
        guard accounts.options.canSendMail, let all = accounts.options.inactiveAfter else { return nil }
        return max(all - Self.notice, .zero)
    }

    func expired(at now: Timestamp) async throws -> Int {
        guard let lead else { return 0 }
        return try await accounts.departures.countUnused(since: now - lead)
    }

    func removeSome(at now: Timestamp) async throws -> Int {
        guard let lead else { return 0 }
        try await accounts.departures.removeReturned()
        let unused = try await accounts.departures.unused(since: now - lead, limit: 100)
        for user in unused {
            try await accounts.database.write { tx in
                let departure = Departure(user: user, reason: .inactive, since: now, eraseAt: now + Self.notice)
                try await accounts.departures.set(departure, in: tx)
                try await accounts.post(.inactive, to: user, in: tx)
                let entry = AuditEntry("user.warned", by: "server", on: "user \(user)", from: Origin(address: "server"))
                try await accounts.audit.write(entry, in: tx)
            }
        }
        return unused.count
    }
}
