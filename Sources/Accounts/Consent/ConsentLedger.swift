package import Core
package import Database

/// What somebody said about one purpose, and when.
struct ConsentEntry: Sendable {
    let position: Int
    let at: Timestamp
    let subject: UUIDv7
    let purpose: String
    /// Of the text that was agreed to.
    let version: Int
    let isGranted: Bool
    /// `registered`, `invited`, `changed`, `erased` and the like.
    let how: String
}

/// The ledger of consents, which only grows and is tied together by a `HashChain`.
///
/// It outlives the people in it: an entry names a subject, and whose subject that is goes with the person. Take its lock
/// before that of the audit trail, never after.
package struct ConsentLedger: Sendable {
    let database: Database
    private let chain: HashChain
    private let clock: WallClock

    static let order = PageOrder.descending(.init("position", .integer))

    package init(_ database: Database, secret: MasterSecret, clock: WallClock = .system) {
        self.database = database
        chain = HashChain(table: "consent", key: secret.key(for: "consents"))
        self.clock = clock
    }

    /// Writes what somebody said.
    func write(
        _ purpose: ConsentPurpose,
        isGranted: Bool,
        of user: User.ID,
        how: String,
        in tx: Transaction
    ) async throws {
        let (position, previous) = try await chain.end(in: tx)
        let entry = ConsentEntry(
            position: position,
            at: clock.now(),
            subject: try await makeSubject(of: user, in: tx),
            purpose: purpose.rawValue,
            version: purpose.version,
            isGranted: isGranted,
            how: how
        )
        try await tx.execute(
            """
            INSERT INTO consent (position, at, subject, purpose, version, granted, how, code)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .integer(Int64(position)), .timestamp(entry.at), .uuid(entry.subject), .text(entry.purpose),
                .integer(Int64(entry.version)), .boolean(isGranted), .text(how),
                .blob(chain.code(of: entry, after: previous)),
            ]
        )
    }

    /// The latest entry for each purpose.
    func latest(of user: User.ID, in reader: DatabaseReader) async throws -> [ConsentEntry] {
        guard let subject = try await subject(of: user, in: reader) else { return [] }
        return try await reader.query(
            """
            SELECT * FROM consent
            WHERE position IN (SELECT max(position) FROM consent WHERE subject = $1 GROUP BY purpose)
            """,
            [.uuid(subject)]
        ).map(ConsentEntry.init)
    }

    /// Somebody's entries, the newest first.
    func entries(
        of user: User.ID,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (entries: [ConsentEntry], next: PagePlace?) {
        try await database.read { reader in
            guard let subject = try await subject(of: user, in: reader) else { return ([], nil) }
            let page = try await reader.page(
                "SELECT * FROM consent WHERE subject = $1",
                [.uuid(subject)],
                in: Self.order,
                after: place,
                limit: limit
            )
            return (try page.rows.map(ConsentEntry.init), page.next)
        }
    }

    /// Follows the chain from its beginning.
    package func verify() async throws -> HashChain.Verdict {
        try await database.read { try await chain.verify(ConsentEntry.self, in: $0) }
    }

    private func subject(of user: User.ID, in reader: DatabaseReader) async throws -> UUIDv7? {
        try await reader.first("SELECT subject FROM consent_person WHERE user_id = $1", [.id(user)])?["subject"]
    }

    private func makeSubject(of user: User.ID, in tx: Transaction) async throws -> UUIDv7 {
        if let known = try await subject(of: user, in: tx) { return known }
        let subject = UUIDv7.next(at: clock.now())
        try await tx.execute(
            "INSERT INTO consent_person (user_id, subject) VALUES ($1, $2)",
            [.id(user), .uuid(subject)]
        )
        return subject
    }
}

extension ConsentEntry: ChainedEntry {
    var sealed: [UInt8] { [] }

    var texts: [String] {
        ["\(at.microseconds)", "\(subject)", purpose, "\(version)", isGranted ? "granted" : "withdrawn", how]
    }

    init(_ row: Row) throws {
        position = try row["position"]
        at = try row["at"]
        subject = try row["subject"]
        purpose = try row["purpose"]
        version = try row["version"]
        isGranted = try row["granted"]
        how = try row["how"]
    }
}
