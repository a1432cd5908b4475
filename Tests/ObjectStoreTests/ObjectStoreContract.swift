import Core
import ObjectStore
import TestSupport
import Testing

/// What every store promises.
@Suite("Object store contract") struct ObjectStoreContract {
    @Test(
        "An object comes back whole, in memory and in pieces",
        arguments: StoreKind.allCases,
        [0, 1, 300_000, 1 << 20]
    )
    func roundTrip(kind: StoreKind, size: Int) async throws {
        try await kind.withStore { store async throws in
            let content = patternBytes(size)
            let key = try ObjectKey("images/2026/leaf.jpg")
            let receipt = try await store.put(key, bytes: content)
            #expect(receipt == PutReceipt(key: key, size: Int64(size), hash: SHA256(of: content)))
            #expect(try await store.bytes(of: key, limit: 1 << 20, expecting: receipt.hash) == content)
            #expect(try await store.head(key).size == Int64(size))

            let pieces = stride(from: 0, to: size, by: 70_000).map { Array(content[$0..<min($0 + 70_000, size)]) }
            let streamed = try ObjectKey("streamed")
            let second = try await store.put(
                streamed,
                Pieces(pieces: pieces),
                limit: Int64(size),
                expecting: receipt.hash
            )
            #expect(second.hash == receipt.hash)
            #expect(try await store.bytes(of: streamed, limit: 1 << 20) == content)
        }
    }

    @Test(
        "A range yields exactly its bytes",
        arguments: StoreKind.allCases,
        [0..<1, 0..<600_000, 255_000..<530_001, 599_999..<600_000]
    )
    func ranges(kind: StoreKind, range: Range<Int>) async throws {
        try await kind.withStore { store async throws in
            let content = patternBytes(600_000)
            let key = try ObjectKey("big")
            try await store.put(key, bytes: content)
            let part = try await store.get(key, range: Int64(range.lowerBound)..<Int64(range.upperBound))
            var read: [UInt8] = []
            for try await piece in part.pieces { read += piece }
            #expect(read == Array(content[range]))
            #expect(part.summary.size == 600_000)
        }
    }

    @Test(
        "A range outside the object is refused",
        arguments: StoreKind.allCases,
        [0..<11, 10..<11, 5..<5, -1..<3] as [Range<Int64>]
    )
    func wrongRanges(kind: StoreKind, range: Range<Int64>) async throws {
        try await kind.withStore { store async throws in
            let key = try ObjectKey("ten")
            try await store.put(key, bytes: patternBytes(10))
            #expect(await objectFault { try await store.get(key, range: range) }?.code == .invalidRange)
        }
    }

    @Test("Wrong content, too much of it and a broken stream store nothing", arguments: StoreKind.allCases)
    func refusals(kind: StoreKind) async throws {
        try await kind.withStore { store async throws in
            let key = try ObjectKey("a/b")
            let other = SHA256(of: [9])
            #expect(await objectFault { try await store.put(key, bytes: [1], expecting: other) }?.code == .hashMismatch)
            let long = Pieces(pieces: [[1, 2], [3, 4]])
            #expect(await objectFault { try await store.put(key, long, limit: 3, expecting: nil) }?.code == .tooLarge)
            await #expect(throws: Pieces.BrokenOff.self) {
                try await store.put(key, Pieces(pieces: [[1]], breaksOff: true), limit: 9, expecting: nil)
            }
            #expect(await objectFault { try await store.head(key) }?.code == .notFound)
            #expect(try await store.list(prefix: "", after: nil, limit: 10) == [])
        }
    }

    @Test(
        "A put replaces the whole object, and who reads the old one goes on reading it",
        arguments: StoreKind.allCases
    )
    func replacing(kind: StoreKind) async throws {
        try await kind.withStore { store async throws in
            let key = try ObjectKey("k")
            try await store.put(key, bytes: patternBytes(600_000))
            let old = try await store.get(key)
            try await store.put(key, bytes: [1, 2, 3])
            var count = 0
            for try await piece in old.pieces { count += piece.count }
            #expect(count == 600_000)
            #expect(try await store.bytes(of: key, limit: 10) == [1, 2, 3])
        }
    }

    @Test("What was deleted is not found, and deleting it again is no fault", arguments: StoreKind.allCases)
    func deleting(kind: StoreKind) async throws {
        try await kind.withStore { store async throws in
            let key = try ObjectKey("a/b/c")
            try await store.put(key, bytes: [1])
            try await store.delete(key)
            try await store.delete(key)
            try await store.delete(try ObjectKey("a/b/c/d"))
            for attempt in [{ _ = try await store.get(key) }, { _ = try await store.head(key) }]
                as [() async throws -> Void]
            {
                #expect(await objectFault(attempt)?.code == .notFound)
            }
        }
    }

    @Test("Lists come in order of key, by prefix and page by page", arguments: StoreKind.allCases)
    func listing(kind: StoreKind) async throws {
        try await kind.withStore { store async throws in
            let keys = ["a", "a-b", "a.b", "a/b", "a/b-c", "a/b/c", "a0", "b/x/1", "b/x/2", "b/y", "B"].sorted {
                $0.utf8.lexicographicallyPrecedes($1.utf8)
            }
            for key in keys.shuffled() { try await store.put(ObjectKey(key), bytes: Array(key.utf8)) }
            func list(_ prefix: String, _ after: String? = nil, _ limit: Int = 100) async throws -> [String] {
                let last = try after.map { try ObjectKey($0) }
                return try await store.list(prefix: prefix, after: last, limit: limit).map(\.key.description)
            }
            #expect(try await list("") == keys)
            for prefix in ["a", "a/", "a/b", "b/", "b/x", "b/x/", "c", "a/b/c"] {
                #expect(try await list(prefix) == keys.filter { $0.hasPrefix(prefix) }, "\(prefix)")
            }
            var paged: [String] = []
            while case let page = try await list("", paged.last, 2), !page.isEmpty { paged += page }
            #expect(paged == keys)
        }
    }

    @Test("Many may put and read one key at once and always see a whole object", arguments: StoreKind.allCases)
    func concurrent(kind: StoreKind) async throws {
        try await kind.withStore { store async throws in
            let key = try ObjectKey("hot")
            let first = patternBytes(100_000)
            try await store.put(key, bytes: first)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        for _ in 0..<5 {
                            try await store.put(key, bytes: [UInt8](repeating: UInt8(writer), count: 100_000))
                        }
                    }
                    group.addTask {
                        for _ in 0..<10 {
                            let seen = try await store.bytes(of: key, limit: 1 << 20)
                            #expect(seen.count == 100_000)
                            #expect(seen.last == seen.first || seen == patternBytes(100_000))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}

@Suite("Object keys") struct ObjectKeyTests {
    @Test(
        "A key that could leave the store is refused",
        arguments: [
            "", "/", "/a", "a/", "a//b", "..", "a/../b", "./a", ".hidden", "a/.b", "a\0b", "a b", "ü", "~aa/b", "a\\b",
            "a\n", String(repeating: "a", count: 201), String(repeating: "ab/", count: 200) + "c",
        ]
    )
    func refused(text: String) {
        let fault = #expect(throws: ObjectFault.self) { try ObjectKey(text) }
        #expect(fault?.code == .invalidKey)
    }

    @Test("Ordinary keys are accepted", arguments: ["a", "a.b", "images/2026-05/0197_x.jpg", "A/b/C/0/-/_"])
    func accepted(text: String) throws { #expect(try ObjectKey(text).description == text) }
}
