import Accounts
import Core
import Database
import Foundation
import HTTPServer
import Testing

@testable import Wildlife

@Suite("Scientific names") struct ScientificNameTests {
    private static func rule(_ name: String, becomes: String? = nil, _ scientific: ScientificName?) -> SpeciesRule {
        SpeciesRule(
            name: name,
            becomes: becomes,
            livesElsewhere: false,
            isSensitive: false,
            scientificName: scientific
        )
    }

    private static let bear = Lineage(name: "brown bear", above: ["ursus", "ursidae", "carnivora", "mammalia"])
    private static let fox = Lineage(name: "vulpes vulpes", above: ["vulpes", "canidae", "", "mammalia"])

    @Test(
        arguments: [
            ("capreolus capreolus", nil, "Capreolus capreolus", ScientificName.Rank.species),
            ("Canis lupus familiaris", nil, "Canis lupus familiaris", .subspecies),
            ("Cervidae", nil, "Cervidae", .family),
            ("  Cervus   elaphus ", nil, "Cervus elaphus", .species), ("Martes", .genus, "Martes", .genus),
            ("Martes", nil, "Martes", nil), ("Felis sp.", nil, "Felis sp.", nil),
            ("Anas × cairina", nil, "Anas × cairina", nil),
        ] as [(String, ScientificName.Rank?, String, ScientificName.Rank?)]
    )
    func `a name is taken as it is written, and tells its rank where it can`(
        written: String,
        given: ScientificName.Rank?,
        text: String,
        rank: ScientificName.Rank?
    ) {
        #expect(ScientificName(written: written, given) == ScientificName(text, rank))
    }

    @Test(arguments: ["", "x", "3 foxes", "<b>fox</b>", "one two three four five", String(repeating: "a", count: 101)])
    func `what can be no scientific name is refused`(written: String) {
        #expect(ScientificName(written: written, nil) == nil)
    }

    @Test func `people's word stands above the model's, and that above the name itself`() {
        let nobody = ScientificNames([SpeciesRule]())
        #expect(nobody("roe deer") == nil)
        #expect(nobody("bear") == ScientificName("Ursidae", .family))
        #expect(nobody("vulpes vulpes", [Self.fox]) == ScientificName("Vulpes vulpes", .species))
        #expect(nobody("ursidae", [Self.fox, Self.bear]) == ScientificName("Ursidae", .family))
        #expect(nobody("mammalia", [Self.fox]) == ScientificName("Mammalia", .class))
        // A class that is no scientific name itself belongs to the group above it.
        #expect(nobody("brown bear", [Self.bear]) == ScientificName("Ursus", .genus))
        let some = Lineage(name: "ursus spp.", above: Self.bear.above)
        #expect(nobody("ursus spp.", [some]) == ScientificName("Ursus", .genus))
        let settled = ScientificNames([
            Self.rule("cow", becomes: "roe deer", ScientificName("Capreolus capreolus", .species)),
            Self.rule("brown bear", ScientificName("Ursus arctos", .species)), Self.rule("bear", nil),
        ])
        #expect(settled("roe deer")?.text == "Capreolus capreolus")
        #expect(settled("cow")?.text == "Bos taurus", "only what it became is called so")
        #expect(settled("brown bear", [Self.bear])?.text == "Ursus arctos")
        #expect(settled("bear")?.text == "Ursidae")
    }

    @Test func `what is settled of a name itself stands above what leads to it`() {
        let names = ScientificNames([
            Self.rule("a", becomes: "deer", ScientificName("Cervidae", .family)),
            Self.rule("deer", ScientificName("Cervus elaphus", .species)),
        ])
        #expect(names("deer")?.text == "Cervus elaphus")
    }

    @Test(arguments: [
        (
            "0c6e;mammalia;cetartiodactyla;cervidae;odocoileus;virginianus;white-tailed deer", "odocoileus virginianus",
            "Odocoileus virginianus", ScientificName.Rank.species
        ),
        ("0c6e;mammalia;rodentia;sciuridae;sciurus;;sciurus species", "sciurus", "Sciurus", .genus),
        ("0c6e;Mammalia;Carnivora;Felidae;;;cat family", "felidae", "Felidae", .family),
        ("0c6e;;;;;;animal", "animal", "Animalia", .kingdom),
    ])
    func `classes as SpeciesNet writes them carry their scientific names`(
        label: String,
        name: String,
        text: String,
        rank: ScientificName.Rank
    ) throws {
        let lineage = try #require(Lineage(speciesNet: label))
        #expect(lineage.name == name)
        #expect(ScientificNames([SpeciesRule]())(name, [lineage]) == ScientificName(text, rank))
        #expect(Lineage(speciesNet: "red fox") == nil && Lineage(speciesNet: ";;;;;;") == nil)
        #expect(Lineage(speciesNet: "x; ;;;; ;\u{1}") == nil, "blanks are no name")
        #expect(Lineage(speciesNet: "x; ;;;; ;blank")?.name == "blank")
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `exports say what was settled, and what they say comes back`(_ engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let image = try await meadow.take(1)
            try await meadow.find(["roe deer", "thing"], on: image)
            let camera = try await meadow.camera("oak")
            _ = try await meadow.places.change(camera.id, Meadow.everybody) {
                $0.location = GeoPoint(latitude: 50.5, longitude: 4.5)
            }
            let settle = SettleNames(rules: meadow.rules, queue: meadow.receive.queue, audit: meadow.audit)
            let deer = Self.rule("roe deer", ScientificName("Capreolus capreolus", .species))
            try await settle.put(deer, Meadow.everybody)
            let kept = try await meadow.database.read { try await meadow.rules.rule("roe deer", in: $0) }
            #expect(kept == deer)

            let files = try await CamtrapImportTests.export(meadow)
            let lines = CamtrapImportTests.rows(files["observations.csv"])
            #expect(lines.map { $0["scientificName"] } == ["Capreolus capreolus", nil])
            #expect(lines.map { $0["observationTags"] } == ["name:roe deer", "name:thing"])
            #expect(lines.compactMap { CamtrapObservation(fields: $0).animals?.species } == ["roe deer", "thing"])
            let package = try #require(files["datapackage.json"])
            #expect(package.contains(#""scientificName" : "Capreolus capreolus""#))
            #expect(package.contains(#""taxonRank" : "species""#))

            let names = try await meadow.rules.namesInUse(within: .everything, limit: 10)
            #expect(names.map(\.name) == ["roe deer", "thing"] && names.map(\.detections) == [1, 1])
        }
    }

    @Test func `names that people alone use stand in the list, and others' sites do not`() async throws {
        try await Meadow.with { meadow in
            let image = try await meadow.take(1)
            let animals = [ReviewedAnimals(species: "a strange one", count: 1, sex: nil, age: nil, behaviour: nil)]
            try await meadow.review(image.id, .init(decision: .corrected, animals: animals), Meadow.everybody)
            let names = try await meadow.rules.namesInUse(within: .everything, limit: 10)
            #expect(names.map(\.name) == ["a strange one"] && names.map(\.detections) == [0])
            #expect(try await meadow.rules.namesInUse(within: .nothing, limit: 10).isEmpty)
        }
    }

    @Test func `a wish that settles a scientific name alone is one, and a rank alone is none`() throws {
        func rule(_ json: String) throws -> SpeciesRule {
            try JSON.decode(SpeciesNameRoutes.Wish.self, from: Array(json.utf8)).rule(for: "Reh")
        }
        let deer = try rule(#"{"scientific_name": "capreolus capreolus"}"#)
        #expect(deer == Self.rule("reh", ScientificName("Capreolus capreolus", .species)))
        #expect(try rule(#"{"scientific_name": "Martes", "taxon_rank": "genus"}"#).scientificName?.rank == .genus)
        for wrong in [#"{"taxon_rank": "genus"}"#, #"{"scientific_name": "4 legs"}"#, "{}"] {
            #expect(throws: Problem.self) { try rule(wrong) }
        }
    }
}
