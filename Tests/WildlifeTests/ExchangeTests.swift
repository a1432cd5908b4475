import Core
import Testing

@testable import Wildlife

@Suite("Pictures go out") struct ExchangeTests {
    @Test(arguments: [
        (["a", nil, "b"], "a,,b\n"), (["a,b", "c\"d", "e\nf"], "\"a,b\",\"c\"\"d\",\"e\nf\"\n"),
    ])
    func `a line of a table is quoted where it must be`(fields: [String?], line: String) {
        #expect(CSVLine.text(fields) == line)
    }

    @Test(arguments: [
        ("bear", "Ursidae"), ("vulpes vulpes", "Vulpes vulpes"), ("capreolus capreolus", "Capreolus capreolus"),
        ("red fox", nil), ("stone", nil),
    ])
    func `only what is a scientific name is called one`(species: String, name: String?) {
        #expect(Taxon.scientificName(of: species)?.text == name)
    }

    @Test func `a cell cannot be a formula, and people's words stand above the machine's`() async throws {
        try await Meadow.with { meadow in
            let image = try await meadow.take(1)
            try await meadow.find(["bear"], on: image)
            let animals = [ReviewedAnimals(species: "=1+1", count: 1, sex: nil, age: nil, behaviour: nil)]
            try await meadow.review(image.id, .init(decision: .corrected, animals: animals), Meadow.everybody)
            let lines = Lines()
            try await ExportObservations(walk: meadow.walk, spoolFolder: "/tmp")(ImageFilter()) {
                await lines.add($0)
            }
            let text = await lines.text
            #expect(text.contains(",animal,'=1+1,1,"))
            #expect(!text.contains("bear"))
        }
    }

    @Test func `every picture is exported once, however many pages they fill`() async throws {
        try await Meadow.with { meadow in
            for number in 0..<7 { try await meadow.take(number, hours: number % 3) }
            let lines = Lines()
            try await meadow.walk(ImageFilter()) { pictures in
                for picture in pictures { await lines.add("\(picture.image.id)\n") }
            }
            let text = await lines.text
            #expect(Set(text.split(separator: "\n")).count == 7)
        }
    }
}

private actor Lines {
    private(set) var text = ""
    func add(_ more: String) { text += more }
}
