import Core
import Observations

/// What somebody is told: of one alert, or of many together.
struct Notice: Sendable {
    enum Kind: String, Codable, Sendable {
        case alert = "alert.raised"
        case digest = "alerts.digest"
        case test
    }

    /// The same told several times.
    struct Group: Codable, Sendable {
        let title: String
        let count: Int
        let latestAt: Timestamp
    }

    /// Stays the same over all attempts, so that receivers can tell a repetition.
    let id: DeliveryBatch.ID
    let kind: Kind
    let title: String
    let text: String
    let at: Timestamp
    var severity = Severity.info
    /// For one alert.
    var alert: Alert?
    /// A JPEG that everybody may see.
    var picture: [UInt8]?
    /// For a digest: not all of them, when there are very many.
    var groups: [Group] = []
    var count = 1

    static func test(of channel: Channel, id: DeliveryBatch.ID, at now: Timestamp) -> Notice {
        Notice(
            id: id,
            kind: .test,
            title: "A test from Hedgerow",
            text: "The channel “\(channel.name)” works: alerts will come this way.",
            at: now
        )
    }

    static func about(_ alert: Alert, picture: [UInt8]?, id: DeliveryBatch.ID) -> Notice {
        Notice(
            id: id,
            kind: .alert,
            title: alert.title,
            text: alert.details,
            at: alert.happenedAt,
            severity: alert.severity,
            alert: alert,
            picture: picture
        )
    }

    static func digest(
        _ groups: [Group],
        of count: Int,
        id: DeliveryBatch.ID,
        at now: Timestamp,
        in zone: LocalZone
    ) -> Notice {
        var lines = groups.map { group in
            "\(group.count) × \(group.title), last \(zone.words(group.latestAt))"
        }
        let told = groups.map(\.count).reduce(0, +)
        if told < count { lines.append("and \(count - told) more") }
        return Notice(
            id: id,
            kind: .digest,
            title: "\(count) alerts",
            text: lines.joined(separator: "\n"),
            at: now,
            groups: groups,
            count: count
        )
    }
}

/// Why a notice did not arrive, in words for whoever made the channel.
struct SendFault: Error, Sendable, CustomStringConvertible {
    let cause: String
    /// Whether no further attempt can help.
    var isHopeless = false

    var description: String { cause }
}
