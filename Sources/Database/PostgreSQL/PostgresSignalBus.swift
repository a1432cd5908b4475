package import Core

/// Signals between all processes that use the same PostgreSQL database; while it is away, between the tasks of this one.
package struct PostgresSignalBus: SignalBus {
    private let driver: PostgresDriver
    private let receiver: SignalReceiver

    /// `nil` for a database that lies in a file.
    package init?(_ database: Database) {
        guard let driver = database.driver as? PostgresDriver, let receiver = database.signals else { return nil }
        self.driver = driver
        self.receiver = receiver
    }

    /// Takes a connection of its own: within a transaction, publish with that.
    package func publish(_ payload: [UInt8], to topic: SignalTopic) async throws(SignalFault) {
        try SignalFault.check(payload, to: topic)
        let (sql, values) = SignalNotification.statement(payload, to: topic)
        do {
            try await driver.hint(sql, values)
        } catch {
            receiver.deliver(payload, to: topic)
        }
    }

    package func subscribe(to topic: SignalTopic, depth: Int) async -> SignalSequence {
        await receiver.subscribe(to: topic, depth: depth)
    }
}
