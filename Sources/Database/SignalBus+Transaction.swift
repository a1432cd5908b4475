package import Core

extension SignalBus {
    /// Publishes if and when the transaction commits.
    ///
    /// Between servers that share nothing but PostgreSQL this is part of the transaction; other buses are told after it, and
    /// a crash in between loses the signal. Equal signals of one transaction may come as one.
    /// - Throws: `SignalFault` before anything is done; `DatabaseFault`.
    package func publish(_ payload: [UInt8], to topic: SignalTopic, with tx: Transaction) async throws {
        try SignalFault.check(payload, to: topic)
        if self is PostgresSignalBus, tx.engine == .postgres {
            let (sql, values) = SignalNotification.statement(payload, to: topic)
            _ = try await tx.first(sql, values)
        } else {
            // It throws for a size alone, which is known to be right.
            tx.afterCommit { try? await self.publish(payload, to: topic) }
        }
    }
}
