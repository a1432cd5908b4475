/// Something that runs for as long as the program does: a server, a flusher, a scheduler.
///
/// `run()` returns when its task is cancelled, after finishing what it had accepted.
package protocol Service: Sendable {
    var name: String { get }
    func run() async throws
}

/// Runs services together: the first failure, or cancellation, stops all of them.
package func runTogether(_ services: [any Service], log: Log) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for service in services {
            group.addTask {
                do {
                    try await service.run()
                } catch is CancellationError {
                    return
                } catch {
                    log.error("service failed", ["service": .string(service.name), "cause": .string("\(error)")])
                    throw error
                }
            }
        }
        do {
            try await group.waitForAll()
        } catch {
            group.cancelAll()
            throw error
        }
    }
}
