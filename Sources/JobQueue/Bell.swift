import Synchronization

/// Tells one listener that there may be something to do; strokes that come while it is busy count as one.
final class Bell: Sendable {
    private let current = Mutex<AsyncStream<Void>.Continuation?>(nil)

    func ring() { current.withLock { _ = $0?.yield() } }

    /// A new sequence of strokes, which begins with one; earlier ones fall silent.
    func strokes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        continuation.yield()
        current.withLock { $0 = continuation }
        return stream
    }
}
