import Dispatch

/// Waits for the end of the task's time: returns once it is cancelled.
package func untilCancelled() async {
    let (never, continuation) = AsyncStream.makeStream(of: Never.self)
    await withTaskCancellationHandler {
        for await _ in never {}
    } onCancel: {
        continuation.finish()
    }
}

/// Sleeps also in a cancelled task, where `Task.sleep` would return at once.
package func pause(_ duration: Duration) async {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(Int(duration.seconds * 1_000))) {
            continuation.resume()
        }
    }
}

/// What `body` gives, or `nil` when it takes longer or the caller is cancelled: then it is cancelled, and not waited for.
package func value<Value: Sendable>(
    within limit: Duration,
    of body: @escaping @Sendable () async -> Value
) async -> Value? {
    let (answers, answer) = AsyncStream.makeStream(of: Value?.self)
    // Structured children would be waited for, and what hangs is just what is to be left behind.
    let work = Task { answer.yield(await body()) }
    let timer = Task {
        try? await Task.sleep(for: limit)
        answer.yield(nil)
    }
    defer {
        work.cancel()
        timer.cancel()
    }
    for await first in answers { return first }
    return nil
}

/// Runs `body` to its end also when the task is cancelled: for putting away what was begun.
package func uncancelled<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
    // The one way to leave a cancelled task's cancellation behind; it is awaited, so nothing outlives its caller.
    await Task { await body() }.value
}
