import Core
import Database
import HTTPServer

/// What commands on the machine itself do with accounts.
extension Accounts {
    package func invite(_ email: String, role: Role, base: String, from origin: Origin) async throws -> String {
        let now = clock.now()
        let invitation = Invitation(
            id: .next(at: now),
            email: try MakePerson.address(email),
            role: role,
            reach: role == .admin ? .everything : .nothing,
            invitedBy: origin.address,
            createdAt: now,
            expiresAt: now + Invitation.life
        )
        return Self.link(to: "join", try await invite(invitation, from: origin), at: base)
    }

    package func add(
        _ email: String,
        name: String,
        role: Role,
        password: String,
        from origin: Origin
    ) async throws {
        let draft = try MakePerson.Draft(
            email: MakePerson.address(email),
            name: name,
            role: role,
            password: password
        )
        let prepared = try await make.prepare(draft)
        try await database.write { tx in
            try await make(prepared, how: "command", from: origin, by: origin.address, in: tx)
        }
    }

    package func setPassword(of user: User, to password: String, from origin: Origin) async throws {
        let hash = try await passwords.hash(new: password, of: [user.name, user.email.description])
        try await database.write { tx in
            try await setPassword(hash, of: user.id, keeping: nil, by: origin.address, from: origin, in: tx)
        }
        await changed(user.id)
    }

    package func everybody() async throws -> [User] {
        var (users, place): ([User], PagePlace?) = ([], nil)
        repeat {
            let page = try await self.users.page(after: place, limit: 1_000)
            users += page.users
            place = page.next
        } while place != nil
        return users
    }

    /// Keeps an invitation; the token of its link.
    func invite(_ invitation: Invitation, from origin: Origin) async throws -> String {
        try await database.write { tx in
            guard try await users.user(invitation.email, in: tx) == nil else {
                throw Problem.conflict("There is an account with this address already.")
            }
            try await invitations.insert(invitation, in: tx)
            try await post(.invitation, about: invitation.id, in: tx)
            let entry = AuditEntry(
                "user.invited",
                by: invitation.invitedBy,
                on: "invitation \(invitation.id)",
                from: origin,
                new: ["role": invitation.role.rawValue]
            )
            try await audit.write(entry, in: tx)
            let link = InvitationLink(invitation: invitation.id)
            return try await tokens.issue(.invitation, content: link, life: Invitation.life, in: tx)
        }
    }
}
