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
    let createdAt: Timestamp
    let finishedAt: Timestamp?
    static let notes = [
        "cause": "Why it failed.", "deviations": "Lines of the report so far.",
        "knownDeployments": "Those that were here before.",
        "knownPictures": "Those that were here before, or were matched.",
        "missingPictures": "Those that are named and were not taken or found; the report says which and why.",
        "toldPictures": "Those of which something was written down.", "total": "Of this step; 0 while nobody knows.",
    ]

    init(_ run: ImportRun, deviations: Int) {
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
        createdAt = run.createdAt
        finishedAt = run.finishedAt
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
