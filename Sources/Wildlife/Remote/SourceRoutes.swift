import Accounts
import Core
import Database
import HTTPServer
import Outbound

/// The calls about servers that files are collected from.
struct SourceRoutes: Sendable {
    let manage: ManageSources

    private static let id = Parameter<RemoteSource.ID>.path("id", "Key of the source.")
    private static let missing = Answer.problem(404, "There is no such source.")
    private static let address = "/api/v1/remote-sources"

    var all: [Route] { [list, add, change, remove, visit, rejected] }

    struct List: APIValue {
        let items: [SourceAnswer]
    }

    struct RejectedPage: APIValue {
        let items: [Rejected]
        let next: String?
    }

    struct Rejected: APIValue {
        let path: String
        let bytes: Int64
        let reason: String
        let seenAt: Timestamp
    }

    /// Sources bring pictures of any site.
    private static func demandWholeReach(_ request: Request) throws {
        guard request.wildlifeCaller.reach.sites == nil else {
            throw Problem.forbidden("Sources are for all sites: only who sees all sites looks after them.")
        }
    }

    private var list: Route {
        Route(
            .get,
            Self.address,
            summary: "List the servers that files are collected from",
            tags: ImageRoutes.tags,
            access: .cameras,
            quota: "user"
        ) { request in
            try Self.demandWholeReach(request)
            let sources = try await manage.store.database.read { try await manage.store.sources(in: $0) }
            return List(items: sources.map(SourceAnswer.init))
        }
    }

    private var add: Route {
        Route(
            .post,
            Self.address,
            summary: "Collect files from another server",
            details: """
                FTPS or SFTP. It is visited within a minute, and then as often as it says. Where the key of the server is not \
                trusted yet, the visit ends with an error that tells which key it shows: compare it, and give it as fingerprint.
                """,
            tags: ImageRoutes.tags,
            body: .json(SourceWish.self),
            access: .cameras,
            quota: "user",
            status: 201
        ) { request in
            try Self.demandWholeReach(request)
            let wish = try request.json(SourceWish.self)
            let kind = wish.protocol ?? .ftps
            guard let secret = try wish.secret(for: kind) else {
                throw Problem.unprocessable(
                    ["body", "password"],
                    "is missing: give it, or a key for SFTP",
                    type: "missing"
                )
            }
            let now = manage.clock.now()
            var source = RemoteSource(
                id: .next(at: now),
                name: wish.name ?? wish.host ?? "",
                kind: kind,
                host: "",
                port: kind.usualPort,
                account: "",
                fingerprint: nil,
                folder: "",
                pattern: "*",
                everyMinutes: 15,
                camera: nil,
                removes: false,
                isOn: true,
                createdAt: now,
                nextAt: now
            )
            try wish.apply(to: &source)
            source.name = try PlainText.name(source.name, "name")
            try await manage.add(source, secret, request.wildlifeCaller)
            return SourceAnswer(source)
        }
    }

    private var change: Route {
        Route(
            .put,
            Self.address + "/{id}",
            summary: "Change a server that files are collected from",
            details:
                "What is left out stays. Another protocol, host, port, account or fingerprint needs the password or key again.",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            body: .json(SourceWish.self),
            access: .cameras,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            try Self.demandWholeReach(request)
            let wish = try request.json(SourceWish.self)
            let kind = try await manage.source(request[Self.id]).kind
            let secret = try wish.secret(for: wish.protocol ?? kind)
            return SourceAnswer(
                try await manage.change(request[Self.id], secret, request.wildlifeCaller) { try wish.apply(to: &$0) }
            )
        }
    }

    private var remove: Route {
        Route(
            .delete,
            Self.address + "/{id}",
            summary: "Collect from a server no more",
            details: "What came from it stays.",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            answers: [.empty(204, "It is gone."), Self.missing]
        ) { request in
            try Self.demandWholeReach(request)
            try await manage.remove(request[Self.id], request.wildlifeCaller)
            return .noContent
        }
    }

    private var visit: Route {
        Route(
            .post,
            Self.address + "/{id}/collect",
            summary: "Visit a server now",
            tags: ImageRoutes.tags,
            parameters: [Self.id],
            access: .cameras,
            quota: "user",
            status: 202,
            answers: [Self.missing]
        ) { request in
            try Self.demandWholeReach(request)
            return SourceAnswer(try await manage.visit(request[Self.id]))
        }
    }

    private var rejected: Route {
        Route(
            .get,
            Self.address + "/{id}/rejected",
            summary: "List the files of a server that could not be taken",
            tags: ImageRoutes.tags,
            parameters: [Self.id, Paging.after, Paging.limit],
            access: .cameras,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            try Self.demandWholeReach(request)
            let source = try await manage.source(request[Self.id])
            let place = try RemoteSourceStore.files.place(of: request[Paging.after])
            let page = try await manage.store.rejected(of: source.id, after: place, limit: request[Paging.limit])
            let items = page.files.map {
                Rejected(path: $0.path, bytes: $0.size, reason: $0.reason ?? "", seenAt: $0.seenAt)
            }
            return RejectedPage(items: items, next: page.next?.token)
        }
    }
}
