import Core

/// `datapackage.json` of a Camtrap DP package.
struct CamtrapPackage: Encodable {
    static let version = "1.0.2"
    private static let schemas = "https://raw.githubusercontent.com/tdwg/camtrap-dp/\(version)"

    let resources: [Resource]
    let profile: String
    let name: String
    let id: String
    let created: Timestamp
    let title: String
    let contributors: [Contributor]
    let version: String
    let sources: [Source]
    let project: Project
    let spatial: Polygon
    let temporal: Span
    let taxonomic: [Name]

    struct Resource: Encodable {
        let name: String
        let path: String
        let profile = "tabular-data-resource"
        let format = "csv"
        let mediatype = "text/csv"
        let encoding = "utf-8"
        let schema: String
    }

    struct Contributor: Encodable {
        let title: String
        let role = "publisher"
    }

    struct Source: Encodable {
        let title: String
        let version: String
    }

    struct Project: Encodable {
        let title: String
        let samplingDesign = "opportunistic"
        let captureMethod = ["activityDetection"]
        let individualAnimals = false
        let observationLevel = ["media"]
    }

    struct Polygon: Encodable {
        let type = "Polygon"
        let coordinates: [[[Double]]]
    }

    struct Span: Encodable {
        let start: String
        let end: String
    }

    struct Name: Encodable {
        let scientificName: String
        let taxonRank: ScientificName.Rank?
    }

    init(
        id: UUIDv7,
        title: String,
        deployments: [CamtrapDeployments.Entry],
        names: [ScientificName],
        program: String,
        at now: Timestamp
    ) {
        resources = ["deployments", "media", "observations"].map {
            Resource(name: $0, path: "\($0).csv", schema: "\(Self.schemas)/\($0)-table-schema.json")
        }
        profile = "\(Self.schemas)/camtrap-dp-profile.json"
        name = "camera-traps-\(id)"
        self.id = id.description
        created = now
        self.title = title
        contributors = [Contributor(title: title)]
        version = "1.0"
        sources = [Source(title: "Hedgerow", version: program)]
        project = Project(title: title)
        let longitudes = deployments.map(\.location.longitude)
        let latitudes = deployments.map(\.location.latitude)
        let (west, east) = (longitudes.min() ?? 0, longitudes.max() ?? 0)
        let (south, north) = (latitudes.min() ?? 0, latitudes.max() ?? 0)
        spatial = Polygon(
            coordinates: [[[west, south], [east, south], [east, north], [west, north], [west, south]]]
        )
        temporal = Span(
            start: Self.day(deployments.map(\.start).min() ?? now),
            end: Self.day(deployments.map(\.end).max() ?? now)
        )
        taxonomic = names.map { Name(scientificName: $0.text, taxonRank: $0.rank) }
    }

    private static func day(_ moment: Timestamp) -> String { String(moment.description.prefix(10)) }
}
