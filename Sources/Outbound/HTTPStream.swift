import Core
import Synchronization

/// An answer whose body is read as it comes; one reader at a time.
package final class HTTPStream: Sendable {
    package let status: Int
    package let headers: [(name: String, value: String)]
    private let body: StreamedBody
    /// Keeps the loop running for as long as somebody may read.
    private let client: HTTPClient
    private let id: UInt64

    /// Waits for the answer's first bytes, or for its end.
    init(_ body: StreamedBody, client: HTTPClient, id: UInt64) async throws {
        do {
            let head = try await body.head { client.loop.cancel(id) }
            status = head.status
            headers = head.headers
        } catch {
            client.loop.cancel(id)
            throw error
        }
        self.body = body
        self.client = client
        self.id = id
    }

    deinit { client.loop.cancel(id) }

    /// The first header of that name in any case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// Up to `count` bytes, as soon as there are any; `nil` at the end.
    ///
    /// - Throws: `OutboundFault` when the connection breaks off, `CancellationError` when cancelled.
    package func next(upTo count: Int) async throws -> [UInt8]? {
        let (piece, isPaused) = try await body.next(upTo: count) { [client, id] in client.loop.cancel(id) }
        if isPaused { client.loop.resume(id) }
        return piece
    }
}

/// The body of an answer between the loop's thread, which fills it, and a task, which empties it.
final class StreamedBody: BodySink {
    /// What may lie here unread before the transfer pauses.
    static let capacity = 512 << 10

    private struct State {
        var head: ResponseHead?
        var content: [UInt8] = []
        var received: Int64 = 0
        var isPaused = false
        var end: Result<Void, any Error>?
        var waiter: CheckedContinuation<Void, Never>?

        var isReady: Bool { !content.isEmpty || end != nil }
    }

    private let state = Mutex(State())
    private let limit: Int64
    private let host: String

    init(limit: Int64, host: String) {
        self.limit = limit
        self.host = host
    }

    func receive(_ bytes: UnsafeRawBufferPointer, of head: ResponseHead) throws(OutboundFault) -> Reception {
        let (reception, waiter) = state.withLock { state -> (Reception?, CheckedContinuation<Void, Never>?) in
            if state.head == nil { state.head = head }
            guard state.content.isEmpty || state.content.count + bytes.count <= Self.capacity else {
                state.isPaused = true
                return (.later, nil)
            }
            guard state.received + Int64(bytes.count) <= limit else { return (nil, nil) }
            state.received += Int64(bytes.count)
            unsafe state.content.append(contentsOf: bytes)
            defer { state.waiter = nil }
            return (.taken, state.waiter)
        }
        waiter?.resume()
        guard let reception else { throw OutboundFault(.tooLarge, host: host) }
        return reception
    }

    func end(_ result: Result<ResponseHead, any Error>) {
        let waiter = state.withLock { state in
            if case .success(let head) = result { state.head = state.head ?? head }
            state.end = result.map { _ in }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    func head(onCancel cancel: @escaping @Sendable () -> Void) async throws -> ResponseHead {
        await ready(onCancel: cancel)
        return try state.withLock { state in
            if let head = state.head { return head }
            try state.end?.get()
            throw OutboundFault(.other, host: host)
        }
    }

    /// What there is, and whether the transfer waits to be resumed.
    func next(
        upTo count: Int,
        onCancel cancel: @escaping @Sendable () -> Void
    ) async throws -> (piece: [UInt8]?, isPaused: Bool) {
        try Task.checkCancellation()
        await ready(onCancel: cancel)
        return try state.withLock { state in
            guard !state.content.isEmpty else {
                try state.end?.get()
                return (nil, false)
            }
            let piece: [UInt8]
            if state.content.count <= count {
                piece = state.content
                state.content = []
            } else {
                piece = Array(state.content.prefix(count))
                state.content.removeFirst(count)
            }
            let mayFlow = state.isPaused && state.content.count <= Self.capacity / 2
            if mayFlow { state.isPaused = false }
            return (piece, mayFlow)
        }
    }

    /// Waits for bytes or the end; a cancelled transfer ends, so the wait is over soon then too.
    private func ready(onCancel cancel: @escaping @Sendable () -> Void) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.isReady { return true }
                    precondition(state.waiter == nil, "a stream has one reader at a time")
                    state.waiter = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            cancel()
        }
    }
}
