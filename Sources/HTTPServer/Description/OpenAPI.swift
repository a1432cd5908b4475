extension Router {
    /// What an API description says of the server as a whole.
    package struct Info: Sendable {
        package var title: String
        package var version: String
        package var summary: String
        /// Base addresses, such as `/` or `https://plants.example`.
        package var servers: [String]
        /// Security schemes by name, as OpenAPI writes them.
        package var securitySchemes: [(name: String, scheme: JSONValue)]
        package var tags: [(name: String, summary: String)]

        package init(
            title: String,
            version: String,
            summary: String,
            servers: [String] = ["/"],
            securitySchemes: [(name: String, scheme: JSONValue)] = [],
            tags: [(name: String, summary: String)] = []
        ) {
            self.title = title
            self.version = version
            self.summary = summary
            self.servers = servers
            self.securitySchemes = securitySchemes
            self.tags = tags
        }
    }

    /// The OpenAPI 3.1 description of all documented routes.
    ///
    /// - Throws: when a type's schema cannot be derived, or two operations share a name.
    package func openAPI(_ info: Info) throws -> JSONValue {
        let catalogue = SchemaCatalogue()
        var paths: [(String, [(String, JSONValue)])] = []
        var operations: Set<String> = []
        for route in routes where route.isDocumented {
            guard operations.insert(route.operation).inserted else {
                throw RouteTree.Fault(description: "two operations are called \(route.operation)")
            }
            let operation = try OperationDescription(route: route, info: info, catalogue: catalogue).json()
            let path = route.pattern.replacing("*}", with: "}")
            let method = route.method.rawValue.asciiLowercased()
            if let index = paths.firstIndex(where: { $0.0 == path }) {
                paths[index].1.append((method, operation))
            } else {
                paths.append((path, [(method, operation)]))
            }
        }
        let schemas =
            catalogue.components.map { ($0.name, $0.schema.json) }.sorted { $0.0 < $1.0 }
            + [("Problem", OperationDescription.problemSchema)]
        var components: [(String, JSONValue)] = [("schemas", .object(schemas))]
        if !info.securitySchemes.isEmpty {
            components.append(("securitySchemes", .object(info.securitySchemes.map { ($0.name, $0.scheme) })))
        }
        return [
            "openapi": "3.1.0",
            "info": ["title": .string(info.title), "version": .string(info.version), "summary": .string(info.summary)],
            "servers": .array(info.servers.map { ["url": .string($0)] }),
            "tags": .array(info.tags.map { ["name": .string($0.name), "description": .string($0.summary)] }),
            "paths": .object(paths.map { ($0.0, .object($0.1)) }),
            "components": .object(components),
        ]
    }
}

/// One operation of the description.
struct OperationDescription {
    let route: Route
    let info: Router.Info
    let catalogue: SchemaCatalogue

    func json() throws -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("operationId", .string(route.operation)), ("summary", .string(route.summary)),
        ]
        if !route.details.isEmpty { members.append(("description", .string(route.details))) }
        if !route.tags.isEmpty { members.append(("tags", .array(route.tags.map { .string($0) }))) }
        if !route.parameters.isEmpty {
            members.append(("parameters", .array(route.parameters.map { parameter($0.description) })))
        }
        if let body = try requestBody() { members.append(("requestBody", body)) }
        members.append(("responses", .object(try responses())))
        if !route.access.isOpen, !info.securitySchemes.isEmpty {
            let needed = JSONValue.array([.string(route.access.name)])
            let schemes = info.securitySchemes.map { JSONValue.object([($0.name, needed)]) }
            let nobody = route.access.admitsStrangers ? [JSONValue.object([])] : []
            members.append(("security", .array(schemes + nobody)))
        }
        return .object(members)
    }

    private func parameter(_ description: ParameterDescription) -> JSONValue {
        var schema = description.schema.json
        if let fallback = description.fallback, case .object(let members) = schema {
            schema = .object(members + [("default", fallback)])
        }
        return [
            "name": .string(description.name), "in": .string(description.key.place.rawValue),
            "description": .string(description.summary), "required": .bool(description.isRequired), "schema": schema,
        ]
    }

    private func requestBody() throws -> JSONValue? {
        let content: [(String, JSONValue)]
        switch route.body {
        case .none: return nil
        case .json(let type): content = [(MediaType.json, ["schema": try catalogue.schema(of: type).json])]
        case .multipart(let fields): content = [("multipart/form-data", form(fields))]
        case .bytes(let types), .stream(let types):
            content = types.map { ($0, ["schema": ["type": "string", "format": "binary"]]) }
        }
        return ["required": true, "content": .object(content)]
    }

    private func form(_ fields: [MultipartField]) -> JSONValue {
        var encodings: [(String, JSONValue)] = []
        let properties = fields.map { field -> (String, Schema) in
            var schema: Schema
            switch field.kind {
            case .file(let types):
                schema = .string(format: "binary")
                if !types.isEmpty {
                    encodings.append((field.name, ["contentType": .string(types.joined(separator: ", "))]))
                }
            case .text: schema = .string()
            }
            if field.isRepeated { schema = .array(schema) }
            return (field.name, schema.described(field.summary))
        }
        let schema = Schema.object(properties, required: fields.filter(\.isRequired).map(\.name))
        var members: [(String, JSONValue)] = [("schema", schema.json)]
        if !encodings.isEmpty { members.append(("encoding", .object(encodings))) }
        return .object(members)
    }

    private func responses() throws -> [(String, JSONValue)] {
        var answers = route.answers
        for implied in impliedProblems where !answers.contains(where: { $0.status == implied.status }) {
            answers.append(implied)
        }
        var responses: [(String, JSONValue)] = []
        for answer in answers.sorted(by: { $0.status < $1.status }) {
            let code = "\(answer.status)"
            guard let content = try content(answer) else {
                if !responses.contains(where: { $0.0 == code }) {
                    responses.append((code, ["description": .string(answer.summary)]))
                }
                continue
            }
            if let index = responses.firstIndex(where: { $0.0 == code }), case .object(var known) = responses[index].1,
                let at = known.firstIndex(where: { $0.0 == "content" }), case .object(let media) = known[at].1
            {
                known[at].1 = .object(media + [content])
                responses[index].1 = .object(known)
            } else {
                responses.append((code, ["description": .string(answer.summary), "content": .object([content])]))
            }
        }
        return responses
    }

    private func content(_ answer: Answer) throws -> (String, JSONValue)? {
        switch answer.content {
        case .none: nil
        case .json(let type): (MediaType.json, ["schema": try catalogue.schema(of: type).json])
        case .freeJSON(let schema): (MediaType.json, ["schema": schema.json])
        case .problem: (MediaType.problem, ["schema": Schema.reference("Problem").json])
        case .media(let type): (type, ["schema": ["type": "string"]])
        }
    }

    /// What the server itself may answer on this route.
    private var impliedProblems: [Answer] {
        var answers: [Answer] = [
            .problem(400, "The request is malformed."),
            .problem(431, "The address and the header fields together are too long."),
            .problem(503, "The server is busy, or a part of it is not ready."),
        ]
        if !route.access.isOpen {
            answers.append(.problem(401, "Credentials are missing or not valid."))
        }
        if route.access != .anyone { answers.append(.problem(403, "The caller may not do this.")) }
        if !route.body.isNone {
            answers.append(.problem(408, "The body came too slowly."))
            answers.append(.problem(413, "The body is larger than \(route.limits.body) bytes."))
            answers.append(.problem(415, "The body is of a type that is not taken."))
        }
        if route.parameters.contains(where: { $0.description.key.place == .path }) {
            answers.append(.problem(404, "There is nothing of this name."))
        }
        if !route.body.isNone || !route.parameters.isEmpty {
            answers.append(.problem(422, "A field or a parameter cannot be taken."))
        }
        if route.quota != nil { answers.append(.problem(429, "There were too many calls; see Retry-After.")) }
        return answers
    }

    static let problemSchema: JSONValue = [
        "type": "object",
        "description": "What went wrong (RFC 9457).",
        "required": ["type", "title", "status", "detail", "message", "request_id"],
        "properties": [
            "type": ["type": "string", "format": "uri-reference"], "title": ["type": "string"],
            "status": ["type": "integer"], "detail": ["type": "string"], "message": ["type": "string"],
            "request_id": ["type": "string"],
            "errors": [
                "type": "array",
                "items": [
                    "type": "object", "required": ["loc", "msg", "type"],
                    "properties": [
                        "loc": ["type": "array", "items": ["type": "string"]], "msg": ["type": "string"],
                        "type": ["type": "string"],
                    ],
                ],
            ],
        ],
    ]
}
