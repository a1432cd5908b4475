internal import Synchronization

/// Keeps the most recently used answers, never more than `capacity`; the least recently used goes first.
package final class BoundedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    package struct Counts: Hashable, Sendable {
        package var hits = 0
        package var misses = 0
        package var evictions = 0
        package var entries = 0
    }

    private struct Entry {
        let key: Key
        var value: Value
        var newer: Int
        var older: Int
    }

    /// A doubly linked list in an array: no allocation once it is full.
    private struct State {
        var places: [Key: Int] = [:]
        var entries: [Entry] = []
        var newest = -1
        var oldest = -1
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
    }

    package let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: 0 keeps nothing.
    package init(capacity: Int) {
        precondition(capacity >= 0, "a cache can't hold less than nothing")
        self.capacity = capacity
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

    /// Keeps a value, replacing what was kept for `key`.
    package func keep(_ value: Value, for key: Key) {
        guard capacity > 0 else { return }
        state.withLock { state in
            if let place = state.places[key] {
                state.entries[place].value = value
                state.unlink(place)
                state.pushNewest(place)
                return
            }
            let entry = Entry(key: key, value: value, newer: -1, older: -1)
            let place: Int
            if state.entries.count < capacity {
                place = state.entries.count
                state.entries.append(entry)
            } else {
                place = state.oldest
                state.unlink(place)
                state.places[state.entries[place].key] = nil
                state.entries[place] = entry
                state.counts.evictions += 1
            }
            state.places[key] = place
            state.pushNewest(place)
            state.counts.entries = state.entries.count
        }
    }

    /// Forgets everything; the counts go on.
    package func removeAll() {
        state.withLock { state in
            let counts = state.counts
            state = State()
            state.counts = counts
            state.counts.entries = 0
        }
    }
}
