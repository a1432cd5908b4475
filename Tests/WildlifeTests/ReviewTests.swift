import Accounts
import Core
import Database
import HTTPServer
import Testing

@testable import Wildlife

@Suite("People say what pictures show") struct ReviewTests {
    private func species(_ meadow: Meadow, of image: TrapImage) async throws -> [String: Int] {
        let counts = try await meadow.database.read { try await meadow.findings.counts(of: image.id, in: $0) }
        return Dictionary(counts.map { ($0.species, $0.individuals) }, uniquingKeysWith: +)
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `the newest word counts, and goes again when it is taken back`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let image = try await meadow.take(1)
            try await meadow.find(["bear", "bear"], on: image)
            let fox = ReviewedAnimals(species: "fox", count: 2, sex: .female, age: .adult, behaviour: "resting")
            let kit = ReviewedAnimals(species: "fox", count: 3, sex: nil, age: .juvenile, behaviour: nil)
            try await meadow.review(image.id, .init(decision: .corrected, animals: [fox, kit]), Meadow.everybody)
            #expect(try await species(meadow, of: image) == ["fox": 5])
            var now = try await meadow.image(image.id)
            #expect(now.review == .corrected)
            try await meadow.review(image.id, .init(decision: .rejected), Meadow.everybody)
            #expect(try await species(meadow, of: image) == [:])
            now = try await meadow.image(image.id)
            #expect(now.contents == .blank)
            try await meadow.review.undo(image.id, Meadow.everybody)
            #expect(try await species(meadow, of: image) == ["fox": 5])
            try await meadow.review.undo(image.id, Meadow.everybody)
            #expect(try await species(meadow, of: image) == ["bear": 2])
            now = try await meadow.image(image.id)
            #expect(now.review == .none)
            #expect(now.contents == .animal)
            await #expect(throws: Problem.self) { try await meadow.review.undo(image.id, Meadow.everybody) }
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `a burst is reviewed at once, all or none`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            var images: [TrapImage] = []
            for (number, hours) in [0, 0, 0, 1].enumerated() {
                images.append(try await meadow.take(number, hours: hours))
                try await meadow.find(["fox"], on: images[number])
            }
            let other = try await meadow.take(9, camera: "elm")
            let burst = try await meadow.look.burst(of: images[1].id, within: ImageFilter())
            #expect(burst.map(\.id) == images.prefix(3).map(\.id))
            #expect(try await meadow.look.burst(of: other.id, within: ImageFilter()).map(\.id) == [other.id])
            let animals = [ReviewedAnimals(species: "badger", count: 1, sex: nil, age: nil, behaviour: nil)]
            let opinion = ReviewImage.Opinion(decision: .corrected, animals: animals)
            await #expect(throws: Problem.self) {
                try await meadow.review(burst.map(\.id) + [TrapImage.ID.next()], opinion, Meadow.everybody)
            }
            #expect(try await meadow.image(images[0].id).review == .none)
            try await meadow.review(burst.map(\.id), opinion, Meadow.everybody)
            var filter = ImageFilter()
            filter.species = "badger"
            #expect(try await meadow.images.count(filter) == 3)
            try await meadow.review.undo(burst.map(\.id), Meadow.everybody)
            #expect(try await meadow.images.count(filter) == 0)
        }
    }

    @Test func `a person whom the machine missed is hidden from those who may not see people`() async throws {
        try await Meadow.with { meadow in
            let image = try await meadow.take(1)
            try await meadow.find(["fox"], on: image)
            let animals = [ReviewedAnimals(species: "person", count: 1, sex: nil, age: nil, behaviour: nil)]
            try await meadow.review(image.id, .init(decision: .corrected, animals: animals), Meadow.everybody)
            let now = try await meadow.image(image.id)
            #expect(now.contents == .person)
            #expect(!now.isForEverybody)
            #expect(try await species(meadow, of: image) == [:])
        }
    }

    @Test func `nobody takes back the word of another`() async throws {
        try await Meadow.with { meadow in
            let image = try await meadow.take(1)
            try await meadow.review(image.id, .init(decision: .approved), Meadow.everybody)
            let other = WildlifeCaller(
                name: "other",
                user: .next(),
                reach: .everything,
                origin: Origin(address: "192.0.2.2")
            )
            await #expect(throws: Problem.self) { try await meadow.review.undo(image.id, other) }
        }
    }
}
