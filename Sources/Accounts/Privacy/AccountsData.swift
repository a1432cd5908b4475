import Archive
import Core
import Database
import JobQueue

/// What accounts keep about people: who they are, where they are signed in, what they agreed to and did.
struct AccountsData: PersonalData {
    let accounts: Accounts

    let name = "accounts"

    let tables = [
        PersonalTable("app_user", "id"), PersonalTable("recovery_code", "user_id"), PersonalTable("session", "user_id"),
        PersonalTable("one_time_token", "user_id"), PersonalTable("api_key", "user_id"),
        PersonalTable("consent_person", "user_id"), PersonalTable("departure", "user_id"),
        PersonalTable("oidc_link", "user_id"), PersonalTable("oauth_client", "user_id"),
        PersonalTable("oauth_grant", "user_id"),
        PersonalTable("audit", "actor"), PersonalTable("invitation", "invited_by"),
    ]

    let contents: [(file: String, meaning: String)] = [
        ("profile.json", "who you are here: name, address, role, since when"),
        ("consents.json", "what you agree to now, and every entry of the ledger about you"),
        ("sessions.json", "where you are signed in"),
        ("keys.json", "your keys for programs and devices, without what opens a door"),
        ("applications.json", "which applications act for you, and which you registered"),
        ("links.json", "with which providers you sign in, and who you are there"),
        ("audit.json", "what you did, and what was done to your account"),
    ]

    /// The account goes with all that hangs on it.
    ///
    /// What stays are entries of the trail and of the ledger, with keys that
    /// mean nothing any more, and without addresses.
    func erase(_ user: User.ID, in tx: Transaction) async throws -> Erased {
        func count(_ table: String) async throws -> Int {
            try await tx.value("SELECT count(*) FROM \(table) WHERE user_id = $1", [.id(user)])
        }
        let counts = [
            "sessions": try await count("session"), "keys": try await count("api_key"),
            "applications": try await count("oauth_grant"),
        ]
        try await accounts.consents.end(user, in: tx)
        if let email = try await accounts.users.user(user, in: tx)?.email {
            try await accounts.invitations.remove(email, in: tx)
        }
        try await accounts.invitations.forgetInviter(user.description, in: tx)
        try await accounts.queue.forget(mentioning: user.description, in: tx)
        try await accounts.users.remove(user, in: tx)
        try await accounts.audit.forgetAddresses(of: user, in: tx)
        return Erased(counts: counts, isDone: true)
    }

    func usage(of user: User.ID) async throws -> [DataUse] {
        try await accounts.database.read { reader in
            var uses: [DataUse] = []
            for (table, what) in [("session", "sessions"), ("api_key", "keys"), ("oauth_grant", "applications")] {
                let sql = "SELECT count(*) AS total, max(last_used_at) AS last FROM \(table) WHERE user_id = $1"
                guard let row = try await reader.first(sql, [.id(user)]) else { continue }
                uses.append(
                    DataUse(what, for: .service, count: try row["total"], lastUsedAt: try row["last"])
                )
            }
            return uses
        }
    }
}
