import Core
import Synchronization

/// Lends readers to one task at a time, in order of arrival.
final class SQLiteReaderPool: Sendable {
    private typealias Turn = CheckedContinuation<SQLiteReader, any Error>

    private struct State {
        var free: [SQLiteReader] = []
        var waiting: [(id: UInt64, turn: Turn)] = []
        var lent = 0
        var nextID: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let gauges: PoolMeter
    private let depth: Int

    init(gauges: PoolMeter, depth: Int) {
        self.gauges = gauges
        self.depth = depth
    }

    func add(_ reader: SQLiteReader) { state.withLock { $0.free.append(reader) } }

    func read<Value: Sendable>(_ body: @Sendable (DatabaseReader) async throws -> Value) async throws -> Value {
        let started = ContinuousClock.now
        let reader = try await acquire()
        gauges.wait.observe((ContinuousClock.now - started).seconds)
        defer { release(reader) }
        return try await reader.read(body)
    }

    /// Closes the free readers at once and the others as they come back.
    func close() async {
        let free = state.withLock { state in
            state.isClosed = true
            defer { state.free = [] }
            return state.free
        }
        for reader in free { await reader.close() }
        // A reader that is still lent frees its file when the last reference to it goes.
    }

    private func acquire() async throws -> SQLiteReader {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (turn: Turn) in
                admit(id, turn)
                if Task.isCancelled { withdraw(id) }
            }
        } onCancel: {
            withdraw(id)
        }
    }

    private func admit(_ id: UInt64, _ turn: Turn) {
        let outcome = state.withLock { state -> Result<SQLiteReader, any Error>? in
            if state.isClosed { return .failure(DatabaseFault(.unavailable, "the database has been closed")) }
            if let reader = state.free.popLast() {
                state.lent += 1
                gauges.inUse.set(Double(state.lent))
                return .success(reader)
            }
            guard state.waiting.count < depth else { return .failure(Overloaded(resource: "database")) }
            state.waiting.append((id, turn))
            gauges.waiting.set(Double(state.waiting.count))
            return nil
        }
        if let outcome { turn.resume(with: outcome) }
    }

    private func withdraw(_ id: UInt64) {
        let turn = state.withLock { state in
            state.waiting.firstIndex { $0.id == id }.map { state.waiting.remove(at: $0).turn }
        }
        turn?.resume(throwing: CancellationError())
    }

    private func release(_ reader: SQLiteReader) {
        let next = state.withLock { state -> Turn? in
            if !state.waiting.isEmpty {
                let turn = state.waiting.removeFirst().turn
                gauges.waiting.set(Double(state.waiting.count))
                return turn
            }
            state.lent -= 1
            gauges.inUse.set(Double(state.lent))
            if !state.isClosed { state.free.append(reader) }
            return nil
        }
        next?.resume(returning: reader)
    }
}
