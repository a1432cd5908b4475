import Core
import Foundation
import ObjectStore
import TestSupport
import Testing

/// SIGKILL in the middle of a put: a process of its own dies, another looks at what it left.
@Suite("A killed put") struct KilledPutTests {
    /// Yields half of what it promised, then ends the process as a power cut would.
    private struct Deadly: AsyncSequence {
        typealias Element = [UInt8]
        typealias Failure = any Error
        func makeAsyncIterator() -> Iterator { Iterator() }
        struct Iterator: AsyncIteratorProtocol {
            typealias Failure = any Error
            var count = 0
            mutating func next() async throws -> [UInt8]? {
                count += 1
                if count > 8 { kill(getpid(), SIGKILL) }
                return [UInt8](repeating: 9, count: 100_000)
            }
        }
    }

    @Test("In mid put nothing is half there, the old object stays, and the leftover is swept") func midPut()
        async throws
    {
        try await withTemporaryDirectory { folder async throws in
            let root = folder + "/s"
            let first = try await FileObjectStore(root: root)
            let old = try ObjectKey("pictures/old")
            try await first.put(old, bytes: [1, 2, 3])
            await #expect(processExitsWith: .signal(SIGKILL)) { [root = root as String] in
                let store = try await FileObjectStore(root: root)
                let key = try ObjectKey("pictures/old")
                try await store.put(key, Deadly(), limit: 10 << 20, expecting: nil)
            }
            let left = try FileManager.default.contentsOfDirectory(atPath: root + "/incoming")
            #expect(left.count == 1)
            #expect(try await first.bytes(of: old, limit: 10) == [1, 2, 3])
            #expect(try await first.list(prefix: "", after: nil, limit: 9).map(\.key) == [old])
            #expect(try await first.removeUnfinished(before: .now() - .seconds(60), dryRun: false) == 0)
            #expect(try await first.removeUnfinished(before: .now() + .seconds(60), dryRun: true) == 1)
            _ = try await FileObjectStore(root: root)
            #expect(try FileManager.default.contentsOfDirectory(atPath: root + "/incoming") == [])
        }
    }

    @Test("At any moment every object is whole, and each put that returned is there", arguments: [0, 3, 11, 29])
    func anyMoment(milliseconds: Int) async throws {
        try await withTemporaryDirectory { folder async throws in
            let root = folder + "/s"
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [root = root as String, milliseconds = milliseconds as Int] in
                let store = try await FileObjectStore(root: root)
                Thread.detachNewThread {
                    Thread.sleep(forTimeInterval: Double(milliseconds) / 1_000)
                    kill(getpid(), SIGKILL)
                }
                for number in 0... {
                    let content = [UInt8](repeating: UInt8(number % 251), count: 200_000)
                    try await store.put(ObjectKey("n/\(10_000 + number)"), bytes: content)
                    // Acknowledged: from here on it must be there.
                    try "\(number)".write(toFile: root + "-acknowledged", atomically: false, encoding: .utf8)
                }
            }
            let store = try await FileObjectStore(root: root)
            let found = try await store.list(prefix: "", after: nil, limit: 100_000)
            let text = (try? String(contentsOfFile: root + "-acknowledged", encoding: .utf8)) ?? ""
            // The number may have been cut off in the middle of being replaced, never the object before it.
            if let number = Int(text) { #expect(found.count > number) }
            for object in found {
                let bytes = try await store.bytes(of: object.key, limit: 1 << 20)
                #expect(bytes.count == 200_000 && Set(bytes).count == 1)
            }
        }
    }
}
