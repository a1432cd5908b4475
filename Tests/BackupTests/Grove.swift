import Backup
import Core
import Database
import Foundation
import ObjectStore
import TestSupport
import Testing

/// A place with rows and objects, and another one for its backups.
struct Grove {
    let database: Database
    let objects: FileObjectStore
    let vault: BackupVault
    let folder: String

    static let words = FullTextIndex("leaf_words", on: "leaf", columns: ["remark"])

    static let migrations = [
        Migration(
            feature: "grove",
            number: 1,
            name: "leaves",
            up: """
                CREATE TABLE twig (id {uuid} PRIMARY KEY, parent {uuid} REFERENCES twig (id), grown_at {timestamp} NOT NULL)
                {strict};
                CREATE TABLE leaf (
                    id {uuid} PRIMARY KEY, twig {uuid} NOT NULL REFERENCES twig (id), remark {text}, area {real},
                    facts {json} NOT NULL, is_green {boolean} NOT NULL, picture {text}, print {blob}
                ) {strict};
                """,
            down: nil
        ),
        Migration(feature: "grove", number: 2, name: "words", up: words.up, down: words.down),
    ]

    enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case sqlite, postgres

        var testDescription: String { rawValue }

        func withURL<Value>(in folder: String, _ body: (String) async throws -> Value) async throws -> Value {
            switch self {
            case .sqlite: try await body("sqlite:\(folder)/rows-\(UUIDv7.next()).db")
            case .postgres: try await PostgresServer.shared().withDatabase(options: "pool_min=1", body)
            }
        }
    }

    static func with(
        _ engine: Engine = .sqlite,
        secret: String? = nil,
        _ body: (Grove) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder async throws in
            try await engine.withURL(in: folder) { url async throws in
                let database = try await Database.open(url)
                let result: Result<Void, any Error>
                do {
                    _ = try await Migrator(database, migrations: migrations).up()
                    let grove = Grove(
                        database: database,
                        objects: try await FileObjectStore(root: folder + "/objects"),
                        vault: try await Self.vault(folder + "/vault", secret: secret),
                        folder: folder
                    )
                    result = .success(try await body(grove))
                } catch {
                    result = .failure(error)
                }
                await database.close()
                try result.get()
            }
        }
    }

    static func vault(_ folder: String, secret: String? = nil, takesPlain: Bool = false) async throws -> BackupVault {
        BackupVault(
            try await FileObjectStore(root: folder),
            secret: secret.map { BackupSecret($0) },
            takesPlain: takesPlain
        )
    }

    /// Leaves with a picture each, every other one of the same content.
    func grow(_ count: Int) async throws {
        var parent: UUIDv7?
        for number in 0..<count {
            let id = UUIDv7.next()
            let key = try ObjectKey("leaves/\(id).jpg")
            try await objects.put(key, bytes: number % 2 == 0 ? [1, 2, 3] : patternBytes(1_000 + number))
            let above = parent
            try await database.write { tx in
                try await tx.execute(
                    "INSERT INTO twig (id, parent, grown_at) VALUES ($1, CAST($2 AS UUID), $3)",
                    [.uuid(id), SQLValue(above), .timestamp(.now())]
                )
                try await tx.execute(
                    """
                    INSERT INTO leaf (id, twig, remark, area, facts, is_green, picture, print)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                    """,
                    [
                        .uuid(id), .uuid(id), .text("leaf Nº \(number)"), .real(Double(number) / 7),
                        .json(Array(#"{"n": \#(number), "a": [1.0]}"#.utf8)), .boolean(number % 3 == 0),
                        .text(key.description), .blob([UInt8](repeating: 9, count: number % 40)),
                    ]
                )
                try await Self.words.refresh([id], in: tx)
            }
            parent = id
        }
        // The first one hangs on the last one.
        try await database.execute(
            "UPDATE twig SET parent = $1 WHERE parent IS NULL",
            [SQLValue(parent)]
        )
    }

    var schema: TableSchema {
        get async throws { try await TableSchema(migrations: Self.migrations, indexes: [Self.words]) }
    }

    func backUp(
        into other: BackupVault? = nil,
        keepDays: Int? = nil,
        clock: WallClock = .system,
        times: MarkTimes = MarkTimes(),
        progress: @escaping MakeBackup.Progress = { _, _, _ in }
    ) async throws -> MakeBackup.Report {
        let make = MakeBackup(
            of: database,
            objects,
            migrations: Self.migrations,
            schema: try await schema,
            into: other ?? vault,
            programVersion: "1.2.3",
            clock: clock,
            times: times
        )
        return try await make(keepDays: keepDays, progress: progress)
    }

    func restoring(from other: BackupVault? = nil, migrations: [Migration] = Grove.migrations) -> RestoreBackup {
        RestoreBackup(from: other ?? vault, migrations: migrations, indexes: [Self.words])
    }

    /// Proves a backup in a database that nobody needs.
    func verify(_ id: BackupID? = nil, in other: BackupVault? = nil) async throws {
        let scratch = try await Database.open("sqlite::memory:")
        let result: Result<Void, any Error>
        do {
            _ = try await restoring(from: other).verify(id, in: scratch)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await scratch.close()
        try result.get()
    }

    /// Makes a file of the vault look as if it had been written so long ago.
    func age(_ key: ObjectKey, by seconds: Int64) async throws {
        let path = try await FileObjectStore(root: folder + "/vault").localPath(of: key) ?? ""
        let moment = Date(timeIntervalSinceNow: -Double(seconds))
        try FileManager.default.setAttributes([.modificationDate: moment], ofItemAtPath: path)
    }

    /// Every file of the vault, by its place below the folder.
    func files(below prefix: String = "") async throws -> [ObjectKey] {
        try await FileObjectStore(root: folder + "/vault").list(prefix: prefix, after: nil, limit: 10_000).map(\.key)
    }
}

/// The fault of a backup that `body` throws; `nil` when it throws none.
func backupFault<Value>(_ body: () async throws -> Value) async -> BackupFault? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? BackupFault
    }
}
