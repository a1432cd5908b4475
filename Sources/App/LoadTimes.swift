import Core

/// How long something took that several tasks did over and over, in milliseconds.
package struct LoadTimes: Codable, Sendable {
    package let rate: Double
    package let p50: Double
    package let p99: Double
    package let count: Int

    /// `times` must not be empty.
    init(_ times: [Double], in elapsed: Duration) {
        let sorted = times.sorted()
        rate = Double(sorted.count) / elapsed.seconds
        p50 = sorted[sorted.count / 2]
        p99 = sorted[min(sorted.count - 1, sorted.count * 99 / 100)]
        count = sorted.count
    }

    /// Of what was done one after another.
    init(oneByOne times: [Double]) { self.init(times, in: .milliseconds(times.reduce(0, +))) }

    /// Measures `clients` tasks that do `work` until the time is over; `turn` counts through all of them.
    static func measured(
        clients: Int,
        for duration: Duration,
        _ work: @escaping @Sendable (_ turn: Int) async throws -> Void
    ) async throws -> LoadTimes {
        let start = ContinuousClock.now
        let times = try await withThrowingTaskGroup(of: [Double].self) { group in
            for client in 0..<clients {
                group.addTask {
                    var times: [Double] = []
                    var turn = client
                    repeat {
                        times.append(try await milliseconds { try await work(turn) })
                        turn += clients
                    } while ContinuousClock.now - start < duration
                    return times
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return LoadTimes(times, in: ContinuousClock.now - start)
    }

    static func milliseconds(_ work: () async throws -> Void) async rethrows -> Double {
        let begin = ContinuousClock.now
        try await work()
        return (ContinuousClock.now - begin).seconds * 1_000
    }
}
