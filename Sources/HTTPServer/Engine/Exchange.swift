internal import CMicroHTTPD
internal import Core
internal import Synchronization

/// One request and its answer, between libmicrohttpd's thread and a Swift task.
///
/// All state is under one lock. A suspended connection stays alive until it is resumed, and whoever clears `isSuspended`
/// resumes it, so the pointer is never used after its end.
final class Exchange: BodySource, Sendable {
    /// What to do with the body as it arrives.
    enum Intake: Sendable {
        /// Keep it all, then hand the request to a task.
        case collect(limit: Int)
        /// A task reads it as it comes; `isKept` when it is likely to hold all of it.
        case stream(limit: Int, isKept: Bool)
        /// Throw it away; the answer is known.
        case drain
    }

    /// What libmicrohttpd's thread shall do next.
    enum Step {
        case goOn
        case close
        case queue(FinishedAnswer)
        /// Answer on the bare socket, since libmicrohttpd takes no answer in the middle of a body.
        case interrupt(Problem)
    }

    static let highWater = 256 << 10
    static let lowWater = 128 << 10

    let arrival: Arrival
    let task = TaskHandle()
    let engine: any ExchangeOwner
    let state: Mutex<State>

    init(arrival: Arrival, connection: OpaquePointer, answer: FinishedAnswer?, engine: any ExchangeOwner) {
        self.arrival = arrival
        self.engine = engine
        var state = State(intake: arrival.intake)
        state.connection = unsafe Handle(connection)
        state.answer = answer
        state.uploadDeadline = arrival.start + (arrival.route?.limits.upload ?? .seconds(60))
        self.state = Mutex(state)
    }

    // MARK: libmicrohttpd's thread

    /// A piece of the body has come, or, with an empty one, the body is whole or the connection was resumed.
    ///
    /// `taken` is how many bytes of the piece were used.
    func proceed(_ piece: UnsafeRawBufferPointer, taken: inout Int) -> Step {
        var wake: CheckedContinuation<Void, Never>?
        var dispatches = false
        let step: Step = state.withLock { state in
            if engine.isStopping, state.answer == nil { return .close }
            if unsafe !piece.isEmpty { return unsafe receive(piece, &taken, &state, &wake) }
            if !state.isComplete {
                state.isComplete = true
                state.uploadDeadline = nil
                if state.isDispatched, state.answer == nil { state.answerDeadline = handlerDeadline }
                wake = state.takeReader()
            }
            if let answer = state.answer {
                guard !state.isQueued else { return .goOn }
                state.isQueued = true
                return .queue(answer)
            }
            if !state.isDispatched {
                state.isDispatched = true
                dispatches = true
            }
            suspend(&state)
            return .goOn
        }
        wake?.resume()
        if dispatches { dispatch() }
        return step
    }

    private func receive(
        _ piece: UnsafeRawBufferPointer,
        _ taken: inout Int,
        _ state: inout State,
        _ wake: inout CheckedContinuation<Void, Never>?
    ) -> Step {
        if state.answer == nil, state.fault == nil {
            switch state.intake {
            case .drain: break
            case .collect(let limit), .stream(let limit, _):
                guard state.received + piece.count <= limit else {
                    engine.memory.forget(state.takeHeld())
                    state.fault = .tooLarge(limit)
                    state.pieces = []
                    state.pieceBytes = 0
                    wake = state.takeReader()
                    if !state.isDispatched { state.answer = engine.answer(to: .tooLarge(limit), arrival) }
                    return drain(piece.count, &taken, &state)
                }
                if case .stream = state.intake, state.pieceBytes >= Self.highWater {
                    suspend(&state)
                    state.heldSince = .now()
                    state.answerDeadline = handlerDeadline
                    return .goOn
                }
                if state.intake.isKept {
                    guard engine.memory.remember(piece.count) else {
                        engine.memory.forget(state.takeHeld())
                        state.fault = .busy
                        state.pieces = []
                        state.pieceBytes = 0
                        wake = state.takeReader()
                        if !state.isDispatched { state.answer = engine.answer(to: .busy, arrival) }
                        return drain(piece.count, &taken, &state)
                    }
                    state.heldBytes += piece.count
                }
                unsafe state.pieces.append(Array(piece))
                state.pieceBytes += piece.count
                state.received += piece.count
                taken = piece.count
                // Who keeps it all anyway is not woken for each piece.
                if !state.intake.isKept || state.pieceBytes >= Self.lowWater { wake = state.takeReader() }
                return .goOn
            }
        }
        return drain(piece.count, &taken, &state)
    }

    private func drain(_ count: Int, _ taken: inout Int, _ state: inout State) -> Step {
        taken = count
        state.drained += count
        guard state.drained > engine.drainBytes else { return .goOn }
        if state.isInterrupted { return state.drained > engine.drainBytes + (4 << 20) ? .close : .goOn }
        state.isInterrupted = true
        return .interrupt(state.fault ?? .tooLarge(arrival.route?.limits.body ?? 0))
    }

    /// Fills the wire's buffer from the streamed answer: bytes copied, or an end mark of libmicrohttpd.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        var wake: CheckedContinuation<Void, Never>?
        let count: Int = state.withLock { state in
            var copied = 0
            while copied < buffer.count, let piece = state.out.first {
                let count = min(piece.count - state.outOffset, buffer.count - copied)
                unsafe piece.withUnsafeBytes { bytes in
                    unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[copied..<copied + count])
                        .copyMemory(
                            from: UnsafeRawBufferPointer(rebasing: bytes[state.outOffset..<state.outOffset + count])
                        )
                }
                copied += count
                state.outOffset += count
                if state.outOffset == piece.count {
                    state.out.removeFirst()
                    state.outOffset = 0
                }
            }
            state.outBytes -= copied
            state.sent += copied
            if state.outBytes < Self.lowWater { wake = state.takeWriter() }
            if copied > 0 { return copied }
            if state.isOutBroken || engine.isStopping { return chttpd_end_with_error }
            if state.isOutEnded { return chttpd_end_of_stream }
            suspend(&state)
            return 0
        }
        wake?.resume()
        return count
    }

    private var handlerDeadline: Monotonic? { arrival.route.map { .now() + $0.limits.time } }

    private func suspend(_ state: inout State) {
        guard !engine.isStopping, let connection = state.connection, !state.isSuspended else { return }
        state.isSuspended = true
        connection.suspend()
    }

    /// The request is over, well or not: the connection must not be touched any more.
    func completed(isWhole: Bool) {
        upgrade?.abandon()
        let (reader, writer, held, isAbandoned) = state.withLock { state in
            state.connection = nil
            state.isClosed = true
            if !isWhole { state.hasClientLeft = true }
            return (state.takeReader(), state.takeWriter(), state.takeHeld(), !isWhole)
        }
        engine.memory.forget(held)
        reader?.resume()
        writer?.resume()
        if isAbandoned { task.cancel() }
    }

    // MARK: Any thread

    /// Hands the request to a task, or answers 503 when there are too many.
    func dispatch() {
        state.withLock { state in
            state.isDispatched = true
            // While the body comes its own time counts, not the handler's.
            if state.isComplete { state.answerDeadline = handlerDeadline }
        }
        guard !engine.offer(self) else { return }
        _ = takeCollected()
        answer(engine.answer(to: engine.isStopping ? .stopping : .busy, arrival))
    }

    /// Gives the answer; only the first one counts.
    ///
    /// - Returns: whether this one was taken.
    @discardableResult
    func answer(_ answer: FinishedAnswer) -> Bool {
        let (isTaken, connection) = state.withLock { state -> (Bool, Handle?) in
            guard state.answer == nil, !state.isClosed else { return (false, nil) }
            state.answer = answer
            state.answerDeadline = nil
            return (true, state.resumed())
        }
        connection?.resume()
        return isTaken
    }

    /// The client has closed its side: nobody waits for the answer.
    func clientLeft() {
        let isRunning = state.withLock { state in
            // Who leaves with a whole answer under way has most likely read it.
            guard !state.isClosed, state.answer == nil || state.isStreaming else { return false }
            state.hasClientLeft = true
            return true
        }
        if isRunning { task.cancel() }
    }

    /// Ends what has lasted too long.
    ///
    /// - Returns: a problem to send on the bare socket before it is shut, when the client is too slow with its body.
    func sweep(_ now: Monotonic) -> Problem? {
        enum Verdict { case fine, slowClient, slowHandler, silent(limit: Int) }
        let verdict = state.withLock { state -> Verdict in
            if let deadline = state.answerDeadline, deadline < now {
                state.answerDeadline = nil
                return .slowHandler
            }
            if let limit = excess, state.drained == 0, !state.isComplete, arrival.start + patience < now {
                guard !state.isInterrupted else { return .fine }
                state.isInterrupted = true
                return .silent(limit: limit)
            }
            if let deadline = state.uploadDeadline, deadline < now, !state.isSuspended {
                state.uploadDeadline = nil
                return .slowClient
            }
            return .fine
        }
        switch verdict {
        case .fine: return nil
        case .silent(let limit): return .tooLarge(limit)
        case .slowClient: return Problem(408, "too-slow", "The body came too slowly.")
        case .slowHandler:
            if answer(engine.answer(to: .tooSlow, arrival)) { task.cancel() }
            return nil
        }
    }

    /// A client that announced too much and sends nothing waits for the answer.
    private var patience: Duration { min(.seconds(2), arrival.route?.limits.upload ?? .seconds(2)) }

    /// What the route takes at most, when the client announced more.
    private var excess: Int? {
        guard let route = arrival.route, let length = arrival.framing.length else { return nil }
        let limit = route.body.isNone ? Route.straySize : route.limits.body
        return length > limit ? limit : nil
    }

    /// Resumes a suspended connection, so that the library can be stopped.
    func release() {
        let connection = state.withLock { state in state.resumed() }
        connection?.resume()
    }

    /// What takes the socket over, when the answer says so.
    var upgrade: (any Upgrade)? {
        state.withLock { state in
            if case .upgrade(let upgrade) = state.answer?.content { upgrade } else { nil }
        }
    }

    var facts: (status: Int, sent: Int, received: Int) {
        state.withLock { state in
            (state.answer?.status ?? 0, max(state.sent, state.answer?.length ?? 0), state.received)
        }
    }
}

/// The library's connection of a request that has not ended.
@safe struct Handle: @unchecked Sendable {
    // @unchecked: the library allows both calls from any thread; the exchange's lock says when they are in order.
    private let raw: OpaquePointer

    init(_ raw: OpaquePointer) { unsafe self.raw = raw }

    func suspend() { unsafe MHD_suspend_connection(raw) }
    func resume() { unsafe MHD_resume_connection(raw) }
}
