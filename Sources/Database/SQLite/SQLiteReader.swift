import Core

/// A connection that reads on its own queue; one read at a time.
actor SQLiteReader {
    private let executor: QueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    private let interrupter = SQLiteInterrupter()
    private let meter: QueryMeter
    private let statistics: SQLiteStatistics
    private var connection: SQLiteConnection?
    private var seen = 0

    init(number: Int, meter: QueryMeter, statistics: SQLiteStatistics) {
        executor = QueueExecutor(label: "database.reader.\(number)")
        self.meter = meter
        self.statistics = statistics
    }

    func open(path: String, busyTimeout: Duration) throws {
        let opened = try SQLiteConnection(path: path, mode: .readOnly, busyTimeout: busyTimeout)
        interrupter.attach(opened)
        connection = opened
    }

    func close() {
        interrupter.attach(nil)
        connection = nil
    }

    /// Cancellation interrupts the running statement.
    func read<Value: Sendable>(_ body: @Sendable (DatabaseReader) async throws -> Value) async throws -> Value {
        try Task.checkCancellation()
        guard let connection else { throw DatabaseFault(.unavailable, "the database has been closed") }
        let use = interrupter.begin()
        defer { interrupter.end() }
        return try await withTaskCancellationHandler {
            let session = SQLiteSession(connection, meter: meter, isReadOnly: true)
            defer {
                session.end()
                // Nothing was changed, so nothing is lost if this fails.
                if connection.isInTransaction { try? connection.run("ROLLBACK") }
            }
            if statistics.edition != seen {
                try connection.run("PRAGMA writable_schema = RESET")
                seen = statistics.edition
            }
            try connection.run("BEGIN")
            return try await body(DatabaseReader(session))
        } onCancel: {
            interrupter.interrupt(use)
        }
    }
}
