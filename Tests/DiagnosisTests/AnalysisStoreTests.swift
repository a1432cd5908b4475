import Core
import Database
@testable import Diagnosis
import Foundation
import Observations
import TestSupport
import Testing

struct AnalysisStoreTests {
    private func withStore(_ engine: SQLEngine, _ body: (AnalysisStore) async throws -> Void) async throws {
        switch engine {
        case .sqlite: try await withStore(at: "sqlite::memory:", body)
        case .postgres:
            try await PostgresServer.shared().withDatabase(options: "pool_min=1") { try await withStore(at: $0, body) }
        }
    }

    private func withStore(at url: String, _ body: (AnalysisStore) async throws -> Void) async throws {
        let database = try await Database.open(url)
        let migrator = Migrator(database, migrations: DiagnosisMigrations.all)
        _ = try await migrator.up()
        try await body(AnalysisStore(database: database))
        _ = try await migrator.down("diagnosis", to: 0)
        await database.close()
    }

    /// Engines keep JSON with spacing and an order of keys of their own.
    private func object(_ json: [UInt8]?) throws -> NSDictionary? {
        try json.flatMap { try JSONSerialization.jsonObject(with: Data($0)) as? NSDictionary }
    }

    private func record(owner: String? = nil, answer: String = #"{"label":"x"}"#) -> AnalysisRecord {
        AnalysisRecord(
            analysis: Analysis(
                id: .next(),
                createdAt: .now(),
                model: ModelReference(name: "leaf", version: "1"),
                label: "Tomato___healthy",
                confidence: 0.9,
                verdict: .confident
            ),
            task: .diagnose,
            owner: owner,
            pictures: [
                .init(digest: SHA256(of: [1, 2, 3]), perceptualHash: .max, objectKey: nil),
                .init(digest: SHA256(of: [4]), perceptualHash: 1, objectKey: "pictures/a"),
            ],
            answer: Array(answer.utf8)
        )
    }

    @Test(arguments: SQLEngine.allCases) func `a saved answer is fetched as it was given`(
        engine: SQLEngine
    ) async throws {
        try await withStore(engine) { store in
            let saved = record(answer: #"{"confidence":0.9,"name":"Early blight — ringed"}"#)
            try await store.save([saved])
            let found = try #require(try await store.answer(of: saved.analysis.id))
            #expect(found.task == .diagnose)
            #expect(try object(found.json) == object(saved.answer))
            let stranger = try await store.answer(of: .next())
            #expect(stranger == nil)
        }
    }

    @Test(arguments: SQLEngine.allCases) func `a history holds its owner's answers only, the newest first`(
        engine: SQLEngine
    ) async throws {
        try await withStore(engine) { store in
            let records = (0..<5).map { record(owner: $0 == 2 ? "other" : "key", answer: #"{"n":\#($0)}"#) }
            try await store.save(records)
            let (total, answers) = try await store.answers(of: "key", page: 1, limit: 3)
            #expect(total == 4)
            #expect(try answers.map { try object($0) } == [["n": 4], ["n": 3], ["n": 1]])
            let second = try await store.answers(of: "key", page: 2, limit: 3)
            #expect(second.answers.count == 1)
        }
    }

    @Test(arguments: SQLEngine.allCases) func `one bad record among many saves none of them`(
        engine: SQLEngine
    ) async throws {
        try await withStore(engine) { store in
            let twice = record()
            await #expect(throws: DatabaseFault.self) { try await store.save([record(), twice, twice]) }
            let found = try await store.answer(of: twice.analysis.id)
            #expect(found == nil)
        }
    }

    @Test(arguments: SQLEngine.allCases) func `the journal shows a record before it is stored and stores it at the end`(
        engine: SQLEngine
    ) async throws {
        try await withStore(engine) { store in
            let journal = AnalysisJournal(store: store, log: .silent, metrics: Metrics(), capacity: 1)
            let first = record()
            journal.append(first)
            journal.append(record())
            #expect(journal.pending(first.analysis.id) == first)
            await journal.finish()
            #expect(journal.pending(first.analysis.id) == nil)
            let found = try await store.answer(of: first.analysis.id)
            #expect(try object(found?.json) == object(first.answer))
        }
    }
}
