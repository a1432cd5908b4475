import Accounts
import Core
import Database
import HTTPServer
import Testing

@testable import Wildlife

@Suite("Masks of cameras") struct MaskTests {
    private static func box(_ x: Double, _ y: Double, _ side: Double = 0.2) -> Finding.Box {
        .init(x: x, y: y, width: side, height: side)
    }

    private static func mask(_ kind: CameraMask.Kind, _ points: [(Double, Double)], of camera: Camera.ID) -> CameraMask
    {
        CameraMask(
            id: .next(),
            camera: camera,
            kind: kind,
            points: points.map { .init(x: $0.0, y: $0.1) },
            createdAt: Meadow.start
        )
    }

    @Test func `an area covers what has its middle within, also where it is hollow`() {
        let hollow = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.6, 1.0), (0.6, 0.4), (0.4, 0.4), (0.4, 1.0), (0.0, 1.0)]
        let mask = Self.mask(.area, hollow, of: .next())
        #expect(mask.covers(Self.box(0.1, 0.7)) && mask.covers(Self.box(0.7, 0.7)) && mask.covers(Self.box(0.4, 0.1)))
        #expect(!mask.covers(Self.box(0.4, 0.7)), "its middle lies in the hollow")
    }

    @Test func `a repeat covers what nearly coincides with it, and no animal that passes by`() {
        let mask = Self.mask(.repeat, [(0.3, 0.3), (0.5, 0.3), (0.5, 0.5), (0.3, 0.5)], of: .next())
        #expect(mask.covers(Self.box(0.3, 0.3)) && mask.covers(Self.box(0.305, 0.3)))
        #expect(!mask.covers(Self.box(0.35, 0.3)) && !mask.covers(Self.box(0.2, 0.2, 0.4)))
        #expect(!mask.covers(Self.box(0.8, 0.8)))
    }

    @Test func `what stands at one spot on many visits is a repeat, what lingers once is none`() {
        func sighting(_ hours: Int, _ box: Finding.Box) -> FindRepeats.Sighting {
            .init(
                image: .next(),
                category: .animal,
                label: "bear",
                box: box,
                capturedAt: Meadow.start + .seconds(hours * 3_600)
            )
        }
        let stump = (0..<12).map { sighting($0 * 5, Self.box(0.299 + Double($0 % 2) * 0.002, 0.5)) }
        let sleeper = (0..<30).map { _ in sighting(7, Self.box(0.7, 0.7)) }
        let passing = (0..<40).map { sighting($0 * 3, Self.box(Double($0) * 0.02, 0.1)) }
        let all = (stump + sleeper + passing).sorted { $0.capturedAt > $1.capturedAt }
        let found = FindRepeats()(all)
        #expect(found.map(\.images.count) == [12])
        #expect(found.first.map { $0.visits == 12 && $0.label == "bear" } == true)
    }

    @Test(arguments: Meadow.Engine.allCases)
    func `what a mask covers counts nowhere, and counts again without it`(engine: Meadow.Engine) async throws {
        try await Meadow.with(engine) { meadow in
            let image = try await meadow.take(1)
            try await meadow.find(["bear"], on: image)
            let camera = try await meadow.camera("oak")
            let masks = MaskStore(database: meadow.database)
            let manage = ManageMasks(
                masks: masks,
                places: meadow.places,
                queue: meadow.receive.queue,
                pool: meadow.receive.pool
            )
            let mask = Self.mask(.area, [(0, 0), (0.6, 0), (0.6, 0.6), (0, 0.6)], of: camera.id)
            try await manage.add(mask, Meadow.everybody)
            try await meadow.reconsider(image)
            var now = try await meadow.image(image.id)
            #expect(now.contents == .blank && now.detectionCount == 0 && now.confidence == 0)
            #expect(try await meadow.species(of: [image]) == [nil])
            let exported = try await meadow.database.read { try await meadow.findings.findings(of: [image.id], in: $0) }
            #expect(exported.isEmpty)
            #expect(try await manage.all(of: camera.id, Meadow.everybody).map(\.points) == [mask.points])

            let narrow = WildlifeCaller(name: "n", user: .next(), reach: .nothing, origin: Meadow.everybody.origin)
            await #expect(throws: Problem.self) { try await manage.remove(mask.id, narrow) }
            await #expect(throws: Problem.self) { _ = try await manage.all(of: camera.id, narrow) }
            try await manage.remove(mask.id, Meadow.everybody)
            try await meadow.reconsider(image)
            now = try await meadow.image(image.id)
            #expect(now.contents == .animal && now.detectionCount == 1)
            #expect(try await meadow.species(of: [image]) == ["bear"])
        }
    }
}
