import Core
import HTTPServer
import ObjectStore

/// Answers links to files of the object store; a store elsewhere answers its links itself.
struct ObjectRoutes: Sendable {
    let store: FileObjectStore

    private static let key = Parameter<String>.path("key", "The object's key.")
    private static let expires = Parameter<Int>.query("expires", "Until when the link is valid, in seconds since 1970.")
    private static let signature = Parameter<String>.query("signature", "Proves that this server made the link.")
    /// What a browser may show in place; anything else is saved, since it may hold a script.
    private static let shown: Set = [
        "image/jpeg", "image/png", "image/webp", "image/gif", "image/tiff", "video/mp4", "video/quicktime",
    ]

    var all: [Route] {
        [
            Route(
                .get,
                ObjectLinks.path + "/{key*}",
                summary: "Read a file under a link that this server made",
                details: "The link is the permission: it names one file, ends at its time, and cannot be changed. "
                    + "Ranges and conditions are honoured.",
                tags: ["Server"],
                parameters: [Self.key, Self.expires, Self.signature],
                answers: [
                    .media("application/octet-stream", "The file."),
                    .media("application/octet-stream", "The part of it that was asked for.", status: 206),
                    .problem(403, "The link was not made here, or has been changed."),
                    .problem(404, "The file is not there any more."),
                    .problem(410, "The link has expired."),
                ],
                contentPolicy: "default-src 'none'; sandbox"
            ) { request in
                try await answer(
                    request[Self.key],
                    expires: request[Self.expires],
                    signature: request[Self.signature]
                )
            }
        ]
    }

    private func answer(_ text: String, expires: Int, signature: String) async throws -> Response {
        guard let key = try? ObjectKey(text) else { throw Self.forged }
        switch store.links.verdict(on: key, expires: Int64(expires), signature: signature) {
        case .forged: throw Self.forged
        case .expired: throw Problem(410, "link-expired", "The link has expired. Ask for a new one.")
        case .valid(let remaining):
            _ = try await store.head(key)
            guard let path = store.localPath(of: key) else { throw Problem.notFound("There is no such file.") }
            var response = Response.file(path)
            let type = response["Content-Type"] ?? ""
            let name = text.split(separator: "/").last ?? "file"
            let disposition = Self.shown.contains(type) ? "inline" : "attachment"
            response["Content-Disposition"] = "\(disposition); filename=\"\(name)\""
            response["Cache-Control"] = "private, max-age=\(min(Int(remaining.seconds), 86_400))"
            return response
        }
    }

    private static let forged = Problem(403, "link-not-valid", "This link was not made by this server.")
}
