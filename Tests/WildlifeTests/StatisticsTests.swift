import Core
import Testing

@testable import Wildlife

@Suite("Pictures are counted") struct StatisticsTests {
    @Test(arguments: Meadow.Engine.allCases)
    func `counts are those of the pictures`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            try await meadow.find(["bear", "bear"], on: try await meadow.take(1))
            try await meadow.find(["fox"], on: try await meadow.take(2, hours: 1))
            try await meadow.find(["fox"], on: try await meadow.take(3, camera: "elm", hours: 26))
            try await meadow.find([], on: try await meadow.take(4, camera: "elm", hours: 27))
            try await meadow.take(5, camera: "elm", hours: 28)
            let statistics = StatisticsStore(database: meadow.database)
            let species = try await statistics.species(ImageFilter(), limit: 10)
            #expect(species.map(\.species) == ["fox", "bear"])
            #expect(species.map(\.images) == [2, 1])
            #expect(species.map(\.individuals) == [2, 2])
            var foxes = ImageFilter()
            foxes.species = "fox"
            let days = TimelineStep.day.gather(try await statistics.timeline(foxes, every: .seconds(86_400)))
            #expect(days.map(\.count) == [1, 1])
            let hours = try await statistics.activity(ImageFilter())
            #expect(hours.reduce(0, +) == 5)
            // 22:26 in Berlin, and an hour later.
            #expect(hours[22] == 1)
            #expect(hours[23] == 1)
            let cameras = try await statistics.cameras(ImageFilter())
            #expect(cameras.map(\.code) == ["elm", "oak"])
            #expect(cameras.map(\.images) == [3, 2])
            #expect(cameras.map(\.species) == [1, 2])
            let (watched, seen) = try await statistics.occupancy(ImageFilter())
            #expect(watched == 2)
            #expect(seen.map(\.places) == [2, 1])
            let summary = StatisticsRoutes.Summary(try await statistics.tallies(ImageFilter()))
            #expect(summary.images == 5)
            #expect(summary.blank == 1)
            #expect(summary.animal == 3)
            #expect(summary.waiting == 1)
            #expect(summary.agreement == nil)
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `pictures of one visit are one event`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            for (number, hours) in [0, 1, 2, 5].enumerated() {
                try await meadow.find(["fox"], on: try await meadow.take(number, hours: hours))
            }
            try await meadow.find(["fox"], on: try await meadow.take(9, camera: "elm", hours: 1))
            let statistics = StatisticsStore(database: meadow.database)
            for (seconds, count) in [(3_600, 3), (3_599, 5), (4 * 3_600, 2)] {
                let events = try await statistics.events(ImageFilter(), interval: .seconds(seconds))
                #expect(events.map(\.events) == [count], "\(seconds)")
            }
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `species add up in the order in which they were first seen`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            try await meadow.find(["fox"], on: try await meadow.take(1, hours: 5))
            try await meadow.find(["bear", "fox"], on: try await meadow.take(2, hours: 2))
            try await meadow.find(["owl"], on: try await meadow.take(3, camera: "elm", hours: 9))
            let statistics = StatisticsStore(database: meadow.database)
            let all = try await statistics.firstSights(ImageFilter(), limit: 10)
            #expect(all.map(\.species) == ["bear", "fox", "owl"])
            #expect(all.map(\.time) == [2, 2, 9].map { Meadow.start + .seconds($0 * 3_600) })
            #expect(try await statistics.firstSights(ImageFilter(), limit: 2).count == 2)
            var late = ImageFilter()
            late.from = Meadow.start + .seconds(3 * 3_600)
            let rest = try await statistics.firstSights(late, limit: 10)
            #expect(rest.map(\.species) == ["fox", "owl"])
        }
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `what people said is counted by what the machine found`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            for (number, decision) in [Review.Decision.approved, .approved, .rejected, .flagged].enumerated() {
                let image = try await meadow.take(number, hours: number)
                try await meadow.find(["fox", "fox"], on: image)
                try await meadow.review(image.id, .init(decision: decision), Meadow.everybody)
            }
            let missed = try await meadow.take(8, hours: 8)
            try await meadow.find([], on: missed)
            let hare = ReviewedAnimals(species: "hare", count: 1, sex: nil, age: nil, behaviour: nil)
            try await meadow.review(missed.id, .init(decision: .corrected, animals: [hare]), Meadow.everybody)
            try await meadow.find(["fox"], on: try await meadow.take(9, hours: 9))
            let statistics = StatisticsStore(database: meadow.database)
            let verdicts = Set(try await statistics.verdicts(ImageFilter()))
            #expect(
                verdicts == [
                    .init(found: "fox", review: .approved, count: 2), .init(found: "fox", review: .rejected, count: 1),
                    .init(found: nil, review: .corrected, count: 1),
                ]
            )
            let foxes = StatisticsRoutes.Agreement("fox", verdicts.filter { $0.found == "fox" })
            #expect(foxes.reviewed == 3 && foxes.approved == 2 && foxes.rejected == 1 && foxes.corrected == 0)
        }
    }

    @Test func `days are gathered into weeks and months`() throws {
        let days = ["2026-05-31", "2026-06-01", "2026-06-07", "2026-06-08"].compactMap { Timestamp("\($0)T00:00:00Z") }
        let counts = days.map { (time: $0, count: 1) }
        // 31 May 2026 is a Sunday.
        #expect(TimelineStep.week.gather(counts).map(\.count) == [1, 2, 1])
        #expect(
            TimelineStep.month.gather(counts).map(\.time.description) == [
                "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z",
            ]
        )
    }

    @Test func `effort is the time of a deployment up to now`() {
        let deployment = Deployment(
            id: .next(),
            camera: .next(),
            site: nil,
            location: nil,
            startedAt: Meadow.start,
            endedAt: nil,
            notes: ""
        )
        #expect(TrapEffort(deployment, until: Meadow.start + .seconds(43_200)).days == 0.5)
        #expect(TrapEffort(deployment, until: Meadow.start - .seconds(60)).days == 0)
    }
}
