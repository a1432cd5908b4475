import Accounts
import Database
import Core
import HTTPServer
import Testing

@testable import Wildlife

@Suite("Pictures are found") struct GalleryTests {
    private func filled(_ meadow: Meadow) async throws {
        for number in 0..<12 {
            let image = try await meadow.take(number, camera: number % 2 == 0 ? "oak" : "elm", hours: number)
            switch number % 3 {
            case 0: try await meadow.find(["bear", "bear", "fox"], on: image)
            case 1: try await meadow.find([], on: image)
            default: try await meadow.find(["person"], on: image, category: .person)
            }
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `each filter lets through what it says, and pages meet`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            try await filled(meadow)
            let oak = try await meadow.camera("oak")
            var filters: [(ImageFilter, Int)] = [(ImageFilter(), 12)]
            func expect(_ count: Int, _ edit: (inout ImageFilter) -> Void) {
                var filter = ImageFilter()
                edit(&filter)
                filters.append((filter, count))
            }
            expect(6) { $0.camera = oak.id }
            expect(4) { $0.species = "bear" }
            expect(2) {
                $0.species = "bear"
                $0.camera = oak.id
            }
            expect(2) {
                $0.species = "fox"
                $0.from = Meadow.start + .seconds(6 * 3_600)
            }
            expect(4) { $0.contents = .blank }
            expect(4) { $0.contents = .person }
            expect(8) { $0.minConfidence = 0.85 }
            expect(4) {
                $0.species = "bear"
                $0.minConfidence = 0.85
            }
            expect(0) {
                $0.species = "fox"
                $0.minConfidence = 0.85
            }
            expect(5) { $0.to = Meadow.start + .seconds(5 * 3_600) }
            expect(12) { $0.status = .completed }
            expect(0) { $0.status = .failed }
            expect(0) { $0.reach = .nothing }
            expect(0) { $0.reach = Reach(sites: [UUIDv7.next()], clients: nil) }
            for (filter, count) in filters {
                for sort in ImageStore.Sort.allCases {
                    for isDescending in [true, false] {
                        let order = sort.order(descending: isDescending)
                        var found: [TrapImage] = []
                        var place: PagePlaceBox?
                        repeat {
                            let page = try await meadow.images.page(filter, in: order, after: place?.place, limit: 5)
                            found += page.images
                            place = page.next.map(PagePlaceBox.init)
                        } while place != nil
                        #expect(found.count == count, "\(filter)")
                        #expect(Set(found.map(\.id)).count == count)
                        let skipped = try await meadow.images.images(
                            filter,
                            by: sort,
                            descending: isDescending,
                            skipping: 0,
                            limit: 200
                        )
                        #expect(skipped.map(\.id) == found.map(\.id))
                    }
                }
                let counted = try await meadow.images.count(filter)
                #expect(counted == count)
            }
        }
    }

    @Test func `parts of the day follow the cameras' clocks`() async throws {
        try await Meadow.with { meadow in
            // The start is 28 May 2026, 22:26:40 in Berlin.
            try await meadow.take(1)
            try await meadow.take(2, hours: 11)
            for (time, count) in [(ImageFilter.TimeOfDay.night, 1), (.morning, 1), (.afternoon, 0), (.evening, 0)] {
                var filter = ImageFilter()
                filter.timeOfDay = time
                let found = try await meadow.images.count(filter)
                #expect(found == count, "\(time)")
            }
        }
    }

    @Test func `a picture leads to its neighbours within the filter`() async throws {
        try await Meadow.with { meadow in
            try await filled(meadow)
            var filter = ImageFilter()
            filter.species = "bear"
            let bears = try await meadow.images.images(
                filter,
                by: .capturedAt,
                descending: false,
                skipping: 0,
                limit: 9
            )
            let shown = try await meadow.look(at: bears[1].id, within: filter)
            #expect(shown.detail.earlier == bears[0].id)
            #expect(shown.detail.later == bears[2].id)
            #expect(shown.detail.detections.count == 3)
            #expect(shown.image.species == ["bear", "fox"])
            let first = try await meadow.look(at: bears[0].id, within: filter)
            #expect(first.detail.earlier == nil)
        }
    }

    @Test func `what belongs to another site looks as though it were not there`() async throws {
        try await Meadow.with { meadow in
            let image = try await meadow.take(1)
            var filter = ImageFilter()
            filter.reach = Reach(sites: [UUIDv7.next()], clients: nil)
            let bounded = filter
            await #expect(throws: Problem.self) { _ = try await meadow.look(at: image.id, within: bounded) }
        }
    }
}

/// Carries a place out of the loop's own scope.
private struct PagePlaceBox {
    let place: PagePlace
}
