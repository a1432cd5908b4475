extension Router {
    /// The documented routes as a Postman collection (schema 2.1), one folder per tag.
    package func postman(_ info: Info) -> JSONValue {
        var folders: [(name: String, items: [JSONValue])] = []
        for route in routes where route.isDocumented && route.webSocket == nil {
            let name = route.tags.first ?? info.title
            let item = PostmanItem(route: route).json
            if let index = folders.firstIndex(where: { $0.name == name }) {
                folders[index].items.append(item)
            } else {
                folders.append((name, [item]))
            }
        }
        return [
            "info": [
                "name": .string(info.title), "description": .string(info.summary), "version": .string(info.version),
                "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
            ],
            "item": .array(folders.map { ["name": .string($0.name), "item": .array($0.items)] }),
            "variable": [["key": "base", "value": .string(info.servers.first.map { $0 == "/" ? "" : $0 } ?? "")]],
        ]
    }
}

private struct PostmanItem {
    let route: Route

    var json: JSONValue {
        var request: [(String, JSONValue)] = [
            ("method", .string(route.method.rawValue)), ("description", .string(route.details)), ("header", headers),
            ("url", url),
        ]
        if let body { request.append(("body", body)) }
        return ["name": .string(route.summary), "request": .object(request)]
    }

    private func declared(_ place: ParameterKey.Place) -> [ParameterDescription] {
        route.parameters.map(\.description).filter { $0.key.place == place }
    }

    private var headers: JSONValue {
        var fields = declared(.header).map { parameter -> JSONValue in
            ["key": .string(parameter.name), "value": "", "description": .string(parameter.summary)]
        }
        if case .json = route.body { fields.append(["key": "Content-Type", "value": .string(MediaType.json)]) }
        return .array(fields)
    }

    private var url: JSONValue {
        let segments = route.pattern.split(separator: "/").map { segment -> String in
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else { return String(segment) }
            return ":" + segment.dropFirst().dropLast().filter { $0 != "*" }
        }
        let query = declared(.query).map { parameter -> JSONValue in
            [
                "key": .string(parameter.name), "value": .string(text(parameter.fallback)),
                "description": .string(parameter.summary), "disabled": .bool(!parameter.isRequired),
            ]
        }
        let variables = declared(.path).map { parameter -> JSONValue in
            ["key": .string(parameter.name), "value": "", "description": .string(parameter.summary)]
        }
        return [
            "raw": .string("{{base}}/" + segments.joined(separator: "/")), "host": ["{{base}}"],
            "path": .array(segments.map { .string($0) }), "query": .array(query), "variable": .array(variables),
        ]
    }

    private var body: JSONValue? {
        switch route.body {
        case .none: nil
        case .json: ["mode": "raw", "raw": "{}", "options": ["raw": ["language": "json"]]]
        case .multipart(let fields):
            [
                "mode": "formdata",
                "formdata": .array(
                    fields.map { field in
                        let isFile = if case .file = field.kind { true } else { false }
                        return [
                            "key": .string(field.name), "type": isFile ? "file" : "text",
                            "description": .string(field.summary),
                        ]
                    }
                ),
            ]
        case .bytes, .stream: ["mode": "file"]
        }
    }

    private func text(_ value: JSONValue?) -> String {
        guard let value else { return "" }
        if case .string(let text) = value { return text }
        return String(decoding: value.bytes(), as: UTF8.self)
    }
}
