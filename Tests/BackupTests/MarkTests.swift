import Backup
import Core
import Foundation
import ObjectStore
import TestSupport
import Testing

@Suite("The marks of backups") struct MarkTests {
    private static func mark(_ kind: String) throws -> ObjectKey { try ObjectKey("\(kind)/2026-05-14T091200Z-3fa9") }

    /// So short that a test sees them end.
    private static func times(lifetime: Int = 900, patience: Int = 1_200) -> MarkTimes {
        var times = MarkTimes()
        times.lifetime = .seconds(lifetime)
        times.patience = .seconds(patience)
        times.look = .milliseconds(20)
        return times
    }

    private static func store(_ grove: Grove) async throws -> FileObjectStore {
        try await FileObjectStore(root: grove.folder + "/vault")
    }

    @Test("go when the task is cancelled, whatever it is about", arguments: ["running", "pruning"])
    func cancelled(kind: String) async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(4)
            _ = try await grove.backUp()
            let store = try await Self.store(grove)
            for number in 0..<300 {
                let name = SHA256(of: Array("\(number)".utf8)).description
                try await store.put(ObjectKey("content/\(name.prefix(2))/\(name)"), bytes: [1])
            }
            let task = Task { try await grove.backUp(keepDays: 30) }
            try await eventually("the mark is set") { try await !grove.files(below: kind + "/").isEmpty }
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(try await grove.files(below: "running/").isEmpty)
            #expect(try await grove.files(below: "pruning/").isEmpty)
            #expect(try await grove.backUp(keepDays: 30).clearingUp == nil)
            try await grove.verify()
        }
    }

    @Test("of one that clears up are waited for, and a backup is made once they are gone") func waits() async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(2)
            let store = try await Self.store(grove)
            let mark = try Self.mark("pruning")
            try await store.put(mark, bytes: [1])
            let report = try await withThrowingTaskGroup(of: MakeBackup.Report?.self) { group in
                group.addTask { try await grove.backUp(times: Self.times()) }
                group.addTask {
                    try await eventually("it has begun") { try await !grove.files(below: "running/").isEmpty }
                    await pause(.milliseconds(300))
                    // Not even the lists of a backup are begun.
                    #expect(try await grove.files(below: "lists/").isEmpty)
                    try await store.delete(mark)
                    return nil
                }
                var report: MakeBackup.Report?
                for try await made in group { report = made ?? report }
                return report
            }
            #expect(report?.objects == 2)
            try await grove.verify()
        }
    }

    @Test("of one that clears up are named, with their end, when they stay") func stays() async throws {
        try await Grove.with { grove async throws in
            let mark = try Self.mark("pruning")
            try await Self.store(grove).put(mark, bytes: [1])
            let end = try await Self.store(grove).head(mark).modified + .seconds(900)
            let fault = await backupFault { try await grove.backUp(times: Self.times(patience: 0)) }
            #expect(fault == .pruningElsewhere(mark: "\(mark)", end: end))
            let text = fault.map { "\($0)" } ?? ""
            #expect(text.contains("\(mark)") && text.contains("\(end)"), "\(text)")
            #expect(try await grove.files(below: "running/").isEmpty)
        }
    }

    @Test("of killed processes count no more a quarter of an hour later", arguments: ["running", "pruning"])
    func dead(kind: String) async throws {
        try await Grove.with { grove async throws in
            let mark = try Self.mark(kind)
            try await Self.store(grove).put(mark, bytes: [1])
            try await grove.age(mark, by: 600)
            let early = await backupFault { try await grove.backUp(keepDays: 30, times: Self.times(patience: 0)) }
            #expect((early == nil) == (kind == "running"))
            try await grove.age(mark, by: 910)
            #expect(try await grove.backUp(keepDays: 30, times: Self.times(patience: 0)).clearingUp == nil)
            #expect(try await grove.files(below: kind + "/").isEmpty)
        }
    }

    @Test("are renewed for as long as a backup works") func renewed() async throws {
        try await Grove.with { grove async throws in
            let store = try await Self.store(grove)
            let other = try Self.mark("pruning")
            try await store.put(other, bytes: [1])
            var times = Self.times()
            times.renewal = .milliseconds(20)
            let task = Task { [times] in try await grove.backUp(times: times) }
            var moments: Set<Timestamp> = []
            try await eventually("the mark was renewed twice") {
                for mark in try await store.list(prefix: "running/", after: nil, limit: 1) {
                    moments.insert(mark.modified)
                }
                return moments.count >= 3
            }
            try await store.delete(other)
            try await grove.verify(task.value.id)
        }
    }

    @Test("that others took away end the backup, and there is none of it") func lost() async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(2)
            let folder = grove.folder + "/vault/objects/running"
            let fault = await backupFault {
                try await grove.backUp { doing, done, _ in
                    if doing == "rows of leaf", done > 0 { try? FileManager.default.removeItem(atPath: folder) }
                }
            }
            guard case .markLost = fault else {
                Issue.record("\(String(describing: fault))")
                return
            }
            #expect(try await grove.vault.backups().isEmpty)
        }
    }

    @Test("that could not be renewed in time end the backup too") func late() async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(2)
            var times = Self.times()
            times.leeway = .milliseconds(500)
            let fault = await backupFault {
                try await grove.backUp(times: times) { doing, done, _ in
                    if doing == "rows of leaf", done > 0 { Thread.sleep(forTimeInterval: 1) }
                }
            }
            guard case .markLost = fault else {
                Issue.record("\(String(describing: fault))")
                return
            }
            #expect(try await grove.vault.backups().isEmpty)
        }
    }

    @Test("may be misunderstood: a backup whose contents were removed meanwhile is none") func removed() async throws {
        try await Grove.with { grove async throws in
            try await grove.grow(2)
            let first = try await grove.backUp().id
            let content = try #require(try await grove.files(below: "content/").first)
            let path = try #require(try await Self.store(grove).localPath(of: content))
            let fault = await backupFault {
                try await grove.backUp { doing, done, _ in
                    if doing == "rows of leaf", done > 0 { try? FileManager.default.removeItem(atPath: path) }
                }
            }
            #expect(fault == .contentRemoved("\(content)"))
            #expect(try await grove.vault.backups() == [first])
            let next = try await grove.backUp()
            #expect(next.newObjects == 1)
            try await grove.verify(next.id)
        }
    }
}
