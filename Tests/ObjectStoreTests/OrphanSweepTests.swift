import Core
import Foundation
import ObjectStore
import Synchronization
import TestSupport
import Testing

@Suite("Orphan sweep") struct OrphanSweepTests {
    /// A clock by which everything that is put now is that old.
    private func later(_ duration: Duration) -> WallClock { WallClock { .now() + duration } }

    private func keys(_ names: [String]) throws -> [ObjectKey] { try names.map { try ObjectKey($0) } }

    private func claim(_ prefix: String, _ known: [String]) -> ObjectClaim {
        ObjectClaim(prefix: prefix) { last, limit in Array(known.filter { $0 > last ?? "" }.prefix(limit)) }
    }

    @Test("Unknown objects are counted, and removed when that is wanted", arguments: StoreKind.allCases)
    func sweep(kind: StoreKind) async throws {
        try await kind.withStore { store async throws in
            let all = try keys(["p/a", "p/b", "p/b/c", "p/d", "q/e"])
            for key in all { try await store.put(key, bytes: [1, 2, 3]) }
            let sweep = OrphanSweep(store, clock: later(.seconds(7_200)))
            let claims = [claim("p/", ["p/0", "p/b", "p/c", "p/d", "z"])]
            func run(dryRun: Bool) async throws -> OrphanSweep.Report {
                try await sweep(claims: claims, olderThan: .seconds(3_600), dryRun: dryRun)
            }
            let dry = try await run(dryRun: true)
            #expect(dry.examined == 4 && dry.orphans == 2 && dry.orphanBytes == 6 && dry.removed == 0 && dry.isDryRun)
            #expect(dry.examples == (try keys(["p/a", "p/b/c"])))
            #expect(try await store.list(prefix: "", after: nil, limit: 10).count == 5)
            let wet = try await run(dryRun: false)
            #expect(wet.orphans == 2 && wet.removed == 2 && !wet.isDryRun)
            #expect(try await store.list(prefix: "", after: nil, limit: 10).map(\.key) == keys(["p/b", "p/d", "q/e"]))
            #expect(try await run(dryRun: false).orphans == 0)
        }
    }

    @Test("What is young is spared, however short an age is asked for", arguments: StoreKind.allCases)
    func young(kind: StoreKind) async throws {
        try await kind.withStore { store async throws in
            try await store.put(ObjectKey("p/a"), bytes: [1])
            for (clock, age) in [(WallClock.system, Duration.zero), (later(.seconds(7_200)), .seconds(86_400))] {
                let report = try await OrphanSweep(store, clock: clock)(
                    claims: [claim("p/", [])],
                    olderThan: age,
                    dryRun: false
                )
                #expect(report.spared == 1 && report.orphans == 0)
            }
            #expect(try await store.list(prefix: "", after: nil, limit: 10).count == 1)
        }
    }

    @Test("Claims are swept together, each below its own prefix and nowhere else", arguments: StoreKind.allCases)
    func claims(kind: StoreKind) async throws {
        try await kind.withStore { store async throws in
            let all = ["p/a", "p/b", "p/c", "p/x/1", "p/x/2", "q/a", "r/a"]
            for key in try keys(all) { try await store.put(key, bytes: [1]) }
            let claims = [
                claim("p/", ["p/b", "p/b0"]), claim("q/", ["a", "q/a", "z"]), claim("p/", ["//", "p/a", "p/b"]),
                claim("p/x/", ["p/x/2"]),
            ]
            let report = try await OrphanSweep(store, clock: later(.seconds(7_200)))(
                claims: claims,
                olderThan: .seconds(3_600),
                dryRun: false
            )
            #expect(report.examined == 6 && report.removed == 2)
            let left = try await store.list(prefix: "", after: nil, limit: 10).map(\.key)
            #expect(left == (try keys(["p/a", "p/b", "p/x/2", "q/a", "r/a"])))
        }
    }

    @Test("Claims of more keys than a page are read to their end") func pages() async throws {
        try await StoreKind.files.withStore { store async throws in
            let known = (0..<25_000).map { "p/\(100_000 + $0)" }
            for key in try keys([known[0], known[10_000], known[24_999], "p/2"]) {
                try await store.put(key, bytes: [1])
            }
            let claim = ObjectClaim(prefix: "p/") { last, limit in
                let start = last.map { last in known.partitioningIndex { $0 > last } } ?? 0
                return Array(known[start...].prefix(limit))
            }
            let report = try await OrphanSweep(store, clock: later(.seconds(7_200)))(
                claims: [claim],
                olderThan: .seconds(3_600),
                dryRun: false
            )
            #expect(report.examined == 4 && report.examples.map(\.description) == ["p/2"])
        }
    }

    @Test("What is put anew while the sweep looks at it stays") func renewed() async throws {
        try await withTemporaryDirectory { folder in
            let store = try await FileObjectStore(root: folder)
            let key = try ObjectKey("p/a")
            try await store.put(key, bytes: [1])
            let path = try #require(store.localPath(of: key))
            let past = Date(timeIntervalSinceNow: -90_000)
            try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: path)
            let moment = Mutex(0)
            // Asked for more keys when all objects are listed and none is removed.
            let claim = ObjectClaim(prefix: "p/") { last, limit in
                if moment.withLock({
                    $0 += 1; return $0
                }) == 1 {
                    return (0..<limit).map { "p/Z\(100_000 + $0)" }
                }
                try await store.put(key, bytes: [1])
                return []
            }
            let report = try await OrphanSweep(store)(claims: [claim], olderThan: .seconds(3_600), dryRun: false)
            #expect(report.orphans == 1 && report.removed == 0)
            #expect(try await store.list(prefix: "", after: nil, limit: 9).count == 1)
        }
    }

    @Test(
        "Known keys out of order stop the sweep before it removes anything",
        arguments: [["p/a", "p/c", "p/b"], ["p/b", "p/b"]]
    )
    func outOfOrder(known: [String]) async throws {
        try await StoreKind.files.withStore { store async throws in
            for key in try keys(["p/0", "p/b", "p/c"]) { try await store.put(key, bytes: [1]) }
            let sweep = OrphanSweep(store, clock: later(.seconds(7_200)))
            let claim = ObjectClaim(prefix: "p/") { last, _ in last == nil ? known : [] }
            let fault = await objectFault { try await sweep(claims: [claim], olderThan: .zero, dryRun: false) }
            #expect(fault?.code == .other)
            #expect(try await store.list(prefix: "", after: nil, limit: 9).count == 3)
        }
    }
}

extension Array {
    /// Of elements of which the first do not satisfy and the rest do: where the rest begins.
    fileprivate func partitioningIndex(where satisfies: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if satisfies(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
