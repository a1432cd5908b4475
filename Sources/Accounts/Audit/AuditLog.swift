package import Core
package import Database

/// The trail of what was done and refused: each entry carries a code of itself and of the one before, so that none can be
/// changed, removed or put in between unnoticed by whoever lacks the secret.
package struct AuditLog: Sendable {
    let database: Database
    private let key: [UInt8]
    private let clock: WallClock

    private static let start = [UInt8](repeating: 0, count: 32)

    package init(_ database: Database, secret: MasterSecret, clock: WallClock = .system) {
        self.database = database
        key = secret.key(for: "audit")
        self.clock = clock
    }

    /// Writes an entry in the transaction of what it tells of.
    package func write(_ entry: AuditEntry, in tx: Transaction) async throws {
        try await tx.lock("audit")
        let last = try await tx.first("SELECT position, code FROM audit ORDER BY position DESC LIMIT 1")
        let position = try last.map { try $0["position", as: Int.self] + 1 } ?? 1
        let line = Line(
            position: position,
            at: clock.now(),
            actor: entry.actor,
            action: entry.action,
            subject: entry.subject,
            addressCode: addressCode(entry.origin.address, position),
            requestID: entry.origin.requestID,
            old: String(decoding: try JSON.encode(entry.old), as: UTF8.self),
            new: String(decoding: try JSON.encode(entry.new), as: UTF8.self)
        )
        let code = line.code(after: try last.map { try $0["code"] } ?? Self.start, key: key)
        try await tx.execute(
            """
            INSERT INTO audit (position, at, actor, action, subject, address, address_code, request_id, old_values,
                new_values, code)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            [
                .integer(Int64(line.position)), .timestamp(line.at), .text(line.actor), .text(line.action),
                .text(line.subject), .text(entry.origin.address), .blob(line.addressCode), .text(line.requestID),
                .text(line.old), .text(line.new), .blob(code),
            ]
        )
    }

    package func write(_ entry: AuditEntry) async throws {
        try await database.write { try await write(entry, in: $0) }
    }

    /// How the trail stands after a look at every entry.
    package enum Verdict: Hashable, Sendable {
        /// With so many entries.
        case whole(Int)
        /// The first entry that does not follow from the one before.
        case broken(position: Int)
    }

    /// Follows the chain from its beginning; memory does not grow with its length.
    package func verify() async throws -> Verdict {
        try await database.read { reader in
            var code = Self.start
            var count = 0
            for try await row in reader.rows("SELECT * FROM audit ORDER BY position") {
                let line = try Line(row)
                let address: String? = try row["address"]
                code = line.code(after: code, key: key)
                count += 1
                guard line.position == count, constantTimeEqual(code, try row["code"]),
                    address.map({ addressCode($0, line.position) == line.addressCode }) ?? true
                else { return .broken(position: count) }
            }
            return .whole(count)
        }
    }

    /// Removes addresses that were noted before a moment; the chain stays whole.
    package func forgetAddresses(before moment: Timestamp) async throws -> Int {
        try await database.execute(
            "UPDATE audit SET address = NULL WHERE at < $1 AND address IS NOT NULL",
            [.timestamp(moment)]
        )
    }

    private func addressCode(_ address: String, _ position: Int) -> [UInt8] {
        HMACSHA256.code(of: Array("\(position) \(address)".utf8), key: key)
    }
}

/// What of an entry the chain covers.
private struct Line {
    let position: Int
    let at: Timestamp
    let actor: String
    let action: String
    let subject: String
    let addressCode: [UInt8]
    let requestID: String
    let old: String
    let new: String

    func code(after previous: [UInt8], key: [UInt8]) -> [UInt8] {
        var message = previous + addressCode
        for text in ["\(position)", "\(at.microseconds)", actor, action, subject, requestID, old, new] {
            // With their lengths, no two entries are one text.
            message += Array("\(text.utf8.count):\(text)".utf8)
        }
        return HMACSHA256.code(of: message, key: key)
    }
}

extension Line {
    init(_ row: Row) throws {
        position = try row["position"]
        at = try row["at"]
        actor = try row["actor"]
        action = try row["action"]
        subject = try row["subject"]
        addressCode = try row["address_code"]
        requestID = try row["request_id"]
        old = try row["old_values"]
        new = try row["new_values"]
    }
}
