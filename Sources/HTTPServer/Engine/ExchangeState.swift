extension Exchange {
    /// All that changes during a request; under the exchange's lock.
    struct State: Sendable {
        // nil once the request has ended.
        var connection: Handle?
        var isSuspended = false
        var intake: Intake
        var received = 0
        var drained = 0
        var isInterrupted = false
        var isComplete = false
        var isDispatched = false
        var pieces: [[UInt8]] = []
        var pieceBytes = 0
        var heldBytes = 0
        var fault: Problem?
        var reader: CheckedContinuation<Void, Never>?
        var answer: FinishedAnswer?
        var isQueued = false
        var isClosed = false
        var out: [[UInt8]] = []
        var outOffset = 0
        var outBytes = 0
        var isOutEnded = false
        var isOutBroken = false
        var writer: CheckedContinuation<Void, Never>?
        var uploadDeadline: Monotonic?
        /// Since when the client is held back; that time is not its own.
        var heldSince: Monotonic?
        var answerDeadline: Monotonic?
        var hasClientLeft = false
        var sent = 0

        mutating func takeReader() -> CheckedContinuation<Void, Never>? {
            defer { reader = nil }
            return reader
        }

        mutating func takeWriter() -> CheckedContinuation<Void, Never>? {
            defer { writer = nil }
            return writer
        }

        /// The connection, when it was suspended; the caller resumes it outside the lock.
        mutating func resumed() -> Handle? {
            guard isSuspended else { return nil }
            isSuspended = false
            if let since = heldSince, let deadline = uploadDeadline {
                uploadDeadline = deadline + .nanoseconds(Int64(Monotonic.now().nanoseconds - since.nanoseconds))
            }
            if heldSince != nil { answerDeadline = nil }
            heldSince = nil
            return connection
        }

        /// Whether pieces of the answer are still to come.
        var isStreaming: Bool {
            if case .stream = answer?.content { !isOutEnded } else { false }
        }

        /// Bytes that the server's account still holds for this request; they are given back once.
        mutating func takeHeld() -> Int {
            defer { heldBytes = 0 }
            return heldBytes
        }
    }
}

extension Exchange.Intake {
    /// Whether the whole body lies in memory before long, and counts against the server's account.
    var isKept: Bool {
        switch self {
        case .collect, .stream(_, isKept: true): true
        case .stream, .drain: false
        }
    }
}
