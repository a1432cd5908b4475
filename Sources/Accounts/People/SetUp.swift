import Core
import Database

/// What the link to an invitation remembers.
struct InvitationLink: Codable, Sendable { let invitation: Invitation.ID }

extension Accounts {
    /// The invitation behind a link, while it is good.
    func invitation(_ token: String, in reader: DatabaseReader) async throws -> Invitation? {
        guard let link = try await tokens.look(at: token, as: .invitation, InvitationLink.self, in: reader),
            let invitation = try await invitations.invitation(link.content.invitation, in: reader),
            invitation.expiresAt > clock.now()
        else { return nil }
        return invitation
    }

    /// A set-up link while there is nobody; it is worth nothing once there is somebody.
    package func setUpLink(_ base: String) async throws -> String? {
        guard try await users.count() == 0 else { return nil }
        let token = try await database.write { tx in
            try await tokens.issue(.setup, content: NoContent(), life: .seconds(86_400), in: tx)
        }
        return Self.link(to: "set-up", token, at: base)
    }

    /// - Throws: `AccountFault.otherSecret` when the rows were sealed with another secret.
    package func checkSecret() async throws { _ = try await signingKeys.current() }

    /// Lets a new key sign access tokens; tokens of the one before stay good until they run out.
    package func rotateSigningKey(from origin: Origin) async throws {
        try await signingKeys.rotate()
        try await audit.write(AuditEntry("signing-key.rotated", by: origin.address, on: "signing keys", from: origin))
    }
}
