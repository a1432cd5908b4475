import Core
import Database
import HTTPServer
import Testing

@testable import Wildlife

@Suite("Wrong clocks are corrected") struct ClockTests {
    /// Pictures whose camera dated them itself.
    private func dated(_ meadow: Meadow, hours: [Int]) async throws -> [TrapImage] {
        var images: [TrapImage] = []
        for (number, hour) in hours.enumerated() { images.append(try await meadow.take(number, hours: hour)) }
        try await meadow.database.execute("UPDATE image SET time_source = 'camera'")
        return images
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `pictures move, follow their deployment, and come back`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let images = try await dated(meadow, hours: [0, 1, 50])
            try await meadow.find(["fox"], on: images[1])
            let camera = try await meadow.camera("oak")
            let shift = ShiftClock(shifts: ClockShiftStore(database: meadow.database), places: meadow.places)
            let deployment = Deployment(
                id: .next(),
                camera: camera.id,
                site: nil,
                location: nil,
                startedAt: Meadow.start + .seconds(1_000 * 3_600),
                endedAt: nil,
                notes: ""
            )
            try await meadow.places.add(deployment, Meadow.everybody)
            let span = ClockShift.Span(camera: camera.id, from: nil, to: Meadow.start + .seconds(40 * 3_600))
            let preview = try await shift.preview(span, Meadow.everybody)
            #expect(preview.images == 2)
            #expect(preview.last == images[1].capturedAt)
            let seconds = 2_000 * 3_600 + 1_800
            let done = try await shift(span, seconds: seconds, Meadow.everybody)
            let moved = try await meadow.image(images[1].id)
            #expect(moved.capturedAt == images[1].capturedAt + .seconds(seconds))
            #expect(moved.minuteOfDay == (images[1].minuteOfDay + 20 * 60 - 12 * 60 + 30) % 1_440)
            #expect(moved.deployment == deployment.id)
            #expect(try await meadow.image(images[2].id).capturedAt == images[2].capturedAt)
            #expect(try await meadow.camera("oak").lastImageAt == moved.capturedAt)
            let stored = try await meadow.database.query(
                "SELECT minute_of_day FROM image WHERE id = $1",
                [.id(moved.id)]
            )
            #expect(try stored[0]["minute_of_day"] == moved.minuteOfDay)
            var filter = ImageFilter()
            filter.species = "fox"
            filter.from = moved.capturedAt
            #expect(try await meadow.images.count(filter) == 1)
            try await shift.undo(done.id, Meadow.everybody)
            let back = try await meadow.image(images[1].id)
            #expect(back.capturedAt == images[1].capturedAt)
            #expect(back.wallTime == images[1].wallTime)
            #expect(back.deployment == nil)
            await #expect(throws: Problem.self) { try await shift.undo(done.id, Meadow.everybody) }
        }
    }

    @Test func `a time that a person gave stays`() async throws {
        try await Meadow.with { meadow in
            try await meadow.take(1)
            let camera = try await meadow.camera("oak")
            let shift = ShiftClock(shifts: ClockShiftStore(database: meadow.database), places: meadow.places)
            let span = ClockShift.Span(camera: camera.id, from: nil, to: nil)
            await #expect(throws: Problem.self) { _ = try await shift(span, seconds: 60, Meadow.everybody) }
        }
    }
}
