import Synchronization

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
///
/// A `finish` that takes longer than `patience` is left behind.
package func runInOrder(
    _ services: [any Service],
    log: Log,
    roll: ServiceRoll = ServiceRoll(),
    patience: Duration = .seconds(8)
) async throws {
    try await runInOrder(services[...], log: log, roll, patience)
}

private func runInOrder(
    _ services: ArraySlice<any Service>,
    log: Log,
    _ roll: ServiceRoll,
    _ patience: Duration
) async throws {
    guard let first = services.first else { return }
    let rest = services.dropFirst()
    roll.enter(first.name)
    defer { roll.leave(first.name) }
    let result: Result<Void, any Error>
    do {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await runLogged(first, log: log) }
            if !rest.isEmpty { group.addTask { try await runInOrder(rest, log: log, roll, patience) } }
            try await group.next()
            group.cancelAll()
            try await group.waitForAll()
        }
        result = .success(())
    } catch {
        result = .failure(error)
    }
    // A task of its own: this one may be cancelled.
    let isFinished = await uncancelled {
        await value(within: patience) {
            await first.finish()
            return true
        }
    }
    if isFinished == nil { log.warning("a service did not finish in time", ["service": .string(first.name)]) }
    try result.get()
}

/// The names of the services that have not ended.
package final class ServiceRoll: Sendable {
    private let present = Mutex<[String]>([])

    package init() {}

    package var names: [String] { present.withLock { $0 } }

    package func enter(_ name: String) { present.withLock { $0.append(name) } }

    package func leave(_ name: String) {
        present.withLock { names in
            if let index = names.lastIndex(of: name) { names.remove(at: index) }
        }
    }
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
