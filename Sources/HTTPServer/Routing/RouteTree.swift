/// Finds what stands at a path; literal segments come before parameters, parameters before `{rest*}`.
struct RouteTree: Sendable {
    private struct Node: Sendable {
        var literals: [String: Int] = [:]
        var parameter: Int?
        var rest: Int?
        var endpoint: Endpoint?
    }

    /// The routes of one path, by method.
    struct Endpoint: Sendable {
        let pattern: String
        /// Names of the path's parameters in order.
        let names: [String]
        var routes: [Method: Route] = [:]

        /// Methods that a client may use, `HEAD` and `OPTIONS` included.
        var allowed: String {
            var methods = Set(routes.keys)
            if methods.contains(.get) { methods.insert(.head) }
            methods.insert(.options)
            return Method.allCases.filter(methods.contains).map(\.rawValue).joined(separator: ", ")
        }
    }

    struct Match {
        let endpoint: Endpoint
        /// Values of the path's parameters by name.
        let values: [String: String]
    }

    private var nodes: [Node] = [Node()]

    /// Two routes claim the same method on the same path, or a pattern is malformed.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    mutating func insert(_ route: Route, at pattern: String) throws(Fault) {
        guard pattern.hasPrefix("/") else { throw Fault(description: "\(pattern) does not begin with a slash") }
        var index = 0
        var names: [String] = []
        let segments = pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (position, segment) in segments.enumerated() {
            if segment.hasPrefix("{"), segment.hasSuffix("*}") {
                guard position == segments.count - 1 else { throw Fault(description: "\(pattern): {…*} must be last") }
                names.append(String(segment.dropFirst().dropLast(2)))
                index = child(of: index, \.rest)
            } else if segment.hasPrefix("{"), segment.hasSuffix("}") {
                names.append(String(segment.dropFirst().dropLast()))
                index = child(of: index, \.parameter)
            } else {
                index = child(of: index, literal: String(segment))
            }
        }
        var endpoint = nodes[index].endpoint ?? Endpoint(pattern: pattern, names: names)
        guard endpoint.names == names else {
            throw Fault(description: "\(pattern) and \(endpoint.pattern) name their parameters differently")
        }
        guard endpoint.routes.updateValue(route, forKey: route.method) == nil else {
            throw Fault(description: "two routes claim \(route.method.rawValue) \(pattern)")
        }
        nodes[index].endpoint = endpoint
    }

    func match(_ segments: [String]) -> Match? {
        var captured: [String] = []
        guard let endpoint = descend(0, segments[...], &captured) else { return nil }
        return Match(
            endpoint: endpoint,
            values: Dictionary(zip(endpoint.names, captured), uniquingKeysWith: { first, _ in first })
        )
    }

    private func descend(_ index: Int, _ segments: ArraySlice<String>, _ captured: inout [String]) -> Endpoint? {
        let node = nodes[index]
        guard let segment = segments.first else { return node.endpoint }
        if let next = node.literals[segment], let found = descend(next, segments.dropFirst(), &captured) {
            return found
        }
        if let next = node.parameter, !segment.isEmpty {
            captured.append(segment)
            if let found = descend(next, segments.dropFirst(), &captured) { return found }
            captured.removeLast()
        }
        if let next = node.rest {
            captured.append(segments.joined(separator: "/"))
            return nodes[next].endpoint
        }
        return nil
    }

    private mutating func child(of index: Int, literal: String) -> Int {
        if let known = nodes[index].literals[literal] { return known }
        nodes.append(Node())
        nodes[index].literals[literal] = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func child(of index: Int, _ path: WritableKeyPath<Node, Int?>) -> Int {
        if let known = nodes[index][keyPath: path] { return known }
        nodes.append(Node())
        nodes[index][keyPath: path] = nodes.count - 1
        return nodes.count - 1
    }
}
