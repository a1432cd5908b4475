internal import Glibc

/// Starts a thread of its own: inference must never hold a thread of the cooperative pool, and OpenVINO keeps state per
/// calling thread, so callers must be few and always the same.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    let start = unsafe Unmanaged.passRetained(Start(body)).toOpaque()
    var thread = pthread_t()
    let status = unsafe pthread_create(
        &thread,
        nil,
        { context in
            guard let context = unsafe context else { return nil }
            unsafe Unmanaged<Start>.fromOpaque(context).takeRetainedValue().body()
            return nil
        },
        start
    )
    precondition(status == 0, "the system grants no more threads")
    pthread_detach(thread)
}
