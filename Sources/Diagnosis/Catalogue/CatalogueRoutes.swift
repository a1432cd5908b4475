internal import Core
package import HTTPServer

extension Catalogue {
    /// Species, diseases and growth stages for clients; every answer is written once, at start.
    package func routes() throws -> [Route] {
        [
            try speciesList(), try species(), try diseaseList(), try diseases(), try stages(),
        ]
    }

    private static let tags = ["Catalogue"]

    // MARK: Species

    private func species() throws -> Route {
        let id = Parameter<String>.path("id", "The plant's id, `tomato`, or a name of it, `maize`.")
        let answers = try Dictionary(uniqueKeysWithValues: plants.map { ($0.id, try KeptAnswer($0)) })
        return Route(
            .get,
            "/api/v1/species/{id}",
            summary: "Read about a plant",
            details: "Care, harvest, common troubles and what to keep doing when a leaf is well.",
            tags: Self.tags,
            parameters: [id],
            quota: "public",
            answers: [.json(Plant.self, "The plant"), .problem(404, "No such plant; the nearest are named")]
        ) { request in
            guard let plant = plant(request[id]), let answer = answers[plant.id] else {
                throw Problem.unknown("plant", request[id], near: plants(near: request[id]), list: "/api/v1/species")
            }
            return answer.response
        }
    }

    private func speciesList() throws -> Route {
        let paging = Paging()
        let summaries = plants.map { PlantSummary($0, conditions: conditions(of: $0.id).count) }
        return Route(
            .get,
            "/api/v1/species",
            summary: "List the plants of the catalogue",
            tags: Self.tags,
            parameters: paging.parameters,
            quota: "public",
            answers: [.json(CataloguePage<PlantSummary>.self, "A page of plants, by name")]
        ) { request in
            try KeptAnswer(paging.page(of: summaries, request)).response
        }
    }

    // MARK: Diseases

    private func diseases() throws -> Route {
        let id = Parameter<String>.path("id", "The condition's id, `tomato-late-blight`, or a name that is its alone.")
        let answers = try Dictionary(uniqueKeysWithValues: conditions.map { ($0.id, try KeptAnswer($0)) })
        return Route(
            .get,
            "/api/v1/diseases/{id}",
            summary: "Read about a disease or pest",
            details: "Signs, spread, what to do and when, treatment, prevention and look-alikes.",
            tags: Self.tags,
            parameters: [id],
            quota: "public",
            answers: [
                .json(Condition.self, "The condition"), .problem(404, "No such condition; the nearest are named"),
            ]
        ) { request in
            guard let condition = condition(request[id]), let answer = answers[condition.id] else {
                throw Problem.unknown(
                    "disease",
                    request[id],
                    near: conditions(near: request[id]),
                    list: "/api/v1/diseases"
                )
            }
            return answer.response
        }
    }

    private func diseaseList() throws -> Route {
        let paging = Paging()
        let plantName = Parameter<String?>.query("plant", "Only conditions of this plant: its id or a name of it.")
        let summaries = conditions.map { ($0.plantID, ConditionSummary($0)) }
        return Route(
            .get,
            "/api/v1/diseases",
            summary: "List the diseases and pests of the catalogue",
            tags: Self.tags,
            parameters: paging.parameters + [plantName],
            quota: "public",
            answers: [
                .json(CataloguePage<ConditionSummary>.self, "A page of conditions, by plant and name"),
                .problem(422, "No such plant; the nearest are named"),
            ]
        ) { request in
            var chosen = summaries
            if let name = request[plantName] {
                guard let plant = plant(name) else {
                    let near = Problem.suggestion(plants(near: name))
                    throw Problem.unprocessable(["query", "plant"], "is no plant of the catalogue." + near)
                }
                chosen = summaries.filter { $0.0 == plant.id }
            }
            return try KeptAnswer(paging.page(of: chosen.map(\.1), request)).response
        }
    }

    // MARK: Growth stages

    private func stages() throws -> Route {
        let type = Parameter<String>.path("plant_type", "The plant's id, `tomato`, or a name of it, `maize`.")
        let answers = try Dictionary(uniqueKeysWithValues: growthStages.map { ($0.plantType, try KeptAnswer($0)) })
        return Route(
            .get,
            "/api/v1/growth-stages/{plant_type}",
            summary: "Read how a plant's season runs",
            details: "Each stage with its days and what the plant needs then.",
            tags: Self.tags,
            parameters: [type],
            quota: "public",
            answers: [.json(GrowthStages.self, "The stages"), .problem(404, "No such plant; the nearest are named")]
        ) { request in
            guard let plant = plant(request[type]), let answer = answers[plant.id] else {
                throw Problem.unknown(
                    "plant",
                    request[type],
                    near: plants(near: request[type]),
                    list: "/api/v1/species"
                )
            }
            return answer.response
        }
    }
}

/// An answer that holds as long as the program does; clients may ask whether theirs is still good.
private struct KeptAnswer: Sendable {
    let response: Response

    init(_ value: some APIValue) throws {
        var response = try Response.json(value)
        if case .bytes(let bytes) = response.body {
            response["ETag"] = "\"\(SHA256(of: bytes).description.prefix(32))\""
        }
        response["Cache-Control"] = "public, max-age=3600"
        self.response = response
    }
}

/// The parameters of a list, and the cut they ask for.
private struct Paging: Sendable {
    let page = Parameter<Int>.query("page", "Which page, from 1.", default: 1, in: 1...1_000_000)
    let limit = Parameter<Int?>.query("limit", "How many on a page; 50 unless told.", in: 1...200)
    let perPage = Parameter<Int?>.query("per_page", "The same as `limit`.", in: 1...200)

    var parameters: [any ParameterDeclaration] { [page, limit, perPage] }

    func page<Item>(of items: [Item], _ request: Request) -> CataloguePage<Item> {
        let size = request[limit] ?? request[perPage] ?? 50
        let number = request[page]
        return CataloguePage(
            items: Array(items.dropFirst((number - 1) * size).prefix(size)),
            total: items.count,
            page: number,
            pages: (items.count + size - 1) / size
        )
    }
}

extension Problem {
    fileprivate static func unknown<Entry>(
        _ kind: String,
        _ name: String,
        near: [CatalogueID<Entry>],
        list: String
    ) -> Problem {
        let told = name.count <= 60 && name.unicodeScalars.allSatisfy { $0.value >= 0x20 } ? " “\(name)”" : ""
        var problem = Problem.notFound("The catalogue has no \(kind)\(told).\(suggestion(near)) All stand at \(list).")
        problem.more = [("near", .array(near.map { .string($0.rawValue) }))]
        return problem
    }

    fileprivate static func suggestion<Entry>(_ near: [CatalogueID<Entry>]) -> String {
        near.isEmpty ? "" : " The nearest: \(near.map(\.rawValue).joined(separator: ", "))."
    }
}
