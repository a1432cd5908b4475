import Core
import Synchronization

/// Remembers what only the operator can mend, for the health page, and tells the log, once a minute for each kind.
final class FaultWatch: Sendable {
    private struct State {
        var latest: (fault: DatabaseFault, at: ContinuousClock.Instant)?
        var told: [DatabaseFault.Code: ContinuousClock.Instant] = [:]
        var untold = 0
        var isClosed = false
    }

    private let log: Log
    private let absenceLasts: Bool
    private let state = Mutex(State())
    /// How long a fault counts as recent: damage shows only when somebody comes upon it.
    private static let memory = Duration.seconds(60)
    private static let silence = Duration.seconds(60)

    /// `absenceLasts` when a database that is away stays so until the operator does something.
    init(log: Log, absenceLasts: Bool = true) {
        self.log = log
        self.absenceLasts = absenceLasts
    }

    /// Passes on what `body` gives or throws, and remembers a grave fault.
    func watching<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let fault as DatabaseFault {
            note(fault)
            throw fault
        }
    }

    /// The latest damage or loss of the last minute.
    var recent: DatabaseFault? {
        state.withLock { state in
            guard let latest = state.latest, .now - latest.at < Self.memory else { return nil }
            return latest.fault
        }
    }

    /// What follows is our own doing.
    func close() { state.withLock { $0.isClosed = true } }

    private func note(_ fault: DatabaseFault) {
        guard fault.isGrave else { return }
        let count = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
            if fault.isLasting, absenceLasts || fault.code != .unavailable { state.latest = (fault, .now) }
            state.untold += 1
            if let told = state.told[fault.code], .now - told < Self.silence { return nil }
            state.told[fault.code] = .now
            defer { state.untold = 0 }
            return state.untold
        }
        guard let count else { return }
        log.error(
            "database fault",
            [
                "what": .string(fault.description), "engine": .string(fault.detail), "cure": .string(fault.cure),
                "times": .integer(Int64(count)),
            ]
        )
    }
}

extension DatabaseFault {
    /// Nobody but the operator can do anything about it.
    fileprivate var isGrave: Bool {
        switch code {
        case .corrupt, .full, .readOnly, .unavailable, .lost, .other: true
        case .busy, .serialization, .constraint, .statement, .row, .aborted: false
        }
    }

    /// One good commit does not prove that it is over.
    fileprivate var isLasting: Bool {
        switch code {
        case .corrupt, .unavailable, .lost, .other: true
        default: false
        }
    }
}
