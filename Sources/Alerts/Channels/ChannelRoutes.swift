import Accounts
import Core
import Database
import HTTPServer

/// The calls about where alerts are sent.
struct ChannelRoutes: Sendable {
    let manage: ManageChannels

    private static let id = Parameter<Channel.ID>.path("id", "Key of the channel.")
    private static let missing = Answer.problem(404, "There is no such channel, or none that you look after.")
    /// The other side may take half a minute to answer.
    private static let testLimits = Route.Limits(body: 0, time: .seconds(90))

    var all: [Route] { [list, add, change, remove, test] }

    struct ChannelAnswer: APIValue {
        let id: Channel.ID
        let name: String
        let kind: Channel.Kind
        let leadsTo: String
        let eventType: String?
        let isYours: Bool
        let disclosure: Disclosure
        let createdAt: Timestamp
        let secret: String?
        static let notes = [
            "disclosure":
                "What goes there at most: words, pictures too, or exact places too; what whoever set it might see.",
            "leadsTo": "The recipients, the chat, or the host alone: addresses may hold a secret.",
            "secret": "Signs webhooks as Standard Webhooks say; told in the answer to the POST alone.",
        ]

        init(_ channel: Channel, for caller: Caller, secret: String? = nil) {
            id = channel.id
            name = channel.name
            kind = channel.kind
            leadsTo = channel.leadsTo
            eventType = channel.target.eventType
            isYours = channel.user != nil && channel.user == caller.user
            disclosure = channel.disclosure
            createdAt = channel.createdAt
            self.secret = secret
        }
    }

    struct Page: APIValue {
        let items: [ChannelAnswer]
        let next: String?
    }

    struct NewChannel: APIValue {
        let name: String
        let kind: Channel.Kind
        let recipients: [String]?
        let url: String?
        let token: String?
        let chat: String?
        let eventType: String?
        static let notes = ChannelWish.notes

        var wish: ChannelWish {
            ChannelWish(
                name: name,
                recipients: recipients,
                url: url,
                token: token,
                chat: chat,
                eventType: eventType
            )
        }
    }

    struct TestAnswer: APIValue {
        let isSent: Bool
        let cause: String?
        static let notes = ["cause": "Why it could not be sent."]
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/channels",
            summary: "List the channels that you look after: your own, or all for those who see every site",
            tags: AlertRoutes.tags,
            parameters: [Paging.after, Paging.limit],
            access: .rules,
            quota: "user"
        ) { request in
            let caller = try request.alertsCaller()
            let place = try ChannelStore.order.place(of: request[Paging.after])
            let page = try await manage.channels.page(visibleTo: caller, after: place, limit: request[Paging.limit])
            return Page(
                items: page.channels.map { ChannelAnswer($0, for: caller) },
                next: page.next?.token
            )
        }
    }

    private var add: Route {
        Route(
            .post,
            "/api/v1/channels",
            summary: "Add a channel: e-mail, a signed webhook, Telegram or EarthRanger",
            tags: AlertRoutes.tags,
            body: .json(NewChannel.self),
            limits: Route.Limits(body: 64 << 10),
            access: .rules,
            quota: "user",
            status: 201,
            answers: [.problem(409, "There are too many channels.")]
        ) { request in
            let caller = try request.alertsCaller()
            let wish = try request.json(NewChannel.self)
            let name = try PlainText.name(wish.name, "name")
            let channel = try await manage.add(name, wish.kind, wish.wish, by: caller, from: request.origin)
            return ChannelAnswer(channel, for: caller, secret: channel.target.secret)
        }
    }

    private var change: Route {
        Route(
            .put,
            "/api/v1/channels/{id}",
            summary: "Change a channel; what is not given stays",
            tags: AlertRoutes.tags,
            parameters: [Self.id],
            body: .json(ChannelWish.self),
            limits: Route.Limits(body: 64 << 10),
            access: .rules,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            let caller = try request.alertsCaller()
            let wish = try request.json(ChannelWish.self)
            let channel = try await manage.change(request[Self.id], wish, by: caller, from: request.origin)
            return ChannelAnswer(channel, for: caller)
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/channels/{id}",
            summary: "Remove a channel; what waits to be sent through it is not sent",
            tags: AlertRoutes.tags,
            parameters: [Self.id],
            access: .rules,
            quota: "user",
            answers: [.empty(204, "It is gone."), Self.missing]
        ) { request in
            try await manage.remove(request[Self.id], by: request.alertsCaller(), from: request.origin)
            return .noContent
        }
    }

    private var test: Route {
        Route(
            .post,
            "/api/v1/channels/{id}/test",
            summary: "Send a notice through a channel that says it is a test, and tell what came of it",
            tags: AlertRoutes.tags,
            parameters: [Self.id],
            limits: Self.testLimits,
            access: .rules,
            quota: "control",
            answers: [Self.missing]
        ) { request in
            let cause = try await manage.test(
                request[Self.id],
                by: request.alertsCaller(),
                from: request.origin
            )
            return TestAnswer(isSent: cause == nil, cause: cause)
        }
    }
}

extension Request {
    /// Whoever asks; the door lets nobody in here whom it does not know.
    func alertsCaller() throws -> Caller {
        guard let caller else { throw Problem.forbidden("Nobody knows who asks.") }
        return caller
    }
}
