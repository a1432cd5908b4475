import Core

/// SQLite as an engine: one writer with group commit and a pool of readers, or one connection for a database in memory.
final class SQLiteDriver: DatabaseDriver {
    let engine = SQLEngine.sqlite
    private let writer: SQLiteWriter
    /// `nil` in memory, where the writer reads too: there is nothing else that sees the same memory.
    private let readers: SQLiteReaderPool?
    private let place: SQLitePlace?
    private let statistics = SQLiteStatistics()

    /// Opens the file, creating it when it is not there; `nil` for a database in memory.
    init(path: String?, options: DatabaseOptions, meter: QueryMeter, gauges: PoolMeter) async throws {
        var limits = SQLiteWriter.Limits()
        limits.depth = options.writersDepth
        limits.patience = options.patience
        writer = SQLiteWriter(meter: meter, gauges: gauges, limits: limits)
        try await writer.open(
            path: path ?? "",
            mode: path == nil ? .memory : .readWrite,
            busyTimeout: options.busyTimeout
        )
        guard let path else {
            readers = nil
            place = nil
            return
        }
        let pool = SQLiteReaderPool(gauges: gauges, depth: options.readersDepth)
        for number in 0..<options.readers {
            let reader = SQLiteReader(number: number, meter: meter, statistics: statistics)
            try await reader.open(path: path, busyTimeout: options.busyTimeout)
            pool.add(reader)
        }
        readers = pool
        place = try SQLitePlace(path)
    }

    func write<Value: Sendable>(_ body: @Sendable (Transaction) async throws -> Value) async throws -> Value {
        try await writer.transact { try await body(Transaction($0)) }
    }

    func read<Value: Sendable>(_ body: @Sendable (DatabaseReader) async throws -> Value) async throws -> Value {
        if let readers { return try await readers.read(body) }
        return try await writer.transact(isReadOnly: true) { try await body(DatabaseReader($0)) }
    }

    var latestFault: DatabaseFault? { writer.latestFault }

    func verifyPlace() async throws {
        guard let place else { return }
        // The look at the file may block, which a reader's own queue is for.
        try await read { _ in try place.check() }
    }

    /// Takes a turn to write, and changes nothing in it, where nobody had one for a while.
    func verifyTurn() async throws {
        let held = DatabaseFault(.busy, "another program holds the file and keeps ours from writing")
        if let waiting = writer.waitingTime, waiting > Self.turnPatience { throw held }
        guard writer.timeSinceTurn > .seconds(3) || writer.latestFault?.code == .busy else { return }
        let outcome = await value(within: Self.turnPatience) { [writer] in
            do {
                try await writer.transact(isReadOnly: true) { _ in }
                return Result<Void, any Error>.success(())
            } catch {
                return .failure(error)
            }
        }
        guard let outcome else { throw held }
        try outcome.get()
    }

    private static let turnPatience = Duration.seconds(2)

    func refreshStatistics() async throws {
        let pages = try await read { try await $0.value("SELECT page_count FROM pragma_page_count", as: Int.self) }
        guard statistics.isOutgrown(by: pages) else { return }
        try await writer.transact { try await $0.run(script: SQLiteStatistics.script) }
        statistics.renew(for: pages)
    }

    func damage() async throws -> String? {
        let first = try await read { try await $0.first("PRAGMA quick_check(1)") }
        return first?.values.first == .text("ok") ? nil : "SQLite finds damaged pages; restore a backup"
    }

    func close() async {
        await readers?.close()
        await writer.close()
    }
}
