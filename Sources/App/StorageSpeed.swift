import Core
import Database
import ObjectStore

/// How fast the configured database and object store are, for one of their uses at a time.
///
/// Works in a table and under keys of its own, and removes both.
package struct StorageSpeed: Sendable {
    private let configuration: Configuration
    private let clients: Int
    private let duration: Duration

    package init(_ configuration: Configuration, clients: Int, duration: Duration) {
        self.configuration = configuration
        self.clients = clients
        self.duration = duration
    }

    /// Commits of one row each, every one durable before the next of its client begins.
    package func commits() async throws -> LoadTimes {
        try await withTable { database in
            try await LoadTimes.measured(clients: clients, for: duration) { turn in
                try await database.execute(
                    "INSERT INTO hedgerow_bench (n, name) VALUES ($1, $2)",
                    [.integer(Int64(turn)), .text("a leaf of the hedge")]
                )
            }
        }
    }

    /// Queries to a database.
    package struct Queries: Codable, Sendable {
        /// `clients` queries at once, to the answer of the last; milliseconds.
        package let firstBurst: Double
        package let medianBurst: Double
        package let worstBurst: Double
        /// One query after another from each client.
        package let steady: LoadTimes
        /// What was asked while connections were counted; some fail and some are cancelled.
        package let requests: Int
        /// Connections to the server before and after; `nil` for a database in a file.
        package let connections: [Int]?
    }

    package func queries(requests: Int) async throws -> Queries {
        try await withTable { database in
            try await database.execute(
                """
                INSERT INTO hedgerow_bench (n, name)
                WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < \(Self.rows))
                SELECT n, 'a leaf of the hedge' FROM numbers
                """
            )
            var bursts: [Double] = []
            for _ in 0..<20 { bursts.append(try await burst(database)) }
            let steady = try await LoadTimes.measured(clients: clients, for: duration) { turn in
                try await ask(database, turn)
            }
            let before = try await connections(database)
            try await trouble(database, requests)
            let after = try await connections(database)
            return Queries(
                firstBurst: bursts[0],
                medianBurst: bursts.sorted()[bursts.count / 2],
                worstBurst: bursts.max() ?? 0,
                steady: steady,
                requests: requests,
                connections: before.flatMap { before in after.map { [before, $0] } }
            )
        }
    }

    /// Whole objects, put and got one after another.
    package struct Objects: Codable, Sendable {
        package let bytes: Int
        package let put: LoadTimes
        package let get: LoadTimes
    }

    package func objects(of size: Int, rounds: Int) async throws -> Objects {
        let store = try await openObjectStore(configuration)
        let key = try ObjectKey("hedgerow-bench/\(UUIDv7.next())")
        // Nothing along the way is to be able to compress it.
        var random = SystemRandomNumberGenerator()
        var bytes = [UInt8](repeating: 0, count: size)
        for index in bytes.indices { bytes[index] = random.next() }
        var (puts, gets): ([Double], [Double]) = ([], [])
        for round in 0..<rounds {
            bytes[0] = UInt8(truncatingIfNeeded: round)
            puts.append(try await LoadTimes.milliseconds { try await store.put(key, bytes: bytes) })
            gets.append(try await LoadTimes.milliseconds { _ = try await store.bytes(of: key, limit: Int64(size)) })
        }
        try await store.delete(key)
        return Objects(bytes: size, put: LoadTimes(oneByOne: puts), get: LoadTimes(oneByOne: gets))
    }

    private static let rows = 10_000

    private func withTable<Value>(_ body: (Database) async throws -> Value) async throws -> Value {
        try await withDatabase(at: configuration.databaseURL, mustExist: false) { database in
            // One that was killed has left it.
            try await database.execute("DROP TABLE IF EXISTS hedgerow_bench")
            try await database.execute("CREATE TABLE hedgerow_bench (n bigint PRIMARY KEY, name text NOT NULL)")
            let result: Result<Value, any Error>
            do { result = .success(try await body(database)) } catch { result = .failure(error) }
            try await database.execute("DROP TABLE hedgerow_bench")
            return try result.get()
        }
    }

    private func ask(_ database: Database, _ turn: Int) async throws {
        _ = try await database.query(
            "SELECT n, name FROM hedgerow_bench WHERE n >= $1 ORDER BY n LIMIT 20",
            [.integer(Int64(turn * 7_919 % Self.rows))]
        )
    }

    private func burst(_ database: Database) async throws -> Double {
        try await LoadTimes.milliseconds {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for turn in 0..<clients { group.addTask { try await ask(database, turn) } }
                try await group.waitForAll()
            }
        }
    }

    /// Asks so often, as servers are asked: now and then a statement fails, a reader throws, a client goes away.
    private func trouble(_ database: Database, _ requests: Int) async throws {
        struct Gone: Error {}
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<clients {
                group.addTask {
                    for turn in stride(from: client, to: requests, by: clients) {
                        switch turn % 50 {
                        case 10: _ = try? await database.query("SELECT n FROM hedgerow_no_such_table")
                        case 20: try? await database.read { _ in throw Gone() }
                        case 30:
                            await withTaskGroup(of: Void.self) { inner in
                                inner.addTask { try? await ask(database, turn) }
                                inner.cancelAll()
                            }
                        default: try await ask(database, turn)
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func connections(_ database: Database) async throws -> Int? {
        guard database.engine == .postgres else { return nil }
        return try await database.read { reader in
            try await reader.value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
            )
        }
    }
}
