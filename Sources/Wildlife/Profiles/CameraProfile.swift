import Core

/// What a profile can find out about a picture, or of a report of a camera.
enum ProfileField: String, CaseIterable, Codable, Sendable {
    /// By which code the camera goes.
    case id
    case time, latitude, longitude, temperature, battery, storage, serial

    /// Whether it is a share of something that is full or empty.
    var isShare: Bool { self == .battery || self == .storage }
}

/// Rules that say where the pictures and reports of some cameras tell what is to be known: configuration, not code.
struct CameraProfile: Sendable {
    /// Where it comes from; the earlier ones are asked first.
    enum Origin: String, CaseIterable, Codable, Sendable {
        /// Written on the page, kept in the database.
        case own
        /// A file of the operator's folder.
        case file
        case shipped
    }

    /// A word about a picture that a pattern is held against.
    enum Subject: String, CaseIterable, Sendable { case make, model, software, folder, filename }

    let name: String
    let about: String
    /// All of them hold for the pictures it is for; none for a profile of reports alone.
    let matches: [(subject: Subject, pattern: Pattern)]
    /// What the names of reports look like; `nil` when it is for pictures alone.
    let report: Pattern?
    let sources: [ProfileField: [ProfileSource]]
    let origin: Origin
    /// As it was written.
    let text: String

    static let longestText = 32_768

    /// Whether it is for this picture or report.
    func isFor(_ sample: ProfileSample) -> Bool {
        if sample.report != nil { return report.map { Self.holds($0, sample.filename) } ?? false }
        return !matches.isEmpty && matches.allSatisfy { Self.holds($0.pattern, sample.word($0.subject)) }
    }

    /// A pattern that takes too many steps does not hold.
    private static func holds(_ pattern: Pattern, _ text: String?) -> Bool {
        guard let text else { return false }
        return (try? pattern.match(text)) != nil
    }
}
