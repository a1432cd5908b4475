import Core
import ObjectStore
import TestSupport
import Testing

@Suite("Orphan sweep") struct OrphanSweepTests {
    private struct Ordered: AsyncSequence {
        typealias Element = ObjectKey
        typealias Failure = any Error
        let keys: [ObjectKey]
        func makeAsyncIterator() -> Iterator { Iterator(left: keys[...]) }
        struct Iterator: AsyncIteratorProtocol {
            typealias Failure = any Error
            var left: ArraySlice<ObjectKey>
            mutating func next() async throws -> ObjectKey? { left.popFirst() }
        }
    }

    /// A clock by which everything that is put now is that old.
    private func later(_ duration: Duration) -> WallClock { WallClock { .now() + duration } }

    private func keys(_ names: [String]) throws -> [ObjectKey] { try names.map { try ObjectKey($0) } }

    @Test("Unknown objects are counted, and removed when that is wanted", arguments: StoreKind.allCases, [true, false])
    func sweep(kind: StoreKind, inOrder: Bool) async throws {
        try await kind.withStore { store async throws in
            let all = try keys(["p/a", "p/b", "p/b/c", "p/d", "q/e"])
            for key in all { try await store.put(key, bytes: [1, 2, 3]) }
            let known = try keys(["p/0", "p/b", "p/c", "p/d", "z"])
            let sweep = OrphanSweep(store, clock: later(.seconds(7_200)))
            func run(dryRun: Bool) async throws -> OrphanSweep.Report {
                inOrder
                    ? try await sweep(
                        prefix: "p/",
                        knownInOrder: Ordered(keys: known),
                        olderThan: .seconds(3_600),
                        dryRun: dryRun
                    )
                    : try await sweep(
                        prefix: "p/",
                        known: Set(known),
                        olderThan: .seconds(3_600),
                        dryRun: dryRun
                    )
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
            try await store.put(ObjectKey("a"), bytes: [1])
            for (clock, age) in [(WallClock.system, Duration.zero), (later(.seconds(7_200)), .seconds(86_400))] {
                let report = try await OrphanSweep(store, clock: clock)(
                    prefix: "",
                    known: [],
                    olderThan: age,
                    dryRun: false
                )
                #expect(report.spared == 1 && report.orphans == 0)
            }
            #expect(try await store.list(prefix: "", after: nil, limit: 10).count == 1)
        }
    }

    @Test("Known keys out of order stop the sweep before it removes what is known") func outOfOrder() async throws {
        try await StoreKind.files.withStore { store async throws in
            for key in try keys(["b", "c"]) { try await store.put(key, bytes: [1]) }
            let sweep = OrphanSweep(store, clock: later(.seconds(7_200)))
            let fault = await objectFault {
                try await sweep(
                    prefix: "",
                    knownInOrder: Ordered(keys: keys(["a", "c", "b"])),
                    olderThan: .zero,
                    dryRun: false
                )
            }
            #expect(fault?.code == .other)
            #expect(try await store.list(prefix: "", after: nil, limit: 9).count == 2)
        }
    }
}
