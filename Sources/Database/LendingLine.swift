import Core
import Dispatch
import Synchronization

/// Lends connections to one task at a time, in order of arrival, and says who may open another one.
final class LendingLine<Item: Sendable>: Sendable {
    enum Turn: Sendable {
        case use(Item)
        /// There is room for one more: open it, then `giveBack` it, or `forfeit` the room.
        case open
    }

    private struct Waiter {
        let id: UInt64
        let deadline: ContinuousClock.Instant?
        let turn: CheckedContinuation<Turn, any Error>
    }

    private struct State {
        /// The one used latest is last and goes first, so that those beyond need grow old.
        var free: [Item] = []
        var waiting: [Waiter] = []
        var room: Int
        var lent = 0
        var nextID: UInt64 = 0
        var isClosed = false
        /// Whether a timer looks after those who wait.
        var isWatched = false

        mutating func popWaiter() -> Waiter? { waiting.isEmpty ? nil : waiting.removeFirst() }
    }

    private let state: Mutex<State>
    private let gauges: PoolMeter
    private let depth: Int

    /// Lends what was given with `add`, and lets `room` more be opened; `depth` may wait, more are refused.
    init(room: Int, depth: Int, gauges: PoolMeter) {
        state = Mutex(State(room: room))
        self.gauges = gauges
        self.depth = depth
    }

    /// Adds an item that was made apart from any turn.
    func add(_ item: Item) { state.withLock { $0.free.append(item) } }

    /// Waits for a turn.
    ///
    /// - Throws: `Overloaded` when too many wait, `busy` when the time is over, `unavailable` after `close`, or `CancellationError`.
    func acquire(until deadline: ContinuousClock.Instant? = nil) async throws -> Turn {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { turn in
                admit(Waiter(id: id, deadline: deadline, turn: turn))
                if Task.isCancelled { withdraw(id) }
            }
        } onCancel: {
            withdraw(id)
        }
    }

    /// Ends a turn; returns the item when nobody may have it any more, because the line is closed.
    func giveBack(_ item: Item) -> Item? {
        let (turn, orphan) = state.withLock { state -> (Waiter?, Item?) in
            if let next = state.popWaiter() {
                gauges.waiting.set(Double(state.waiting.count))
                return (next, nil)
            }
            state.lent -= 1
            gauges.inUse.set(Double(state.lent))
            if state.isClosed { return (nil, item) }
            state.free.append(item)
            return (nil, nil)
        }
        turn?.turn.resume(returning: .use(item))
        return orphan
    }

    /// Ends a turn whose item is gone: the next one may open another.
    func forfeit() {
        let next = state.withLock { state -> Waiter? in
            if let next = state.popWaiter() {
                gauges.waiting.set(Double(state.waiting.count))
                return next
            }
            state.lent -= 1
            state.room += 1
            gauges.inUse.set(Double(state.lent))
            return nil
        }
        next?.turn.resume(returning: .open)
    }

    /// Takes out a free item that was unused for longest, when there are more than `minimum` and `isSurplus` says so.
    func removeFree(above minimum: Int, where isSurplus: (Item) -> Bool) -> Item? {
        state.withLock { state in
            guard state.free.count + state.lent > minimum, let oldest = state.free.first, isSurplus(oldest) else {
                return nil
            }
            state.room += 1
            return state.free.removeFirst()
        }
    }

    /// Refuses newcomers and those who wait; returns the free items, the others come back through `giveBack`.
    func close() -> [Item] {
        let (free, waiting) = state.withLock { state in
            state.isClosed = true
            defer {
                state.free = []
                state.waiting = []
            }
            return (state.free, state.waiting)
        }
        for waiter in waiting { waiter.turn.resume(throwing: Self.closed) }
        return free
    }

    private static var closed: DatabaseFault { DatabaseFault(.unavailable, "the database has been closed") }

    private func admit(_ waiter: Waiter) {
        let outcome = state.withLock { state -> Result<Turn, any Error>? in
            if state.isClosed { return .failure(Self.closed) }
            if let item = state.free.popLast() { return .success(lend(.use(item), &state)) }
            if state.room > 0 {
                state.room -= 1
                return .success(lend(.open, &state))
            }
            guard state.waiting.count < depth else { return .failure(Overloaded(resource: "database")) }
            state.waiting.append(waiter)
            gauges.waiting.set(Double(state.waiting.count))
            watch(&state)
            return nil
        }
        if let outcome { waiter.turn.resume(with: outcome) }
    }

    private func lend(_ turn: Turn, _ state: inout State) -> Turn {
        state.lent += 1
        gauges.inUse.set(Double(state.lent))
        return turn
    }

    private func withdraw(_ id: UInt64) {
        let waiter = state.withLock { state in
            let index = state.waiting.firstIndex { $0.id == id }
            defer { gauges.waiting.set(Double(state.waiting.count)) }
            return index.map { state.waiting.remove(at: $0) }
        }
        waiter?.turn.resume(throwing: CancellationError())
    }

    /// One timer at a time, for the one who waits longest: limits are alike, so deadlines come in order of arrival.
    private func watch(_ state: inout State) {
        guard !state.isWatched, let deadline = state.waiting.first?.deadline else { return }
        state.isWatched = true
        let pause = max(deadline - .now, .zero)
        DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(Int(pause.microseconds) + 1_000)) {
            self.expire()
        }
    }

    private func expire() {
        let late = state.withLock { state in
            let now = ContinuousClock.now
            let late = state.waiting.filter { ($0.deadline ?? now + .seconds(1)) <= now }
            state.waiting.removeAll { waiter in late.contains { $0.id == waiter.id } }
            gauges.waiting.set(Double(state.waiting.count))
            state.isWatched = false
            watch(&state)
            return late
        }
        let fault = DatabaseFault(.busy, "no database connection became free in time")
        for waiter in late { waiter.turn.resume(throwing: fault) }
    }
}
