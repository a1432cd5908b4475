import Core

/// The readers of a file, each lent to one task at a time.
final class SQLiteReaderPool: Sendable {
    private let line: LendingLine<SQLiteReader>
    private let gauges: PoolMeter

    init(gauges: PoolMeter, depth: Int) {
        line = LendingLine(room: 0, depth: depth, gauges: gauges)
        self.gauges = gauges
    }

    func add(_ reader: SQLiteReader) {
        line.add(reader)
        gauges.open.add(1)
    }

    func read<Value: Sendable>(_ body: @Sendable (DatabaseReader) async throws -> Value) async throws -> Value {
        let started = ContinuousClock.now
        guard case .use(let reader) = try await line.acquire() else {
            preconditionFailure("a line without room never asks to open")
        }
        gauges.wait.observe((ContinuousClock.now - started).seconds)
        // A reader that comes back after the end frees its file when the last reference to it goes.
        defer { _ = line.giveBack(reader) }
        return try await reader.read(body)
    }

    /// Closes the free readers at once and the others as they come back.
    func close() async {
        for reader in line.close() { await reader.close() }
    }
}
