import Core
import Dispatch
import Synchronization

/// One connection with a queue of its own, on which it may block; made when first needed, made anew when lost.
final class Lane: Sendable {
    private struct State {
        var connection: RedisConnection?
        var hadOne = false
    }

    private let queue = DispatchQueue(label: "redis")
    private let link: RedisLink
    /// Held by the queue for as long as it talks to Redis; nobody else looks.
    private let state = Mutex(State())
    private let wire = Mutex<Wire?>(nil)

    init(_ link: RedisLink) { self.link = link }

    func run(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

    /// Sends all commands in one go, then reads the replies in the same order; on the lane's queue.
    ///
    /// - Returns: Why there was no connection, or `nil`; the exchanges are all answered then.
    func perform(_ exchanges: [Exchange], patience: Duration, isAlone: Bool = false) -> RedisFault? {
        state.withLock { state in
            if state.connection?.isStale == true { state.connection = nil }
            do throws(RedisFault) {
                let connection: RedisConnection
                if let known = state.connection {
                    connection = known
                } else {
                    connection = try link.connect(replacing: state.hadOne)
                    state.connection = connection
                    state.hadOne = true
                    wire.withLock { $0 = connection.wire }
                }
                let live = exchanges.filter { !$0.isOver }
                if isAlone { live.first?.hold(connection.wire) }
                if Self.talk(live, over: connection, patience) {
                    link.answered()
                } else {
                    state.connection = nil
                    link.brokeOff()
                }
                return nil
            } catch {
                for exchange in exchanges { exchange.finish(.failure(error)) }
                return error
            }
        }
    }

    /// Returns whether the connection can be used again.
    private static func talk(_ exchanges: [Exchange], over connection: RedisConnection, _ patience: Duration) -> Bool {
        var answered = 0
        do throws(RedisFault) {
            let commands = exchanges.flatMap(\.commands)
            try connection.send(commands.flatMap(\.encoded))
            let deadline = ContinuousClock.now + patience
            for exchange in exchanges {
                var replies: [RedisReply] = []
                for _ in exchange.commands { replies.append(try connection.receive(before: deadline)) }
                exchange.finish(.success(replies))
                answered += 1
            }
            return true
        } catch {
            for exchange in exchanges[answered...] { exchange.finish(.failure(error)) }
            return false
        }
    }

    /// Ends what the lane waits for, then its connection.
    func close() {
        wire.withLock { $0?.interrupt() }
        run { self.state.withLock { $0.connection = nil } }
    }
}
