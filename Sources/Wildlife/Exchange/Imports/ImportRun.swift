import Accounts
import Core

/// A file from elsewhere that is being taken in, or was.
struct ImportRun: Hashable, Sendable {
    typealias ID = Identifier<ImportRun>

    enum Kind: String, CaseIterable, Codable, Sendable {
        case camtrapDP = "camtrap-dp"
        case megaDetector = "megadetector"
    }

    enum State: String, CaseIterable, Codable, Sendable {
        /// Its file is on its way.
        case receiving
        case waiting, running, finished, failed

        var isOver: Bool { self == .finished || self == .failed }
    }

    /// How far it is; each is begun anew when the program ends within it, and what was done is passed over.
    enum Step: String, CaseIterable, Codable, Sendable {
        /// Its tables are read.
        case reading
        /// Sites, cameras and deployments are made.
        case places
        case pictures
        /// What is said of the pictures is written down.
        case observations
    }

    /// What came of it.
    struct Counts: Hashable, Codable, Sendable {
        var deployments = 0
        /// Those that were here before.
        var knownDeployments = 0
        var pictures = 0
        /// Those that were here before.
        var knownPictures = 0
        /// Pictures that are named and are not there.
        var missingPictures = 0
        /// Pictures of which something was written down.
        var toldPictures = 0
    }

    let id: ID
    let kind: Kind
    let filename: String
    /// Where the file lies until it has been read.
    let objectKey: String?
    /// Of the file, as far as they are known.
    var bytes: Int
    /// Who sent it.
    let owner: User.ID?
    /// What they see.
    var reach: Reach
    /// What the file calls itself; names of one dataset mean the same whenever they come.
    var dataset = ""
    var state = State.waiting
    var step = Step.reading
    var done = 0
    var total = 0
    var counts = Counts()
    var cause: String?
    let createdAt: Timestamp
    var finishedAt: Timestamp?

    /// What is kept of the package as a whole goes by this; one without a name is known by its import alone.
    var package: String { dataset.isEmpty ? "import \(id)" : dataset }

    /// Who that is on the trail.
    var actor: String { owner?.description ?? "server" }

    var caller: WildlifeCaller {
        WildlifeCaller(name: actor, user: owner, reach: reach, origin: Origin(address: "import \(id)"))
    }
}

/// A line of the report of an import: what deviates, and what was done about it.
struct ImportNote: Hashable, Sendable {
    let file: String
    /// Counted from 1, which is the head of a table; 0 for the file as a whole.
    let line: Int
    let field: String
    let problem: String
    let outcome: String
}

/// Collects what is to be told of an import, a bounded number of lines for each field of each file.
struct ImportReport: Sendable {
    /// More lines of one field say nothing new.
    static let mostOfOneField = 1_000

    private struct Place: Hashable {
        let file: String
        let field: String
    }

    private(set) var waiting: [ImportNote] = []
    private var counts: [Place: Int] = [:]

    mutating func tell(_ file: String, _ line: Int, _ field: String, _ problem: String, _ outcome: String) {
        let place = Place(file: file, field: field)
        let count = counts[place, default: 0] + 1
        counts[place] = count
        guard count <= Self.mostOfOneField else { return }
        waiting.append(ImportNote(file: file, line: line, field: field, problem: problem, outcome: outcome))
    }

    mutating func taken() -> [ImportNote] {
        defer { waiting = [] }
        return waiting
    }

    /// Lines that say how many were left out.
    var leftOut: [ImportNote] {
        counts.filter { $0.value > Self.mostOfOneField }.map { place, count in
            ImportNote(
                file: place.file,
                line: 0,
                field: place.field,
                problem: "\(count - Self.mostOfOneField) more lines deviate here",
                outcome: "they were treated like the lines that are listed"
            )
        }
    }
}
