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
    ///
    /// - Throws: `ProfileTrouble` when a pattern takes too many steps to know.
    func isFor(_ sample: ProfileSample) throws(ProfileTrouble) -> Bool {
        if sample.report != nil {
            guard let report else { return false }
            return try holds(report, "report: filename", sample.filename)
        }
        for (subject, pattern) in matches {
            guard try holds(pattern, subject.rawValue, sample.word(subject)) else { return false }
        }
        return !matches.isEmpty
    }

    private func holds(_ pattern: Pattern, _ place: String, _ text: String?) throws(ProfileTrouble) -> Bool {
        guard let text else { return false }
        do {
            return try pattern.match(text) != nil
        } catch {
            throw ProfileTrouble(profile: name, reason: "\(place): \(error)")
        }
    }
}
