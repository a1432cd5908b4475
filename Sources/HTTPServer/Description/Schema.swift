/// A JSON Schema (2020-12), as OpenAPI 3.1 takes it.
package struct Schema: Sendable {
    package private(set) var json: JSONValue

    package init(_ json: JSONValue) { self.json = json }

    package static let any = Schema([:])
    package static let boolean = Schema(["type": "boolean"])
    package static func integer() -> Schema { Schema(["type": "integer"]) }
    package static func number() -> Schema { Schema(["type": "number"]) }

    package static func string(format: String? = nil, maxLength: Int? = nil) -> Schema {
        var members: [(String, JSONValue)] = [("type", "string")]
        if let format { members.append(("format", .string(format))) }
        if let maxLength { members.append(("maxLength", .int(maxLength))) }
        return Schema(.object(members))
    }

    package static func choice(_ values: [String]) -> Schema {
        Schema(["type": "string", "enum": .array(values.map { .string($0) })])
    }

    package static func array(_ element: Schema, maxItems: Int? = nil) -> Schema {
        var members: [(String, JSONValue)] = [("type", "array"), ("items", element.json)]
        if let maxItems { members.append(("maxItems", .int(maxItems))) }
        return Schema(.object(members))
    }

    package static func dictionary(_ value: Schema) -> Schema {
        Schema(["type": "object", "additionalProperties": value.json])
    }

    package static func object(_ properties: [(String, Schema)], required: [String]) -> Schema {
        var members: [(String, JSONValue)] = [
            ("type", "object"), ("properties", .object(properties.map { ($0.0, $0.1.json) })),
        ]
        if !required.isEmpty { members.append(("required", .array(required.map { .string($0) }))) }
        return Schema(.object(members))
    }

    static func reference(_ name: String) -> Schema { Schema(["$ref": .string("#/components/schemas/\(name)")]) }

    package func bounded(_ low: JSONValue, _ high: JSONValue) -> Schema {
        switch low {
        case .int, .number: with([("minimum", low), ("maximum", high)])
        default: self
        }
    }

    package func described(_ text: String) -> Schema { with([("description", .string(text))]) }

    /// The same, but `null` fits too.
    func orNull() -> Schema {
        if case .object(var members) = json, let index = members.firstIndex(where: { $0.0 == "type" }),
            !members.contains(where: { $0.0 == "enum" })
        {
            members[index].1 = .array([members[index].1, "null"])
            return Schema(.object(members))
        }
        return Schema(["anyOf": .array([json, ["type": "null"]])])
    }

    private func with(_ more: [(String, JSONValue)]) -> Schema {
        guard case .object(let members) = json else { return self }
        return Schema(.object(members + more))
    }
}
