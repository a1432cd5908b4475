import Core
import Foundation
import TestSupport
import Testing

@testable import Diagnosis

private func shipped() throws -> Catalogue { try Catalogue.load(folder: SharedData.checkout + "/Catalogue") }

/// What readers rely on in our words, beyond their form.
struct CatalogueTextTests {
    @Test func `what cannot be seen on a photo is said so`() throws {
        for condition in try shipped().conditions {
            let needsTest = [.virus, .bacterium].contains(condition.pathogen.kind)
            #expect((condition.cannotConfirmFromPhoto != nil) == needsTest, "\(condition.id)")
        }
    }

    @Test func `citrus greening must be reported, and the first step says so`() throws {
        let greening = try #require(shipped().condition("orange-citrus-greening"))
        #expect(greening.notifiable?.contains("Report") == true)
        #expect(greening.steps.first?.title.contains("Report") == true)
        #expect(greening.severity == .devastating)
    }

    @Test func `chemical advice always points to law and label, and says what does not help`() throws {
        for condition in try shipped().conditions {
            let advice = condition.treatment.chemical.joined(separator: " ").lowercased()
            #expect(advice.contains("label"), "\(condition.id)")
            #expect(
                ["where allowed", "where they are allowed", "follow the officials"].contains { advice.contains($0) }
                    || condition.pathogen.kind == .virus,
                "\(condition.id)"
            )
            if [.virus, .bacterium].contains(condition.pathogen.kind) {
                let says = ["do nothing", "no spray", "no product"].contains { advice.contains($0) }
                #expect(says, "\(condition.id) does not say what is useless")
            }
        }
    }

    @Test func `the first step can be done today, and every step is a short order`() throws {
        for condition in try shipped().conditions {
            #expect(condition.steps.first?.when == "Today", "\(condition.id)")
            for step in condition.steps { #expect(!step.title.hasSuffix("."), "\(condition.id): \(step.title)") }
        }
    }

    @Test func `a condition of ours is listed by its plant, under its own name`() throws {
        let catalogue = try shipped()
        for plant in catalogue.plants {
            let listed = plant.commonIssues.filter { $0.id != nil }
            #expect(Set(listed.compactMap(\.id)) == Set(catalogue.conditions(of: plant.id).map(\.id)), "\(plant.id)")
            for issue in listed {
                #expect(catalogue.condition(issue.id?.rawValue ?? "")?.name == issue.name, "\(plant.id): \(issue.name)")
            }
        }
    }

    @Test func `a look-alike of ours on the same plant is called by its own name`() throws {
        let catalogue = try shipped()
        for condition in catalogue.conditions {
            for other in condition.lookAlikes {
                guard let id = other.id, let twin = catalogue.condition(id.rawValue) else { continue }
                if twin.plantID == condition.plantID {
                    #expect(other.name == twin.name, "\(condition.id): \(other.name)")
                }
            }
        }
    }

    @Test(
        "The pairs that the model confuses warn of each other",
        arguments: [
            ("corn-gray-leaf-spot", "corn-northern-leaf-blight"), ("tomato-bacterial-spot", "tomato-target-spot"),
            ("tomato-early-blight", "tomato-target-spot"), ("tomato-early-blight", "tomato-bacterial-spot"),
            ("tomato-septoria-leaf-spot", "tomato-bacterial-spot"), ("tomato-early-blight", "tomato-late-blight"),
        ]
    )
    func confusedPairs(one: String, other: String) throws {
        let catalogue = try shipped()
        for (a, b) in [(one, other), (other, one)] {
            let twins = try #require(catalogue.condition(a)).lookAlikes.compactMap(\.id?.rawValue)
            #expect(twins.contains(b), "\(a) does not mention \(b)")
        }
    }

    @Test func `perennials fill the year and annuals end within it`() throws {
        let perennials: Set<Plant.ID> = ["apple", "blueberry", "raspberry", "strawberry", "orange"]
        for entry in try shipped().growthStages {
            let end = try #require(entry.stages.last).days.to
            #expect(perennials.contains(entry.plantType) ? end == 365 : end < 365, "\(entry.plantType)")
        }
    }

    @Test func `numbers keep their units, and the words keep calm`() throws {
        let folder = SharedData.checkout + "/Catalogue"
        for kind in ["plants", "conditions", "growth-stages"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder + "/" + kind) {
                let text = try String(contentsOf: URL(filePath: "\(folder)/\(kind)/\(name)"), encoding: .utf8)
                #expect(!text.contains("!"), "\(name)")
                #expect(text.firstMatch(of: /[0-9] (°C|mm|cm|kg|litres|hours)/) == nil, "\(name) breaks before a unit")
                #expect(text.firstMatch(of: /(?i)\b(please|oops|TODO|http)/) == nil, "\(name)")
                #expect(text.firstMatch(of: /[A-Za-z]'[a-z]/) == nil, "\(name) has a typewriter apostrophe")
            }
        }
    }
}
