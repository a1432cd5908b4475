import Core
import Database
import Outbound

/// Keeps sources in the table `remote_source`, and what was seen of them in `remote_file`.
struct RemoteSourceStore: Sendable {
    let database: Database
    private let box: SealedBox

    static let files = PageOrder.ascending(.init("path", .text))
    static let most = 50

    private struct SealedSecret: Codable {
        let password: String?
        let key: String?
    }

    init(database: Database, secret: MasterSecret) {
        self.database = database
        box = SealedBox(key: secret.key(for: "remote sources"))
    }

    // MARK: Sources

    func insert(_ source: RemoteSource, _ secret: RemoteServer.Secret, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO remote_source (id, name, protocol, host, port, account, secret, fingerprint, folder, pattern,
                every_minutes, camera, removes, is_on, created_at, next_at, taken, known, rejected)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, 0, 0)
            """,
            [
                .id(source.id), .text(source.name), .text(source.kind.rawValue), .text(source.host),
                .integer(Int64(source.port)), .text(source.account), .blob(try seal(secret, of: source.id)),
                SQLValue(source.fingerprint), .text(source.folder), .text(source.pattern),
                .integer(Int64(source.everyMinutes)), SQLValue(source.camera), .boolean(source.removes),
                .boolean(source.isOn), .timestamp(source.createdAt), .timestamp(source.nextAt),
            ]
        )
    }

    func update(_ source: RemoteSource, in tx: Transaction) async throws {
        try await tx.execute(
            """
            UPDATE remote_source SET name = $2, protocol = $3, host = $4, port = $5, account = $6, fingerprint = $7,
                folder = $8, pattern = $9, every_minutes = $10, camera = $11, removes = $12, is_on = $13, next_at = $14
            WHERE id = $1
            """,
            [
                .id(source.id), .text(source.name), .text(source.kind.rawValue), .text(source.host),
                .integer(Int64(source.port)), .text(source.account), SQLValue(source.fingerprint),
                .text(source.folder), .text(source.pattern), .integer(Int64(source.everyMinutes)),
                SQLValue(source.camera), .boolean(source.removes), .boolean(source.isOn), .timestamp(source.nextAt),
            ]
        )
    }

    func set(_ secret: RemoteServer.Secret, of id: RemoteSource.ID, in tx: Transaction) async throws {
        let sealed = try seal(secret, of: id)
        try await tx.execute("UPDATE remote_source SET secret = $2 WHERE id = $1", [.id(id), .blob(sealed)])
    }

    func remove(_ id: RemoteSource.ID, in tx: Transaction) async throws -> Bool {
        try await tx.execute("DELETE FROM remote_source WHERE id = $1", [.id(id)]) == 1
    }

    func source(_ id: RemoteSource.ID, in reader: DatabaseReader) async throws -> RemoteSource? {
        try await reader.first("SELECT * FROM remote_source WHERE id = $1", [.id(id)]).map(RemoteSource.init)
    }

    /// In the order of their names.
    func sources(in reader: DatabaseReader) async throws -> [RemoteSource] {
        try await reader.query("SELECT * FROM remote_source ORDER BY name LIMIT \(Self.most + 1)").map(
            RemoteSource.init
        )
    }

    func due(at now: Timestamp, in reader: DatabaseReader) async throws -> [RemoteSource] {
        let sql = "SELECT * FROM remote_source WHERE is_on = $1 AND next_at <= $2 ORDER BY next_at LIMIT \(Self.most)"
        return try await reader.query(sql, [.boolean(true), .timestamp(now)]).map(RemoteSource.init)
    }

    func setNext(_ moment: Timestamp, of id: RemoteSource.ID, in tx: Transaction) async throws {
        try await tx.execute("UPDATE remote_source SET next_at = $2 WHERE id = $1", [.id(id), .timestamp(moment)])
    }

    func note(_ visit: RemoteSource.Visit, of id: RemoteSource.ID) async throws {
        try await database.execute(
            """
            UPDATE remote_source SET last_at = $2, succeeded_at = $3, error = $4, taken = $5, known = $6, rejected = $7
            WHERE id = $1
            """,
            [
                .id(id), SQLValue(visit.at), SQLValue(visit.succeededAt), SQLValue(visit.error),
                .integer(Int64(visit.taken)), .integer(Int64(visit.known)), .integer(Int64(visit.rejected)),
            ]
        )
    }

    // MARK: Secrets

    /// - Throws: `OtherSecret` when it was sealed with another one.
    func secret(of id: RemoteSource.ID, in reader: DatabaseReader) async throws -> RemoteServer.Secret {
        let row = try await reader.first("SELECT secret FROM remote_source WHERE id = $1", [.id(id)])
        guard let sealed: [UInt8] = try row?["secret"], let bytes = box.open(sealed, for: Self.place(id)) else {
            throw OtherSecret()
        }
        let secret = try JSON.decode(SealedSecret.self, from: bytes)
        return secret.key.map { .key($0) } ?? .password(secret.password ?? "")
    }

    /// The server's own secret is another one than it was.
    struct OtherSecret: Error, CustomStringConvertible {
        let description = "its password was kept under another secret of this server: give it again"
    }

    private static func place(_ id: RemoteSource.ID) -> String { "remote_source.secret.\(id)" }

    private func seal(_ secret: RemoteServer.Secret, of id: RemoteSource.ID) throws -> [UInt8] {
        let open =
            switch secret {
            case .password(let text): SealedSecret(password: text, key: nil)
            case .key(let text): SealedSecret(password: nil, key: text)
            }
        return box.seal(Array(try JSON.encode(open)), for: Self.place(id))
    }

    // MARK: Files

    /// What is remembered of each path.
    func seen(of id: RemoteSource.ID) async throws -> [String: RemoteFile] {
        let rows = try await database.query("SELECT * FROM remote_file WHERE source_id = $1", [.id(id)])
        return Dictionary(try rows.map(RemoteFile.init).map { ($0.path, $0) }) { $1 }
    }

    func remember(_ file: RemoteFile, of id: RemoteSource.ID) async throws {
        try await database.write { tx in
            try await tx.execute(
                "DELETE FROM remote_file WHERE source_id = $1 AND path = $2",
                [.id(id), .text(file.path)]
            )
            try await tx.execute(
                """
                INSERT INTO remote_file (source_id, path, size, modified, outcome, reason, seen_at)
                SELECT $1, $2, $3, $4, $5, $6, $7 FROM remote_source WHERE id = $1
                """,
                [
                    .id(id), .text(file.path), .integer(file.size), .text(file.modified),
                    .text(file.outcome.rawValue), SQLValue(file.reason), .timestamp(file.seenAt),
                ]
            )
        }
    }

    /// Files that are gone there need not be known any more.
    func forget(_ paths: [String], of id: RemoteSource.ID) async throws {
        guard !paths.isEmpty else { return }
        try await database.write { tx in
            for path in paths {
                try await tx.execute(
                    "DELETE FROM remote_file WHERE source_id = $1 AND path = $2",
                    [.id(id), .text(path)]
                )
            }
        }
    }

    func rejected(
        of id: RemoteSource.ID,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (files: [RemoteFile], next: PagePlace?) {
        let sql = "SELECT * FROM remote_file WHERE source_id = $1 AND outcome = $2"
        return try await database.read { reader in
            let page = try await reader.page(
                sql,
                [.id(id), .text(RemoteFile.Outcome.rejected.rawValue)],
                in: Self.files,
                after: place,
                limit: limit
            )
            return (try page.rows.map(RemoteFile.init), page.next)
        }
    }
}

extension RemoteSource {
    init(_ row: Row) throws {
        self.init(
            id: try row["id"],
            name: try row["name"],
            kind: RemoteServer.Kind(rawValue: try row["protocol"]) ?? .ftps,
            host: try row["host"],
            port: try row["port"],
            account: try row["account"],
            fingerprint: try row["fingerprint"],
            folder: try row["folder"],
            pattern: try row["pattern"],
            everyMinutes: try row["every_minutes"],
            camera: try row["camera"],
            removes: try row["removes"],
            isOn: try row["is_on"],
            createdAt: try row["created_at"],
            nextAt: try row["next_at"],
            visit: Visit(
                at: try row["last_at"],
                succeededAt: try row["succeeded_at"],
                error: try row["error"],
                taken: try row["taken"],
                known: try row["known"],
                rejected: try row["rejected"]
            )
        )
    }
}

extension RemoteFile {
    init(_ row: Row) throws {
        self.init(
            path: try row["path"],
            size: try row["size"],
            modified: try row["modified"],
            outcome: Outcome(rawValue: try row["outcome"]) ?? .rejected,
            reason: try row["reason"],
            seenAt: try row["seen_at"]
        )
    }
}
