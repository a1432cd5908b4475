import Core
import Database
import HTTPServer

/// An address that somebody wants in place of theirs, and then the one that they had.
struct EmailChange: Sendable {
    typealias ID = Identifier<EmailChange>

    let id: ID
    let user: User.ID
    /// The wanted address; once that is theirs the one before, for the letter that tells of it.
    let email: EmailAddress
    let isDone: Bool
    let expiresAt: Timestamp

    static let linkLife = Duration.seconds(86_400)
    /// So long the letter to the address before may take.
    static let noticeLife = Duration.seconds(7 * 86_400)
}

/// What the token of a link remembers.
struct EmailChangeLink: Codable, Sendable { let change: EmailChange.ID }

/// Keeps changes of addresses in the table `email_change`.
struct EmailChangeStore: Sendable {
    let database: Database
    let fields: PersonalFields

    func insert(_ change: EmailChange, in tx: Transaction) async throws {
        try await tx.execute(
            "INSERT INTO email_change (id, user_id, email, done, expires_at) VALUES ($1, $2, $3, $4, $5)",
            [
                .id(change.id), .id(change.user),
                .text(fields.written(change.email.description, for: place(change.id))),
                .boolean(change.isDone), .timestamp(change.expiresAt),
            ]
        )
    }

    func change(_ id: EmailChange.ID, at now: Timestamp, in reader: DatabaseReader) async throws -> EmailChange? {
        let row = try await reader.first(
            "SELECT id, user_id, email, done, expires_at FROM email_change WHERE id = $1 AND expires_at > $2",
            [.id(id), .timestamp(now)]
        )
        guard let row else { return nil }
        guard let email = EmailAddress(try fields.read(try row["email"], for: place(id))) else {
            throw DatabaseFault(.row, "the row of the address \(id) is not one of this version")
        }
        return EmailChange(
            id: id,
            user: try row["user_id"],
            email: email,
            isDone: try row["done"],
            expiresAt: try row["expires_at"]
        )
    }

    /// The address that somebody waits to prove.
    func wanted(by user: User.ID, at now: Timestamp) async throws -> EmailAddress? {
        try await database.read { reader in
            let row = try await reader.first(
                "SELECT id FROM email_change WHERE user_id = $1 AND done = FALSE ORDER BY id DESC LIMIT 1",
                [.id(user)]
            )
            guard let row else { return nil }
            return try await change(try row["id"], at: now, in: reader)?.email
        }
    }

    /// Lets fall what somebody wanted before.
    func removeWanted(by user: User.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM email_change WHERE user_id = $1 AND done = FALSE", [.id(user)])
    }

    func countExpired(at now: Timestamp) async throws -> Int {
        try await database.countExpired(in: "email_change", at: now)
    }

    func removeExpired(at now: Timestamp, limit: Int) async throws -> Int {
        try await database.removeExpired(from: "email_change", at: now, limit: limit)
    }

    private func place(_ id: EmailChange.ID) -> String { "email_change.email.\(id)" }
}

extension Accounts {
    var emailChanges: EmailChangeStore { EmailChangeStore(database: database, fields: users.fields) }

    /// Sends a link to the address that somebody wants, and a word to the one that they have.
    ///
    /// The same is done whether or not the wanted address has an account: its letter alone is another one.
    func askForEmail(_ email: EmailAddress, of user: User, from origin: Origin) async throws {
        let now = clock.now()
        let change = EmailChange(
            id: .next(at: now),
            user: user.id,
            email: email,
            isDone: false,
            expiresAt: now + EmailChange.linkLife
        )
        let mayWrite = await guardian.mayWrite(to: email)
        try await database.write { tx in
            try await emailChanges.removeWanted(by: user.id, in: tx)
            try await emailChanges.insert(change, in: tx)
            if mayWrite {
                try await post(.addressProof, about: change.id, in: tx)
                try await post(.addressAsked, to: user.id, in: tx)
            }
            let id = user.id.description
            try await audit.write(AuditEntry("email.asked", by: id, on: "user \(id)", from: origin), in: tx)
        }
    }

    /// Makes the address behind the link that of whoever asked for it.
    ///
    /// - Throws: a 410 for a link that is not good, also when the address has an account by now.
    func proveEmail(_ token: String, from origin: Origin) async throws {
        let user = try await database.write { tx in
            try await tx.lock("people")
            guard let link = try await tokens.redeem(token, as: .emailChange, EmailChangeLink.self, in: tx)?.content,
                let change = try await emailChanges.change(link.change, at: clock.now(), in: tx), !change.isDone,
                let user = try await users.user(change.user, in: tx), user.state.maySignIn
            else { throw PasswordRoutes.deadLink }
            var changed = user
            changed.email = change.email
            do {
                try await tx.savepoint { [changed] in try await users.update(changed, in: $0) }
            } catch let fault as DatabaseFault where fault.constraint?.kind == .unique {
                // Whose it is by now is not told.
                throw PasswordRoutes.deadLink
            }
            try await hasMoved(user, to: change.email, in: tx)
            let id = user.id.description
            let (old, new) = Self.differences(user, changed)
            let entry = AuditEntry("user.changed", by: id, on: "user \(id)", from: origin, old: old, new: new)
            try await audit.write(entry, in: tx)
            return user.id
        }
        await changed(user)
    }

    /// What follows when somebody has another address: links to the one before open nothing any more, and a letter goes there.
    func hasMoved(_ before: User, to email: EmailAddress, in tx: Transaction) async throws {
        try await tokens.removeAll(.passwordReset, of: before.id, in: tx)
        try await invitations.remove(email, in: tx)
        try await emailChanges.removeWanted(by: before.id, in: tx)
        guard options.canSendMail else { return }
        let now = clock.now()
        let notice = EmailChange(
            id: .next(at: now),
            user: before.id,
            email: before.email,
            isDone: true,
            expiresAt: now + EmailChange.noticeLife
        )
        try await emailChanges.insert(notice, in: tx)
        try await post(.addressChanged, about: notice.id, in: tx)
    }
}
