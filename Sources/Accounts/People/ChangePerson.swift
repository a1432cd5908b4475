import Core
import Database
import HTTPServer

extension Accounts {
    /// Changes somebody; what they may do changes at once, everywhere.
    ///
    /// - Throws: a 404 when there is nobody, a 409 when no administrator would be left who can sign in, or somebody else has the address.
    @discardableResult
    package func change(
        _ id: User.ID,
        by actor: String,
        from origin: Origin,
        _ edit: @Sendable (inout User) throws -> Void
    ) async throws -> User {
        let user = try await database.write { tx in
            try await tx.lock("people")
            guard let before = try await users.user(id, in: tx) else { throw PeopleRoutes.nobody }
            var user = before
            try edit(&user)
            do {
                try await tx.savepoint { [user] in try await users.update(user, in: $0) }
            } catch let fault as DatabaseFault where fault.constraint?.kind == .unique {
                throw Problem.conflict("There is an account with this address already.")
            }
            if user.email != before.email { try await hasMoved(before, to: user.email, in: tx) }
            try await refuseToLeaveNobody(in: tx, having: before)
            if user.state == .active { try await departures.remove(id, in: tx) }
            if user.state == .suspended { try await sessions.endAll(of: id, in: tx) }
            let (old, new) = Self.differences(before, user)
            let entry = AuditEntry("user.changed", by: actor, on: "user \(id)", from: origin, old: old, new: new)
            try await audit.write(entry, in: tx)
            return user
        }
        await changed(id)
        return user
    }

    package func resetSecondFactor(_ id: User.ID, by actor: String, from origin: Origin) async throws {
        try await database.write { tx in
            guard try await users.user(id, in: tx) != nil else { throw PeopleRoutes.nobody }
            try await factors.remove(id, in: tx)
            try await sessions.endAll(of: id, in: tx)
            try await post(.secondFactorRemoved, to: id, in: tx)
            try await audit.write(AuditEntry("second-factor.reset", by: actor, on: "user \(id)", from: origin), in: tx)
        }
        await changed(id)
    }

    /// - Throws: a 409 when no administrator is left who can sign in.
    func refuseToLeaveNobody(in tx: Transaction, having before: User) async throws {
        guard before.role == .admin, before.state == .active,
            try await users.activeAdministrators(in: tx) == 0
        else { return }
        throw Problem.conflict("Nobody could look after this server then. Make somebody else an administrator first.")
    }

    /// What the trail tells of a change: no name and no address.
    static func differences(_ a: User, _ b: User) -> (old: [String: String], new: [String: String]) {
        var (old, new): ([String: String], [String: String]) = ([:], [:])
        func compare(_ name: String, _ before: String, _ after: String, isPersonal: Bool = false) {
            guard before != after else { return }
            old[name] = isPersonal ? "…" : before
            new[name] = isPersonal ? "…" : after
        }
        compare("name", a.name, b.name, isPersonal: true)
        compare("email", a.email.description, b.email.description, isPersonal: true)
        compare("role", a.role.rawValue, b.role.rawValue)
        compare("state", a.state.rawValue, b.state.rawValue)
        compare("reach", text(a.reach), text(b.reach))
        return (old, new)
    }

    private static func text(_ reach: Reach) -> String {
        (try? JSON.encode(reach)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
