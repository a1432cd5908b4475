import CYAML

extension Settings.Layer {
    /// A YAML file of settings: nested keys are joined by `_`, sequences by `,`; anchors and several documents are refused.
    package static func yaml(_ text: String, path: String) throws(YAMLFault) -> Settings.Layer {
        var reader = YAMLFlattener()
        try reader.read(Array(text.utf8), path: path)
        return Settings.Layer(source: path, values: reader.values)
    }
}

/// A settings file is not YAML of the kind we read.
package struct YAMLFault: Error, CustomStringConvertible {
    package let path: String
    package let line: Int
    package let reason: String
    package var description: String { "\(path), line \(line): \(reason)" }
}

/// Turns libyaml's events into flat `a_b: value` pairs.
private struct YAMLFlattener {
    private(set) var values: [String: String] = [:]
    private var path: [String] = []
    private var openSequences = 0
    private var key: String?

    private static let maximumDepth = 8

    mutating func read(_ bytes: [UInt8], path file: String) throws(YAMLFault) {
        var parser = unsafe yaml_parser_t()
        guard unsafe yaml_parser_initialize(&parser) == 1 else {
            throw YAMLFault(path: file, line: 0, reason: "not enough memory to read it")
        }
        defer { unsafe yaml_parser_delete(&parser) }
        // libyaml keeps the pointer until the parser is deleted, so the bytes live in a buffer of their own.
        let input = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(1, bytes.count))
        defer { unsafe input.deallocate() }
        _ = unsafe input.initialize(from: bytes)
        unsafe yaml_parser_set_input_string(&parser, input.baseAddress, bytes.count)
        var isDone = false
        while !isDone {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(&parser, &event) == 1 else {
                let reason = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "not YAML"
                throw unsafe YAMLFault(path: file, line: Int(parser.problem_mark.line) + 1, reason: reason)
            }
            defer { unsafe yaml_event_delete(&event) }
            let line = unsafe Int(event.start_mark.line) + 1
            if let reason = unsafe take(event) { throw YAMLFault(path: file, line: line, reason: reason) }
            isDone = unsafe event.type == YAML_STREAM_END_EVENT
        }
    }

    /// Returns a reason when the event has no place in a settings file.
    private mutating func take(_ event: yaml_event_t) -> String? {
        switch unsafe event.type {
        case YAML_MAPPING_START_EVENT:
            guard openSequences == 0, path.count < Self.maximumDepth else { return "nested too deep" }
            if let key { path.append(key) }
            key = nil
        case YAML_MAPPING_END_EVENT:
            _ = path.popLast()
        case YAML_SEQUENCE_START_EVENT:
            guard key != nil, openSequences == 0 else { return "a list needs a name and cannot hold lists" }
            openSequences = 1
        case YAML_SEQUENCE_END_EVENT:
            openSequences = 0
            key = nil
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let text = unsafe String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self
            )
            return take(text)
        case YAML_ALIAS_EVENT:
            return "aliases are not read here"
        default: break
        }
        return nil
    }

    private mutating func take(_ text: String) -> String? {
        guard let key else {
            self.key = text
            return nil
        }
        let name = (path + [key]).joined(separator: "_")
        if openSequences > 0 {
            values[name] = values[name].map { "\($0),\(text)" } ?? text
            return nil
        }
        guard values.updateValue(text == "~" || text == "null" ? "" : text, forKey: name) == nil else {
            return "\(name) stands twice"
        }
        self.key = nil
        return nil
    }
}
