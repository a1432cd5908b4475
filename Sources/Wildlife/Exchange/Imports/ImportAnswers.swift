import Core
import HTTPServer

/// How far an import is, and what came of it.
struct ImportAnswer: APIValue {
    let id: ImportRun.ID
    let kind: ImportRun.Kind
    let filename: String
    let bytes: Int
    let state: ImportRun.State
    let step: ImportRun.Step
    let done: Int
    let total: Int
    let cause: String?
    let deployments: Int
    let knownDeployments: Int
    let pictures: Int
    let knownPictures: Int
    let missingPictures: Int
    let toldPictures: Int
    let deviations: Int
    let package: PackageAnswer?
    let createdAt: Timestamp
    let finishedAt: Timestamp?
    static let notes = [
        "bytes": "As far as they have come.", "cause": "Why it failed.", "deviations": "Lines of the report so far.",
        "knownDeployments": "Those that were here before.",
        "knownPictures": "Those that were here before, or were matched.",
        "missingPictures": "Those that are named and were not taken or found; the report says which and why.",
        "toldPictures": "Those of which something was written down.", "package": "What the package says of itself.",
        "total": "Of this step; 0 while nobody knows.",
    ]

    init(_ run: ImportRun, deviations: Int, package: PackageOrigin? = nil) {
        id = run.id
        kind = run.kind
        filename = run.filename
        bytes = run.bytes
        state = run.state
        step = run.step
        done = run.done
        total = run.total
        cause = run.cause
        deployments = run.counts.deployments
        knownDeployments = run.counts.knownDeployments
        pictures = run.counts.pictures
        knownPictures = run.counts.knownPictures
        missingPictures = run.counts.missingPictures
        toldPictures = run.counts.toldPictures
        self.deviations = deviations
        self.package = package.map(PackageAnswer.init)
        createdAt = run.createdAt
        finishedAt = run.finishedAt
    }
}

/// What a package says of itself.
struct PackageAnswer: APIValue {
    struct Contributor: APIValue {
        let title: String
        let role: String?
        let organization: String?
    }

    struct License: APIValue {
        let name: String
        let scope: String
        static let notes = ["name": "Or where it stands.", "scope": "`data` or `media`."]
    }

    /// Of its words and its contributors; exports have all of them.
    private static let (mostLetters, mostContributors) = (2_000, 50)

    let title: String?
    let description: String?
    let homepage: String?
    let project: String?
    let citation: String?
    let contributors: [Contributor]
    let licenses: [License]
    static let notes = [
        "contributors": "The first fifty.", "description": "Its first 2,000 letters.", "homepage": "Of the package.",
    ]

    init(_ origin: PackageOrigin) {
        title = origin.title
        description = origin.description.map { String($0.prefix(Self.mostLetters)) }
        homepage = origin.homepage
        project = origin.project?.title
        citation = origin.bibliographicCitation
        contributors = origin.contributors.prefix(Self.mostContributors).map {
            Contributor(title: $0.title, role: $0.role?.rawValue, organization: $0.organization)
        }
        licenses = origin.licenses.map {
            License(name: $0.title ?? $0.name ?? $0.path ?? "", scope: $0.scope.rawValue)
        }
    }
}

/// A line of the report of an import.
struct ImportNoteAnswer: APIValue {
    let file: String
    let row: Int
    let field: String
    let problem: String
    let done: String
    static let notes = ["row": "Counted from 1, which is the head of a table; 0 for the file as a whole."]

    init(_ note: ImportNote) {
        file = note.file
        row = note.line
        field = note.field
        problem = note.problem
        done = note.outcome
    }
}
