import Core
import Synchronization

/// Lets calls that enqueue at the same time share transactions: a few write for all that wait behind them.
///
/// Each caller returns when its own job is durable. A transaction that fails fails for all that shared it.
final class EnqueueLine: Sendable {
    private enum Turn: Sendable {
        case done(Result<Job.ID, any Error>)
        /// The one before has written its share: write for those that have come since.
        case lead
    }

    private struct Waiting {
        let order: JobOrder
        let continuation: CheckedContinuation<Turn, Never>
    }

    private struct State {
        var leaders = 0
        var waiting: [Waiting] = []
    }

    private static let largest = 500
    /// So many commits wait for the disk at once.
    private static let width = 4
    private let state = Mutex(State())
    private let write: @Sendable ([JobOrder]) async throws -> [Job.ID]

    /// `write` stores all orders in one transaction and returns their keys in the same order.
    init(write: @escaping @Sendable ([JobOrder]) async throws -> [Job.ID]) { self.write = write }

    func enqueue(_ order: JobOrder) async throws -> Job.ID {
        if !state.withLock({ Self.takeLead(&$0) }) {
            let turn = await withCheckedContinuation { continuation in
                let mayLead = state.withLock { state in
                    if Self.takeLead(&state) { return true }
                    state.waiting.append(Waiting(order: order, continuation: continuation))
                    return false
                }
                if mayLead { continuation.resume(returning: .lead) }
            }
            if case .done(let result) = turn { return try result.get() }
        }
        return try await lead(order)
    }

    private static func takeLead(_ state: inout State) -> Bool {
        guard state.leaders < width else { return false }
        state.leaders += 1
        return true
    }

    private func lead(_ own: JobOrder) async throws -> Job.ID {
        let others = state.withLock { state in
            let taken = state.waiting.prefix(Self.largest)
            state.waiting.removeFirst(taken.count)
            return taken
        }
        let orders = [own] + others.map(\.order)
        // One who leaves must not take the others' jobs along.
        let result: Result<[Job.ID], any Error> = await uncancelled { [write] in
            do {
                return .success(try await write(orders))
            } catch {
                return .failure(error)
            }
        }
        let next = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.leaders -= 1
                return nil as Waiting?
            }
            return state.waiting.removeFirst()
        }
        next?.continuation.resume(returning: .lead)
        for (index, other) in others.enumerated() {
            other.continuation.resume(returning: .done(result.map { $0[index + 1] }))
        }
        return try result.map { $0[0] }.get()
    }
}
