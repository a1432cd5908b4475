import Core
import Synchronization

/// Whether Redis can be reached, as all connections of a client find it together.
///
/// While it is away nothing waits for it: commands fail at once, and after a pause that grows one of them tries again.
final class RedisLink: Sendable {
    let address: RedisAddress
    let options: RedisOptions
    let meter: RedisMeter
    private let log: Log

    private enum Condition {
        case well
        case away(RedisFault, until: ContinuousClock.Instant, isTried: Bool)
    }

    private struct State {
        var condition = Condition.well
        var backoff: Backoff
    }

    private let state: Mutex<State>

    init(_ address: RedisAddress, _ options: RedisOptions, metrics: Metrics, log: Log) {
        self.address = address
        self.options = options
        self.log = log
        meter = RedisMeter(metrics: metrics)
        state = Mutex(State(backoff: Backoff(first: options.firstPause, longest: options.longestPause)))
    }

    /// Returns when a command may go: always while Redis is well, one at a time once it was away for long enough.
    ///
    /// Whoever is admitted must end in `answered`, `brokeOff` or a `connect`, or nobody else is.
    func admit() throws(RedisFault) {
        let fault: RedisFault? = state.withLock { state in
            guard case .away(let fault, let until, let isTried) = state.condition else { return nil }
            guard !isTried, ContinuousClock.now >= until else { return fault }
            state.condition = .away(fault, until: until, isTried: true)
            return nil
        }
        if let fault { throw fault }
    }

    /// Makes a connection; blocks.
    func connect(replacing hadOne: Bool) throws(RedisFault) -> RedisConnection {
        do {
            let connection = try RedisConnection.open(address, options)
            if hadOne { meter.reconnects.add() }
            answered()
            return connection
        } catch {
            failed(error)
            throw error
        }
    }

    /// Redis has answered somebody.
    func answered() {
        let wasAway = state.withLock { state in
            guard case .away = state.condition else { return false }
            state.condition = .well
            state.backoff = Backoff(first: options.firstPause, longest: options.longestPause)
            return true
        }
        if wasAway { log.notice("redis is back", ["address": .string("\(address)")]) }
    }

    /// A connection was lost while it was used, which says nothing of the next: another command may try.
    func brokeOff() {
        state.withLock { state in
            guard case .away(let fault, let until, _) = state.condition else { return }
            state.condition = .away(fault, until: until, isTried: false)
        }
    }

    private func failed(_ fault: RedisFault) {
        let wasWell = state.withLock { state in
            defer {
                let until = ContinuousClock.now + state.backoff.next()
                state.condition = .away(fault, until: until, isTried: false)
            }
            if case .well = state.condition { return true }
            return false
        }
        guard wasWell else { return }
        log.warning("redis is away", ["address": .string("\(address)"), "cause": .string("\(fault)")])
    }
}
