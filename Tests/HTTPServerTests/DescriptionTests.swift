import Core
import Foundation
import Testing

@testable import HTTPServer

private enum Colour: String, Codable, CaseIterable, ParameterValue { case red, darkGreen = "dark_green" }

private struct Leaf: APIValue {
    let id: UUIDv7
    let takenAt: Timestamp
    let colour: Colour?
    let areas: [Double]
    let probabilities: [String: Double]
    let parent: [Leaf]
    let vein: Vein
    let other: Vein?
    let isPlant: Bool
    let imageURL: String

    struct Vein: APIValue {
        let width: Int
        static let notes = ["width": "In micrometres"]
    }

    static let notes = ["colour": "As seen by day"]
}

private struct WrongNote: APIValue {
    let a: Int
    static let notes = ["b": "there is no b"]
}

private enum Shape: APIValue {
    case circle(radius: Double)
    case square(side: Double)
}

@Suite struct SchemaTests {
    @Test func `a schema follows from decoding`() throws {
        let catalogue = SchemaCatalogue()
        let reference = try catalogue.schema(of: [Leaf].self)
        #expect(text(reference.json) == ##"{"type":"array","items":{"$ref":"#/components/schemas/Leaf"}}"##)
        let schemas = Dictionary(uniqueKeysWithValues: catalogue.components.map { ($0.name, text($0.schema.json)) })
        #expect(
            schemas["Vein"]
                == #"{"type":"object","properties":{"width":{"type":"integer","description":"In micrometres"}},"required":["width"]}"#
        )
        #expect(
            schemas["Leaf"] == ##"""
                {"type":"object","properties":{"id":{"type":"string","format":"uuid"},"taken_at":{"type":"string","format":"date-time"},"colour":{"anyOf":[{"type":"string","enum":["red","dark_green"],"description":"As seen by day"},{"type":"null"}]},"areas":{"type":"array","items":{"type":"number"}},"probabilities":{"type":"object","additionalProperties":{"type":"number"}},"parent":{"type":"array","items":{"$ref":"#/components/schemas/Leaf"}},"vein":{"$ref":"#/components/schemas/Vein"},"other":{"anyOf":[{"$ref":"#/components/schemas/Vein"},{"type":"null"}]},"is_plant":{"type":"boolean"},"image_url":{"type":"string"}},"required":["id","taken_at","areas","probabilities","parent","vein","is_plant","image_url"]}
                """##
        )
    }

    @Test func `types that cannot be probed are named`() {
        #expect(throws: SchemaCatalogue.Fault.self) { try SchemaCatalogue().schema(of: Shape.self) }
        #expect(throws: SchemaCatalogue.Fault.self) { try SchemaCatalogue().schema(of: WrongNote.self) }
        #expect(throws: SchemaCatalogue.Fault.self) { try SchemaCatalogue().schema(of: [Int: Int].self) }
    }

    @Test(arguments: [
        ("takenAt", "taken_at"), ("imageURL", "image_url"), ("myURLProperty", "my_url_property"), ("id", "id"),
        ("plant_type", "plant_type"), ("co2Level", "co2_level"), ("isPlant", "is_plant"), ("a", "a"), ("aB", "a_b"),
    ])
    func `names are those of the encoder`(swift: String, json: String) throws {
        #expect(swift.snakeCased() == json)
        // A dictionary with a struct's key strategy: encode through a keyed container.
        struct AnyKey: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }
        struct One: Encodable {
            let name: String
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: AnyKey.self)
                try container.encode(1, forKey: AnyKey(stringValue: name))
            }
        }
        #expect(try String(decoding: JSON.encode(One(name: swift)), as: UTF8.self) == "{\"\(json)\":1}")
    }

    private func text(_ value: JSONValue) -> String { String(decoding: value.bytes(), as: UTF8.self) }
}

@Suite struct OpenAPITests {
    private static let id = Parameter<UUIDv7>.path("id", "Which")
    private static let confidence = Parameter<Double>.query("min_confidence", "Least", default: 0.5, in: 0...1)
    private static let colour = Parameter<Colour?>.query("colour", "Only these")

    private func description() throws -> [String: Any] {
        let router = try Router([
            Route(
                .post,
                "/api/v1/leaves/{id}",
                summary: "Look",
                tags: ["leaf"],
                parameters: [Self.id, Self.confidence, Self.colour],
                body: .multipart([.file("file", "The photo", types: ["image/jpeg"]), .field("note", "Words")]),
                access: Access("read"),
                quota: "data"
            ) { _ -> Leaf in throw Problem.notFound() },
            Route(.get, "/hidden", summary: "Hidden", isDocumented: false) { _ in .noContent },
        ])
        let info = Router.Info(
            title: "T",
            version: "1",
            summary: "S",
            securitySchemes: [("bearer", ["type": "http", "scheme": "bearer"])]
        )
        let bytes = try router.openAPI(info).bytes(pretty: true)
        return try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test func `an operation tells all that its route declares`() throws {
        let paths = try #require(description()["paths"] as? [String: [String: [String: Any]]])
        #expect(paths.keys.sorted() == ["/api/v1/leaves/{id}"])
        let operation = try #require(paths["/api/v1/leaves/{id}"]?["post"])
        #expect(operation["operationId"] as? String == "post_leaves_id")
        let responses = try #require(operation["responses"] as? [String: Any])
        #expect(
            responses.keys.sorted() == [
                "200", "400", "401", "403", "404", "408", "413", "415", "422", "429", "431", "503",
            ]
        )
        let parameters = try #require(operation["parameters"] as? [[String: Any]])
        let schema = try #require(parameters[1]["schema"] as? [String: Any])
        #expect(schema["minimum"] as? Double == 0)
        #expect(schema["maximum"] as? Double == 1)
        #expect(schema["default"] as? Double == 0.5)
        let body = try #require(operation["requestBody"] as? [String: Any])
        #expect("\(body)".contains("binary"))
        #expect(operation["security"] != nil)
    }

    @Test func `a Postman collection has the same routes`() throws {
        let router = try Router([
            Route(.get, "/a/{id}", summary: "A", tags: ["x"], parameters: [Self.id, Self.confidence]) { _ in .noContent
            }
        ])
        let json = try #require(
            JSONSerialization.jsonObject(
                with: Data(router.postman(.init(title: "T", version: "1", summary: "S")).bytes())
            ) as? [String: Any]
        )
        let folder = try #require((json["item"] as? [[String: Any]])?.first)
        #expect(folder["name"] as? String == "x")
        #expect("\(folder)".contains("{{base}}/a/:id"))
    }
}

@Suite struct ParameterTests {
    @Test func `an enumeration is taken in either case`() throws {
        let parameter = Parameter<Colour>.query("c", "")
        #expect(try parameter.read(["DARK_green"]) as? Colour == .darkGreen)
        let fault = #expect(throws: ParameterFault.self) { try parameter.read(["blue"]) }
        #expect(fault?.message == "is not one of red, dark_green")
    }

    @Test func `missing, repeated and optional parameters`() throws {
        let required = Parameter<Int>.query("n", "", in: 1...9)
        #expect(#expect(throws: ParameterFault.self) { try required.read([]) }?.type == "missing")
        #expect(#expect(throws: ParameterFault.self) { try required.read(["1", "2"]) }?.type == "repeated")
        #expect(#expect(throws: ParameterFault.self) { try required.read(["10"]) }?.type == "out_of_range")
        let optional = Parameter<Int?>.query("n", "")
        #expect(try optional.read([]) as? Int? == .some(nil))
        let list = Parameter<[Int]>.query("n", "", limit: 2)
        #expect(try list.read(["1", "2"]) as? [Int] == [1, 2])
        #expect(#expect(throws: ParameterFault.self) { try list.read(["1", "2", "3"]) }?.type == "too_many")
    }
}

@Suite struct JSONBodyTests {
    private struct Item: Decodable { let name: String; let sizes: [Int] }

    @Test(arguments: [
        ("", ["body"]), ("{", ["body"]), ("[]", ["body"]), (#"{"name":1,"sizes":[]}"#, ["body", "name"]),
        (#"{"name":"a","sizes":[1,"x"]}"#, ["body", "sizes", "1"]), (#"{"name":"a"}"#, ["body", "sizes"]),
        (#"{"name":null,"sizes":[]}"#, ["body", "name"]),
    ])
    func `the place of a fault is named`(text: String, location: [String]) {
        let problem = #expect(throws: Problem.self) { try JSONBody.decode(Item.self, from: Array(text.utf8)) }
        #expect(problem?.status == 422)
        #expect(problem?.errors.first?.location == location)
    }

    @Test func `depth is bounded before anything is built`() {
        let deep = String(repeating: "[", count: 100_000)
        let problem = #expect(throws: Problem.self) { try JSONBody.decode([Int].self, from: Array(deep.utf8)) }
        #expect(problem?.errors.first?.type == "too_deep")
        #expect(JSONBody.depth(of: Array(#"{"a":"[[[[","b":["\"["]}"#.utf8)) == 2)
    }
}
