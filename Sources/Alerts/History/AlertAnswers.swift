import Accounts
import Core
import HTTPServer
import Observations

/// An alert as lists show it.
struct AlertAnswer: APIValue {
    let id: Alert.ID
    let kind: AlertKind
    let severity: Severity
    let title: String
    let details: String
    let state: Alert.State
    let happenedAt: Timestamp
    let raisedAt: Timestamp
    let acknowledgedAt: Timestamp?
    let resolvedAt: Timestamp?
    let ruleID: Rule.ID?
    let siteID: UUIDv7?
    let cameraID: UUIDv7?
    let imageID: UUIDv7?
    let thumbnailURL: String?
    static let notes = [
        "happenedAt": "When the picture was taken, or the trouble began.",
        "state": "acknowledged once somebody has seen to it; resolved once it is over by itself.",
        "thumbnailUrl": "Good for an hour; people on it are veiled for who may not see them.",
    ]

    enum CodingKeys: String, CodingKey {
        case id, kind, severity, title, details, state, happenedAt, raisedAt, acknowledgedAt, resolvedAt
        case ruleID = "ruleId"
        case siteID = "siteId"
        case cameraID = "cameraId"
        case imageID = "imageId"
        case thumbnailURL = "thumbnailUrl"
    }

    init(_ alert: Alert, thumbnail: String?) {
        id = alert.id
        kind = alert.kind
        severity = alert.severity
        title = alert.title
        details = alert.details
        state = alert.state
        happenedAt = alert.happenedAt
        raisedAt = alert.raisedAt
        acknowledgedAt = alert.acknowledgedAt
        resolvedAt = alert.resolvedAt
        ruleID = alert.rule
        siteID = alert.site
        cameraID = alert.camera
        imageID = alert.image
        thumbnailURL = thumbnail
    }
}

/// An alert with what became of telling it.
struct AlertDetailAnswer: APIValue {
    let alert: AlertAnswer
    let deliveries: [DeliveryAnswer]

    struct DeliveryAnswer: APIValue {
        let channel: String
        let state: Delivery.State
        let dueAt: Timestamp
        let attempts: Int
        let cause: String?
        let sentAt: Timestamp?
        static let notes = [
            "cause": "Why the last attempt failed.", "channel": "Its name when the alert was raised.",
            "state": "waiting for a digest, pending until the next attempt, sent or failed.",
        ]

        init(_ delivery: Delivery) {
            channel = delivery.channelName
            state = delivery.state
            dueAt = delivery.dueAt
            attempts = delivery.attempts
            cause = delivery.cause
            sentAt = delivery.sentAt
        }
    }
}

/// A part of the history.
struct AlertPage: APIValue {
    let items: [AlertAnswer]
    let next: String?
    let open: Int
    static let notes = [
        "next": "Give it as `after` for the next page; null on the last.",
        "open": "Open ones within the filter, whatever their state is asked to be.",
    ]
}
