internal import Synchronization

/// Keeps the most recently used answers, never more than `capacity` nor more than `bytes`; the least recently used goes first.
package final class BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    package struct Counts: Hashable, Sendable {
        package var hits = 0
        package var misses = 0
        package var evictions = 0
        package var entries = 0
        /// What the entries weigh together.
        package var bytes = 0
    }

    private struct Entry {
        let key: Key
        /// `nil` in a place that waits for its next entry.
        var value: Value?
        var bytes: Int
        var newer: Int
        var older: Int
    }

    /// A doubly linked list in an array: no allocation once it is full.
    private struct State {
        var places: [Key: Int] = [:]
        var entries: [Entry] = []
        var newest = -1
        var oldest = -1
        var free: [Int] = []
        var counts = Counts()

        mutating func unlink(_ place: Int) {
            let (newer, older) = (entries[place].newer, entries[place].older)
            if newer >= 0 { entries[newer].older = older } else { newest = older }
            if older >= 0 { entries[older].newer = newer } else { oldest = newer }
        }

        mutating func pushNewest(_ place: Int) {
            entries[place].newer = -1
            entries[place].older = newest
            if newest >= 0 { entries[newest].newer = place } else { oldest = place }
            newest = place
        }

        mutating func remove(_ place: Int) {
            unlink(place)
            places[entries[place].key] = nil
            counts.bytes -= entries[place].bytes
            counts.entries -= 1
            entries[place].value = nil
            free.append(place)
        }

        mutating func insert(_ entry: Entry) {
            let place = free.popLast() ?? entries.count
            if place < entries.count { entries[place] = entry } else { entries.append(entry) }
            places[entry.key] = place
            counts.bytes += entry.bytes
            counts.entries += 1
            pushNewest(place)
        }
    }

    package let capacity: Int
    package let bytes: Int
    private let weight: @Sendable (Value) -> Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - capacity: how many answers at most; 0 keeps nothing.
    ///   - bytes: how much they may weigh together.
    ///   - weight: the bytes that one answer takes.
    package init(capacity: Int, bytes: Int = .max, weight: @escaping @Sendable (Value) -> Int = { _ in 0 }) {
        precondition(capacity >= 0 && bytes >= 0, "a cache can't hold less than nothing")
        self.capacity = capacity
        self.bytes = bytes
        self.weight = weight
    }

    package var counts: Counts { state.withLock(\.counts) }

    /// The value kept for `key`, which becomes the most recently used.
    package func value(for key: Key) -> Value? {
        state.withLock { state -> Value? in
            guard let place = state.places[key] else {
                state.counts.misses += 1
                return nil
            }
            state.counts.hits += 1
            state.unlink(place)
            state.pushNewest(place)
            return state.entries[place].value
        }
    }

    /// Keeps a value, replacing what was kept for `key`; one that alone weighs too much is not kept.
    package func keep(_ value: Value, for key: Key) {
        let weight = weight(value)
        state.withLock { state in
            if let place = state.places[key] { state.remove(place) }
            guard capacity > 0, weight <= bytes else { return }
            while state.counts.entries >= capacity || state.counts.bytes > bytes - weight {
                state.remove(state.oldest)
                state.counts.evictions += 1
            }
            state.insert(Entry(key: key, value: value, bytes: weight, newer: -1, older: -1))
        }
    }

    /// Forgets everything; the counts go on.
    package func removeAll() {
        state.withLock { state in
            let counts = state.counts
            state = State()
            state.counts = counts
            state.counts.entries = 0
            state.counts.bytes = 0
        }
    }
}
