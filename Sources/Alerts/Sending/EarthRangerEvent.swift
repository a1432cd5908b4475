import Core
import Observations
import Outbound

/// An event in EarthRanger, on the map of rangers where the place is known.
struct EarthRangerEvent: PostedNotice {
    let notice: Notice
    let link: String?

    init(_ notice: Notice, link: String?) {
        self.notice = notice
        self.link = link
    }

    private struct Event: Encodable {
        let eventType: String
        let time: Timestamp
        let title: String
        let priority: Int
        let location: Coordinates?
        let eventDetails: Details
    }

    private struct Details: Encodable {
        let text: String
        let kind: String
        let count: Int
        let id: String
        let url: String?
    }

    func request(_ target: Channel.Target) throws -> HTTPRequest? {
        guard let site = target.url, let token = target.token, let type = target.eventType else { return nil }
        let event = Event(
            eventType: type,
            time: notice.at,
            title: String(notice.title.prefix(200)),
            priority: notice.severity == .critical ? 300 : notice.severity == .warning ? 200 : 0,
            location: notice.alert?.place,
            eventDetails: Details(
                text: notice.text,
                kind: notice.alert?.kind.rawValue ?? notice.kind.rawValue,
                count: notice.count,
                id: "\(notice.id)",
                url: link
            )
        )
        return HTTPRequest(
            .post,
            "\(site.hasSuffix("/") ? String(site.dropLast()) : site)/api/v1.0/activity/events",
            headers: [("Content-Type", "application/json"), ("Authorization", "Bearer \(token)")],
            body: try JSON.encode(event)
        )
    }

    private struct Refusal: Decodable {
        let status: Status?
        let detail: String?

        struct Status: Decodable {
            let message: String?
            let detail: String?
        }
    }

    func words(_ answer: [UInt8]) -> String? {
        let refusal = try? JSON.decode(Refusal.self, from: answer)
        return refusal?.status?.detail ?? refusal?.status?.message ?? refusal?.detail
    }
}
