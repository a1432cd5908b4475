import Core
import Database
import JobQueue

/// Where somebody stands on one purpose.
struct ConsentState: Sendable {
    let purpose: ConsentPurpose
    /// Whether it holds now: a consent to an older text does not, except that to the service itself.
    let isGranted: Bool
    /// What they said last, to whichever text.
    let hasAgreed: Bool
    /// Of the text that was agreed to or turned down; `nil` when nothing was said yet.
    let version: Int?
    let at: Timestamp?
}

/// What people agree to: asked by whoever is about to keep or use something of theirs.
package struct Consents: Sendable {
    let users: UserStore
    package let ledger: ConsentLedger
    let cache: ConsentCache
    let changed: CallersChanged
    let facts: FactOutbox
    let clock: WallClock

    /// Whether whoever `owner` names agrees to this now; what is kept for the operator's own key needs nobody's consent.
    package func allow(_ purpose: ConsentPurpose, of owner: String) async throws -> Bool {
        guard let user = User.ID(owner) else { return true }
        return try await cache.granted(to: user) { try await standing(of: user).granted }.contains(purpose)
    }

    /// As `allow`, from the rows themselves; nobody who is gone agrees to anything.
    package func allowNow(_ purpose: ConsentPurpose, of user: User.ID) async throws -> Bool {
        try await standing(of: user).granted.contains(purpose)
    }

    /// Whether there is such a person.
    package func isSomebody(_ user: User.ID) async throws -> Bool { try await users.user(user) != nil }

    /// Where somebody stands on every purpose; nowhere when there is no such person.
    func standing(of user: User.ID) async throws -> [ConsentState] {
        try await users.database.read { try await standing(of: user, in: $0) }
    }

    private func standing(of id: User.ID, in reader: DatabaseReader) async throws -> [ConsentState] {
        guard let user = try await users.user(id, in: reader) else { return [] }
        let latest = try await ledger.latest(of: id, in: reader)
        let entries = Dictionary(latest.map { ($0.purpose, $0) }) { first, _ in first }
        return ConsentPurpose.allCases.map { purpose in
            guard let entry = entries[purpose.rawValue] else {
                // Of accounts that are older than the ledger.
                return ConsentState(
                    purpose: purpose,
                    isGranted: purpose.isGrantedByUse,
                    hasAgreed: purpose.isGrantedByUse,
                    version: nil,
                    at: purpose.isGrantedByUse ? user.createdAt : nil
                )
            }
            let isCurrent = entry.version == purpose.version || purpose.isGrantedByUse
            return ConsentState(
                purpose: purpose,
                isGranted: entry.isGranted && isCurrent,
                hasAgreed: entry.isGranted,
                version: entry.version,
                at: entry.at
            )
        }
    }

    /// Notes what using the server means, for somebody who was just made.
    func begin(_ user: User.ID, how: String, in tx: Transaction) async throws {
        for purpose in ConsentPurpose.allCases where purpose.isGrantedByUse {
            try await ledger.write(purpose, isGranted: true, of: user, how: how, in: tx)
        }
    }

    /// Takes down what somebody says now; what is as it was before makes no entry.
    func change(_ wishes: [ConsentPurpose: Bool], of user: User.ID) async throws {
        try await users.database.write { tx in
            try await tx.lock("consents \(user)")
            for state in try await standing(of: user, in: tx) {
                guard let isGranted = wishes[state.purpose],
                    isGranted != state.hasAgreed || state.version != state.purpose.version
                else { continue }
                try await ledger.write(state.purpose, isGranted: isGranted, of: user, how: "changed", in: tx)
                guard state.hasAgreed, !isGranted else { continue }
                let fact = ConsentWithdrawn(user: user, purpose: state.purpose, at: clock.now())
                try await facts.tell(fact, in: tx)
            }
        }
        await changed(user)
    }

    /// Closes the ledger of somebody who is about to be erased; nobody is told, since everything goes.
    func end(_ user: User.ID, in tx: Transaction) async throws {
        for state in try await standing(of: user, in: tx) where state.hasAgreed {
            try await ledger.write(state.purpose, isGranted: false, of: user, how: "erased", in: tx)
        }
    }
}

extension [ConsentState] {
    fileprivate var granted: Set<ConsentPurpose> { Set(filter(\.isGranted).map(\.purpose)) }
}
