import Core
import JobQueue

/// Removes what is over: sessions, links, invitations, and addresses on the trail.
struct AccountsUpkeep: Sendable {
    let accounts: Accounts

    struct Nothing: Codable, Sendable {}

    private static let kind = JobKind<Nothing>(
        "accounts.remove-expired",
        JobPolicy(queue: "maintenance", priority: .bulk, width: 1, timeLimit: .seconds(600), retries: [.seconds(300)])
    )
    static let schedule = JobSchedule(Self.kind, at: "25 * * * *") { Nothing() }

    /// How long the trail remembers addresses.
    private static let addressLife = Duration.seconds(90 * 86_400)

    var handler: JobHandler {
        JobHandler(Self.kind) { _, _ in
            let now = accounts.clock.now()
            try await accounts.sessions.removeExpired(at: now)
            try await accounts.tokens.removeExpired()
            try await accounts.invitations.removeExpired(at: now)
            _ = try await accounts.audit.forgetAddresses(before: now - Self.addressLife)
        }
    }
}
