import Core
import Database
import HTTPServer

/// The calls that read the trail of what was done and refused.
struct AuditRoutes: Sendable {
    let audit: AuditLog

    private static let actor = Parameter<String?>.query("actor", "Only what this one did: the id of a person, or key.")
    private static let subject = Parameter<String?>.query("subject", "Only what was done to this, such as user 0197….")
    private static let action = Parameter<String?>.query("action", "One action, or a group that ends in a dot: user.")
    private static let from = Parameter<Timestamp?>.query("from", "From this moment on.")
    private static let to = Parameter<Timestamp?>.query("to", "Before this moment.")
    private static let filters: [any ParameterDeclaration] = [actor, subject, action, from, to]

    var all: [Route] { [list, export] }

    struct Entry: APIValue {
        let position: Int
        let at: Timestamp
        let actor: String
        let action: String
        let subject: String
        let address: String?
        let requestId: String
        let old: [String: String]
        let new: [String: String]
        static let notes = ["address": "From where; removed after 90 days.", "old": "What was changed, before."]

        init(_ record: AuditRecord) {
            position = record.position
            at = record.at
            actor = record.actor
            action = record.action
            subject = record.subject
            address = record.address
            requestId = record.requestID
            old = record.old
            new = record.new
        }
    }

    struct Page: APIValue {
        let items: [Entry]
        let next: String?
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/audit",
            summary: "Read who did what, the newest first",
            tags: ["Administration"],
            parameters: Self.filters + [Paging.after, Paging.limit],
            access: .audit,
            quota: "user"
        ) { request in
            let place = try AuditLog.order.place(of: request[Paging.after])
            let page = try await audit.records(filter(request), after: place, limit: request[Paging.limit])
            return Page(items: page.records.map(Entry.init), next: page.next?.token)
        }
    }

    private var export: Route {
        Route(
            .get,
            "/api/v1/audit/export",
            summary: "Fetch the trail whole: one JSON object a line, the newest first",
            tags: ["Administration"],
            parameters: Self.filters,
            limits: Route.Limits(time: .seconds(600)),
            access: .audit,
            quota: "user",
            answers: [.media("application/x-ndjson", "The entries.")]
        ) { request in
            let filter = filter(request)
            var response = Response.stream(type: "application/x-ndjson") { writer in
                var place: PagePlace?
                repeat {
                    let page = try await audit.records(filter, after: place, limit: 500)
                    var text: [UInt8] = []
                    for record in page.records { text += try JSON.encode(Entry(record)) + [0x0A] }
                    try await writer.write(text)
                    place = page.next
                } while place != nil
            }
            response.headers.append(("Content-Disposition", "attachment; filename=\"audit.ndjson\""))
            return response
        }
    }

    private func filter(_ request: Request) -> AuditFilter {
        AuditFilter(
            actor: request[Self.actor],
            subject: request[Self.subject],
            action: request[Self.action],
            from: request[Self.from],
            to: request[Self.to]
        )
    }
}
