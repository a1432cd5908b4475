import Core
import Database
import HTTPServer

/// Makes an account; every way to one ends here.
package struct MakePerson: Sendable {
    package struct Draft: Sendable {
        package var email: EmailAddress
        package var name: String
        package var role: Role
        package var reach: Reach
        package var state: User.State
        package var password: String

        package init(
            email: EmailAddress,
            name: String,
            role: Role,
            reach: Reach? = nil,
            state: User.State = .active,
            password: String
        ) {
            self.email = email
            self.name = name
            self.role = role
            self.reach = reach ?? (role == .admin ? .everything : .nothing)
            self.state = state
            self.password = password
        }
    }

    let users: UserStore
    let passwords: PasswordPool
    let consents: Consents
    let audit: AuditLog
    let clock: WallClock

    static let longestName = 100

    /// Checks what was given and hashes the password, before any transaction.
    func prepare(_ draft: Draft) async throws -> Prepared {
        let name = draft.name.trimmingWhitespace()
        try Self.check(name: name)
        let user = User(
            id: .next(at: clock.now()),
            email: draft.email,
            name: name,
            role: draft.role,
            reach: draft.reach,
            state: draft.state,
            createdAt: clock.now(),
            lastSeenAt: nil,
            hasSecondFactor: false,
            hasPassword: true
        )
        return Prepared(
            user: user,
            password: try await passwords.hash(new: draft.password, of: [name, draft.email.description])
        )
    }

    struct Prepared: Sendable {
        let user: User
        /// `nil` for somebody who signs in with a provider.
        let password: PasswordHash?
    }

    /// Somebody of whom a provider has said enough, and who has no password.
    func prepare(_ email: EmailAddress, name: String, role: Role, reach: Reach?) -> Prepared {
        let user = User(
            id: .next(at: clock.now()),
            email: email,
            name: name,
            role: role,
            reach: reach ?? (role == .admin ? .everything : .nothing),
            state: .active,
            createdAt: clock.now(),
            lastSeenAt: nil,
            hasSecondFactor: false,
            hasPassword: false
        )
        return Prepared(user: user, password: nil)
    }

    /// - Throws: a 409 when the address has an account.
    func callAsFunction(
        _ person: Prepared,
        how: String,
        from origin: Origin,
        by actor: String?,
        in tx: Transaction
    )
        async throws
    {
        do {
            try await tx.savepoint { try await users.insert(person.user, password: person.password, in: $0) }
        } catch let fault as DatabaseFault where fault.constraint?.kind == .unique {
            throw Problem.conflict("There is an account with this address already.")
        }
        try await consents.begin(person.user.id, how: how, in: tx)
        let id = person.user.id.description
        let new = ["role": person.user.role.rawValue, "state": person.user.state.rawValue, "how": how]
        try await audit.write(
            AuditEntry("user.made", by: actor ?? id, on: "user \(id)", from: origin, new: new),
            in: tx
        )
    }

    static func check(name: String) throws {
        guard (1...longestName).contains(name.count) else {
            throw Problem.unprocessable(["body", "name"], "has not 1 to \(longestName) characters")
        }
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Problem.unprocessable(["body", "name"], "has a control character in it")
        }
    }

    static func address(_ text: String) throws -> EmailAddress {
        guard let email = EmailAddress(text) else {
            throw Problem.unprocessable(["body", "email"], "is no address for mail, such as name@example.org")
        }
        return email
    }
}
