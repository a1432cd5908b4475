import Archive
import Core
import Database

extension AccountsData {
    private struct Profile: Encodable {
        let id: User.ID
        let email: String
        let name: String
        let role: Role
        let state: User.State
        let reach: Reach
        let hasSecondFactor: Bool
        let createdAt: Timestamp
        let lastSeenAt: Timestamp?
        let eraseAt: Timestamp?
    }

    private struct ConsentFile: Encodable {
        let now: [ConsentAnswer]
        let ledger: [ConsentRoutes.Entry]
    }

    struct ApplicationFile: Encodable {
        let allowed: [OAuthGrantRoutes.GrantAnswer]
        let registered: [OAuthClientRoutes.ClientAnswer]
    }

    private struct LinkEntry: Encodable {
        let issuer: String
        let subject: String
        let createdAt: Timestamp
        let lastUsedAt: Timestamp?
    }

    /// What others did is told, who they are is not.
    private struct TrailEntry: Encodable {
        let at: Timestamp
        let byYou: Bool
        let action: String
        let subject: String
        let address: String?
        let old: [String: String]
        let new: [String: String]
    }

    func export(_ user: User.ID, into archive: inout ZipWriter) async throws {
        guard let person = try await accounts.users.user(user) else { return }
        let profile = Profile(
            id: person.id,
            email: person.email.description,
            name: person.name,
            role: person.role,
            state: person.state,
            reach: person.reach,
            hasSecondFactor: person.hasSecondFactor,
            createdAt: person.createdAt,
            lastSeenAt: person.lastSeenAt,
            eraseAt: try await accounts.departure(of: user)?.eraseAt
        )
        try await archive.add("profile.json", JSON.encode(profile))
        try await archive.add("consents.json", JSON.encode(consents(of: user)))
        let sessions = try await accounts.sessions.sessions(of: user, at: accounts.clock.now())
            .map { SessionRoutes.SessionAnswer($0, current: nil) }
        try await archive.add("sessions.json", JSON.encode(sessions))
        let keys = try await accounts.keys.keys(of: user, limit: Accounts.mostKeys * 2).keys
        try await archive.add("keys.json", JSON.encode(keys.map { KeyRoutes.KeyAnswer($0) }))
        try await archive.add("applications.json", JSON.encode(applications(of: user)))
        try await archive.add("links.json", JSON.encode(links(of: user)))
        try await archive.add("audit.json") { entry in try await writeTrail(of: user, into: entry) }
    }

    func applications(of user: User.ID) async throws -> ApplicationFile {
        ApplicationFile(
            allowed: try await accounts.allowed(by: user).map { OAuthGrantRoutes.GrantAnswer($0, $1) },
            registered: try await accounts.clients.clients(of: user, limit: Accounts.mostClients)
                .map { OAuthClientRoutes.ClientAnswer($0) }
        )
    }

    private func links(of user: User.ID) async throws -> [LinkEntry] {
        try await accounts.database.read { try await accounts.links.links(of: user, in: $0) }.map { link in
            LinkEntry(
                issuer: link.issuer,
                subject: link.subject,
                createdAt: link.createdAt,
                lastUsedAt: link.lastUsedAt
            )
        }
    }

    private func consents(of user: User.ID) async throws -> ConsentFile {
        var ledger: [ConsentRoutes.Entry] = []
        var place: PagePlace?
        repeat {
            let page = try await accounts.consents.ledger.entries(of: user, after: place, limit: 500)
            ledger += page.entries.map { ConsentRoutes.Entry($0) }
            place = page.next
        } while place != nil
        return ConsentFile(
            now: try await accounts.consents.standing(of: user).map { ConsentAnswer($0) },
            ledger: ledger
        )
    }

    private func writeTrail(of user: User.ID, into entry: ZipWriter.Entry) async throws {
        var place: PagePlace?
        var separator = "[\n"
        repeat {
            let page = try await accounts.audit.records(AuditFilter(about: user), after: place, limit: 500)
            for record in page.records {
                let isOwn = record.actor == user.description
                let line = TrailEntry(
                    at: record.at,
                    byYou: isOwn,
                    action: record.action,
                    subject: record.subject,
                    address: isOwn ? record.address : nil,
                    old: record.old,
                    new: record.new
                )
                try await entry.write(Array(separator.utf8) + JSON.encode(line))
                separator = ",\n"
            }
            place = page.next
        } while place != nil
        try await entry.write(separator == "[\n" ? "[]\n" : "\n]\n")
    }
}
