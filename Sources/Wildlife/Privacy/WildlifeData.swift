import Accounts
import Archive
import Core
import Database

/// What wildlife keeps about people: which pictures they sent and what they said of pictures.
///
/// Both are part of what a project knows about its animals, so they stay without the person.
struct WildlifeData: PersonalData {
    let database: Database

    private static let atOnce = 500
    private static let page = 200

    let name = "wildlife"

    let tables = [
        PersonalTable("image", "owner"), PersonalTable("quarantine", "owner"), PersonalTable("image_review", "user_id"),
        PersonalTable("import_run", "owner"),
    ]

    let contents: [(file: String, meaning: String)] = [
        ("camera-traps/sent/", "lists of the camera-trap pictures that you sent; the pictures belong to the project"),
        ("camera-traps/reviews/", "lists of what you said of camera-trap pictures"),
        ("camera-traps/imports/", "lists of the files that you imported"),
    ]

    func erase(_ user: User.ID, in tx: Transaction) async throws -> Erased {
        // What nobody is behind any more goes no further.
        try await tx.execute(
            "UPDATE import_run SET reach = $2 WHERE owner = $1 AND finished_at IS NULL",
            [.text(user.description), .json(try JSON.encode(Reach.nothing))]
        )
        var counts: [String: Int] = [:]
        var isDone = true
        for (what, table, column, value) in [
            ("camera-trap pictures", "image", "owner", SQLValue.text(user.description)),
            ("rejected files", "quarantine", "owner", .text(user.description)),
            ("reviews", "image_review", "user_id", .id(user)),
            ("imports", "import_run", "owner", .text(user.description)),
        ] {
            let count = try await tx.execute(
                """
                UPDATE \(table) SET \(column) = NULL
                WHERE id IN (SELECT id FROM \(table) WHERE \(column) = $1 LIMIT \(Self.atOnce))
                """,
                [value]
            )
            counts[what] = count
            if count == Self.atOnce { isDone = false }
        }
        return Erased(counts: counts, isDone: isDone)
    }

    private struct Sent: Encodable {
        let image: TrapImage.ID
        let filename: String
        let sha256: String
        let uploadedAt: Timestamp
    }

    private struct Said: Encodable {
        let image: TrapImage.ID
        let decision: Review.Decision
        let animals: [ReviewedAnimals]
        let note: String
        let createdAt: Timestamp
    }

    private struct Imported: Encodable {
        let kind: String
        let filename: String
        let createdAt: Timestamp
    }

    func export(_ user: User.ID, into archive: inout ZipWriter) async throws {
        try await export(
            "SELECT id, kind, filename, created_at FROM import_run WHERE owner = $1",
            [.text(user.description)],
            as: "camera-traps/imports",
            into: &archive
        ) { row in
            Imported(kind: try row["kind"], filename: try row["filename"], createdAt: try row["created_at"])
        }
        try await export(
            "SELECT id, filename, sha256, uploaded_at FROM image WHERE owner = $1",
            [.text(user.description)],
            as: "camera-traps/sent",
            into: &archive
        ) { row in
            let digest: [UInt8] = try row["sha256"]
            return Sent(
                image: try row["id"],
                filename: try row["filename"],
                sha256: digest.hexadecimal,
                uploadedAt: try row["uploaded_at"]
            )
        }
        try await export(
            "SELECT * FROM image_review WHERE user_id = $1",
            [.id(user)],
            as: "camera-traps/reviews",
            into: &archive
        ) { row in
            let review = try Review(row)
            return Said(
                image: review.image,
                decision: review.decision,
                animals: review.animals,
                note: review.note,
                createdAt: review.createdAt
            )
        }
    }

    private func export<Entry: Encodable>(
        _ sql: String,
        _ values: [SQLValue],
        as folder: String,
        into archive: inout ZipWriter,
        _ entry: (Row) throws -> Entry
    ) async throws {
        let order = PageOrder.ascending(.init("id", .uuid))
        var place: PagePlace?
        var number = 0
        repeat {
            let after = place
            let page = try await database.read { reader in
                try await reader.page(sql, values, in: order, after: after, limit: Self.page)
            }
            if !page.rows.isEmpty {
                number += 1
                try await archive.add("\(folder)/\(number).json", JSON.encode(page.rows.map(entry)))
            }
            place = page.next
        } while place != nil
    }

    func usage(of user: User.ID) async throws -> [DataUse] {
        let questions: [(String, String, SQLValue)] = [
            (
                "camera-trap pictures", "count(*) AS total, max(uploaded_at) AS last FROM image WHERE owner = $1",
                .text(user.description)
            ),
            (
                "reviews", "count(*) AS total, max(created_at) AS last FROM image_review WHERE user_id = $1", .id(user)
            ),
            (
                "imports", "count(*) AS total, max(created_at) AS last FROM import_run WHERE owner = $1",
                .text(user.description)
            ),
        ]
        return try await database.read { reader in
            var uses: [DataUse] = []
            for (what, sql, value) in questions {
                guard let row = try await reader.first("SELECT \(sql)", [value]) else { continue }
                uses.append(DataUse(what, for: .service, count: try row["total"], lastUsedAt: try row["last"]))
            }
            return uses
        }
    }
}
