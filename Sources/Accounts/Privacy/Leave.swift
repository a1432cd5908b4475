import Core
import Database
import HTTPServer

extension Accounts {
    func departure(of user: User.ID) async throws -> Departure? {
        try await database.read { try await departures.departure(of: user, in: $0) }
    }

    /// Lets somebody change their mind about leaving.
    ///
    /// - Throws: a 409 when they are not leaving.
    func stay(_ id: User.ID, from origin: Origin) async throws {
        try await database.write { tx in
            try await tx.lock("people")
            guard var user = try await users.user(id, in: tx), user.state == .leaving else {
                throw Problem.conflict("You are not about to leave.")
            }
            user.state = .active
            try await users.update(user, in: tx)
            try await departures.remove(id, in: tx)
            try await audit.write(AuditEntry("user.stayed", by: "\(id)", on: "user \(id)", from: origin), in: tx)
        }
        await changed(id)
    }
}

extension Privacy {
    /// Closes the account of somebody who wants to go; they may change their mind for a while.
    ///
    /// Asked again, the day stays.
    /// - Throws: a 409 for the last administrator.
    func leave(_ id: User.ID, from origin: Origin) async throws -> Departure {
        if let known = try await accounts.departure(of: id), known.reason == .asked { return known }
        let departure = try await accounts.database.write { tx in
            let departure = try await close(id, as: .leaving, grace: accounts.options.leavingGrace, in: tx)
            if departure.eraseAt > departure.since {
                try await accounts.post(.leaving, to: id, in: tx)
            } else {
                try await order(Erasure(user: id, by: id.description), in: tx)
            }
            try await accounts.audit.write(
                AuditEntry(
                    "user.leaving",
                    by: "\(id)",
                    on: "user \(id)",
                    from: origin,
                    new: ["erase_at": "\(departure.eraseAt)"]
                ),
                in: tx
            )
            return departure
        }
        await accounts.changed(id)
        return departure
    }

    /// Removes somebody for good; false when there is so much that a job goes on with it.
    ///
    /// - Throws: a 404 when there is nobody, a 409 for the last administrator.
    package func remove(
        _ id: User.ID,
        by actor: String,
        from origin: Origin,
        steps: Int = .max
    ) async throws -> Bool {
        try await accounts.database.write { tx in
            // Suspended rather than leaving: they are not asked.
            _ = try await close(id, as: .suspended, grace: .zero, in: tx)
            let entry = AuditEntry("user.removed", by: actor, on: "user \(id)", from: origin)
            try await accounts.audit.write(entry, in: tx)
        }
        await accounts.changed(id)
        return try await erase(Erasure(user: id, by: actor), steps: steps)
    }

    private func close(
        _ id: User.ID,
        as state: User.State,
        grace: Duration,
        in tx: Transaction
    ) async throws -> Departure {
        try await tx.lock("people")
        guard let before = try await accounts.users.user(id, in: tx) else { throw PeopleRoutes.nobody }
        var user = before
        user.state = state
        try await accounts.users.update(user, in: tx)
        try await accounts.refuseToLeaveNobody(in: tx, having: before)
        try await accounts.sessions.endAll(of: id, in: tx)
        let now = accounts.clock.now()
        let departure = Departure(user: id, reason: .asked, since: now, eraseAt: now + grace)
        try await accounts.departures.set(departure, in: tx)
        return departure
    }
}
