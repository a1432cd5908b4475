import Core
import Database

extension Accounts {
    /// Somebody registers with an address that was never proved: what is said now counts, and nothing that was said before.
    func registerAnew(
        _ known: User,
        as person: MakePerson.Prepared,
        from origin: Origin,
        in tx: Transaction
    ) async throws {
        guard let password = person.password else { return }
        var user = known
        user.name = person.user.name
        try await users.update(user, in: tx)
        try await users.setPassword(password, of: known.id, in: tx)
        try await tokens.removeAll(.verification, of: known.id, in: tx)
        let id = known.id.description
        try await audit.write(AuditEntry("user.registered-anew", by: id, on: "user \(id)", from: origin), in: tx)
    }
}
