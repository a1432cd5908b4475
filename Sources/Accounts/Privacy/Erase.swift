import Core
import Database
import HTTPServer
import JobQueue

/// Somebody who is to be erased, and what of them went already.
struct Erasure: Codable, Sendable {
    let user: User.ID
    /// Who wanted it: a person's id, or `server`.
    let by: String
    var counts: [String: Int] = [:]
}

extension Privacy {
    static let erasure = JobKind<Erasure>(
        "accounts.erase-person",
        JobPolicy(
            queue: "maintenance",
            priority: .urgent,
            width: 1,
            timeLimit: .seconds(3_600),
            retries: [.seconds(60), .seconds(300), .seconds(900), .seconds(3_600)]
        )
    )

    func order(_ erasure: Erasure, in tx: Transaction) async throws {
        try await accounts.queue.enqueue(Self.erasure, erasure, unique: erasure.user.description, in: tx)
    }

    /// Erases somebody whose account is closed; false when that takes more than so many steps, and a job goes on with it.
    ///
    /// Each step is a transaction. Whatever interrupts it, the person is still there until the last step, so it begins anew.
    func erase(_ erasure: Erasure, steps: Int = .max) async throws -> Bool {
        var erasure = erasure
        var left = steps
        for part in others {
            var isDone = false
            while !isDone {
                guard left > 0 else {
                    let rest = erasure
                    try await accounts.database.write { try await order(rest, in: $0) }
                    return false
                }
                try Task.checkCancellation()
                let user = erasure.user
                let erased = try await accounts.database.write { try await step(part, user, in: $0) }
                erasure.counts.merge(erased.counts, uniquingKeysWith: +)
                isDone = erased.isDone
                left -= 1
            }
        }
        try await finish(erasure)
        return true
    }

    private func step(_ part: any PersonalData, _ user: User.ID, in tx: Transaction) async throws -> Erased {
        let erased = try await part.erase(user, in: tx)
        try await RemoveObjects.enqueue(erased.objects, on: accounts.queue, in: tx)
        return erased
    }

    /// What came in meanwhile goes too, then the account, and a report of numbers is all that is left.
    private func finish(_ erasure: Erasure) async throws {
        let user = erasure.user
        try await accounts.database.write { tx in
            try await tx.lock("people")
            guard try await accounts.users.user(user, in: tx) != nil else { return }
            var counts = erasure.counts
            for part in others + [own as any PersonalData] {
                counts.merge(try await step(part, user, in: tx).counts, uniquingKeysWith: +)
            }
            try await accounts.audit.write(
                AuditEntry(
                    "user.erased",
                    by: erasure.by,
                    on: "user \(user)",
                    from: Origin(address: "server"),
                    new: counts.mapValues { "\($0)" }
                ),
                in: tx
            )
        }
        accounts.seen.forget(user)
        await accounts.changed(user)
    }

    var eraser: JobHandler {
        JobHandler(Self.erasure) { erasure, _ in
            // Whoever came back in time stays.
            guard try await accounts.departure(of: erasure.user) != nil else { return }
            _ = try await erase(erasure)
        }
    }

    var remover: JobHandler {
        let remove = RemoveObjects(objects: objects, claims: claims)
        return JobHandler(RemoveObjects.kind) { keys, _ in try await remove(keys) }
    }
}
