import Core
import Database
import HTTPServer

/// A key as its owner gets it, once.
package struct NewKey: Sendable {
    package let key: APIKey
    package let secret: String
}

/// What somebody wants of a key.
package struct KeyWish: Sendable {
    package var name: String
    package var client: String?
    package var scopes: Set<Permission>
    package var quota: Int?
    package var life: Duration?

    package init(name: String, client: String?, scopes: Set<Permission>, quota: Int?, life: Duration?) {
        self.name = name
        self.client = client
        self.scopes = scopes
        self.quota = quota
        self.life = life
    }
}

extension Accounts {
    /// How many keys one person may have.
    static let mostKeys = 100

    /// What a key can be allowed to do; all else is for people.
    package static let keyScopes = Set(Permission.allCases.filter { !$0.needsPerson && $0 != .keys })

    /// Makes a key that can do no more than its owner.
    ///
    /// - Throws: a 422 that names what cannot be.
    package func makeKey(_ wish: KeyWish, for owner: User, by actor: String, from origin: Origin) async throws -> NewKey
    {
        try Self.check(wish, for: owner)
        let now = clock.now()
        let bearer = Bearer(Identify.keyPrefix, id: .next(at: now))
        let key = APIKey(
            id: APIKey.ID(bearer.id),
            owner: owner.id,
            name: wish.name,
            client: wish.client,
            scopes: wish.scopes,
            quota: wish.quota,
            createdAt: now,
            expiresAt: wish.life.map { now + $0 },
            lastUsedAt: nil
        )
        try await database.write { tx in
            try await checkCount(of: owner.id, in: tx)
            try await keys.insert(key, digest: bearer.digest, in: tx)
            let scopes = key.scopes.map(\.rawValue).sorted().joined(separator: " ")
            let entry = AuditEntry("key.made", by: actor, on: "key \(key.id)", from: origin, new: ["scopes": scopes])
            try await audit.write(entry, in: tx)
        }
        return NewKey(key: key, secret: bearer.text)
    }

    private func checkCount(of owner: User.ID, in tx: Transaction) async throws {
        try await tx.lock("keys \(owner)")
        guard try await keys.count(of: owner, in: tx) < Self.mostKeys else {
            throw Problem.conflict("There are \(Self.mostKeys) keys already: remove one that is not needed.")
        }
    }

    /// Gives a key a successor and lets it live on for a while, so that devices can be changed one by one.
    func rotateKey(_ id: APIKey.ID, of caller: Caller, overlap: Duration, from origin: Origin) async throws -> NewKey {
        let now = clock.now()
        let bearer = Bearer(Identify.keyPrefix, id: .next(at: now))
        let next = try await database.write { tx in
            let old = try await key(id, visibleTo: caller, in: tx)
            // Whoever looks after people may end a key of theirs, and not get hold of one.
            guard old.owner == caller.user else { throw Problem.forbidden("Only its owner renews a key.") }
            try await checkCount(of: old.owner, in: tx)
            let key = APIKey(
                id: APIKey.ID(bearer.id),
                owner: old.owner,
                name: old.name,
                client: old.client,
                scopes: old.scopes,
                quota: old.quota,
                createdAt: now,
                expiresAt: old.expiresAt.map { now + ($0 - old.createdAt) },
                lastUsedAt: nil
            )
            try await keys.insert(key, digest: bearer.digest, in: tx)
            try await keys.setExpiry(min(now + overlap, old.expiresAt ?? now + overlap), of: id, in: tx)
            let entry = AuditEntry(
                "key.rotated",
                by: caller.logName,
                on: "key \(id)",
                from: origin,
                new: ["successor": key.id.description]
            )
            try await audit.write(entry, in: tx)
            return key
        }
        await changed(next.owner)
        return NewKey(key: next, secret: bearer.text)
    }

    /// Ends a key; without a caller, as from a command on the machine, anybody's.
    package func removeKey(_ id: APIKey.ID, by caller: Caller?, from origin: Origin) async throws {
        let owner = try await database.write { tx in
            let key = try await key(id, visibleTo: caller, in: tx)
            try await keys.remove(id, in: tx)
            let actor = caller?.logName ?? origin.address
            try await audit.write(AuditEntry("key.removed", by: actor, on: "key \(id)", from: origin), in: tx)
            return key.owner
        }
        await changed(owner)
    }

    package func keys(of owner: User.ID?, limit: Int) async throws -> [APIKey] {
        try await keys.keys(of: owner, limit: limit).keys
    }

    /// One's own, or anybody's for whoever looks after people.
    private func key(_ id: APIKey.ID, visibleTo caller: Caller?, in tx: Transaction) async throws -> APIKey {
        guard let key = try await keys.key(id, in: tx)?.key,
            caller.map({ $0.user == key.owner || $0.permissions.contains(.people) }) ?? true
        else { throw Problem.notFound("There is no key of yours with this name.") }
        return key
    }

    private static func check(_ wish: KeyWish, for owner: User) throws {
        var errors: [Problem.FieldError] = []
        func demand(_ isRight: Bool, _ field: String, _ message: String) {
            if !isRight { errors.append(Problem.FieldError(["body", field], message)) }
        }
        demand((1...100).contains(wish.name.trimmingWhitespace().count), "name", "has not 1 to 100 characters")
        demand(wish.name.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "name", "has a control character in it")
        if let client = wish.client {
            let isPlain = client.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            demand(
                isPlain && (1...100).contains(client.utf8.count),
                "client",
                "takes 1 to 100 letters, digits and signs"
            )
        }
        demand(!wish.scopes.isEmpty, "scopes", "names nothing that the key may do")
        if let scope = wish.scopes.subtracting(owner.role.permissions.intersection(keyScopes)).map(\.rawValue).min() {
            demand(false, "scopes", "\(scope) is nothing that a key of this person may do")
        }
        if let quota = wish.quota {
            demand((1...1_000_000).contains(quota), "quota", "takes 1 to 1000000 calls a minute")
        }
        if let life = wish.life {
            demand(life > .zero && life <= .seconds(3_650 * 86_400), "expires_in_days", "takes 1 to 3650 days")
        }
        guard errors.isEmpty else { throw Problem.unprocessable(errors) }
    }
}
