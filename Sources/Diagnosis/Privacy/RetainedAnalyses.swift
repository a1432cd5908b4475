import Accounts
import Core
import Database
import JobQueue

/// What strangers had read: hash and result, since nothing else is kept.
struct AnonymousAnalyses: Retainable {
    let database: Database

    private static let life = Duration.seconds(30 * 86_400)
    private static let over = "FROM analysis WHERE owner IS NULL AND created_at < $1"

    let name = "anonymous-analyses"
    let rule = "Results of callers without an account, after 30 days; their pictures are never kept."

    func expired(at now: Timestamp) async throws -> Int {
        try await database.read { try await $0.value("SELECT count(*) \(Self.over)", [.timestamp(now - Self.life)]) }
    }

    func removeSome(at now: Timestamp) async throws -> Int {
        try await database.execute(
            "DELETE FROM analysis WHERE id IN (SELECT id \(Self.over) ORDER BY id LIMIT 1000)",
            [.timestamp(now - Self.life)]
        )
    }
}

/// Batches whose results had time to be fetched.
struct FinishedBatches: Retainable {
    let store: BatchStore

    private static let life = Duration.seconds(30 * 86_400)

    let name = "finished-batches"
    let rule = "Batches, 30 days after they were finished; analyses of people with an account stay."

    func expired(at now: Timestamp) async throws -> Int { try await store.countOld(before: now - Self.life) }

    func removeSome(at now: Timestamp) async throws -> Int {
        try await store.removeOld(before: now - Self.life, limit: 100)
    }
}

/// Pictures that came in while their sender withdrew; all others went at once.
struct PicturesWithoutConsent: Retainable {
    let owners: Owners
    let forget: ForgetPictures

    let name = "pictures-without-consent"
    let rule = "Pictures of people who no longer want them kept: at once, and what came in meanwhile the next night."

    func expired(at now: Timestamp) async throws -> Int {
        try await owners.sum { owner, consents in
            guard try await !consents.allowNow(.service, of: owner) else { return 0 }
            return try await owners.database.read { reader in
                try await reader.value(
                    """
                    SELECT count(*) FROM analysis JOIN analysis_picture ON analysis_id = id
                    WHERE owner = $1 AND object_key IS NOT NULL
                    """,
                    [.text(owner.description)]
                )
            }
        }
    }

    func removeSome(at now: Timestamp) async throws -> Int {
        try await owners.sum { owner, consents in
            try await consents.allowNow(.service, of: owner) ? 0 : await forget.step(owner.description, before: now)
        }
    }
}

/// Rows that came in while their owner was erased.
struct RowsOfNobody: Retainable {
    let owners: Owners
    let data: DiagnosisData
    let queue: JobQueue

    let name = "rows-of-nobody"
    let rule = "Analyses and batches of people who are gone: at once, and what came in meanwhile the next night."

    func expired(at now: Timestamp) async throws -> Int {
        try await owners.sum { owner, consents in
            guard try await !consents.isSomebody(owner) else { return 0 }
            let text = SQLValue.text(owner.description)
            return try await owners.database.read { reader in
                try await reader.value("SELECT count(*) FROM analysis WHERE owner = $1", [text])
                    + reader.value("SELECT count(*) FROM batch WHERE owner = $1", [text])
            }
        }
    }

    func removeSome(at now: Timestamp) async throws -> Int {
        try await owners.sum { owner, consents in
            guard try await !consents.isSomebody(owner) else { return 0 }
            return try await owners.database.write { tx in
                let erased = try await data.erase(owner, in: tx)
                try await RemoveObjects.enqueue(erased.objects, on: queue, in: tx)
                return erased.counts["analyses", default: 0] + erased.counts["batches", default: 0]
            }
        }
    }
}

/// The people of whom there are rows here, whether or not they are people still.
struct Owners: Sendable {
    let database: Database
    let consents: Consents

    private static let page = 500

    func sum(_ count: (User.ID, Consents) async throws -> Int) async throws -> Int {
        var total = 0
        for table in ["analysis", "batch"] {
            var last: String?
            repeat {
                let page = try await database.texts(of: "owner", in: table, after: last, limit: Self.page)
                // The operator's key and strangers are nobody.
                for owner in page.compactMap({ User.ID($0) }) { total += try await count(owner, consents) }
                last = page.count == Self.page ? page.last : nil
            } while last != nil
        }
        return total
    }
}
