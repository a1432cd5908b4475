import Core
import Database
import ObjectStore
import TestSupport
import Testing

@testable import Accounts
@testable import App

/// Looks for what is left of somebody: in every column of every table, and in every object.
struct Traces: Sendable {
    private let configuration: Configuration
    private let schema: TableSchema

    init(_ configuration: Configuration) async throws {
        self.configuration = configuration
        schema = try await TableSchema(migrations: Features.migrations, indexes: Features.indexes)
    }

    /// Which tables hold which of the words, as text, as an id, or in bytes; each once.
    func tables(of words: [String]) async throws -> [String] {
        try await withDatabase { database in
            try await database.read { reader in
                var found: Set<String> = []
                for table in schema.tables {
                    for try await row in reader.rows(of: table) {
                        for value in try table.values(of: row) {
                            let texts = Self.texts(value)
                            for word in words where texts.contains(where: { $0.contains(word) }) {
                                found.insert("\(table.name) \(word)")
                            }
                        }
                    }
                }
                return found.sorted()
            }
        }
    }

    /// What a value may hide, in all the ways that somebody could read it.
    private static func texts(_ value: SQLValue) -> [String] {
        switch value {
        case .text(let text): [text, text.base64URLBytes.map { String(decoding: $0, as: UTF8.self) } ?? ""]
        case .json(let bytes): [String(decoding: bytes, as: UTF8.self)]
        case .blob(let bytes):
            [String(decoding: bytes, as: UTF8.self), bytes.count == 16 ? UUIDv7(bytes: bytes).description : ""]
        case .uuid(let id): [id.description]
        default: []
        }
    }

    /// Every object with its content.
    func objects() async throws -> [(key: String, content: [UInt8])] {
        let store = try await openObjectStore(configuration)
        var found: [(String, [UInt8])] = []
        for object in try await store.list(prefix: "", after: nil, limit: 1_000) {
            if let bytes = try? await store.bytes(of: object.key, limit: 1 << 30) {
                found.append((object.key.description, bytes))
            }
        }
        return found
    }

    /// The numbers of the latest erasure.
    func report() async throws -> [String: String] {
        try await withKit { kit in
            try await kit.accounts.audit.records(AuditFilter(action: "user.erased"), after: nil, limit: 1)
                .records.first?.new ?? [:]
        }
    }

    func expectChainsWhole() async throws {
        let verdicts = try await withKit { kit in
            [try await kit.accounts.audit.verify(), try await kit.accounts.consents.ledger.verify()]
        }
        for verdict in verdicts {
            guard case .whole(let count) = verdict else {
                Issue.record("\(verdict)")
                continue
            }
            #expect(count > 0)
        }
    }

    private func withDatabase<Value: Sendable>(_ body: (Database) async throws -> Value) async throws -> Value {
        let database = try await Database.open(configuration.databaseURL)
        let result: Result<Value, any Error>
        do { result = .success(try await body(database)) } catch { result = .failure(error) }
        await database.close()
        return try result.get()
    }

    private func withKit<Value: Sendable>(_ body: (Kit) async throws -> Value) async throws -> Value {
        let kit = try await Kit.open(configuration, log: .silent)
        let result: Result<Value, any Error>
        do { result = .success(try await body(kit)) } catch { result = .failure(error) }
        await kit.close()
        return try result.get()
    }
}
