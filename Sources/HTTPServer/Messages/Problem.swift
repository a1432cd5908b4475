/// An answer that says what went wrong, in words for the client (RFC 9457).
package struct Problem: Error, Sendable {
    /// One field that cannot be taken.
    package struct FieldError: Sendable, Hashable {
        /// Where it stands: `["query", "min_confidence"]`, `["body", "name"]`.
        package let location: [String]
        package let message: String
        package let type: String

        package init(_ location: [String], _ message: String, type: String = "invalid") {
            self.location = location
            self.message = message
            self.type = type
        }
    }

    package var status: Int
    /// A stable word for this kind of problem: `too-large`, `missing-model`.
    package var slug: String
    package var title: String
    /// What is wrong here and now, and, where there is one, the cure.
    package var detail: String
    package var errors: [FieldError]
    package var headers: [(name: String, value: String)]
    /// Members beyond the standard ones.
    package var more: [(name: String, value: JSONValue)]

    package init(
        _ status: Int,
        _ slug: String,
        _ detail: String,
        title: String? = nil,
        errors: [FieldError] = [],
        headers: [(name: String, value: String)] = [],
        more: [(name: String, value: JSONValue)] = []
    ) {
        self.status = status
        self.slug = slug
        self.title = title ?? Status.title(status)
        self.detail = detail
        self.errors = errors
        self.headers = headers
        self.more = more
    }

    func response(requestID: String) -> Response {
        var members: [(String, JSONValue)] = [
            ("type", .string("/problems/\(slug)")), ("title", .string(title)), ("status", .int(status)),
            ("detail", .string(detail)), ("message", .string(detail)), ("request_id", .string(requestID)),
        ]
        if !errors.isEmpty {
            members.append(
                (
                    "errors",
                    .array(
                        errors.map { error in
                            .object([
                                ("loc", .array(error.location.map { .string($0) })), ("msg", .string(error.message)),
                                ("type", .string(error.type)),
                            ])
                        }
                    )
                )
            )
        }
        members += more.map { ($0.name, $0.value) }
        let headers = [("Content-Type", MediaType.problem), ("Cache-Control", "no-store")] + headers
        return Response(status: status, headers: headers, body: .bytes(JSONValue.object(members).bytes()))
    }
}

/// An error whose words are meant for the client; all others become a bare 500.
package protocol ClientFacing: Error {
    var problem: Problem { get }
}

extension Problem: ClientFacing {
    package var problem: Problem { self }
}

extension Problem {
    package static func badRequest(_ detail: String) -> Problem { Problem(400, "bad-request", detail) }
    package static func notFound(_ detail: String = "There is nothing at this address.") -> Problem {
        Problem(404, "not-found", detail)
    }
    package static func conflict(_ detail: String) -> Problem { Problem(409, "conflict", detail) }
    package static func forbidden(_ detail: String) -> Problem { Problem(403, "forbidden", detail) }
    package static func unauthorized(_ detail: String, challenge: String = "Bearer") -> Problem {
        Problem(401, "unauthorized", detail, headers: [("WWW-Authenticate", challenge)])
    }
    package static func unsupportedType(_ detail: String) -> Problem { Problem(415, "unsupported-type", detail) }
    package static func unavailable(_ detail: String, retryAfter seconds: Int? = nil) -> Problem {
        Problem(503, "unavailable", detail, headers: seconds.map { [("Retry-After", "\($0)")] } ?? [])
    }
    package static func tooManyRequests(_ detail: String, retryAfter seconds: Int) -> Problem {
        Problem(429, "too-many-requests", detail, headers: [("Retry-After", "\(seconds)")])
    }
    package static func tooLarge(_ limit: Int) -> Problem {
        Problem(413, "too-large", "The body is larger than the \(size(limit)) that this address takes.")
    }

    /// `20 MB`, `64 kB`, `512 bytes`, as people count files: the next smaller whole number.
    private static func size(_ bytes: Int) -> String {
        switch bytes {
        case 1_000_000...: "\(bytes / 1_000_000) MB"
        case 1_000...: "\(bytes / 1_000) kB"
        default: "\(bytes) bytes"
        }
    }

    /// One or more fields that cannot be taken.
    package static func unprocessable(_ errors: [FieldError]) -> Problem {
        let detail = errors.map { "\($0.location.joined(separator: ".")): \($0.message)" }.joined(separator: "; ")
        return Problem(422, "invalid", detail, errors: errors)
    }
    package static func unprocessable(_ location: [String], _ message: String, type: String = "invalid") -> Problem {
        unprocessable([FieldError(location, message, type: type)])
    }
    /// The `after` of a list that is read page by page is none that it gave out.
    package static let badPage = Problem.unprocessable(["query", "after"], "is not the `next` of a page of this list")
    static let busy = Problem(
        503,
        "busy",
        "The server has as much work as it can bear. Try again in a moment.",
        headers: [("Retry-After", "1")]
    )
    static let tooSlow = Problem(
        503,
        "too-slow",
        "The answer took longer than this address allows.",
        headers: [("Retry-After", "5")]
    )
    static let stopping = Problem(503, "stopping", "The server is stopping.", headers: [("Retry-After", "5")])
}
