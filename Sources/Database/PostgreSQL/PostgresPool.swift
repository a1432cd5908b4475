import Core
import Synchronization

/// The connections to one server: opened when needed, looked at before they are lent, replaced when they break or grow old.
final class PostgresPool: Sendable {
    private let address: PostgresAddress
    private let lockPatience: Duration
    private let meter: QueryMeter
    private let gauges: PoolMeter
    private let log: Log
    private let line: LendingLine<PostgresConnection>
    private let outage = Mutex<Outage?>(nil)

    private struct Outage {
        let since = ContinuousClock.now
        var triedAt = ContinuousClock.now
        var fault: DatabaseFault
    }

    private var options: PoolOptions { address.pool }

    init(_ address: PostgresAddress, lockPatience: Duration, meter: QueryMeter, gauges: PoolMeter, log: Log) {
        self.address = address
        self.lockPatience = lockPatience
        self.meter = meter
        self.gauges = gauges
        self.log = log
        line = LendingLine(room: address.pool.maximum, depth: address.pool.depth, gauges: gauges)
    }

    /// Opens the connections that are kept; a server that is just starting is waited for, an absent one is not.
    func open() async throws {
        let deadline = ContinuousClock.now + options.patience
        _ = try await line.acquire(until: deadline)
        let first = try await fill(until: deadline) { $0.isFromServer }
        // Nothing is free yet, so each of these turns is one to open.
        for _ in 1..<max(options.minimum, 1) { _ = try await line.acquire(until: deadline) }
        let more = await withTaskGroup(of: PostgresConnection?.self) { group in
            for _ in 1..<max(options.minimum, 1) {
                group.addTask { try? await self.fill(until: deadline, isPatient: { _ in false }) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        for connection in [first] + more { if let connection { _ = line.giveBack(connection) } }
    }

    /// Lends a connection for as long as `body` runs; `patience` is how long to wait for one, when less than usual.
    func lend<Value: Sendable>(
        patience: Duration? = nil,
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let started = ContinuousClock.now
        let limit = min(patience ?? options.patience, options.patience)
        let connection = try await acquire(until: started + limit)
        gauges.wait.observe((ContinuousClock.now - started).seconds)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(connection))
        } catch {
            outcome = .failure(error)
        }
        await release(connection)
        return try outcome.get()
    }

    /// Closes the free connections at once and the others as they come back.
    func close() async {
        for connection in line.close() { await discard(connection) }
    }

    private func acquire(until deadline: ContinuousClock.Instant) async throws -> PostgresConnection {
        switch try await line.acquire(until: deadline) {
        case .open: break
        case .use(let connection):
            if await connection.isFit(askingAfter: options.pingAfter) { return connection }
            gauges.failed.add()
            await discard(connection)
        }
        if let fault = knownFault {
            line.forfeit()
            throw fault
        }
        return try await fill(until: deadline) { _ in !isDown }
    }

    /// Uses the room that a turn holds, or gives it up; tries again while that may help and `isPatient` says so.
    private func fill(
        until deadline: ContinuousClock.Instant,
        isPatient: (PostgresRefusal) -> Bool
    ) async throws -> PostgresConnection {
        var backoff = Backoff(first: .milliseconds(50), longest: .seconds(2))
        do {
            while true {
                let connection = PostgresConnection(meter: meter)
                do {
                    try await connection.connect(address, patience: lockPatience)
                    noteReached()
                    return connection
                } catch let refusal as PostgresRefusal {
                    noteFailed(refusal.fault)
                    let pause = backoff.next()
                    guard refusal.isPassing, isPatient(refusal), ContinuousClock.now + pause < deadline else {
                        throw refusal.fault
                    }
                    try await Task.sleep(for: pause)
                }
            }
        } catch {
            line.forfeit()
            throw error
        }
    }

    private func release(_ connection: PostgresConnection) async {
        if connection.isBroken || connection.isOld(options.recycleAfter) {
            if connection.isBroken { gauges.failed.add() }
            await discard(connection)
            line.forfeit()
            return
        }
        if let orphan = line.giveBack(connection) { await discard(orphan) }
        if let idle = line.removeFree(above: options.minimum, where: { $0.idleTime > options.idleLimit }) {
            await discard(idle)
        }
    }

    private func discard(_ connection: PostgresConnection) async {
        await connection.close()
        gauges.open.add(-1)
    }

    /// An outage that has outlasted everybody's patience: the next failure is told at once.
    private var isDown: Bool { outage.withLock { $0.map { .now - $0.since > options.patience } ?? false } }

    /// What the latest try came to, when the server is down and that was a moment ago.
    private var knownFault: DatabaseFault? {
        guard isDown else { return nil }
        return outage.withLock { outage in
            guard let known = outage, .now - known.triedAt < .milliseconds(500) else {
                // Newcomers wait for the outcome of this one's try.
                outage?.triedAt = .now
                return nil
            }
            return known.fault
        }
    }

    private func noteReached() {
        gauges.open.add(1)
        gauges.opened.add()
        let wasOut = outage.withLock { outage in
            defer { outage = nil }
            return outage != nil
        }
        if wasOut { log.notice("database reached again", ["server": .string("\(address)")]) }
    }

    private func noteFailed(_ fault: DatabaseFault) {
        gauges.failed.add()
        let isNew = outage.withLock { outage in
            let isNew = outage == nil
            outage = outage ?? Outage(fault: fault)
            outage?.triedAt = .now
            outage?.fault = fault
            return isNew
        }
        guard isNew else { return }
        log.warning("database not reached", ["server": .string("\(address)"), "cause": .string(fault.detail)])
    }
}
