import Core
import ObjectStore
import Synchronization
import TestSupport
import Testing

@Suite("Links to files") struct ObjectLinksTests {
    private final class Hand: Sendable {
        let time = Mutex(Timestamp(microseconds: 1_700_000_000_500_000))
        var clock: WallClock { WallClock { self.time.withLock { $0 } } }
        func move(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    private let hand = Hand()
    private var links: ObjectLinks { ObjectLinks(key: [UInt8](repeating: 7, count: 32), clock: hand.clock) }

    private func parts(_ target: String) throws -> (key: ObjectKey, expires: Int64, signature: String) {
        let match = try #require(target.wholeMatch(of: #//objects/(.+)\?expires=(\d+)&signature=([0-9a-f]{64})/#))
        return (try ObjectKey(String(match.1)), try #require(Int64(match.2)), String(match.3))
    }

    @Test("A link is valid until its time and not a moment longer") func expiry() throws {
        let (key, expires, signature) = try parts(links.target(for: ObjectKey("a/b.jpg"), lifetime: .seconds(60)))
        func verdict() -> ObjectLinks.Verdict { links.verdict(on: key, expires: expires, signature: signature) }
        // Rounded up to the whole second.
        #expect(verdict() == .valid(remaining: .milliseconds(60_500)))
        hand.move(.milliseconds(60_499))
        #expect(verdict() == .valid(remaining: .milliseconds(1)))
        hand.move(.milliseconds(1))
        #expect(verdict() == .expired)
    }

    @Test("Whatever is changed in a link is noticed") func forgery() throws {
        let (key, expires, signature) = try parts(links.target(for: ObjectKey("a/b.jpg"), lifetime: .seconds(60)))
        let other = ObjectLinks(key: [UInt8](repeating: 8, count: 32), clock: hand.clock)
        #expect(other.verdict(on: key, expires: expires, signature: signature) == .forged)
        #expect(try links.verdict(on: ObjectKey("a/b.jpeg"), expires: expires, signature: signature) == .forged)
        for moved in [expires + 1, expires - 1, .max, .min, 0] {
            #expect(links.verdict(on: key, expires: moved, signature: signature) == .forged)
        }
        let flipped = (signature.first == "0" ? "1" : "0") + signature.dropFirst()
        for wrong in [
            "", "0", flipped, signature + "0", String(signature.dropLast()), String(repeating: "g", count: 64),
        ] {
            #expect(links.verdict(on: key, expires: expires, signature: wrong) == .forged)
        }
    }

    @Test("Every process over one store knows the same key, and another store another") func shared() async throws {
        try await withTemporaryDirectory { folder async throws in
            let key = try ObjectKey("a")
            let stores = try await withThrowingTaskGroup(of: FileObjectStore.self) { group in
                for _ in 0..<6 { group.addTask { try await FileObjectStore(root: folder + "/s", clock: hand.clock) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let targets = Set(stores.map { $0.links.target(for: key, lifetime: .seconds(9)) })
            #expect(targets.count == 1)
            let other = try await FileObjectStore(root: folder + "/t", clock: hand.clock)
            #expect(try await other.link(to: key, for: .seconds(9)) != targets.first)
            #expect(try await stores.first?.list(prefix: "", after: nil, limit: 9) == [])
        }
    }
}
