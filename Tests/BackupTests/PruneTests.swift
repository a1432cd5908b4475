import Core
import Foundation
import ObjectStore
import TestSupport
import Testing

@testable import Backup

@Suite("Old backups") struct PruneTests {
    private static func clock(day: Int64) -> WallClock {
        let now = Timestamp.now()
        return WallClock { now + .seconds(86_400 * day) }
    }

    @Test("go after their days, and of the contents only what no other backup needs") func prune() async throws {
        try await Grove.with { grove async throws in
            let (short, long) = (try ObjectKey("a/short"), try ObjectKey("a/long"))
            try await grove.objects.put(short, bytes: [1])
            try await grove.objects.put(long, bytes: [2])
            let first = try await grove.backUp(keepDays: 30)
            try await grove.objects.delete(short)
            let second = try await grove.backUp(keepDays: 30, clock: Self.clock(day: 20))
            #expect(second.removed == [] && second.clearingUp == nil)
            #expect(try await grove.files(below: "content/").count == 2)
            let third = try await grove.backUp(keepDays: 30, clock: Self.clock(day: 40))
            #expect(third.removed == [first.id])
            #expect(try await grove.files(below: "content/").count == 1)
            #expect(try await grove.vault.backups() == [second.id, third.id])
            #expect(try await grove.files(below: "rows/").count == 4)
            #expect(try await grove.files(below: "lists/").count == 2)
            for id in [second.id, third.id] { try await grove.verify(id) }
        }
    }

    @Test("are left with all their contents while another backup is being made") func running() async throws {
        try await Grove.with { grove async throws in
            try await grove.objects.put(ObjectKey("a"), bytes: [1])
            let first = try await grove.backUp()
            let store = try await FileObjectStore(root: grove.folder + "/vault")
            try await store.put(ObjectKey("running/\(first.id.description.dropLast(4))ffff"), bytes: [1])
            try await grove.objects.delete(ObjectKey("a"))
            let second = try await grove.backUp(keepDays: 1)
            #expect(second.removed == [] && second.clearingUp?.contains("another backup") == true)
            #expect(try await grove.files(below: "content/").count == 1)
        }
    }

    @Test("whose manifest cannot be read keep every content") func unreadable() async throws {
        try await Grove.with { grove async throws in
            try await grove.objects.put(ObjectKey("a"), bytes: [1])
            let first = try await grove.backUp()
            try await grove.objects.delete(ObjectKey("a"))
            let store = try await FileObjectStore(root: grove.folder + "/vault")
            let key = try ObjectKey("manifests/\(first.id)")
            let manifest = try await store.bytes(of: key, limit: 1 << 20)
            try await store.put(key, bytes: [7])
            let second = try await grove.backUp(keepDays: 30)
            #expect(second.clearingUp?.contains("damaged") == true)
            try await store.put(key, bytes: manifest)
            try await grove.verify(first.id)
        }
    }

    @Test("lose nothing to a clearing up that others may take for dead") func late() async throws {
        try await Grove.with { grove async throws in
            try await grove.objects.put(ObjectKey("a"), bytes: [1])
            let id = try await grove.backUp().id
            let store = try await FileObjectStore(root: grove.folder + "/vault")
            try await store.put(ObjectKey("content/ab/abcd"), bytes: [1])
            var times = MarkTimes()
            for (leeway, left) in [(0, 2), (600, 1)] {
                times.leeway = .seconds(leeway)
                let marks = VaultMarks(store: store, times: times)
                let report = try await PruneBackups(grove.vault, marks, clock: .system)(keepDays: 30, after: id)
                #expect((report.obstacle == nil) == (left == 1))
                #expect(try await grove.files(below: "content/").count == left)
                #expect(try await grove.files(below: "pruning/").isEmpty)
            }
        }
    }
}
