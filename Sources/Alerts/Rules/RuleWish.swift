import Core
import HTTPServer

/// A rule as somebody wants it.
struct RuleWish: APIValue {
    let name: String
    let kind: AlertKind
    let species: [String]?
    let minConfidence: Double?
    let hours: Int?
    let percent: Int?
    let severity: Severity?
    let siteID: UUIDv7?
    let cameraID: UUIDv7?
    let channels: [Channel.ID]
    let pace: Rule.Pace?
    let quietMinutes: Int?
    let isEnabled: Bool?

    enum CodingKeys: String, CodingKey {
        case name, kind, species, minConfidence, hours, percent, severity, channels, pace, quietMinutes, isEnabled
        case siteID = "siteId"
        case cameraID = "cameraId"
    }

    static let notes = [
        "kind": "A rule keeps its kind.", "species": "species_seen: any of these; every one when it is not given.",
        "minConfidence": "species_seen: from 0 to 1; 0 when it is not given.",
        "hours": "camera_silent: without a word for so long, 1 to 8760.",
        "percent": "battery_low: below so much, 1 to 100.",
        "severity": "system: from this one on; info when it is not given.",
        "siteId": "Of this site alone.", "cameraId": "Of this camera alone.",
        "channels": "Where it is told; nowhere but on the page when there are none.",
        "pace": "at_once, or together in a digest each hour or each morning; at_once when it is not given.",
        "quietMinutes": "Not again of the same camera and species for so long, 0 to 10080; 60 when it is not given.",
        "isEnabled": "True when it is not given.",
    ]

    private static let mostSpecies = 50
    private static let mostChannels = 10

    /// What belongs to the kind, checked.
    ///
    /// - Throws: a 422 that names each field that cannot be taken.
    func condition() throws -> Rule.Condition {
        var errors: [Problem.FieldError] = []
        func demand(_ isRight: Bool, _ field: String, _ message: String) {
            if !isRight { errors.append(Problem.FieldError(["body", field], message)) }
        }
        for (field, isGiven, owner) in fields where isGiven && owner != kind {
            demand(false, field, "does not belong to a rule of the kind \(kind.rawValue)")
        }
        let names = species?.map { PlainText.clean($0, limit: 101).lowercased() }
        if let names {
            demand((1...Self.mostSpecies).contains(names.count), "species", "takes 1 to \(Self.mostSpecies) names")
            demand(
                names.allSatisfy { (1...100).contains($0.count) },
                "species",
                "has a name of not 1 to 100 characters"
            )
        }
        demand((0...1).contains(minConfidence ?? 0), "min_confidence", "is not from 0 to 1")
        demand((1...8_760).contains(hours ?? 1), "hours", "is not from 1 to 8760")
        demand((1...100).contains(percent ?? 1), "percent", "is not from 1 to 100")
        demand(kind != .cameraSilent || hours != nil, "hours", "is missing")
        demand(kind != .batteryLow || percent != nil, "percent", "is missing")
        demand(
            kind != .system || siteID == nil && cameraID == nil,
            "kind",
            "is about the server, and so about no place"
        )
        demand((0...10_080).contains(quietMinutes ?? 0), "quiet_minutes", "is not from 0 to 10080")
        demand(Set(channels).count <= Self.mostChannels, "channels", "takes at most \(Self.mostChannels) channels")
        guard errors.isEmpty else { throw Problem.unprocessable(errors) }
        return Rule.Condition(
            species: names.map { Set($0).sorted() },
            minConfidence: minConfidence,
            hours: hours,
            percent: percent,
            severity: severity
        )
    }

    private var fields: [(String, Bool, AlertKind)] {
        [
            ("species", species != nil, .speciesSeen), ("min_confidence", minConfidence != nil, .speciesSeen),
            ("hours", hours != nil, .cameraSilent), ("percent", percent != nil, .batteryLow),
            ("severity", severity != nil, .system),
        ]
    }
}
