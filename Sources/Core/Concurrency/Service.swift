/// Something that runs for as long as the program does: a server, a flusher, a scheduler.
package protocol Service: Sendable {
    var name: String { get }

    /// Works until its task is cancelled, then returns soon.
    func run() async throws

    /// Puts down what is still in hand, after `run()` has ended, in a task that is not cancelled.
    func finish() async
}

extension Service {
    package func finish() async {}
}

/// Runs services together: each starts after those before it in the list, and stops before them.
///
/// When the last one returns (it waits for the operator's signal), the rest are stopped in reverse order, so that a server
/// drains while what it leans on still works. When any other ends or fails, all are stopped.
package func runInOrder(_ services: [any Service], log: Log) async throws {
    try await runInOrder(services[...], log: log)
}

private func runInOrder(_ services: ArraySlice<any Service>, log: Log) async throws {
    guard let first = services.first else { return }
    let rest = services.dropFirst()
    let result: Result<Void, any Error>
    do {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runLogged(first, log: log) }
            if !rest.isEmpty { group.addTask { try await runInOrder(rest, log: log) } }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
        result = .success(())
    } catch {
        result = .failure(error)
    }
    await first.finish()
    try result.get()
}

private func runLogged(_ service: any Service, log: Log) async throws {
    log.debug("service started", ["service": .string(service.name)])
    do {
        try await service.run()
    } catch is CancellationError {
        // To be stopped is how a service is meant to end.
    } catch {
        log.error("service failed", ["service": .string(service.name), "cause": .string("\(error)")])
        throw error
    }
    log.debug("service stopped", ["service": .string(service.name)])
}
