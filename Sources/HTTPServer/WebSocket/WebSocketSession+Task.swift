internal import Synchronization

/// What the task of the handler calls.
extension WebSocketSession {
    /// Waits until libmicrohttpd has handed the socket over; `false` when it never will.
    func opened() async -> Bool {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Bool? in
                if state.isOpen { return true }
                if state.isClosed { return false }
                state.opener = continuation
                return nil
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    func nextMessage() async throws -> WebSocketMessage? {
        while true {
            try Task.checkCancellation()
            let (message, isOver) = state.withLock { state -> (WebSocketMessage?, Bool) in
                guard !state.inbound.isEmpty else { return (nil, state.isClosed || state.isEnding) }
                let message = state.inbound.removeFirst()
                state.inboundBytes -= message.size
                _ = account(&state)
                if state.inbound.count == limits.inbound - 1 { listen(state) }
                return (message, false)
            }
            if let message { return message }
            if isOver { return nil }
            await wait { state, continuation in
                guard state.inbound.isEmpty, !state.isClosed, !state.isEnding else { return false }
                state.reader = continuation
                return true
            }
        }
    }

    func send(_ message: WebSocketMessage) async throws {
        while true {
            try Task.checkCancellation()
            var wakes = Wakes()
            let isSent = try state.withLock { state in
                guard !state.isClosed, !state.isEnding else { throw CancellationError() }
                guard state.codec.outgoing.count < limits.outbound else { return false }
                state.codec.queue(message)
                flush(&state, &wakes)
                return true
            }
            wakes.perform()
            if isSent { return }
            await wait { state, continuation in
                guard state.codec.outgoing.count >= limits.outbound, !state.isClosed else { return false }
                state.writers.append(continuation)
                return true
            }
        }
    }

    func close(_ code: UInt16, _ reason: String) {
        var wakes = Wakes()
        state.withLock { state in
            guard state.isOpen, !state.isClosed else { return }
            end(code, reason, &state)
            flush(&state, &wakes)
            wakes.readers += state.takeReader()
        }
        wakes.perform()
    }

    /// Ends at once, without a handshake.
    func drop() {
        var wakes = Wakes()
        state.withLock { state in
            guard state.isOpen else { return }
            finish(&state, &wakes)
        }
        wakes.perform()
    }

    /// Suspends until woken; `park` says whether there is something to wait for.
    private func wait(_ park: @Sendable (inout State, CheckedContinuation<Void, Never>) -> Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isParked = state.withLock { state in !Task.isCancelled && park(&state, continuation) }
                if !isParked { continuation.resume() }
            }
        } onCancel: {
            var wakes = Wakes()
            state.withLock { state in
                wakes.readers += state.takeReader() + state.writers
                state.writers = []
            }
            wakes.perform()
        }
    }
}
