import Core
import Synchronization

/// Commands that belong together, on their way to their replies; answered once.
final class Exchange: Sendable {
    let commands: [RedisCommand]

    private struct State {
        var completion: CheckedContinuation<[RedisReply], any Error>?
        /// The connection that waits for this exchange alone.
        var wire: Wire?
    }

    private let state = Mutex(State())

    init(_ commands: [RedisCommand]) { self.commands = commands }

    /// The replies, after `submit` has handed the exchange to a lane; cancellation ends the wait at once.
    func replies(_ submit: () -> Void) async throws -> [RedisReply] {
        try Task.checkCancellation()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { completion in
                state.withLock { $0.completion = completion }
                submit()
                // The handler may have run before there was anything to end.
                if Task.isCancelled { cancel() }
            }
        } onCancel: {
            cancel()
        }
    }

    /// Whether nobody waits for the replies any more.
    var isOver: Bool { state.withLock { $0.completion == nil } }

    /// Cancellation will end what this connection waits for.
    func hold(_ wire: Wire) { state.withLock { $0.wire = wire } }

    func finish(_ result: Result<[RedisReply], any Error>) { take().completion?.resume(with: result) }

    private func cancel() {
        let state = take()
        state.wire?.interrupt()
        state.completion?.resume(throwing: CancellationError())
    }

    private func take() -> State {
        state.withLock { state in
            defer { state = State() }
            return state
        }
    }
}
