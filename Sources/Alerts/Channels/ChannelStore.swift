import Accounts
import Core
import Database

/// Keeps channels in the table `alert_channel`, where they lead sealed.
struct ChannelStore: Sendable {
    let database: Database
    private let box: SealedBox

    static let most = 100
    static let order = PageOrder.ascending(.init("id", .uuid))

    init(_ database: Database, secret: MasterSecret) {
        self.database = database
        box = SealedBox(key: secret.key(for: "alert channels"))
    }

    func insert(_ channel: Channel, in tx: Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO alert_channel (id, name, kind, target, user_id, disclosure, created_at, set_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """,
            [
                .id(channel.id), .text(channel.name), .text(channel.kind.rawValue), .blob(try sealed(channel)),
                SQLValue(channel.user), .text(channel.disclosure.rawValue), .timestamp(channel.createdAt),
                SQLValue(channel.setBy),
            ]
        )
    }

    func update(_ channel: Channel, in tx: Transaction) async throws {
        try await tx.execute(
            "UPDATE alert_channel SET name = $2, target = $3, disclosure = $4, set_by = $5 WHERE id = $1",
            [
                .id(channel.id), .text(channel.name), .blob(try sealed(channel)), .text(channel.disclosure.rawValue),
                SQLValue(channel.setBy),
            ]
        )
    }

    func remove(_ id: Channel.ID, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM alert_channel WHERE id = $1", [.id(id)])
    }

    func count(in reader: DatabaseReader) async throws -> Int {
        try await reader.value("SELECT count(*) FROM alert_channel")
    }

    func channel(_ id: Channel.ID, in reader: DatabaseReader) async throws -> Channel? {
        try await reader.first("SELECT * FROM alert_channel WHERE id = $1", [.id(id)]).map(channel)
    }

    func name(_ id: Channel.ID, in reader: DatabaseReader) async throws -> String? {
        try await reader.first("SELECT name FROM alert_channel WHERE id = $1", [.id(id)])?["name"]
    }

    /// All of them: there are never more than `most`.
    func all(in reader: DatabaseReader) async throws -> [Channel] {
        try await reader.query("SELECT * FROM alert_channel ORDER BY id").map(channel)
    }

    /// Those that a caller looks after.
    func page(
        visibleTo caller: Caller,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (channels: [Channel], next: PagePlace?) {
        var conditions = SQLConditions()
        if !caller.reach.sees(site: nil) {
            conditions.demand("user_id IS NOT NULL")
            conditions.demand(SQLValue(caller.user)) { "user_id = \($0)" }
        }
        let (sql, values) = ("SELECT * FROM alert_channel\(conditions.text)", conditions.values)
        return try await database.read { reader in
            let page = try await reader.page(sql, values, in: Self.order, after: place, limit: limit)
            return (try page.rows.map(channel), page.next)
        }
    }

    private func sealed(_ channel: Channel) throws -> [UInt8] {
        box.seal(try JSON.encode(channel.target), for: Self.place(channel.id))
    }

    private func channel(_ row: Row) throws -> Channel {
        let id: Channel.ID = try row["id"]
        guard let bytes = box.open(try row["target"], for: Self.place(id)),
            let target = try? JSON.decode(Channel.Target.self, from: bytes),
            let kind = Channel.Kind(rawValue: try row["kind"])
        else { throw DatabaseFault(.row, "the channel \(id) was sealed with another secret, or by another version") }
        return Channel(
            id: id,
            name: try row["name"],
            kind: kind,
            target: target,
            user: try row["user_id"],
            setBy: try row["set_by"],
            disclosure: Disclosure(rawValue: try row["disclosure"]) ?? .words,
            createdAt: try row["created_at"]
        )
    }

    private static func place(_ id: Channel.ID) -> String { "alert_channel.target.\(id)" }
}
