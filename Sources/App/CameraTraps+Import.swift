import Core
import Wildlife

extension CameraTraps {
    /// What came of a file of another program.
    package struct ImportResult: Sendable {
        /// `nil` when it was taken as far as it could be.
        package let failure: String?
        /// Whether nothing deviated.
        package let isWhole: Bool
        package let summary: String
        /// The report, a line each.
        package let notes: [String]
        package let json: [UInt8]
    }

    /// The names of what can be taken in.
    package static let importKinds = Imports.Kind.allCases.map(\.rawValue)

    private struct Whole: Encodable {
        let outcome: Imports.Outcome
        let report: [Imports.Note]
    }

    /// Takes a file of another program in; `progress` hears how much of which step is done.
    ///
    /// - Throws: what stops all of it; what was taken until then stays taken.
    package func take(
        _ kind: String,
        file: String,
        progress: @escaping @Sendable (_ step: String, _ done: Int, _ total: Int) -> Void
    ) async throws -> ImportResult {
        guard let kind = Imports.Kind(rawValue: kind) else { throw UsageFault("cannot take \(kind) in") }
        var notes: [Imports.Note] = []
        let outcome = try await wildlife.imports(
            kind,
            file: file,
            progress: { progress($0.step, $0.done, $0.total) },
            tell: { notes.append($0) }
        )
        return ImportResult(
            failure: outcome.state == "finished" ? nil : outcome.cause ?? "it failed",
            isWhole: notes.isEmpty,
            summary: """
                \(outcome.deployments) deployments and \(outcome.pictures) pictures taken, \(outcome.knownPictures) pictures here \
                before, \(outcome.missingPictures) not taken; something was written down of \(outcome.toldPictures)
                """,
            notes: notes.map { note in
                let place = [note.file, note.row > 0 ? "row \(note.row)" : "", note.field].filter { !$0.isEmpty }
                return "\(place.joined(separator: ", ")): \(note.problem); \(note.done)"
            },
            json: try JSON.encode(Whole(outcome: outcome, report: notes))
        )
    }
}
