import Core
import Synchronization
import Testing

@testable import Database

@Suite("Measuring statements") struct QueryMeterTests {
    private final class Lines: LogSink {
        let text = Mutex("")
        func write(_ line: [UInt8]) { text.withLock { $0 += String(decoding: line, as: UTF8.self) } }
    }

    @Test("A slow statement is named without its values, and all are counted", arguments: Engine.allCases)
    func slow(engine: Engine) async throws {
        try await engine.withURL { try await slow(url: $0) }
    }

    private func slow(url: String) async throws {
        let lines = Lines()
        let metrics = Metrics()
        var options = DatabaseOptions()
        options.slowQuery = .zero
        let database = try await Database.open(
            url,
            options: options,
            metrics: metrics,
            log: Log(to: lines)
        )
        try await database.execute("CREATE TABLE t (a TEXT)")
        try await database.execute("INSERT INTO t VALUES ($1), ('hidden')", ["secret"])
        _ = try await database.query("SELECT a\n  FROM t WHERE a = $1", ["secret"])
        await database.close()
        let text = lines.text.withLock { $0 }
        #expect(text.contains("slow query"))
        #expect(text.contains("SELECT a FROM t WHERE a = $1"))
        #expect(!text.contains("secret") && !text.contains("hidden"))
        for kind in ["read", "write", "commit"] {
            #expect(metrics.text().contains("database_query_seconds_count{kind=\"\(kind)\"}"), "\(kind)")
        }
    }

    @Test(
        "Statements are shown on one line, literals hidden, cut when long",
        arguments: [
            ("SELECT  1\n\t+ 2", "SELECT 1 + 2"), ("SELECT 'it''s', 'x'", "SELECT '…''…', '…'"),
            ("SELECT 'open", "SELECT '"),
        ]
    )
    func oneLine(sql: String, expected: String) { #expect(QueryMeter.oneLine(sql) == expected) }
}
