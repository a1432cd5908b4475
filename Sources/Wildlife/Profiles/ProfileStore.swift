import Core
import Database

/// Keeps the profiles that were written on the page in the table `camera_profile`.
struct ProfileStore: Sendable {
    struct Entry: Hashable, Sendable {
        let name: String
        let text: String
        let changedAt: Timestamp
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

    func remove(_ name: String, in tx: Transaction) async throws -> Bool {
        try await tx.execute("DELETE FROM camera_profile WHERE name = $1", [.text(name)]) == 1
    }
}
