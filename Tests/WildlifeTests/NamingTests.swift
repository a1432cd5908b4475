import Accounts
import Core
import Database
import HTTPServer
import Testing

@testable import Wildlife

@Suite("Names of animals") struct NamingTests {
    private static let above = ["ursus", "ursidae", "carnivora", "mammalia"]
    private static let brown = Lineage(name: "ursus arctos", above: above)
    private static let black = Lineage(name: "ursus americanus", above: above)
    private static let fox = Lineage(name: "vulpes vulpes", above: ["vulpes", "canidae", "carnivora", "mammalia"])
    private static let gull = Lineage(name: "larus canus", above: ["larus", "laridae", "", "aves"])

    private static func finding(
        _ scores: [(Lineage, Double)],
        label: String = "Animal",
        at left: Double = 0.1
    ) -> Finding {
        Finding(
            position: 0,
            category: .animal,
            label: label,
            confidence: 0.8,
            box: .init(x: left, y: 0.2, width: 0.3, height: 0.4),
            species: "",
            speciesConfidence: 0,
            source: .detector,
            model: "test",
            scores: scores.map { NameScore(lineage: $0, probability: $1) }
        )
    }

    private static func rule(_ name: String, becomes: String? = nil, elsewhere: Bool = false) -> SpeciesRule {
        SpeciesRule(name: name, becomes: becomes, livesElsewhere: elsewhere, isSensitive: false)
    }

    private func name(_ scores: [(Lineage, Double)], _ rules: [SpeciesRule] = []) -> NameAnimals.Name {
        let rules = Dictionary(rules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return NameAnimals(rules: rules, threshold: 0.65)(Self.finding(scores))
    }

    @Test func `a species that is sure enough is the answer, else the lowest taxon that is`() {
        #expect(name([(Self.brown, 0.7), (Self.black, 0.2)]).species == "ursus arctos")
        let genus = name([(Self.brown, 0.5), (Self.black, 0.3), (Self.fox, 0.1)])
        #expect(genus.species == "ursus" && abs(genus.confidence - 0.8) < 1e-9 && genus.source == .classifier)
        #expect(name([(Self.brown, 0.4), (Self.fox, 0.35), (Self.gull, 0.2)]).species == "carnivora")
        let nothing = name([(Self.brown, 0.3), (Self.gull, 0.3)])
        #expect(nothing.species == "animal" && nothing.source == .detector && nothing.confidence == 0.8)
        #expect(name([]).species == "animal")
    }

    @Test func `what lives elsewhere speaks for its genus, and a name may mean another`() {
        let scores = [(Self.black, 0.9), (Self.brown, 0.05)]
        #expect(name(scores, [Self.rule("ursus americanus", elsewhere: true)]).species == "ursus")
        #expect(name(scores, [Self.rule("ursus americanus", becomes: "baribal")]).species == "baribal")
        #expect(name([(Self.brown, 0.5), (Self.black, 0.4)], [Self.rule("ursus", becomes: "bear")]).species == "bear")
        #expect(name([], [Self.rule("animal", becomes: "something")]).species == "something")
    }

    @Test func `a burst outvotes one that is unsure, and nobody who is sure`() {
        func vote(_ species: String, _ confidence: Double) -> NameAnimals.Name {
            .init(species: species, confidence: confidence, source: .classifier)
        }
        let smooth = SmoothBurst()
        let votes = [vote("fox", 0.9), vote("fox", 0.8), vote("cat", 0.4)]
        let winner = smooth.winner(of: votes)
        #expect(winner?.species == "fox" && winner?.source == .burst)
        #expect(smooth(vote("cat", 0.4), in: winner).species == "fox")
        #expect(smooth(vote("cat", 0.75), in: winner).species == "cat")
        #expect(smooth(vote("fox", 0.5), in: winner).source == .classifier)
        #expect(smooth.winner(of: [vote("fox", 0.9), vote("cat", 0.9)]) == nil)
        #expect(smooth.winner(of: [vote("fox", 0.9), vote("fox", 0.9)]) == nil)
        #expect(smooth.winner(of: [vote("fox", 0.9), vote("cat", 0.3)]) == nil, "one vote is no majority")
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `pictures are named anew by rules, bursts and masks, and by none when these go`(
        engine: Meadow.Engine
    )
        async throws
    {
        try await Meadow.with(engine) { meadow in
            var images: [TrapImage] = []
            for number in 0..<3 { images.append(try await meadow.take(number)) }
            let scores: [[(Lineage, Double)]] = [[(Self.fox, 0.9)], [(Self.fox, 0.85)], [(Self.brown, 0.66)]]
            for (image, scores) in zip(images, scores) { try await meadow.read([Self.finding(scores)], on: image) }
            #expect(try await meadow.species(of: images) == ["vulpes vulpes", "vulpes vulpes", "vulpes vulpes"])
            let last = images[2].id
            let found = try await meadow.database.read { try await meadow.findings.findings(of: last, in: $0) }
            #expect(found.first?.source == .burst && found.first?.scores.first?.lineage == Self.brown)

            let settle = SettleNames(rules: meadow.rules, queue: meadow.receive.queue, audit: meadow.audit)
            try await settle.put(Self.rule("vulpes vulpes", becomes: "red fox"), Meadow.everybody)
            for image in images { try await meadow.reconsider(image) }
            #expect(try await meadow.species(of: images) == ["red fox", "red fox", "red fox"])
            try await settle.remove("vulpes vulpes", Meadow.everybody)
            await #expect(throws: Problem.self) { try await settle.remove("vulpes vulpes", Meadow.everybody) }
            for image in images { try await meadow.reconsider(image) }
            #expect(try await meadow.species(of: images) == ["vulpes vulpes", "vulpes vulpes", "vulpes vulpes"])
        }
    }

    @Test func `who sees some sites alone settles no names`() async throws {
        try await Meadow.with { meadow in
            let settle = SettleNames(rules: meadow.rules, queue: meadow.receive.queue, audit: meadow.audit)
            let narrow = WildlifeCaller(name: "n", user: .next(), reach: .nothing, origin: Meadow.everybody.origin)
            await #expect(throws: Problem.self) { try await settle.put(Self.rule("fox", becomes: "cat"), narrow) }
        }
    }
}
