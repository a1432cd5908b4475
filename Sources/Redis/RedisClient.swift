package import Core
import Synchronization

/// The way to one Redis: a few connections that share what waits, some for commands that wait, one for pub/sub.
///
/// Nothing is connected before it is needed, and what was lost is connected anew; while Redis is away commands fail at once.
package final class RedisClient: Sendable {
    package let address: RedisAddress
    let subscriber: SignalReceiver
    private let link: RedisLink

    private struct State {
        var waiting: [Exchange] = []
        var idle: [Lane]
        var idleWaiters: [Lane]
        var isClosed = false
    }

    private let lanes: [Lane]
    private let state: Mutex<State>

    /// Commands that are sent in one go, and their bytes.
    private static let batch = (commands: 256, bytes: 1 << 20)

    package init(_ address: RedisAddress, options: RedisOptions = RedisOptions(), metrics: Metrics, log: Log) {
        let link = RedisLink(address, options, metrics: metrics, log: log)
        self.address = address
        self.link = link
        subscriber = SignalReceiver(link, metrics: metrics)
        let ordinary = (0..<options.connections).map { _ in Lane(link) }
        let waiters = (0..<options.waiters).map { _ in Lane(link) }
        lanes = ordinary + waiters
        state = Mutex(State(idle: ordinary, idleWaiters: waiters))
    }

    /// The reply to one command.
    ///
    /// - Throws: `RedisFault`, also for a reply that is an error; `CancellationError` at once when cancelled, with the command
    ///   perhaps carried out.
    package func run(_ command: RedisCommand) async throws -> RedisReply {
        try await replies(to: [command], submit).first.map { try $0.accepted() } ?? .null
    }

    /// The replies to several commands over one connection, in order and in one round trip; errors stand among them.
    package func pipeline(_ commands: [RedisCommand]) async throws -> [RedisReply] {
        commands.isEmpty ? [] : try await replies(to: commands, submit)
    }

    /// The reply to a command that makes Redis wait, such as `XREADGROUP … BLOCK`, for which `patience` is how long at most.
    ///
    /// It has a connection of its own meanwhile; when all are in use the fault is `busy`.
    package func wait(for command: RedisCommand, patience: Duration) async throws -> RedisReply {
        let replies = try await replies(to: [command]) { self.submitWaiting($0, patience: patience) }
        return try replies.first.map { try $0.accepted() } ?? .null
    }

    /// Ends all connections; whoever still waits gets a fault, and so does whoever comes later.
    package func close() {
        let waiting = state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for exchange in waiting { exchange.finish(.failure(Self.closed)) }
        for lane in lanes { lane.close() }
        subscriber.close()
    }

    private static let closed = RedisFault(.unavailable, "the client is closed")

    private func replies(to commands: [RedisCommand], _ submit: (Exchange) -> Void) async throws -> [RedisReply] {
        let exchange = Exchange(commands)
        let start = ContinuousClock.now
        do {
            let replies = try await exchange.replies { submit(exchange) }
            link.meter.seconds.observe((ContinuousClock.now - start).seconds)
            for command in commands { link.meter.commands.add(1, command.name) }
            for case .error(let fault) in replies { link.meter.errors.add(1, fault.code.rawValue) }
            return replies
        } catch let fault as RedisFault {
            link.meter.errors.add(1, fault.code.rawValue)
            throw fault
        }
    }

    private func submit(_ exchange: Exchange) {
        do throws(RedisFault) {
            let lane = try state.withLock { state throws(RedisFault) -> Lane? in
                guard !state.isClosed else { throw Self.closed }
                guard state.waiting.count < link.options.depth else {
                    throw RedisFault(.busy, "too many commands wait")
                }
                // Last, because whoever is admitted has to try.
                try link.admit()
                state.waiting.append(exchange)
                return state.idle.popLast()
            }
            lane?.run { self.work(lane) }
        } catch {
            exchange.finish(.failure(error))
        }
    }

    private func submitWaiting(_ exchange: Exchange, patience: Duration) {
        do throws(RedisFault) {
            let lane = try state.withLock { state throws(RedisFault) -> Lane in
                guard !state.isClosed else { throw Self.closed }
                guard let lane = state.idleWaiters.last else {
                    throw RedisFault(.busy, "too many commands wait for something to happen")
                }
                try link.admit()
                state.idleWaiters.removeLast()
                return lane
            }
            lane.run {
                _ = lane.perform([exchange], patience: patience + self.link.options.commandTimeout, isAlone: true)
                self.state.withLock { $0.idleWaiters.append(lane) }
            }
        } catch {
            exchange.finish(.failure(error))
        }
    }

    /// Takes what waits, again and again; on the lane's queue.
    private func work(_ lane: Lane?) {
        guard let lane else { return }
        while let batch = nextBatch(for: lane) {
            guard let fault = lane.perform(batch, patience: link.options.commandTimeout) else { continue }
            // Nobody waits for a Redis that is away.
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for exchange in waiting { exchange.finish(.failure(fault)) }
        }
    }

    /// Lays the lane down when nothing waits.
    private func nextBatch(for lane: Lane) -> [Exchange]? {
        state.withLock { state in
            var count = 0
            var commands = 0
            var bytes = 0
            while count < state.waiting.count, commands < Self.batch.commands, bytes < Self.batch.bytes {
                commands += state.waiting[count].commands.count
                bytes += state.waiting[count].commands.reduce(0) { $0 + $1.encoded.count }
                count += 1
            }
            guard count > 0 else {
                state.idle.append(lane)
                return nil
            }
            defer { state.waiting.removeFirst(count) }
            return Array(state.waiting.prefix(count))
        }
    }
}
