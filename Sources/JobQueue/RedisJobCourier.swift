import Core
package import Redis

/// Carries keys of jobs in a stream of Redis for each queue.
package struct RedisJobCourier: JobCourier {
    private let client: RedisClient

    /// More than that is found in the table.
    private static let capacity = 100_000
    private static let group = "workers"
    private static let patience = Duration.seconds(5)

    package init(_ client: RedisClient) { self.client = client }

    package func announce(_ jobs: [Job.ID], on queue: String) async {
        let entries = jobs.map { ["id": Array($0.description.utf8)] }
        // While it is away, workers find the jobs themselves.
        _ = try? await stream(queue).add(entries, capacity: Self.capacity)
    }

    package func receive(on queues: [String], limit: Int, as consumer: String) async throws -> Int {
        let found = try await RedisStream.read(
            anyOf: queues.map(stream),
            group: Self.group,
            consumer: consumer,
            count: limit,
            waiting: Self.patience
        )
        // What a worker does not take after all is in the table for the next look.
        for (stream, entries) in found { try await stream.finish(entries.map(\.id), group: Self.group) }
        return found.reduce(0) { $0 + $1.entries.count }
    }

    private func stream(_ queue: String) -> RedisStream { RedisStream(client, name: "jobs.\(queue)") }
}
