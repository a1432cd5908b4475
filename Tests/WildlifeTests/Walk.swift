import Core
import Database
import JobQueue

@testable import Wildlife

/// A camera whose pictures say where they were taken, in hundredths of a degree north of home: 1.1 km each.
struct Walk {
    let meadow: Meadow
    var judge: JudgeMove { JudgeMove(places: meadow.places) }
    var manage: ManageImages {
        ManageImages(
            images: meadow.images,
            propose: meadow.propose,
            queue: meadow.receive.queue,
            objects: meadow.objects,
            audit: meadow.audit
        )
    }

    static let profile = """
        name: places
        matches: {filename: "^GPS"}
        latitude: [{filename: "N(?<value>[0-9.]+)"}]
        longitude: [{filename: "E(?<value>[0-9.]+)_"}]
        """

    static func moment(_ hour: Int) -> Timestamp { Meadow.start - .seconds((1_000 - hour) * 3_600) }
    static func point(_ north: Int) -> GeoPoint? {
        GeoPoint(latitude: Double(4_820 + north) / 100, longitude: 16.3)
    }

    init(_ meadow: Meadow) async throws {
        self.meadow = meadow
        let entry = ProfileStore.Entry(name: "places", text: Self.profile, changedAt: Meadow.start)
        try await meadow.database.write { _ = try await meadow.profiles.store.put(entry, in: $0) }
    }

    @discardableResult
    func take(_ hour: Int, north: Int) async throws -> TrapImage {
        let place = north < 0 ? "N0_E0_" : "N\(Double(4_820 + north) / 100)_E16.3_"
        var delivery = Delivery(filename: "GPS_\(place).PNG", bytes: Meadow.picture(hour), door: .card)
        delivery.camera = "elm"
        delivery.capturedAt = Self.moment(hour)
        return try await meadow.receive(delivery).image
    }

    /// Hangs the camera up at home, or where it is said.
    @discardableResult
    func hang(from hour: Int, north: Int = 0, at site: Site? = nil) async throws -> Deployment {
        let deployment = Deployment(
            id: .next(),
            camera: try await camera().id,
            site: site?.id,
            location: Self.point(north),
            startedAt: Self.moment(hour),
            endedAt: nil,
            notes: "Knee high"
        )
        try await meadow.places.add(deployment, Meadow.everybody)
        return deployment
    }

    func camera() async throws -> Camera { try await meadow.camera("elm") }

    /// Lets the job run, and gives what it proposes.
    func proposed() async throws -> CameraMove? {
        let id = try await camera().id
        try await meadow.propose.look(id)
        return try await meadow.database.read { try await meadow.propose.moves.open(of: id, in: $0) }
    }

    func deployments() async throws -> [Deployment] {
        let id = try await camera().id
        return try await meadow.database.read { try await meadow.places.deployments.all(of: id, in: $0) }
            .sorted { $0.startedAt < $1.startedAt }
    }

    static func with(_ engine: Meadow.Engine = .sqlite, _ body: (Walk) async throws -> Void) async throws {
        try await Meadow.with(engine) { try await body(try await Walk($0)) }
    }
}
