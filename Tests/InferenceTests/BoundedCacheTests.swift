import Testing

@testable import Inference

struct BoundedCacheTests {
    @Test func `the least recently used goes first`() {
        let cache = BoundedCache<String, Int>(capacity: 2)
        cache.keep(1, for: "a")
        cache.keep(2, for: "b")
        #expect(cache.value(for: "a") == 1)
        cache.keep(3, for: "c")
        #expect(cache.value(for: "b") == nil)
        #expect(cache.value(for: "a") == 1)
        #expect(cache.value(for: "c") == 3)
        #expect(cache.counts == .init(hits: 3, misses: 1, evictions: 1, entries: 2))
    }

    @Test func `keeping again replaces and refreshes`() {
        let cache = BoundedCache<String, Int>(capacity: 2)
        cache.keep(1, for: "a")
        cache.keep(2, for: "b")
        cache.keep(9, for: "a")
        cache.keep(3, for: "c")
        #expect(cache.value(for: "a") == 9)
        #expect(cache.value(for: "b") == nil)
    }

    @Test func `a cache of nothing keeps nothing`() {
        let cache = BoundedCache<Int, Int>(capacity: 0)
        cache.keep(1, for: 1)
        #expect(cache.value(for: 1) == nil)
        #expect(cache.counts.entries == 0)
    }

    @Test func `it agrees with a plain list over many random uses`() {
        let cache = BoundedCache<Int, Int>(capacity: 5)
        var model: [(key: Int, value: Int)] = []
        var generator = SystemRandomNumberGenerator()
        for step in 0..<5_000 {
            let key = Int.random(in: 0..<12, using: &generator)
            let place = model.firstIndex { $0.key == key }
            if Bool.random(using: &generator) {
                #expect(cache.value(for: key) == place.map { model[$0].value })
                if let place { model.append(model.remove(at: place)) }
            } else {
                cache.keep(step, for: key)
                if let place { model.remove(at: place) }
                model.append((key, step))
                if model.count > 5 { model.removeFirst() }
            }
        }
        #expect(cache.counts.entries == 5)
        cache.removeAll()
        #expect(cache.value(for: model[0].key) == nil)
        #expect(cache.counts.entries == 0)
    }

    @Test func `many tasks at once never make it larger than it may be`() async {
        let cache = BoundedCache<Int, Int>(capacity: 50)
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for step in 0..<1_000 {
                        let key = (task * 31 + step * 7) % 200
                        cache.keep(key * 3, for: key)
                        if let value = cache.value(for: (key + 1) % 200) { #expect(value == (key + 1) % 200 * 3) }
                    }
                }
            }
        }
        #expect(cache.counts.entries == 50)
    }

    @Test func `it never weighs more than it may, and one answer too heavy is not kept`() {
        let cache = BoundedCache<Int, Int>(capacity: 100, bytes: 10) { $0 }
        for key in 1...4 { cache.keep(key, for: key) }
        #expect(cache.counts.bytes == 10 && cache.counts.entries == 4)
        cache.keep(5, for: 5)
        #expect(cache.counts.bytes == 9 && cache.counts.entries == 2)
        #expect(cache.value(for: 3) == nil)
        #expect(cache.value(for: 4) == 4)
        cache.keep(11, for: 4)
        #expect(cache.value(for: 4) == nil)
        #expect(cache.counts.bytes == 5 && cache.counts.entries == 1)
        cache.keep(2, for: 6)
        #expect(cache.value(for: 6) == 2)
        #expect(cache.value(for: 5) == 5)
    }
}
