/// Decides who may write next and when the common commit is due; pure, so that it can be tested without a database.
///
/// A writer announces itself, arrives, gets its turn, and leaves. As long as others are announced the one that leaves
/// lets them join its transaction; the last one commits for all.
struct WriterLine<Waiter> {
    private var waiting: [(id: UInt64, waiter: Waiter)] = []
    private var isTaken = false
    private(set) var announced = 0
    private var nextID: UInt64 = 0

    /// The id of the newcomer, or `nil` when `depth` are there already.
    mutating func announce(depth: Int) -> UInt64? {
        guard announced < depth else { return nil }
        announced += 1
        nextID += 1
        return nextID
    }

    /// Takes the turn when it is free.
    mutating func take() -> Bool {
        guard !isTaken else { return false }
        isTaken = true
        return true
    }

    /// Takes the turn when it is free; else `waiter` stands in line.
    mutating func takeOrWait(_ id: UInt64, _ waiter: Waiter) -> Bool {
        if take() { return true }
        waiting.append((id, waiter))
        return false
    }

    /// Leaves the line without a turn; `nil` when the id does not stand in it.
    mutating func withdraw(_ id: UInt64) -> Waiter? {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return nil }
        announced -= 1
        return waiting.remove(at: index).waiter
    }

    /// Everybody in line leaves it, because what they wait for failed.
    mutating func withdrawAll() -> [Waiter] {
        announced -= waiting.count
        defer { waiting = [] }
        return waiting.map(\.waiter)
    }

    /// The holder has done its part; ask `next` what follows.
    mutating func leave() { announced -= 1 }

    enum Step {
        /// Let this one write in the same transaction.
        case pass(Waiter)
        /// Somebody is on the way and will take the turn.
        case await
        /// Nobody else: commit, then ask `afterCommit`.
        case commit
    }

    mutating func next() -> Step {
        if !waiting.isEmpty { return .pass(waiting.removeFirst().waiter) }
        if announced > 0 {
            isTaken = false
            return .await
        }
        return .commit
    }

    /// Who starts the next transaction; `nil` frees the turn.
    mutating func afterCommit() -> Waiter? {
        if !waiting.isEmpty { return waiting.removeFirst().waiter }
        isTaken = false
        return nil
    }
}
