import CYAML

/// A piece of a YAML file, with the line it begins on; aliases and several documents are refused.
package struct YAMLNode: Sendable {
    package enum Content: Sendable {
        case text(String)
        case list([YAMLNode])
        /// In the order of the file; no key stands twice.
        case pairs([(key: String, value: YAMLNode)])
    }

    package let line: Int
    package let content: Content

    package init(line: Int, content: Content) {
        self.line = line
        self.content = content
    }

    /// `nil` for a file in which nothing stands.
    package static func parse(_ text: String, path: String) throws(YAMLFault) -> YAMLNode? {
        var reader = YAMLReader()
        try reader.read(Array(text.utf8), path: path)
        return reader.root
    }
}

/// A file is not YAML of the kind we read.
package struct YAMLFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let line: Int
    package let reason: String
    package var description: String { "\(path), line \(line): \(reason)" }

    package init(path: String, line: Int, reason: String) {
        self.path = path
        self.line = line
        self.reason = reason
    }
}

/// Makes a tree of libyaml's events.
private struct YAMLReader {
    private struct Open {
        let line: Int
        let isList: Bool
        var items: [YAMLNode] = []
        var pairs: [(key: String, value: YAMLNode)] = []
        var keys: Set<String> = []
        var key: String?
    }

    private(set) var root: YAMLNode?
    private var open: [Open] = []
    private var count = 0

    private static let deepest = 8
    private static let most = 20_000

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
            if let reason = unsafe take(event, line) { throw YAMLFault(path: file, line: line, reason: reason) }
            isDone = unsafe event.type == YAML_STREAM_END_EVENT
        }
    }

    /// Returns a reason when the event has no place in a file of ours.
    private mutating func take(_ event: yaml_event_t, _ line: Int) -> String? {
        count += 1
        guard count <= Self.most else { return "the file is too long" }
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT: return root == nil ? nil : "a second document begins"
        case YAML_MAPPING_START_EVENT, YAML_SEQUENCE_START_EVENT:
            guard open.count < Self.deepest else { return "nested too deep" }
            if let top = open.last, !top.isList, top.key == nil { return "a name is a plain word" }
            open.append(Open(line: line, isList: unsafe event.type == YAML_SEQUENCE_START_EVENT))
        case YAML_MAPPING_END_EVENT, YAML_SEQUENCE_END_EVENT:
            guard let done = open.popLast() else { return "not YAML" }
            return put(YAMLNode(line: done.line, content: done.isList ? .list(done.items) : .pairs(done.pairs)))
        case YAML_SCALAR_EVENT:
            let scalar = unsafe event.data.scalar
            let text = unsafe String(
                decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length),
                as: UTF8.self
            )
            if let top = open.last, !top.isList, top.key == nil {
                guard open[open.count - 1].keys.insert(text).inserted else { return "\(text) stands twice" }
                open[open.count - 1].key = text
                return nil
            }
            return put(YAMLNode(line: line, content: .text(text)))
        case YAML_ALIAS_EVENT: return "aliases are not read here"
        default: break
        }
        return nil
    }

    private mutating func put(_ node: YAMLNode) -> String? {
        guard var top = open.popLast() else {
            root = node
            return nil
        }
        if let key = top.key {
            top.pairs.append((key, node))
            top.key = nil
        } else {
            top.items.append(node)
        }
        open.append(top)
        return nil
    }
}
