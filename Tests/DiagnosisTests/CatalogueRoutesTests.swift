import Core
import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import Diagnosis

/// Serves the shipped catalogue on a free port for as long as `body` lasts.
private func withCatalogue<Value>(_ body: (Int) async throws -> Value) async throws -> Value {
    let catalogue = try Catalogue.load(folder: SharedData.checkout + "/Catalogue")
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = HTTPServer(
        configuration: ServerConfiguration(port: 0),
        router: try Router(catalogue.routes()),
        log: .silent,
        metrics: Metrics(),
        onReady: { port in
            continuation.yield(port)
            continuation.finish()
        }
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        defer { group.cancelAll() }
        return try await body(port)
    }
}

/// Asks on a thread of its own: a test must not hold one of the pool.
private func get(_ path: String, _ fields: String..., port: Int) async throws -> LoopbackAnswer {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(
                with: Result {
                    let connection = try LoopbackConnection(port: port)
                    let head = fields.map { $0 + "\r\n" }.joined()
                    try connection.send("GET \(path) HTTP/1.1\r\nHost: here\r\n\(head)\r\n")
                    return try connection.answer()
                }
            )
        }
    }
}

private func object(_ answer: LoopbackAnswer) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
}

struct CatalogueRoutesTests {
    @Test(
        "An entry is answered as its file holds it, by id and by name",
        arguments: [
            ("/api/v1/species/tomato", "plants/tomato"), ("/api/v1/species/maize", "plants/corn"),
            ("/api/v1/species/Bell%20pepper", "plants/bell-pepper"),
            ("/api/v1/diseases/tomato-late-blight", "conditions/tomato-late-blight"),
            ("/api/v1/diseases/APPLE-SCAB", "conditions/apple-scab"),
            ("/api/v1/growth-stages/potato", "growth-stages/potato"),
            ("/api/v1/growth-stages/Sweet%20corn", "growth-stages/corn"),
        ]
    )
    func entry(path: String, file: String) async throws {
        let answer = try await withCatalogue { try await get(path, port: $0) }
        #expect(answer.status == 200)
        let written = try Data(contentsOf: URL(filePath: SharedData.checkout + "/Catalogue/\(file).json"))
        let expected = try #require(JSONSerialization.jsonObject(with: written) as? NSDictionary)
        #expect(try object(answer) as NSDictionary == expected)
    }

    @Test(
        "What is not there is a 404 that names the nearest",
        arguments: [
            ("/api/v1/species/tomatoe", "tomato"), ("/api/v1/diseases/late%20blight", "potato-late-blight"),
            ("/api/v1/growth-stages/blueberries", "blueberry"),
        ]
    )
    func nearest(path: String, near: String) async throws {
        let answer = try await withCatalogue { try await get(path, port: $0) }
        #expect(answer.status == 404)
        #expect(answer["content-type"] == "application/problem+json")
        let problem = try object(answer)
        #expect((problem["near"] as? [String])?.contains(near) == true)
        #expect((problem["detail"] as? String)?.contains(near) == true)
    }

    @Test func `a stranger's name is not thrown back when it is long or no text`() async throws {
        try await withCatalogue { port in
            let long = try await get("/api/v1/species/" + String(repeating: "x", count: 500), port: port)
            #expect(long.status == 404)
            #expect(try (object(long)["detail"] as? String)?.contains("xxx") == false)
            let odd = try await get("/api/v1/diseases/a%0Ab", port: port)
            #expect((400...404).contains(odd.status))
        }
    }

    @Test func `a client that has an entry is told that it still holds`() async throws {
        try await withCatalogue { port in
            let first = try await get("/api/v1/diseases/apple-scab", port: port)
            let tag = try #require(first["etag"])
            #expect(first["cache-control"] == "public, max-age=3600")
            let again = try await get("/api/v1/diseases/apple-scab", "If-None-Match: \(tag)", port: port)
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            let other = try await get("/api/v1/diseases/apple-black-rot", "If-None-Match: \(tag)", port: port)
            #expect(other.status == 200)
        }
    }

    @Test func `lists come in pages and can be cut to one plant`() async throws {
        try await withCatalogue { port in
            let species = try object(await get("/api/v1/species", port: port))
            #expect(species["total"] as? Int == 9)
            #expect(species["pages"] as? Int == 1)
            #expect((species["items"] as? [[String: Any]])?.first?["name"] as? String == "Apple")

            let second = try object(await get("/api/v1/diseases?page=2&limit=6", port: port))
            #expect(second["total"] as? Int == 20)
            #expect(second["page"] as? Int == 2)
            #expect(second["pages"] as? Int == 4)
            #expect((second["items"] as? [Any])?.count == 6)

            let ofCorn = try object(await get("/api/v1/diseases?plant=Maize&per_page=2", port: port))
            #expect(ofCorn["total"] as? Int == 3)
            let items = try #require(ofCorn["items"] as? [[String: Any]])
            #expect(items.map { $0["plant_id"] as? String } == ["corn", "corn"])

            let beyond = try object(await get("/api/v1/species?page=1000000&limit=200", port: port))
            #expect((beyond["items"] as? [Any])?.isEmpty == true)
        }
    }

    @Test(
        "A list asked for wrongly says which parameter",
        arguments: ["page=0", "page=x", "limit=0", "limit=201", "per_page=-1", "plant=tomatoe"]
    )
    func wrongParameter(query: String) async throws {
        let answer = try await withCatalogue { try await get("/api/v1/diseases?\(query)", port: $0) }
        #expect(answer.status == 422)
        let errors = try #require(object(answer)["errors"] as? [[String: Any]])
        let name = String(query.prefix { $0 != "=" })
        #expect(errors.first?["loc"] as? [String] == ["query", name])
    }

    @Test func `the API description knows the entries and their fields`() throws {
        let catalogue = try Catalogue.load(folder: SharedData.checkout + "/Catalogue")
        let description = try Router(catalogue.routes()).openAPI(.init(title: "t", version: "1", summary: "s"))
        let schemas = try #require(description["components"]?["schemas"])
        for name in ["Plant", "Condition", "GrowthStages", "CataloguePage_PlantSummary"] {
            #expect(schemas[name] != nil, "\(name)")
        }
        for field in ["plant_id", "look_alikes", "cannot_confirm_from_photo", "steps"] {
            #expect(schemas["Condition"]?["properties"]?[field] != nil, "\(field)")
        }
        let plantID = try #require(schemas["Condition"]?["properties"]?["plant_id"]).bytes()
        #expect(String(decoding: plantID, as: UTF8.self).contains("\"string\""))
    }
}
