import Core
import Foundation
import TestSupport
import Testing

@testable import Diagnosis

/// The files that we ship.
private let folder = SharedData.checkout + "/Catalogue"
private func shipped() throws -> Catalogue { try Catalogue.load(folder: folder) }

private struct ModelCard: Decodable {
    struct Class: Decodable {
        let id: String
        let plant: String?
        let condition: String
        let causeScientific: String?
        let kind: String
        let plantId: String?
        let conditionId: String?
    }

    let classes: [Class]

    static func leaf() throws -> ModelCard {
        let path = SharedData.checkout + "/Models/leaf/model.json"
        return try JSON.decode(ModelCard.self, from: Data(contentsOf: URL(filePath: path)))
    }
}

struct CatalogueTests {
    @Test func `every file is read, checked and found by its id`() throws {
        let catalogue = try shipped()
        #expect(catalogue.plants.count == 9)
        #expect(catalogue.conditions.count == 20)
        #expect(catalogue.growthStages.count == 9)
        for plant in catalogue.plants { #expect(catalogue.plant(plant.id.rawValue) == plant) }
        for condition in catalogue.conditions { #expect(catalogue.condition(condition.id.rawValue) == condition) }
    }

    @Test func `every class of the leaf model has its plant and condition, under the same name`() throws {
        let catalogue = try shipped()
        let classes = try ModelCard.leaf().classes
        #expect(catalogue.missing(for: classes.map { ($0.plantId, $0.conditionId) }).isEmpty)
        #expect(classes.count == 29)
        for entry in classes {
            guard let plantID = entry.plantId else { continue }
            #expect(catalogue.plant(plantID)?.name == entry.plant)
            guard let conditionID = entry.conditionId else { continue }
            let condition = try #require(catalogue.condition(conditionID))
            #expect(condition.name == entry.condition)
            #expect(condition.pathogen.kind.rawValue == entry.kind)
            let genera = Set(condition.pathogen.scientificName.split { !$0.isLetter })
            #expect(!genera.isDisjoint(with: (entry.causeScientific ?? "").split { !$0.isLetter }), "\(conditionID)")
        }
        let known = Set(classes.compactMap(\.conditionId))
        #expect(known == Set(catalogue.conditions.map(\.id.rawValue)))
    }

    @Test func `a class that the catalogue lacks is named`() throws {
        let catalogue = try shipped()
        let gaps = catalogue.missing(for: [
            ("tomato", "tomato-late-blight"), (nil, nil), ("bean", nil), ("tomato", "tomato-wilt"),
            ("potato", "tomato-late-blight"),
        ])
        #expect(
            gaps.map(\.description) == [
                "no plant bean", "no condition tomato-wilt", "tomato-late-blight is not a condition of potato",
            ]
        )
    }

    @Test(
        "No field of a file is lost on the way through our types",
        arguments: ["plants", "conditions", "growth-stages"]
    )
    func nothingIsLost(kind: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/" + kind) {
            let bytes = try Data(contentsOf: URL(filePath: "\(folder)/\(kind)/\(name)"))
            let again =
                switch kind {
                case "plants": try JSON.encode(JSON.decode(Plant.self, from: bytes))
                case "conditions": try JSON.encode(JSON.decode(Condition.self, from: bytes))
                default: try JSON.encode(JSON.decode(GrowthStages.self, from: bytes))
                }
            let written = try #require(JSONSerialization.jsonObject(with: bytes) as? NSDictionary)
            let read = try #require(JSONSerialization.jsonObject(with: Data(again)) as? NSDictionary)
            #expect(written == read, "\(kind)/\(name)")
        }
    }

    @Test(
        "A plant is found by id, in any case, and by the names people use",
        arguments: [
            ("tomato", "tomato"), ("TOMATO", "tomato"), ("maize", "corn"), ("Corn (maize)", "corn"),
            ("Sweet corn", "corn"), ("bell_pepper", "bell-pepper"), ("Malus domestica", "apple"),
            ("Highbush blueberry", "blueberry"),
        ]
    )
    func findsPlant(name: String, id: String) throws {
        #expect(try shipped().plant(name)?.id.rawValue == id)
    }

    @Test(
        "A condition is found by id, by name with its plant, and by a name of its own",
        arguments: [
            ("tomato-late-blight", "tomato-late-blight"), ("Tomato-Late-Blight", "tomato-late-blight"),
            ("tomato late blight", "tomato-late-blight"), ("maize gray leaf spot", "corn-gray-leaf-spot"),
            ("Apple scab", "apple-scab"), ("HLB", "orange-citrus-greening"), ("TYLCV", "tomato-yellow-leaf-curl"),
        ]
    )
    func findsCondition(name: String, id: String) throws {
        #expect(try shipped().condition(name)?.id.rawValue == id)
    }

    @Test(
        "A name that is shared, empty or strange finds nothing",
        arguments: ["late blight", "", "-", "../tomato", "x"]
    )
    func findsNothing(name: String) throws {
        #expect(try shipped().condition(name) == nil)
        #expect(try shipped().plant(name) == nil || name == "../tomato")
        #expect(try shipped().condition(String(repeating: "tomato-", count: 10_000)) == nil)
    }

    @Test func `who mistypes is shown the nearest`() throws {
        let catalogue = try shipped()
        #expect(catalogue.plants(near: "tomatoe").first == "tomato")
        #expect(catalogue.plants(near: "strawbery").first == "strawberry")
        #expect(catalogue.conditions(near: "tomato-late-blite").first == "tomato-late-blight")
        #expect(
            Set(catalogue.conditions(near: "late blight").prefix(2)) == ["potato-late-blight", "tomato-late-blight"]
        )
        #expect(catalogue.plants(near: "quartz").isEmpty)
        #expect(catalogue.plants(near: "").isEmpty)
    }

    @Test func `a day falls into the stage that it belongs to`() throws {
        let stages = try #require(shipped().growthStages("Tomato"))
        #expect(stages.stage(onDay: 0)?.id == "germination")
        #expect(stages.stage(onDay: 70)?.id == "flowering")
        #expect(stages.stage(onDay: -1) == nil)
        #expect(stages.stage(onDay: 1000) == nil)
        #expect(try shipped().growthStages("maize")?.plantType == "corn")
    }
}
