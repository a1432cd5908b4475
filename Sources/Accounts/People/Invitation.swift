package import Core
import Database

/// An account that waits for the person it is for.
package struct Invitation: Sendable {
    package typealias ID = Identifier<Invitation>

    let id: ID
    let email: EmailAddress
    let role: Role
    let reach: Reach
    let invitedBy: String
    let createdAt: Timestamp
    let expiresAt: Timestamp

    static let life = Duration.seconds(7 * 86_400)
}

/// Keeps invitations in the table of that name.
struct InvitationStore: Sendable {
    let database: Database
    let fields: PersonalFields

    static let order = PageOrder.descending(.init("id", .uuid))

    /// A new invitation takes the place of an earlier one for the same address.
    func insert(_ invitation: Invitation, in tx: Transaction) async throws {
        let code = SQLValue.blob(fields.code(of: invitation.email))
        try await tx.execute("DELETE FROM invitation WHERE email_code = $1", [code])
        try await tx.execute(
            """
            INSERT INTO invitation (id, email_code, email, role, reach, invited_by, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .id(invitation.id), code,
                .text(fields.written(invitation.email.description, for: place(invitation.id))),
                .text(invitation.role.rawValue), .json(try JSON.encode(invitation.reach)), .text(invitation.invitedBy),
                .timestamp(invitation.createdAt), .timestamp(invitation.expiresAt),
            ]
        )
    }

    func invitation(_ id: Invitation.ID, in reader: DatabaseReader) async throws -> Invitation? {
        try await reader.first("SELECT * FROM invitation WHERE id = $1", [.id(id)]).map(invitation)
    }

    /// The invitation for an address, while it is good.
    func invitation(for email: EmailAddress, at now: Timestamp, in reader: DatabaseReader) async throws -> Invitation? {
        try await reader.first(
            "SELECT * FROM invitation WHERE email_code = $1 AND expires_at > $2",
            [.blob(fields.code(of: email)), .timestamp(now)]
        ).map(invitation)
    }

    func page(after place: PagePlace?, limit: Int) async throws -> (invitations: [Invitation], next: PagePlace?) {
        try await database.read { reader in
            let page = try await reader.page("SELECT * FROM invitation", in: Self.order, after: place, limit: limit)
            return (try page.rows.map(invitation), page.next)
        }
    }

    func remove(_ id: Invitation.ID, in tx: Transaction) async throws -> Bool {
        try await tx.execute("DELETE FROM invitation WHERE id = $1", [.id(id)]) == 1
    }

    func countExpired(at now: Timestamp) async throws -> Int {
        try await database.countExpired(in: "invitation", at: now)
    }

    func removeExpired(at now: Timestamp, limit: Int) async throws -> Int {
        try await database.removeExpired(from: "invitation", at: now, limit: limit)
    }

    /// Withdraws whatever waits for this address.
    func remove(_ email: EmailAddress, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM invitation WHERE email_code = $1", [.blob(fields.code(of: email))])
    }

    /// Invitations outlive whoever wrote them.
    func forgetInviter(_ inviter: String, in tx: Transaction) async throws {
        try await tx.execute("UPDATE invitation SET invited_by = 'nobody' WHERE invited_by = $1", [.text(inviter)])
    }

    private func place(_ id: Invitation.ID) -> String { "invitation.email.\(id)" }

    private func invitation(_ row: Row) throws -> Invitation {
        let id: Invitation.ID = try row["id"]
        guard let email = EmailAddress(try fields.read(try row["email"], for: place(id))),
            let role = Role(rawValue: try row["role"])
        else { throw DatabaseFault(.row, "the row of the invitation \(id) is not one of this version") }
        return Invitation(
            id: id,
            email: email,
            role: role,
            reach: try row.json("reach"),
            invitedBy: try row["invited_by"],
            createdAt: try row["created_at"],
            expiresAt: try row["expires_at"]
        )
    }
}
