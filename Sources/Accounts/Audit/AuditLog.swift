package import Core
package import Database

/// The trail of what was done and refused, tied together by a `HashChain`.
package struct AuditLog: Sendable {
    package typealias Verdict = HashChain.Verdict

    let database: Database
    private let chain: HashChain
    private let clock: WallClock

    package init(_ database: Database, secret: MasterSecret, clock: WallClock = .system) {
        self.database = database
        chain = HashChain(table: "audit", key: secret.key(for: "audit"))
        self.clock = clock
    }

    /// Writes an entry in the transaction of what it tells of.
    package func write(_ entry: AuditEntry, in tx: Transaction) async throws {
        let (position, previous) = try await chain.end(in: tx)
        let line = Line(
            position: position,
            at: clock.now(),
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            sealed: addressCode(entry.origin.address, position),
            requestID: entry.origin.requestID,
            old: String(decoding: try JSON.encode(entry.old), as: UTF8.self),
            new: String(decoding: try JSON.encode(entry.new), as: UTF8.self)
        )
        try await tx.execute(
            """
            INSERT INTO audit (position, at, actor, action, subject, address, address_code, request_id, old_values,
                new_values, code)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            [
                .integer(Int64(line.position)), .timestamp(line.at), .text(line.actor), .text(line.action),
                .text(line.subject), .text(entry.origin.address), .blob(line.sealed), .text(line.requestID),
                .text(line.old), .text(line.new), .blob(chain.code(of: line, after: previous)),
            ]
        )
    }

    package func write(_ entry: AuditEntry) async throws {
        try await database.write { try await write(entry, in: $0) }
    }

    /// Follows the chain from its beginning.
    package func verify() async throws -> Verdict {
        try await database.read { reader in
            try await chain.verify(Line.self, in: reader) { row, line in
                let address: String? = try row["address"]
                return address.map { addressCode($0, line.position) == line.sealed } ?? true
            }
        }
    }

    /// How many addresses were noted before a moment.
    func addresses(before moment: Timestamp) async throws -> Int {
        try await database.read { reader in
            try await reader.value(
                "SELECT count(*) FROM audit WHERE at < $1 AND address IS NOT NULL",
                [.timestamp(moment)]
            )
        }
    }

    /// Removes addresses that were noted before a moment, at most so many; the chain stays whole.
    func forgetAddresses(before moment: Timestamp, limit: Int = 1_000_000) async throws -> Int {
        try await database.execute(
            """
            UPDATE audit SET address = NULL WHERE position IN (
                SELECT position FROM audit WHERE at < $1 AND address IS NOT NULL ORDER BY position LIMIT $2
            )
            """,
            [.timestamp(moment), .integer(Int64(limit))]
        )
    }

    /// Removes the addresses from which somebody did something.
    func forgetAddresses(of actor: User.ID, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE audit SET address = NULL WHERE actor = $1 AND address IS NOT NULL",
            [.text(actor.description)]
        )
    }

    private func addressCode(_ address: String, _ position: Int) -> [UInt8] {
        chain.digest(of: "\(position) \(address)")
    }
}

/// What of an entry the chain covers.
private struct Line: ChainedEntry {
    let position: Int
    let at: Timestamp
    let actor: String
    let action: String
    let subject: String
    /// Of the address.
    let sealed: [UInt8]
    let requestID: String
    let old: String
    let new: String

    var texts: [String] { ["\(at.microseconds)", actor, action, subject, requestID, old, new] }
}

extension Line {
    init(_ row: Row) throws {
        position = try row["position"]
        at = try row["at"]
        actor = try row["actor"]
        action = try row["action"]
        subject = try row["subject"]
        sealed = try row["address_code"]
        requestID = try row["request_id"]
        old = try row["old_values"]
        new = try row["new_values"]
    }
}
