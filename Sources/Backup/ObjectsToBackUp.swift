import Core
import Database
import ObjectStore

/// Walks all objects, puts the contents that the vault lacks, and yields the lines of the list, in pieces.
///
/// An object that the earlier list names with the same size and time is not read again.
struct ObjectsToBackUp: AsyncSequence {
    typealias Element = [UInt8]
    typealias Failure = any Error

    final class Tally {
        var count = 0
        var bytes: Int64 = 0
        var newCount = 0
        var newBytes: Int64 = 0
    }

    let objects: any ObjectStore
    let contents: ContentKeeper
    let earlier: ObjectEntries?
    /// Entries as young as this are read again: the clock of a store may be coarse.
    let trustedBefore: Timestamp
    /// Whether what the earlier list alone has stays, because the rows may still name it.
    let keepsVanished: Bool
    let progress: (Int) -> Void
    let tally = Tally()

    func makeAsyncIterator() -> Iterator { Iterator(self) }

    struct Iterator: AsyncIteratorProtocol {
        typealias Failure = any Error

        private let walk: ObjectsToBackUp
        private var found: StoredObjects.Iterator
        private var earlier: ObjectEntries.Iterator?
        private var nextEarlier: ObjectEntry?
        private var hasBegun = false

        /// Objects that are read at the same time.
        private static let width = 4
        private static let batch = 64

        init(_ walk: ObjectsToBackUp) {
            self.walk = walk
            found = walk.objects.objects(below: "").makeAsyncIterator()
            earlier = walk.earlier?.makeAsyncIterator()
        }

        private enum Step: Sendable {
            case known(ObjectEntry)
            case unread(ObjectSummary)
        }

        mutating func next() async throws -> [UInt8]? {
            if !hasBegun {
                hasBegun = true
                nextEarlier = try await earlier?.next()
            }
            while true {
                let steps = try await takeSteps()
                guard !steps.isEmpty else { return nil }
                let entries = try await read(steps)
                walk.progress(walk.tally.count)
                // All of them may have vanished.
                if !entries.isEmpty { return entries.flatMap { RowCoding.frame($0.values) } }
            }
        }

        private mutating func takeSteps() async throws -> [Step] {
            var steps: [Step] = []
            while steps.count < Self.batch, let object = try await found.next() {
                while let entry = nextEarlier, entry.key < object.key {
                    if walk.keepsVanished { steps.append(.known(entry)) }
                    nextEarlier = try await earlier?.next()
                }
                guard let entry = nextEarlier, entry.key == object.key else {
                    steps.append(.unread(object))
                    continue
                }
                nextEarlier = try await earlier?.next()
                let isSame =
                    entry.size == object.size && entry.modified == object.modified
                    && object.modified < walk.trustedBefore && walk.contents.has(entry.hash)
                steps.append(isSame ? .known(entry) : .unread(object))
            }
            guard steps.isEmpty, walk.keepsVanished else { return steps }
            while steps.count < Self.batch, let entry = nextEarlier {
                steps.append(.known(entry))
                nextEarlier = try await earlier?.next()
            }
            return steps
        }

        /// In the order of the steps, without objects that vanished.
        private func read(_ steps: [Step]) async throws -> [ObjectEntry] {
            let (objects, contents) = (walk.objects, walk.contents)
            let results = try await withThrowingTaskGroup(of: (Int, ContentKeeper.Kept?).self) { group in
                var results: [Int: ContentKeeper.Kept] = [:]
                var running = 0
                for (index, step) in steps.enumerated() {
                    guard case .unread(let object) = step else { continue }
                    if running == Self.width, let (index, kept) = try await group.next() {
                        results[index] = kept
                        running -= 1
                    }
                    running += 1
                    group.addTask { (index, try await contents.keep(object.key, of: objects)) }
                }
                for try await (index, kept) in group { results[index] = kept }
                return results
            }
            return steps.enumerated().compactMap { index, step in
                let entry: ObjectEntry
                switch step {
                case .known(let known): entry = known
                case .unread(let object):
                    guard let kept = results[index] else { return nil }
                    entry = ObjectEntry(kept.summary ?? object, size: kept.digest.bytes, hash: kept.digest.sha256)
                    if kept.isNew {
                        walk.tally.newCount += 1
                        walk.tally.newBytes += kept.digest.bytes
                    }
                }
                walk.tally.count += 1
                walk.tally.bytes += entry.size
                return entry
            }
        }
    }
}
