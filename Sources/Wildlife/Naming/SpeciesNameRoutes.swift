import Accounts
import Core
import Database
import HTTPServer

/// The calls with which people settle what names of models mean here.
struct SpeciesNameRoutes: Sendable {
    let settle: SettleNames

    private static let name = Parameter<String>.path("name", "The name, as models give it, in small letters.")
    fileprivate static let longest = 100

    var all: [Route] { [list, put, remove] }

    struct NameAnswer: APIValue {
        let name: String
        let detections: Int
        let becomes: String?
        let livesElsewhere: Bool
        let isSensitive: Bool
        let scientificName: String?
        let taxonRank: ScientificName.Rank?
        let exportedAs: String?
        static let notes = [
            "becomes": "What it means here; null where it means itself.",
            "detections": "How many animals that you see the models called so, or are called so now.",
            "exportedAs": "The scientific name under which it goes out; null where none is known.",
            "isSensitive": "Whether places where it was seen are told roughly.",
            "scientificName": "What exports call it, where that was settled.",
            "livesElsewhere": "Whether it is never the answer; what speaks for it then speaks for the taxa above it.",
        ]

        init(_ rule: SpeciesRule, detections: Int, exportedAs: ScientificName?) {
            name = rule.name
            self.detections = detections
            becomes = rule.becomes
            livesElsewhere = rule.livesElsewhere
            isSensitive = rule.isSensitive
            scientificName = rule.scientificName?.text
            taxonRank = rule.scientificName?.rank
            self.exportedAs = exportedAs?.text
        }
    }

    struct Names: APIValue { let items: [NameAnswer] }

    struct Wish: APIValue {
        let becomes: String?
        let livesElsewhere: Bool?
        let isSensitive: Bool?
        let scientificName: String?
        let taxonRank: ScientificName.Rank?
        static let notes = [
            "scientificName": "What exports call it, such as Capreolus capreolus.",
            "taxonRank": "What the scientific name is; null where it tells by itself, as two words are a species.",
        ]

        private func science() throws -> ScientificName? {
            guard let text = scientificName else {
                guard taxonRank == nil else {
                    throw Problem.unprocessable(
                        ["body", "taxon_rank"],
                        "is the rank of a scientific name, which is missing"
                    )
                }
                return nil
            }
            guard let name = ScientificName(written: text, taxonRank) else {
                throw Problem.unprocessable(
                    ["body", "scientific_name"],
                    "takes a scientific name of one to four words, such as Capreolus capreolus"
                )
            }
            return name
        }

        func rule(for name: String) throws -> SpeciesRule {
            let name = PlainText.clean(name, limit: SpeciesNameRoutes.longest + 1).lowercased()
            guard (1...SpeciesNameRoutes.longest).contains(name.count) else {
                throw Problem.unprocessable(["path", "name"], "takes 1 to \(SpeciesNameRoutes.longest) characters")
            }
            let becomes = try becomes.map { text in
                let clean = PlainText.clean(text, limit: SpeciesNameRoutes.longest + 1).lowercased()
                guard (1...SpeciesNameRoutes.longest).contains(clean.count), clean != name else {
                    throw Problem.unprocessable(
                        ["body", "becomes"],
                        "takes another name of up to \(SpeciesNameRoutes.longest) characters"
                    )
                }
                return clean
            }
            let rule = SpeciesRule(
                name: name,
                becomes: becomes,
                livesElsewhere: livesElsewhere ?? false,
                isSensitive: isSensitive ?? false,
                scientificName: try science()
            )
            let settles =
                rule.becomes != nil || rule.livesElsewhere || rule.isSensitive || rule.scientificName != nil
            guard settles else {
                throw Problem.unprocessable(["body"], "settles nothing; DELETE takes back what was settled")
            }
            return rule
        }
    }

    private var list: Route {
        Route(
            .get,
            "/api/v1/species-names",
            summary: "List the names that models give to animals, and what they mean here",
            tags: ImageRoutes.tags,
            access: .images,
            quota: "user"
        ) { request in
            let reach = request.wildlifeCaller.reach
            let used = try await settle.rules.namesInUse(within: reach, limit: SpeciesRuleStore.most)
            let rules = try await settle.rules.database.read { try await settle.rules.all(in: $0) }
            let counts = Dictionary(used.map { ($0.name, $0.detections) }, uniquingKeysWith: { first, _ in first })
            let scientific = ScientificNames(rules.values)
            let unused = rules.keys.filter { counts[$0] == nil }.sorted()
            return Names(
                items: (used.map(\.name) + unused).map { name in
                    let plain = SpeciesRule(name: name, becomes: nil, livesElsewhere: false, isSensitive: false)
                    let rule = rules[name] ?? plain
                    return NameAnswer(rule, detections: counts[name] ?? 0, exportedAs: scientific(rule.shown))
                }
            )
        }
    }

    private var put: Route {
        Route(
            .put,
            "/api/v1/species-names/{name}",
            summary: "Settle what a name of a model means here",
            details: """
                All pictures are named anew from what the models said of them; the models are not asked again. Exports take the \
                scientific name that is settled here before any that models or the name itself tell.
                """,
            tags: ImageRoutes.tags,
            parameters: [Self.name],
            body: .json(Wish.self),
            access: .cameras,
            quota: "user",
            status: 202,
            answers: [.problem(403, "You do not see all sites."), .problem(409, "Too many names are settled.")]
        ) { request in
            let rule = try request.json(Wish.self).rule(for: request[Self.name])
            try await settle.put(rule, request.wildlifeCaller)
            let exportedAs = try await ScientificNames.load(from: settle.rules.database)(rule.shown)
            return NameAnswer(rule, detections: 0, exportedAs: exportedAs)
        }
    }

    private var remove: Route {
        Route(
            .delete,
            "/api/v1/species-names/{name}",
            summary: "Take back what was settled about a name",
            tags: ImageRoutes.tags,
            parameters: [Self.name],
            access: .cameras,
            quota: "user",
            answers: [
                .empty(204, "The name means itself again."), .problem(403, "You do not see all sites."),
                .problem(404, "Nothing is settled about this name."),
            ]
        ) { request in
            try await settle.remove(request[Self.name].lowercased(), request.wildlifeCaller)
            return .noContent
        }
    }
}
