import Core
import Database
import Observations
import Testing

@testable import Wildlife

@Suite("Others hear what was seen") struct AnimalsSeenTests {
    private func told(_ meadow: Meadow) async throws -> [AnimalsSeen] {
        let sql = "SELECT payload FROM job WHERE kind = 'test.hear-seen' ORDER BY id"
        return try await meadow.database.query(sql).map { try $0.json("payload") }
    }

    /// Does what the reading of a picture does at its end.
    private func read(_ species: [String], _ image: TrapImage, _ meadow: Meadow) async throws {
        var image = image
        image.status = .completed
        let read = image
        let findings = species.enumerated().map { position, species in
            Finding(
                position: position,
                category: species == "person" ? .person : .animal,
                label: species,
                confidence: 0.9,
                box: .init(x: 0, y: 0, width: 1, height: 1),
                species: species,
                speciesConfidence: 0.9,
                source: .detector,
                model: "test 1"
            )
        }
        try await meadow.database.write { tx in
            try await meadow.findings.replace(findings, of: read, in: tx)
            try await meadow.settle(read, telling: .detectionComplete, in: tx)
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `a species is told once for a picture, by whoever names it first`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let image = try await meadow.take(1)
            for _ in 0..<2 { try await read(["fox", "fox", "person"], image, meadow) }
            let facts = try await told(meadow)
            #expect(facts.count == 1)
            let fact = try #require(facts.first)
            #expect(fact.species == [.init(name: "fox", confidence: 0.9, individuals: 2)])
            #expect(fact.image == image.id.uuid && fact.camera?.code == "oak")
            #expect(fact.capturedAt == image.capturedAt && !fact.showsBystanders)
            try await meadow.review(image.id, .init(decision: .approved), Meadow.everybody)
            #expect(try await told(meadow).count == 1, "a word that changes nothing is no news")
            let badger = ReviewedAnimals(species: "badger", count: 1, sex: nil, age: nil, behaviour: nil)
            let opinion = ReviewImage.Opinion(decision: .corrected, animals: [badger])
            for _ in 0..<2 { try await meadow.review(image.id, opinion, Meadow.everybody) }
            #expect(try await told(meadow).map { $0.species.map(\.name) } == [["fox"], ["badger"]])
        }
    }

    @Test func `a picture without animals is no news`() async throws {
        try await Meadow.with { meadow in
            try await read([], try await meadow.take(1), meadow)
            try await read(["person"], try await meadow.take(2), meadow)
            #expect(try await told(meadow).isEmpty)
        }
    }
}
