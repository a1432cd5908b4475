import Core
import Glibc
import Synchronization

/// The one connection that writes, with group commit: writers that wait share one transaction and one fsync.
///
/// Each writer runs in its own task, one after another, within a savepoint of its own. A failing writer undoes its
/// savepoint only. Nobody's `write` returns before the common commit is on the disk.
actor SQLiteWriter {
    struct Limits {
        /// How many writers may stand in line.
        var depth = 10_000
        /// A group of this size is committed even while others arrive.
        var groupSize = 500
        /// A group of this age is committed even while others arrive.
        var groupAge = Duration.milliseconds(10)
        /// How long to try in all while another process writes.
        var patience = Duration.seconds(30)
    }

    private typealias Turn = CheckedContinuation<Void, any Error>

    private let executor = QueueExecutor(label: "database.writer")
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private let meter: QueryMeter
    private let gauges: PoolMeter
    private let limits: Limits
    private let line = Mutex(WriterLine<Turn>())
    private let fault = Mutex<DatabaseFault?>(nil)
    private let turns = Mutex<(waitingSince: ContinuousClock.Instant?, latest: ContinuousClock.Instant?)>((nil, nil))

    private var connection: SQLiteConnection?
    private var members: [Turn] = []
    private var joined = 0
    private var begun: ContinuousClock.Instant?
    private var previousSize = 1
    private var previousCommit = Duration.zero

    init(meter: QueryMeter, gauges: PoolMeter, limits: Limits) {
        self.meter = meter
        self.gauges = gauges
        self.limits = limits
    }

    /// The fault of the latest commit or begin, `nil` when it went well.
    nonisolated var latestFault: DatabaseFault? { fault.withLock { $0 } }

    /// How long it has waited for another program, while it does.
    nonisolated var waitingTime: Duration? { turns.withLock { $0.waitingSince.map { .now - $0 } } }
    nonisolated var timeSinceTurn: Duration { turns.withLock { $0.latest.map { .now - $0 } ?? .seconds(3_600) } }

    func open(path: String, mode: SQLiteConnection.Mode, busyTimeout: Duration) throws {
        connection = try patiently {
            try SQLiteConnection(path: path, mode: mode, busyTimeout: busyTimeout)
        }
    }

    nonisolated func transact<Value: Sendable>(
        isReadOnly: Bool = false,
        _ body: @Sendable (SQLiteSession) async throws -> Value
    ) async throws -> Value {
        guard let id = line.withLock({ $0.announce(depth: limits.depth) }) else {
            throw Overloaded(resource: "database")
        }
        return try await join(id, isReadOnly, body)
    }

    /// Waits for those in line, then closes the file; later writers get `unavailable`.
    func close() async {
        guard line.withLock({ $0.announce(depth: .max) }) != nil else { return }
        if !line.withLock({ $0.take() }) {
            // Not cancellable: the file must not be closed under a writer. The id 0 is nobody's.
            try? await withCheckedThrowingContinuation { (turn: Turn) in
                if line.withLock({ $0.takeOrWait(0, turn) }) { turn.resume() }
            }
        }
        line.withLock { $0.leave() }
        _ = commit()
        connection = nil
        line.withLock { $0.afterCommit() }?.resume()
    }

    private func join<Value: Sendable>(
        _ id: UInt64,
        _ isReadOnly: Bool,
        _ body: @Sendable (SQLiteSession) async throws -> Value
    ) async throws -> Value {
        try await takeTurn(id)
        let value: Value
        do {
            value = try await perform(isReadOnly, body)
        } catch {
            if isCommitDue() { _ = commitAndPass() }
            throw error
        }
        joined += 1
        if isCommitDue() {
            try commitAndPass().get()
        } else {
            try await withCheckedThrowingContinuation { members.append($0) }
        }
        return value
    }

    private func takeTurn(_ id: UInt64) async throws {
        if line.withLock({ $0.take() }) { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (turn: Turn) in
                if line.withLock({ $0.takeOrWait(id, turn) }) {
                    turn.resume()
                } else if Task.isCancelled {
                    // The handler may have run before the turn stood in line.
                    withdraw(id)
                }
            }
        } onCancel: {
            withdraw(id)
        }
    }

    private nonisolated func withdraw(_ id: UInt64) {
        line.withLock { $0.withdraw(id) }?.resume(throwing: CancellationError())
    }

    private func perform<Value: Sendable>(
        _ isReadOnly: Bool,
        _ body: @Sendable (SQLiteSession) async throws -> Value
    ) async throws -> Value {
        try Task.checkCancellation()
        let connection = try begin()
        let session = SQLiteSession(connection, meter: meter, isReadOnly: isReadOnly)
        do {
            try connection.run("SAVEPOINT member")
            let value = try await body(session)
            try session.finish()
            try connection.run("RELEASE member")
            return value
        } catch {
            session.end()
            undo(on: connection, because: error)
            throw error
        }
    }

    private func begin() throws -> SQLiteConnection {
        guard let connection else { throw DatabaseFault(.unavailable, "the database has been closed") }
        guard begun == nil else { return connection }
        turns.withLock { $0.waitingSince = .now }
        defer { turns.withLock { $0.waitingSince = nil } }
        do {
            try patiently { try connection.run("BEGIN IMMEDIATE") }
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            note(error)
            // Those in line have waited as long and would wait as long again.
            for turn in line.withLock({ $0.withdrawAll() }) { turn.resume(throwing: error) }
            throw error
        }
        begun = .now
        turns.withLock { $0.latest = .now }
        return connection
    }

    /// Takes back what the failed writer did; when SQLite itself rolled everything back, all members have failed.
    private func undo(on connection: SQLiteConnection, because error: any Error) {
        if connection.isInTransaction {
            do {
                try connection.run("ROLLBACK TO member")
                try connection.run("RELEASE member")
                return
            } catch {
                try? connection.run("ROLLBACK")
            }
        }
        let fault = error as? DatabaseFault ?? DatabaseFault(.other, "the common transaction was rolled back")
        note(fault)
        endGroup(.failure(fault))
    }

    /// Lets the next one join; `true` when nobody follows, so that the caller must commit.
    private func isCommitDue() -> Bool {
        line.withLock { $0.leave() }
        if let begun, joined >= limits.groupSize || .now - begun >= limits.groupAge { return true }
        // Those of the previous group tend to come back at once: a short wait for them saves a whole fsync.
        let patience = joined < previousSize ? min(previousCommit / 4, .milliseconds(1)) : .zero
        let deadline = ContinuousClock.now + patience
        while true {
            switch line.withLock({ $0.next() }) {
            case .pass(let turn):
                turn.resume()
                return false
            case .await: return false
            case .commit:
                if .now >= deadline { return true }
                _ = usleep(20)
            }
        }
    }

    private func commitAndPass() -> Result<Void, any Error> {
        let outcome = commit()
        line.withLock { $0.afterCommit() }?.resume()
        return outcome
    }

    private func commit() -> Result<Void, any Error> {
        guard let connection, begun != nil else { return .success(()) }
        let started = ContinuousClock.now
        let outcome = Result<Void, any Error> { try connection.run(joined > 0 ? "COMMIT" : "ROLLBACK") }
        if case .failure(let error) = outcome {
            note(error)
            if connection.isInTransaction { try? connection.run("ROLLBACK") }
        } else if joined > 0 {
            fault.withLock { $0 = nil }
            previousCommit = .now - started
            previousSize = joined
            meter.record(.commit, "COMMIT", took: previousCommit, rows: joined)
            gauges.groupSize.observe(Double(joined))
        }
        endGroup(outcome)
        return outcome
    }

    private func endGroup(_ outcome: Result<Void, any Error>) {
        let waiting = members
        members = []
        joined = 0
        begun = nil
        for member in waiting { member.resume(with: outcome) }
    }

    private nonisolated func note(_ error: any Error) {
        guard let new = error as? DatabaseFault else { return }
        fault.withLock { $0 = new }
    }

    /// SQLite waits for its busy timeout at each try.
    private func patiently<Value>(_ work: () throws -> Value) throws -> Value {
        let deadline = ContinuousClock.now + limits.patience
        while true {
            do {
                return try work()
            } catch let fault as DatabaseFault where fault.code == .busy && .now < deadline {
                try Task.checkCancellation()
                _ = usleep(1_000)
            }
        }
    }
}
