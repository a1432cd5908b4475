import Accounts
import Core
import Observations

/// What alerts are about.
enum AlertKind: String, CaseIterable, Codable, Sendable {
    case speciesSeen = "species_seen"
    case cameraSilent = "camera_silent"
    case batteryLow = "battery_low"
    /// The server itself.
    case system
}

enum Severity: String, CaseIterable, Codable, Sendable, Comparable {
    case info, warning, critical

    private var rank: Int { self == .info ? 0 : self == .warning ? 1 : 2 }
    static func < (a: Severity, b: Severity) -> Bool { a.rank < b.rank }
}

/// When somebody wants to be told, and how.
struct Rule: Sendable {
    typealias ID = Identifier<Rule>

    /// How soon it is told.
    enum Pace: String, CaseIterable, Codable, Sendable {
        case atOnce = "at_once"
        case hourly, daily
    }

    /// What is demanded beyond the kind; what does not belong to it is `nil`.
    struct Condition: Hashable, Codable, Sendable {
        /// In small letters; `nil` for any.
        var species: [String]?
        var minConfidence: Double?
        /// Of silence.
        var hours: Int?
        /// Of the battery, below which it is low.
        var percent: Int?
        var severity: Severity?
    }

    let id: ID
    var name: String
    let kind: AlertKind
    var condition: Condition
    var site: UUIDv7?
    var camera: UUIDv7?
    var pace: Pace
    /// It is not told again of the same camera and species for so many minutes.
    var quietMinutes: Int
    var isEnabled: Bool
    var channels: [Channel.ID]
    /// Whose word it is; `nil` for the key of the settings, and once the person is gone.
    var user: User.ID?
    /// What they were allowed to see, or the key by which they set it.
    var disclosure: Disclosure
    let createdAt: Timestamp

    func covers(site: UUIDv7?, camera: UUIDv7?) -> Bool {
        if let own = self.camera { return own == camera }
        return self.site == nil || self.site == site
    }
}

extension Rule.Condition {
    func accepts(_ species: AnimalsSeen.Species) -> Bool {
        (self.species?.contains(species.name.lowercased()) ?? true) && species.confidence >= minConfidence ?? 0
    }

    /// Whether a camera has been silent for too long.
    func isSilent(_ camera: WatchedCamera, at now: Timestamp) -> Bool {
        guard let hours else { return false }
        return now - (camera.lastContactAt ?? camera.addedAt) >= .seconds(hours * 3_600)
    }

    /// Whether a battery is low; one that was stays so until it is well above, since its charge goes up and down with the day.
    func isLow(_ camera: WatchedCamera, wasLow: Bool) -> Bool {
        guard let percent, let battery = camera.batteryPercent else { return false }
        return wasLow ? battery < min(percent + Self.margin, 100) : battery < percent
    }

    private static let margin = 5
}
