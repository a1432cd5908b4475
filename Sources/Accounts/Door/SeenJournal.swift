import Core
import Database
import Synchronization

/// Remembers who was seen, and what was refused, and writes it behind: nobody waits for it, and a crash loses seconds of it.
package final class SeenJournal: Service {
    package let name = "seen"

    private struct Refusal: Hashable {
        let actor: String
        let action: String
        let subject: String
        let address: String
    }

    private struct Pending {
        var sessions: [Session.ID: (user: User.ID, address: String)] = [:]
        var keys: [APIKey.ID: User.ID] = [:]
        var grants: [OAuthGrant.ID: User.ID] = [:]
        var refusals: [Refusal: (count: Int, requestID: String)] = [:]
    }

    private let users: UserStore
    private let sessions: SessionStore
    private let keys: APIKeyStore
    private let grants: OAuthGrantStore
    private let audit: AuditLog
    private let clock: WallClock
    private let log: Log
    private let pending = Mutex(Pending())

    private static let pause = Duration.seconds(5)
    /// Kinds of refusals within one pause; more are counted together, so that a flood cannot fill the disk.
    private static let mostRefusals = 50

    init(
        users: UserStore,
        sessions: SessionStore,
        keys: APIKeyStore,
        grants: OAuthGrantStore,
        audit: AuditLog,
        clock: WallClock,
        log: Log
    ) {
        self.users = users
        self.sessions = sessions
        self.keys = keys
        self.grants = grants
        self.audit = audit
        self.clock = clock
        self.log = log
    }

    func note(session: Session.ID, of user: User.ID, from address: String) {
        pending.withLock { $0.sessions[session] = (user, address) }
    }

    func note(key: APIKey.ID, of user: User.ID) { pending.withLock { $0.keys[key] = user } }

    func note(grant: OAuthGrant.ID, of user: User.ID) { pending.withLock { $0.grants[grant] = user } }

    /// Equal refusals become one entry with their number.
    func refused(_ action: String, by actor: String, on subject: String, from origin: Origin) {
        var refusal = Refusal(actor: actor, action: "refused.\(action)", subject: subject, address: origin.address)
        pending.withLock { pending in
            if pending.refusals[refusal] == nil, pending.refusals.count >= Self.mostRefusals {
                refusal = Refusal(actor: "nobody", action: "refused.many", subject: "all", address: "many")
            }
            pending.refusals[refusal, default: (0, origin.requestID)].count += 1
        }
    }

    /// Lets fall what waits about somebody who is erased.
    func forget(_ user: User.ID) {
        pending.withLock { pending in
            pending.sessions = pending.sessions.filter { $0.value.user != user }
            pending.keys = pending.keys.filter { $0.value != user }
            pending.grants = pending.grants.filter { $0.value != user }
            pending.refusals = pending.refusals.filter { $0.key.actor != user.description }
        }
    }

    package func run() async throws {
        while true {
            try await Task.sleep(for: Self.pause)
            await flush()
        }
    }

    package func finish() async { await flush() }

    /// Writes down what waits.
    func flush() async {
        let taken = pending.withLock { pending in
            defer { pending = Pending() }
            return pending
        }
        guard !(taken.sessions.isEmpty && taken.keys.isEmpty && taken.grants.isEmpty && taken.refusals.isEmpty) else {
            return
        }
        do {
            try await write(taken, at: clock.now())
        } catch {
            log.warning("who was seen could not be noted", ["cause": .string("\(error)")])
        }
    }

    private func write(_ taken: Pending, at now: Timestamp) async throws {
        try await users.database.write { tx in
            for (session, seen) in taken.sessions {
                try await sessions.saw(session, from: seen.address, at: now, in: tx)
            }
            for key in taken.keys.keys { try await keys.saw(key, at: now, in: tx) }
            for grant in taken.grants.keys { try await grants.saw(grant, at: now, in: tx) }
            let people = taken.sessions.values.map(\.user) + taken.keys.values + taken.grants.values
            for user in Set(people) {
                try await users.saw(user, at: now, in: tx)
            }
            for (refusal, times) in taken.refusals {
                let origin = Origin(address: refusal.address, requestID: times.requestID)
                try await audit.write(
                    AuditEntry(
                        refusal.action,
                        by: refusal.actor,
                        on: refusal.subject,
                        from: origin,
                        new: ["times": "\(times.count)"]
                    ),
                    in: tx
                )
            }
        }
    }
}
