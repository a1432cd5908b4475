package import Testing

/// Waits until `condition` holds; a minute is far more than it takes.
package func eventually(
    _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("waited a minute in vain: \(what)", sourceLocation: sourceLocation)
    throw CancellationError()
}
