import Core
import Database
import Redis
import TestSupport
import Testing

@testable import App

/// What is opened for a configuration.
struct KitTests {
    @Test func `signals stay in the process of a server that shares nothing`() async throws {
        try await withKit([:]) { #expect($0.signals is InProcessSignalBus) }
    }

    @Test(.enabled(if: PostgresServer.isInstalled, "needs the package postgresql"))
    func `signals go over what servers share, and rather over Redis`() async throws {
        try await PostgresServer.shared().withDatabase { url in
            try await withKit(["database_url": url]) { #expect($0.signals is PostgresSignalBus) }
            let redis = "redis://127.0.0.1:\(try ServerProcess.freePort())"
            try await withKit(["database_url": url, "redis_url": redis]) { #expect($0.signals is RedisSignalBus) }
        }
    }
}

/// Gives `body` what is opened for these settings, with a data folder of its own.
func withKit<Value>(_ values: [String: String] = [:], _ body: (Kit) async throws -> Value) async throws -> Value {
    try await withTemporaryDirectory { folder in
        let base = ["share": SharedData.checkout, "data_dir": folder]
        let settings = Settings([Settings.Layer(source: "test", values: base.merging(values) { $1 })])
        let kit = try await Kit.open(try Configuration(settings, environment: ["HOME": folder]), log: .silent)
        let result: Result<Value, any Error>
        do { result = .success(try await body(kit)) } catch { result = .failure(error) }
        await kit.close()
        return try result.get()
    }
}
