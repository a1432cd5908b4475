import Core
import Database

/// Keeps the profiles that were written on the page in the table `camera_profile`.
struct ProfileStore: Sendable {
    struct Entry: Hashable, Sendable {
        let name: String
        let text: String
        let changedAt: Timestamp
    }

    /// On which file a pattern of a profile last took too many steps.
    struct Trouble: Hashable, Sendable {
        let filename: String
        let reason: String
        let at: Timestamp
    }

    let database: Database

    static let most = 200

    /// In the order of their names.
    func entries() async throws -> [Entry] {
        try await database.query("SELECT * FROM camera_profile ORDER BY name LIMIT \(Self.most)").map { row in
            Entry(name: try row["name"], text: try row["text"], changedAt: try row["changed_at"])
        }
    }

    func count(in reader: DatabaseReader) async throws -> Int {
        try await reader.value("SELECT count(*) FROM camera_profile")
    }

    /// - Returns: whether it was there before.
    func put(_ entry: Entry, in tx: Transaction) async throws -> Bool {
        let values: [SQLValue] = [.text(entry.name), .text(entry.text), .timestamp(entry.changedAt)]
        let sql = "UPDATE camera_profile SET text = $2, changed_at = $3 WHERE name = $1"
        if try await tx.execute(sql, values) == 1 { return true }
        try await tx.execute("INSERT INTO camera_profile (name, text, changed_at) VALUES ($1, $2, $3)", values)
        return false
    }

    /// Of each profile, by its name.
    func troubles() async throws -> [String: Trouble] {
        let rows = try await database.query("SELECT * FROM camera_profile_trouble ORDER BY name LIMIT 1000")
        let troubles = try rows.map { row in
            let trouble = Trouble(
                filename: try row["filename"],
                reason: try row["reason"],
                at: try row["happened_at"]
            )
            return (try row["name", as: String.self], trouble)
        }
        return Dictionary(troubles) { first, _ in first }
    }

    func note(_ trouble: Trouble, of name: String) async throws {
        try await database.execute(
            """
            INSERT INTO camera_profile_trouble (name, filename, reason, happened_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (name) DO UPDATE SET filename = excluded.filename, reason = excluded.reason,
                happened_at = excluded.happened_at
            """,
            [.text(name), .text(trouble.filename), .text(trouble.reason), .timestamp(trouble.at)]
        )
    }

    /// What was wrong with an earlier text is wrong no more.
    func forgetTrouble(of name: String, in tx: Transaction) async throws {
        try await tx.execute("DELETE FROM camera_profile_trouble WHERE name = $1", [.text(name)])
    }

    func remove(_ name: String, in tx: Transaction) async throws -> Bool {
        try await tx.execute("DELETE FROM camera_profile WHERE name = $1", [.text(name)]) == 1
    }
}
