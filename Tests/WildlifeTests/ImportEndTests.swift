@testable import Accounts
import Archive
import Core
import Database
import Foundation
import ObjectStore
import TestSupport
import Testing

@testable import Wildlife

@Suite("Imports end when they have to") struct ImportEndTests {
    private static func analyst(_ meadow: Meadow) async throws -> User {
        let user = User(
            id: .next(),
            email: try #require(EmailAddress("ada@example.org")),
            name: "Ada",
            role: .analyst,
            reach: .everything,
            state: .active,
            createdAt: Meadow.start,
            lastSeenAt: nil,
            hasSecondFactor: false,
            hasPassword: false
        )
        try await meadow.database.write { tx in try await meadow.users.insert(user, password: nil, in: tx) }
        return user
    }

    private static func change(_ user: User, in meadow: Meadow, _ edit: (inout User) -> Void) async throws {
        var changed = user
        edit(&changed)
        let now = changed
        try await meadow.database.write { tx in try await meadow.users.update(now, in: tx) }
    }

    /// A package of somebody that waits to be read.
    private static func waiting(_ user: User, in meadow: Meadow) async throws -> ImportRun {
        let bytes = Gathered<UInt8>()
        var zip = try ZipWriter { piece in bytes.add(piece) }
        for (name, content) in CamtrapImportTests.files() { try await zip.add(name, content) }
        try await zip.finish()
        let whole = bytes.all
        let content = AsyncThrowingStream<[UInt8], any Error> { pipe in
            pipe.yield(whole)
            pipe.finish()
        }
        let caller = WildlifeCaller(
            name: "ada",
            user: user.id,
            reach: .everything,
            origin: Origin(address: "192.0.2.1")
        )
        return try await meadow.imports.accept(.camtrapDP, "a.zip", length: whole.count, content, caller)
    }

    private static func path(of run: ImportRun, in meadow: Meadow) throws -> String {
        let key = try ObjectKey(try #require(run.objectKey))
        return try #require(meadow.objects.localPath(of: key))
    }

    private static func outcome(_ run: ImportRun, in meadow: Meadow) async throws -> ImportRun {
        try #require(try await meadow.database.read { try await meadow.imports.store.run(run.id, in: $0) })
    }

    enum Loss: String, CaseIterable, Sendable { case suspended, demoted, bounded, erased }

    @Test(arguments: Loss.allCases)
    func `nothing is taken of a file whose owner may not import any more`(_ loss: Loss) async throws {
        try await Meadow.with { meadow in
            let user = try await Self.analyst(meadow)
            let run = try await Self.waiting(user, in: meadow)
            switch loss {
            case .suspended: try await Self.change(user, in: meadow) { $0.state = .suspended }
            case .demoted: try await Self.change(user, in: meadow) { $0.role = .viewer }
            case .bounded: try await Self.change(user, in: meadow) { $0.reach.sites = [.next()] }
            case .erased:
                let data = WildlifeData(database: meadow.database)
                _ = try await meadow.database.write { try await data.erase(user.id, in: $0) }
            }
            try await meadow.imports.run(run.id)
            let ended = try await Self.outcome(run, in: meadow)
            #expect(ended.state == .failed)
            #expect(ended.cause?.contains("it was stopped") == true, "\(ended)")
            #expect(ended.counts == ImportRun.Counts())
            #expect(try await meadow.objects.list(prefix: AcceptImport.folder, after: nil, limit: 1).isEmpty)
        }
    }

    @Test func `an import ends between its steps once its owner is suspended`() async throws {
        try await Meadow.with { meadow in
            let user = try await Self.analyst(meadow)
            let waiting = try await Self.waiting(user, in: meadow)
            var run = try #require(try await meadow.imports.store.begin(waiting.id))
            var report = ImportReport()
            let path = try Self.path(of: run, in: meadow)
            var opened = 0
            await #expect(throws: ImportFault.self) {
                try await meadow.imports.run.camtrap(&run, &report) {
                    // It is opened once more for its pictures.
                    opened += 1
                    if opened == 2 { try await Self.change(user, in: meadow) { $0.state = .suspended } }
                    return try await ZipReader.open(path)
                }
            }
            #expect(run.counts.pictures == 4 && run.counts.toldPictures == 0)
            try await meadow.imports.run(run.id)
            #expect(try await Self.outcome(run, in: meadow).state == .failed)
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `imports that were there before keep their state, there and back`(_ engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let run = try await Self.waiting(try await Self.analyst(meadow), in: meadow)
            let migrator = Migrator(meadow.database, migrations: Meadow.migrations)
            func state() async throws -> String {
                try await meadow.database.read { reader in
                    try await reader.value("SELECT state FROM import_run WHERE id = $1", [.id(run.id)])
                }
            }
            _ = try await migrator.down("wildlife", to: 5)
            #expect(try await state() == "waiting")
            _ = try await migrator.up()
            #expect(try await state() == "waiting")
            try await meadow.imports.run(run.id)
            #expect(try await state() == "finished")
        }
    }

    @Test func `an import ends before it takes the last of the disk`() async throws {
        try await Meadow.with { meadow in
            let run = try await Self.waiting(try await Self.analyst(meadow), in: meadow)
            var check = meadow.imports.run.check
            var now = run
            try await check(&now)
            check.room.bounds.spareBytes = .max
            let full = check
            #expect(throws: ImportFault.self) { try full.room.demandSpool(1, in: "/tmp") }
            await #expect(throws: ImportFault.self) { try await full(&now) }
        }
    }

    @Test func `a table with more rows than a package may have is refused before anything is taken`() async throws {
        try await Meadow.with { meadow in
            #expect(CamtrapTable.Name.media.mostRows >= 1_000_000)
            #expect(CamtrapTable.Name.observations.mostRows >= 3_000_000)
            var stage = meadow.imports.run.camtrap.stage
            stage.mostRows = { $0 == .media ? 4 : 5 }
            let few = stage
            let waiting = try await Self.waiting(try await Self.analyst(meadow), in: meadow)
            var run = try #require(try await meadow.imports.store.begin(waiting.id))
            var report = ImportReport()
            let path = try Self.path(of: run, in: meadow)
            do {
                try await few(&run, &report) { try await ZipReader.open(path) }
                Issue.record("five rows are more than four")
            } catch let fault as ImportFault {
                #expect(fault.description.contains("media.csv has more than 4 rows"))
            }
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `rows of an import that is over go some at a time, and the rest when it is tried again`(
        _ engine: Meadow.Engine
    ) async throws {
        try await Meadow.with(engine) { meadow in
            let run = try await Self.waiting(try await Self.analyst(meadow), in: meadow)
            let (staged, store, clear) = (meadow.imports.clear.staged, meadow.imports.store, meadow.imports.clear)
            let count = StagedTables.atOnce + 300
            try await meadow.database.write { tx in
                for line in 2..<count + 2 {
                    let row = StagedTables.Observation(
                        line: line,
                        media: "m",
                        deployment: "d",
                        start: nil,
                        end: nil,
                        fields: [:]
                    )
                    try await staged.insert(row, of: run.id, in: tx)
                    let note = ImportNote(file: "a.csv", line: line, field: "b", problem: "c", outcome: "d")
                    try await store.add([note], to: run.id, in: tx)
                }
            }
            func left(_ table: String) async throws -> Int {
                try await meadow.database.read { try await $0.value("SELECT count(*) FROM \(table)") }
            }
            try await clear(run.id)
            #expect(try await left("import_observation") == count, "an import that goes on keeps its rows")
            try await meadow.imports.accept.remove(run, Meadow.everybody)
            #expect(try await store.page(of: nil, after: nil, limit: 9).runs.isEmpty)
            // As far as a program came that was killed then.
            #expect(try await staged.clear("import_observation", by: "line", run.id) == StagedTables.atOnce)
            #expect(try await left("import_observation") == 300)
            try await clear(run.id)
            for table in ["import_observation", "import_note", "import_run"] { #expect(try await left(table) == 0) }
        }
    }
}
