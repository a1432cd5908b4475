import Accounts
import Core
import HTTPServer

/// The calls that count what cameras saw; each takes the filter of the list of pictures.
struct StatisticsRoutes: Sendable {
    let statistics: StatisticsStore
    let deployments: DeploymentStore
    let clock: WallClock

    private static let mostSpecies = 1_000
    private static let mostDeployments = 1_000
    private static let step = Parameter<TimelineStep>.query("interval", "Length of a step.", default: .day)

    var all: [Route] {
        [summary, species, timeline, activity, cameras, occupancy, events, effort, accumulation, agreement]
    }

    func route<Value: APIValue>(
        _ name: String,
        _ summary: String,
        _ details: String = "",
        more: [any ParameterDeclaration] = [],
        _ answer: @escaping @Sendable (Request) async throws -> Value
    ) -> Route {
        Route(
            .get,
            "/api/v1/stats/\(name)",
            summary: summary,
            details: details,
            tags: ImageRoutes.tags,
            parameters: ImageFilter.parameters + more,
            access: .images,
            quota: "query",
            handler: answer
        )
    }

    struct Summary: APIValue {
        let images: Int
        let blank: Int
        let animal: Int
        let person: Int
        let vehicle: Int
        let waiting: Int
        let failed: Int
        let reviewed: Int
        let agreement: Double?
        static let notes = [
            "agreement":
                "Share of the reviewed pictures on which people agree with the machine; null until there are some.",
            "blank": "Empty pictures that nobody had to sort.", "waiting": "Not yet read.",
        ]

        init(_ tallies: [StatisticsStore.Tally]) {
            func count(_ isCounted: (StatisticsStore.Tally) -> Bool) -> Int {
                tallies.filter(isCounted).map(\.count).reduce(0, +)
            }
            images = count { _ in true }
            blank = count { $0.contents == .blank }
            animal = count { $0.contents == .animal }
            person = count { $0.contents == .person }
            vehicle = count { $0.contents == .vehicle }
            waiting = count { [.pending, .processing, .detected].contains($0.status) }
            failed = count { $0.status == .failed }
            let approved = count { $0.review == .approved }
            reviewed = approved + count { $0.review == .rejected || $0.review == .corrected }
            agreement = reviewed == 0 ? nil : Double(approved) / Double(reviewed)
        }
    }

    private var summary: Route {
        route("summary", "Count pictures by what is on them and how far they are") { request in
            Summary(try await statistics.tallies(request.imageFilter()))
        }
    }

    private var species: Route {
        route("species", "Count the pictures of each species") { request in
            let counts = try await statistics.species(request.imageFilter(), limit: Self.mostSpecies)
            return Dictionary(counts.map { ($0.species, $0.images) }, uniquingKeysWith: +)
        }
    }

    struct Step: APIValue {
        let timestamp: Timestamp
        let count: Int
    }

    private var timeline: Route {
        route(
            "timeline",
            "Count pictures over time",
            "Steps follow the cameras' own clocks, written as though they were UTC; steps without pictures are left out.",
            more: [Self.step]
        ) { request in
            let step = request[Self.step]
            let counts = try await statistics.timeline(request.imageFilter(), every: step.width)
            return step.gather(counts).map { Step(timestamp: $0.time, count: $0.count) }
        }
    }

    struct Hour: APIValue {
        let hour: Int
        let count: Int
    }

    private var activity: Route {
        route("activity", "Count pictures by the hour of the day", "By the cameras' own clocks.") { request in
            try await statistics.activity(request.imageFilter()).enumerated().map { Hour(hour: $0, count: $1) }
        }
    }

    struct CameraCount: APIValue {
        let id: Camera.ID
        let code: String
        let name: String
        let imageCount: Int
        let speciesCount: Int
        let lastActive: Timestamp?
    }

    private var cameras: Route {
        route("cameras", "Count the pictures and species of each camera") { request in
            try await statistics.cameras(request.imageFilter()).map { one in
                CameraCount(
                    id: one.camera,
                    code: one.code,
                    name: one.name,
                    imageCount: one.images,
                    speciesCount: one.species,
                    lastActive: one.lastActive
                )
            }
        }
    }

    struct Occupancy: APIValue {
        let placesWatched: Int
        let species: [SpeciesOccupancy]
        static let notes = ["placesWatched": "Sites, and cameras that belong to none, with at least one picture."]
    }

    struct SpeciesOccupancy: APIValue {
        let species: String
        let places: Int
        let naiveOccupancy: Double
        static let notes = [
            "naiveOccupancy": "The share of the places at which it was seen; what was missed counts as absent."
        ]
    }

    private var occupancy: Route {
        route("occupancy", "Tell at which share of the places each species was seen") { request in
            let (watched, seen) = try await statistics.occupancy(request.imageFilter())
            return Occupancy(
                placesWatched: watched,
                species: seen.map { species, places in
                    SpeciesOccupancy(
                        species: species,
                        places: places,
                        naiveOccupancy: watched == 0 ? 0 : Double(places) / Double(watched)
                    )
                }
            )
        }
    }

    private static let independence = Parameter<Int>.query(
        "independence",
        "Seconds without a picture of it after which a species counts as come again.",
        default: 1_800,
        in: 1...7 * 86_400
    )

    private var events: Route {
        route(
            "events",
            "Count how often each species came to a camera",
            "Pictures of one species at one camera are one event while no pause between them is longer than independence.",
            more: [Self.independence]
        ) { request in
            let interval = Duration.seconds(request[Self.independence])
            let counts = try await statistics.events(request.imageFilter(), interval: interval)
            return Dictionary(counts.map { ($0.species, $0.events) }, uniquingKeysWith: +)
        }
    }

    struct Effort: APIValue {
        let trapDays: Double
        let deployments: [DeploymentEffort]
        static let notes = ["deployments": "The latest \(mostDeployments)."]
    }

    struct DeploymentEffort: APIValue {
        let id: Deployment.ID
        let cameraID: Camera.ID
        let startedAt: Timestamp
        let endedAt: Timestamp?
        let days: Double

        enum CodingKeys: String, CodingKey {
            case id, startedAt, endedAt, days
            case cameraID = "cameraId"
        }
    }

    private var effort: Route {
        route("effort", "Tell for how long cameras watched", "The filter's camera counts; the rest of it does not.") {
            request in
            let filter = request.imageFilter()
            let page = try await deployments.page(
                of: filter.camera,
                within: filter.reach,
                after: nil,
                limit: Self.mostDeployments
            )
            let now = clock.now()
            let efforts = page.deployments.map { TrapEffort($0, until: now) }
            return Effort(
                trapDays: efforts.map(\.days).reduce(0, +),
                deployments: efforts.map { effort in
                    DeploymentEffort(
                        id: effort.deployment.id,
                        cameraID: effort.deployment.camera,
                        startedAt: effort.deployment.startedAt,
                        endedAt: effort.deployment.endedAt,
                        days: effort.days
                    )
                }
            )
        }
    }
}

extension TimelineStep: ParameterValue {}
