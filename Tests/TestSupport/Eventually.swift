package import Testing

/// Waits until `condition` holds; four minutes are far more than it takes on a busy machine.
package func eventually(
    _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(240)
    var pause = Duration.milliseconds(10)
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: pause)
        // Asking costs what is waited for its processor.
        pause = min(pause * 2, .milliseconds(320))
    }
    Issue.record("waited four minutes in vain: \(what)", sourceLocation: sourceLocation)
    throw CancellationError()
}
