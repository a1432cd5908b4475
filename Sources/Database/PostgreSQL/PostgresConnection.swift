import Core
import Synchronization

/// A connection with a queue of its own, where it may wait for the server; used by one task at a time.
actor PostgresConnection {
    private let executor: QueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private let canceller = PostgresCanceller()
    private let meter: QueryMeter
    private var channel: PostgresChannel?

    private struct Ages {
        var bornAt = ContinuousClock.now
        var usedAt = ContinuousClock.now
        var isBroken = false
        /// Keeps those opened together from being replaced together.
        let lifetime = Double.random(in: 0.9...1.1)
    }

    private let ages = Mutex(Ages())

    init(meter: QueryMeter) {
        executor = QueueExecutor(label: "database.postgres")
        self.meter = meter
    }

    /// Logs in; throws `PostgresRefusal`.
    func connect(_ address: PostgresAddress, patience: Duration) throws {
        channel = try PostgresChannel(address, canceller: canceller, patience: patience)
        ages.withLock { $0 = Ages() }
    }

    func close() {
        channel = nil
        ages.withLock { $0.isBroken = true }
    }

    /// Whether it can be lent again.
    nonisolated var isBroken: Bool { ages.withLock { $0.isBroken } }
    nonisolated func isOld(_ limit: Duration) -> Bool { ages.withLock { .now - $0.bornAt > limit * $0.lifetime } }
    nonisolated var idleTime: Duration { ages.withLock { .now - $0.usedAt } }

    /// Looks whether the server is still there: without a round trip, or with one after a longer pause.
    func isFit(askingAfter pause: Duration) -> Bool {
        guard let channel, channel.isAlive else { return false }
        return idleTime < pause || channel.isAnswering(within: PostgresCanceller.patience)
    }

    /// Runs `body` in a transaction; it is on the server's disk when this returns.
    func write<Value: Sendable>(_ body: @Sendable (Transaction) async throws -> Value) async throws -> Value {
        try await use(.write) { try await body(Transaction($0)) }
    }

    /// Runs `body` on a snapshot.
    func read<Value: Sendable>(_ body: @Sendable (DatabaseReader) async throws -> Value) async throws -> Value {
        try await use(.read) { try await body(DatabaseReader($0)) }
    }

    /// One statement on a snapshot of its own, in one round trip.
    func query(_ sql: String, _ values: [SQLValue]) async throws -> [Row] {
        try await withUse { channel in
            let session = PostgresSession(channel, canceller: canceller, meter: meter, mode: .single)
            defer { if session.isLost { noteBroken() } }
            let rows = try await session.open(sql, values, isStream: false)
            var all: [Row] = []
            while let row = try await rows.next() { all.append(row) }
            return all
        }
    }

    private func use<Value: Sendable>(
        _ mode: PostgresSession.Mode,
        _ body: @Sendable (PostgresSession) async throws -> Value
    ) async throws -> Value {
        try await withUse { channel in
            let session = PostgresSession(channel, canceller: canceller, meter: meter, mode: mode)
            do {
                let value = try await body(session)
                // A commit is not to be cancelled half way.
                guard canceller.end() else { throw PostgresCanceller.unheard }
                let started = ContinuousClock.now
                try session.finish()
                if mode == .write { meter.record(.commit, "COMMIT", took: .now - started, rows: 1) }
                return value
            } catch {
                // The server undoes what it was not asked to undo when the connection ends.
                if canceller.end() { session.undo() } else { noteBroken() }
                if session.isLost { noteBroken() }
                throw error
            }
        }
    }

    private func withUse<Value>(_ body: (PostgresChannel) async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        guard let channel else { throw DatabaseFault(.unavailable, "the database has been closed") }
        let use = canceller.begin()
        defer {
            if !canceller.end() { noteBroken() }
            canceller.rest()
            ages.withLock { $0.usedAt = .now }
        }
        return try await withTaskCancellationHandler {
            try await body(channel)
        } onCancel: {
            canceller.cancel(use)
        }
    }

    private func noteBroken() { ages.withLock { $0.isBroken = true } }
}
