import Core
import Database
import Outbound
import TestSupport
import Testing

@testable import Wildlife

@Suite("Other servers that files are collected from") struct RemoteSourceTests {
    private static let secret = MasterSecret(text: "a secret of the tests that is long enough")

    private static func source(_ name: String, isOn: Bool = true, nextAt: Timestamp = Meadow.start) -> RemoteSource {
        RemoteSource(
            id: .next(at: Meadow.start),
            name: name,
            kind: .sftp,
            host: "files.example",
            port: 22,
            account: "field",
            fingerprint: nil,
            folder: "/srv/cams",
            pattern: "*.jpg",
            everyMinutes: 15,
            camera: nil,
            removes: false,
            isOn: isOn,
            createdAt: Meadow.start,
            nextAt: nextAt
        )
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `a source, its sealed secret and its files are kept`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let store = RemoteSourceStore(database: meadow.database, secret: Self.secret)
            var source = Self.source("one")
            let (late, off) = (
                Self.source("late", nextAt: Meadow.start + .seconds(60)), Self.source("off", isOn: false)
            )
            let (first, second, third) = (source, late, off)
            try await meadow.database.write { tx in
                for one in [first, second, third] { try await store.insert(one, .key("PRIVATE KEY-----"), in: tx) }
            }
            let due = try await meadow.database.read { try await store.due(at: Meadow.start, in: $0) }
            #expect(due == [source])
            let sealed: [UInt8] = try await meadow.database.read {
                try await $0.value("SELECT secret FROM remote_source WHERE id = $1", [.id(first.id)])
            }
            #expect(!String(decoding: sealed, as: UTF8.self).contains("PRIVATE"))
            let opened = try await meadow.database.read { try await store.secret(of: first.id, in: $0) }
            #expect(opened == .key("PRIVATE KEY-----"))
            let other = RemoteSourceStore(
                database: meadow.database,
                secret: MasterSecret(text: "another one, as long as it has to be")
            )
            await #expect(throws: RemoteSourceStore.OtherSecret.self) {
                _ = try await meadow.database.read { try await other.secret(of: first.id, in: $0) }
            }
            source.camera = "oak"
            source.visit = RemoteSource.Visit(at: Meadow.start, error: "trouble", taken: 3, known: 2, rejected: 1)
            let changed = source
            try await meadow.database.write { try await store.update(changed, in: $0) }
            try await store.note(source.visit, of: source.id)
            let read = try await meadow.database.read { try await store.source(first.id, in: $0) }
            #expect(read == source)
            try await files(of: source.id, in: store)
            let gone = try await meadow.database.write { try await store.remove(first.id, in: $0) }
            #expect(gone)
            let seen = try await store.seen(of: source.id)
            #expect(seen.isEmpty)
            // A visit that goes on after its source was removed remembers nothing, and fails in nothing.
            try await store.remember(Self.file("late.jpg", .taken), of: source.id)
        }
    }

    private static func file(_ path: String, _ outcome: RemoteFile.Outcome, size: Int64 = 5) -> RemoteFile {
        RemoteFile(
            path: path,
            size: size,
            modified: "May 24 21:05",
            outcome: outcome,
            reason: outcome == .rejected ? "It is broken." : nil,
            seenAt: Meadow.start
        )
    }

    private func files(of id: RemoteSource.ID, in store: RemoteSourceStore) async throws {
        for number in 0..<5 { try await store.remember(Self.file("oak/\(number).jpg", .rejected), of: id) }
        try await store.remember(Self.file("oak/0.jpg", .taken, size: 9), of: id)
        let seen = try await store.seen(of: id)
        #expect(seen.count == 5 && seen["oak/0.jpg"] == Self.file("oak/0.jpg", .taken, size: 9))
        let page = try await store.rejected(of: id, after: nil, limit: 3)
        #expect(page.files.map(\.path) == ["oak/1.jpg", "oak/2.jpg", "oak/3.jpg"])
        let rest = try await store.rejected(of: id, after: page.next, limit: 3)
        #expect(rest.files.map(\.path) == ["oak/4.jpg"] && rest.next == nil)
        try await store.forget(["oak/1.jpg", "oak/2.jpg"], of: id)
        let left = try await store.seen(of: id)
        #expect(left.count == 3)
    }

    @Test(
        "Names fit a pattern, whatever signs they have",
        arguments: [
            ("*.jpg *.txt", "IMG_1.JPG", true), ("*.jpg,*.txt", "a.txt", true), ("*.jpg", "a.jpg.part", false),
            ("img_????.jpg", "IMG_0001.JPG", true), ("img_????.jpg", "IMG_001.JPG", false), ("*", ".", true),
            ("a+(b).jpg", "a+(b).jpg", true), ("a.jpg", "abjpg", false), ("höhle*", "HÖHLE1", true),
        ]
    )
    func patterns(text: String, name: String, holds: Bool) throws {
        let pattern = try #require(NamePattern(text))
        #expect(pattern.holds(name) == holds)
    }

    @Test func `the camera is the one that is named, else that of the first folder`() {
        var source = Self.source("one")
        #expect(source.camera(of: ["Oak 7", "x", "a.jpg"]) == "oak-7" && source.camera(of: ["a.jpg"]) == nil)
        #expect(source.path == ["/", "srv", "cams"])
        source.camera = "elm"
        #expect(source.camera(of: ["oak", "a.jpg"]) == "elm")
    }
}
