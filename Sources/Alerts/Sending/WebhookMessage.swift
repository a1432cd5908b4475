import Core
import FoundationEssentials
import Observations

/// What a webhook is told: an envelope as Standard Webhooks suggest, and the picture within.
struct WebhookMessage: Encodable {
    let type: Notice.Kind
    let timestamp: Timestamp
    let data: Content

    struct Content: Encodable {
        let title: String
        let details: String
        let severity: Severity
        let count: Int
        let url: String?
        let alert: AlertContent?
        let groups: [Notice.Group]?
        let picture: Picture?
    }

    struct AlertContent: Encodable {
        let id: Alert.ID
        let kind: AlertKind
        let happenedAt: Timestamp
        let raisedAt: Timestamp
        let siteID: UUIDv7?
        let cameraID: UUIDv7?
        let imageID: UUIDv7?
        let location: Coordinates?

        enum CodingKeys: String, CodingKey {
            case id, kind, happenedAt, raisedAt, location
            case siteID = "siteId"
            case cameraID = "cameraId"
            case imageID = "imageId"
        }

        init(_ alert: Alert) {
            id = alert.id
            kind = alert.kind
            happenedAt = alert.happenedAt
            raisedAt = alert.raisedAt
            siteID = alert.site
            cameraID = alert.camera
            imageID = alert.image
            location = alert.place
        }
    }

    struct Picture: Encodable {
        let mediaType: String
        let base64: String
    }

    init(_ notice: Notice, link: String?, at now: Timestamp) {
        type = notice.kind
        timestamp = now
        data = Content(
            title: notice.title,
            details: notice.text,
            severity: notice.severity,
            count: notice.count,
            url: link,
            alert: notice.alert.map(AlertContent.init),
            groups: notice.kind == .digest ? notice.groups : nil,
            picture: notice.picture.map { Picture(mediaType: "image/jpeg", base64: Data($0).base64EncodedString()) }
        )
    }
}
