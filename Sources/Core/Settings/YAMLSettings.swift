extension Settings.Layer {
    /// A YAML file of settings: nested keys are joined by `_`, sequences by `,`.
    package static func yaml(_ text: String, path: String) throws(YAMLFault) -> Settings.Layer {
        var values: [String: String] = [:]
        if let root = try YAMLNode.parse(text, path: path) { try flatten(root, [], path, into: &values) }
        return Settings.Layer(source: path, values: values)
    }

    private static func flatten(
        _ node: YAMLNode,
        _ place: [String],
        _ path: String,
        into values: inout [String: String]
    ) throws(YAMLFault) {
        let name = place.joined(separator: "_")
        func set(_ value: String) throws(YAMLFault) {
            guard !place.isEmpty else { throw YAMLFault(path: path, line: node.line, reason: "a setting needs a name") }
            guard values.updateValue(value, forKey: name) == nil else {
                throw YAMLFault(path: path, line: node.line, reason: "\(name) stands twice")
            }
        }
        switch node.content {
        case .pairs(let pairs): for (key, value) in pairs { try flatten(value, place + [key], path, into: &values) }
        case .text(let text): try set(text == "~" || text == "null" ? "" : text)
        case .list(let items):
            var texts: [String] = []
            for item in items {
                guard case .text(let text) = item.content else {
                    throw YAMLFault(path: path, line: item.line, reason: "a list of settings holds plain words alone")
                }
                texts.append(text)
            }
            if !texts.isEmpty { try set(texts.joined(separator: ",")) }
        }
    }
}
