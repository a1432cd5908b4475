import Core
import Synchronization

/// Tells workers that there is something to do: those of this process at once, others by signals, one a kind at a time.
final class WakeLine: Sendable {
    private struct State {
        var bells: [Int: (kinds: Set<String>, bell: Bell)] = [:]
        var nextNumber = 0
        /// Kinds of which a signal is on its way, and whether another is to follow.
        var isFollowed: [String: Bool] = [:]
    }

    private let state = Mutex(State())
    private let signals: any SignalBus

    init(_ signals: any SignalBus) { self.signals = signals }

    /// Rings for every wake of these kinds until `leave` is called with the number.
    func join(_ bell: Bell, kinds: Set<String>) -> Int {
        state.withLock { state in
            state.nextNumber += 1
            state.bells[state.nextNumber] = (kinds, bell)
            return state.nextNumber
        }
    }

    func leave(_ number: Int) { state.withLock { $0.bells[number] = nil } }

    func wake(_ kind: String) async {
        let (bells, isFirst) = state.withLock { state in
            let isFirst = state.isFollowed[kind] == nil
            state.isFollowed[kind] = !isFirst
            return (state.bells.values.filter { $0.kinds.contains(kind) }.map(\.bell), isFirst)
        }
        for bell in bells { bell.ring() }
        guard isFirst else { return }
        repeat {
            try? await signals.publish(Array(kind.utf8), to: JobQueue.topic)
        } while state.withLock { state in
            if state.isFollowed[kind] == true {
                state.isFollowed[kind] = false
                return true
            }
            state.isFollowed[kind] = nil
            return false
        }
    }
}
