import Accounts
import Core
import Database
import HTTPServer

/// The calls about rules.
struct RuleRoutes: Sendable {
    let manage: ManageRules
    let authority: RuleAuthority

    private static let id = Parameter<Rule.ID>.path("id", "Key of the rule.")
    private static let missing = Answer.problem(404, "There is no such rule, or none about what you see.")

    var all: [Route] { [list, add, show, change, remove] }

    struct RuleAnswer: APIValue {
        let id: Rule.ID
        let name: String
        let kind: AlertKind
        let species: [String]?
        let minConfidence: Double?
        let hours: Int?
        let percent: Int?
        let severity: Severity?
        let siteID: UUIDv7?
        let cameraID: UUIDv7?
        let channels: [Channel.ID]
        let pace: Rule.Pace
        let quietMinutes: Int
        let isEnabled: Bool
        let isHeld: Bool
        let disclosure: Disclosure
        let createdAt: Timestamp
        static let notes = [
            "channels": "Also those that you do not look after.",
            "disclosure":
                "What it tells at most: words, pictures too, or exact places too; what whoever set it might see.",
            "isHeld":
                "Whoever set it may not see any more what it is about, so it tells nothing; set it anew to wake it.",
        ]

        enum CodingKeys: String, CodingKey {
            case id, name, kind, species, minConfidence, hours, percent, severity, channels, pace, quietMinutes
            case isEnabled, isHeld, disclosure, createdAt
            case siteID = "siteId"
            case cameraID = "cameraId"
        }

        init(_ rule: Rule, isHeld: Bool) {
            id = rule.id
            name = rule.name
            kind = rule.kind
            species = rule.condition.species
            minConfidence = rule.condition.minConfidence
            hours = rule.condition.hours
            percent = rule.condition.percent
            severity = rule.condition.severity
            siteID = rule.site
            cameraID = rule.camera
            channels = rule.channels
            pace = rule.pace
            quietMinutes = rule.quietMinutes
            isEnabled = rule.isEnabled
            self.isHeld = isHeld
            disclosure = rule.disclosure
            createdAt = rule.createdAt
        }
    }

    struct Page: APIValue {
        let items: [RuleAnswer]
        let next: String?
    }

    private func answers(_ rules: [Rule]) async throws -> [RuleAnswer] {
        try await manage.rules.database.read { reader in
            var answers: [RuleAnswer] = []
            for rule in rules {
                let holds = try await authority.holds(rule, at: rule.site, in: reader)
                answers.append(RuleAnswer(rule, isHeld: !holds))
            }
            return answers
        }
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/rules",
            summary: "List the rules about what you see",
            tags: AlertRoutes.tags,
            parameters: [Paging.after, Paging.limit],
            access: .rules,
            quota: "user"
        ) { request in
            let caller = try request.alertsCaller()
            let page = try await manage.rules.page(
                within: caller.reach,
                seesServer: caller.seesServer,
                after: RuleStore.order.place(of: request[Paging.after]),
                limit: request[Paging.limit]
            )
            return Page(items: try await answers(page.rules), next: page.next?.token)
        }
    }

    private var add: Route {
        Route(
            .post,
            "/api/v1/rules",
            summary: "Add a rule: what is to be told, of which place, how soon and where",
            tags: AlertRoutes.tags,
            body: .json(RuleWish.self),
            limits: Route.Limits(body: 64 << 10),
            access: .rules,
            quota: "user",
            status: 201,
            answers: [.problem(409, "There are too many rules.")]
        ) { request in
            let wish = try request.json(RuleWish.self)
            let rule = try await manage.add(wish, by: request.alertsCaller(), from: request.origin)
            return try await answers([rule])[0]
        }
    }

    private var show: Route {
        Route(
            .get,
            "/api/v1/rules/{id}",
            summary: "Show a rule",
            tags: AlertRoutes.tags,
            parameters: [Self.id],
            access: .rules,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            let caller = try request.alertsCaller()
            let rule = try await manage.rules.database.read {
                try await manage.rule(request[Self.id], visibleTo: caller, in: $0)
            }
            return try await answers([rule])[0]
        }
    }

    private var change: Route {
        Route(
            .put,
            "/api/v1/rules/{id}",
            summary: "Change a rule; from then on it is your word",
            tags: AlertRoutes.tags,
            parameters: [Self.id],
            body: .json(RuleWish.self),
            limits: Route.Limits(body: 64 << 10),
            access: .rules,
            quota: "user",
            answers: [Self.missing]
        ) { request in
            let wish = try request.json(RuleWish.self)
            let rule = try await manage.change(request[Self.id], wish, by: request.alertsCaller(), from: request.origin)
            return try await answers([rule])[0]
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/rules/{id}",
            summary: "Remove a rule; what goes on by it ends, and the history stays",
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
}
