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
    let description: String?
    let keywords: [String]?
    let homepage: String?
    let contributors: [PackageOrigin.Contributor]
    let licenses: [PackageOrigin.License]?
    let bibliographicCitation: String?
    let references: [String]?
    let version: String
    let sources: [PackageOrigin.Source]
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

    struct Project: Encodable {
        let id: String?
        let title: String
        let acronym: String?
        let description: String?
        let path: String?
        let samplingDesign: PackageOrigin.Project.Design
        let captureMethod: [PackageOrigin.Project.Method]
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
        packages: [String: PackageOrigin],
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
        let told = Told(deployments, packages, title: title, program: program)
        self.title = told.whole.title ?? title
        description = told.whole.description
        keywords = told.whole.keywords
        homepage = told.whole.homepage
        contributors = told.whole.contributors
        licenses = told.whole.hasAllLicenses ? told.whole.licenses : nil
        bibliographicCitation = told.whole.bibliographicCitation
        references = told.whole.references
        version = told.whole.version ?? "1.0"
        sources = told.whole.sources
        project = Project(told.whole.project, title: title)
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

    /// What the package says of itself: all that one package said in which everything came; of several, who made them.
    private struct Told {
        var whole = PackageOrigin()

        init(
            _ deployments: [CamtrapDeployments.Entry],
            _ packages: [String: PackageOrigin],
            title: String,
            program: String
        ) {
            let names = Set(deployments.map { $0.origin?.package })
            let own = PackageOrigin.Contributor(title: title, role: .publisher)
            if names.count == 1, let name = names.first.flatMap(\.self), let package = packages[name] {
                whole = package
                if whole.contributors.isEmpty { whole.contributors = [own] }
            } else {
                let known = names.compactMap(\.self).sorted().compactMap { packages[$0] }
                for one in known.flatMap(\.contributors) + [own] where !whole.contributors.contains(one) {
                    whole.contributors.append(one)
                }
                // No licence of a part is one of the whole.
                whole.sources = known.compactMap { package in
                    package.title.map { .init(title: $0, path: package.homepage, version: package.version) }
                }
            }
            if deployments.contains(where: \.isVeiled) { whole = Self.withoutWords(whole) }
            whole.sources.append(.init(title: "Hedgerow", version: program))
        }

        /// Words of somebody else may tell where a sensitive species lives: who made it and what is allowed with it remain.
        private static func withoutWords(_ told: PackageOrigin) -> PackageOrigin {
            var rest = PackageOrigin()
            rest.contributors = told.contributors
            rest.licenses = told.licenses
            rest.version = told.version
            return rest
        }
    }

    private static func day(_ moment: Timestamp) -> String { String(moment.description.prefix(10)) }
}

extension CamtrapPackage.Project {
    fileprivate init(_ given: PackageOrigin.Project?, title: String) {
        id = given?.id
        self.title = given?.title ?? title
        acronym = given?.acronym
        description = given?.description
        path = given?.path
        samplingDesign = given?.samplingDesign ?? .opportunistic
        captureMethod = given?.captureMethod ?? [.activityDetection]
    }
}
