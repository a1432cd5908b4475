import Foundation
import TestSupport
import Testing

@testable import Diagnosis

/// A copy of the shipped catalogue in which something is wrong.
private func faults(after change: (String) throws -> Void) async throws -> [String] {
    try await withTemporaryDirectory { folder in
        let copy = folder + "/Catalogue"
        try FileManager.default.copyItem(atPath: SharedData.checkout + "/Catalogue", toPath: copy)
        try change(copy)
        do throws(CatalogueFault) {
            _ = try Catalogue.load(folder: copy)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}

private func edit(_ path: String, _ old: String, _ new: String) throws {
    let text = try String(contentsOf: URL(filePath: path), encoding: .utf8)
    #expect(text.contains(old), "the test's own premise: \(old)")
    try Data(text.replacing(old, with: new, maxReplacements: 1).utf8).write(to: URL(filePath: path))
}

struct CatalogueFaultTests {
    @Test func `an unchanged copy has no fault`() async throws {
        #expect(try await faults { _ in }.isEmpty)
    }

    @Test(
        "What is wrong is told with its file and field",
        arguments: [
            ("plants/tomato.json", "\"min\": 6.0", "\"min\": 7.5", "plants/tomato.json: care.ph is not in order"),
            (
                "plants/tomato.json", "\"best_min\": 18", "\"best_min\": 40",
                "plants/tomato.json: care.temperature is not in order"
            ),
            (
                "plants/tomato.json", "\"best_min\"", "\"best\"",
                "plants/tomato.json: care.temperature.best_min is missing"
            ),
            (
                "plants/tomato.json", "\"light\": \"Full", "\"light\": 7, \"x\": \"Full",
                "plants/tomato.json: care.light is not a String"
            ),
            (
                "plants/tomato.json", "\"id\": \"tomato-early-blight\"", "\"id\": \"tomato-wilt\"",
                "plants/tomato.json: common_issues[0].id names no condition: tomato-wilt"
            ),
            (
                "plants/corn.json", "\"Maize\"", "\"Love apple\"",
                "plants/tomato.json: other_names shares love-apple with corn"
            ),
            (
                "conditions/apple-scab.json", "\"fungus\"", "\"goblin\"",
                "conditions/apple-scab.json: pathogen.kind is not allowed"
            ),
            (
                "conditions/apple-scab.json", "\"plant_id\": \"apple\"", "\"plant_id\": \"pear\"",
                "conditions/apple-scab.json: plant_id names no plant: pear"
            ),
            (
                "conditions/apple-scab.json", "\"id\": \"apple-black-rot\"", "\"id\": \"apple-scab\"",
                "conditions/apple-scab.json: look_alikes[0].id names no other condition: apple-scab"
            ),
            (
                "conditions/apple-scab.json", "\"name\": \"Apple scab\"", "\"name\": \" \"",
                "conditions/apple-scab.json: name is empty"
            ),
            (
                "conditions/apple-scab.json", "\"when\": \"Today\"",
                "\"when\": \"As soon as you possibly can, and then once more\"",
                "conditions/apple-scab.json: steps[0].when has 47 characters; 40 fit"
            ),
            (
                "conditions/apple-scab.json", "\"year\": 2014", "\"year\": 14",
                "conditions/apple-scab.json: sources[0].year is no year: 14"
            ),
            (
                "growth-stages/tomato.json", "\"from\": 10", "\"from\": 12",
                "growth-stages/tomato.json: stages[1].days.from is 12, not 10, where the last ends"
            ),
            (
                "growth-stages/tomato.json", "\"bbch\": \"00-09\"", "\"bbch\": \"9-00\"",
                "growth-stages/tomato.json: stages[0].bbch is no code such as 10-19"
            ),
            ("growth-stages/tomato.json", "{", "[", "growth-stages/tomato.json: is not JSON"),
        ]
    )
    func told(file: String, old: String, new: String, problem: String) async throws {
        let told = try await faults { try edit("\($0)/\(file)", old, new) }
        #expect(told.contains { $0.hasPrefix(problem) }, "\(told)")
    }

    @Test func `a file under the wrong name, a missing one and an empty folder are told`() async throws {
        let moved = try await faults {
            try FileManager.default.moveItem(atPath: "\($0)/plants/tomato.json", toPath: "\($0)/plants/tomatoes.json")
        }
        #expect(moved == ["plants/tomatoes.json: holds tomato; name and id must match"])
        let removed = try await faults { try FileManager.default.removeItem(atPath: "\($0)/growth-stages/apple.json") }
        #expect(removed == ["growth-stages/apple.json: is missing: every plant has growth stages"])
        let emptied = try await faults { try FileManager.default.removeItem(atPath: "\($0)/plants") }
        #expect(emptied.first?.hasPrefix("plants: cannot be listed") == true)
    }

    @Test func `every problem is told at once, not only the first`() async throws {
        let told = try await faults {
            try edit("\($0)/plants/tomato.json", "\"min\": 6.0", "\"min\": 60")
            try edit("\($0)/conditions/apple-scab.json", "\"name\": \"Apple scab\"", "\"name\": \"\"")
        }
        #expect(told.count >= 3, "\(told)")
    }

    @Test func `a file too large to be ours is not read`() async throws {
        let told = try await faults {
            try Data(repeating: 0x20, count: 300_000).write(to: URL(filePath: "\($0)/plants/tomato.json"))
        }
        #expect(told == ["plants/tomato.json: is larger than 256 kB"])
    }
}
