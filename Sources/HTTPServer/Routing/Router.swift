/// All routes of a server, and the rules by which a path finds one.
package struct Router: Sendable {
    /// A path prefix that stands for another: `/api` for `/api/v1`.
    package struct Alias: Sendable {
        let prefix: [String]
        let target: [String]

        package init(from prefix: String, to target: String) {
            self.prefix = prefix.split(separator: "/").map(String.init)
            self.target = target.split(separator: "/").map(String.init)
        }
    }

    package let routes: [Route]
    private let tree: RouteTree
    private let aliases: [Alias]
    /// What browsers see at addresses that lead nowhere; programs, and all paths below an alias, get a problem.
    private let missingPage: (@Sendable (Headers) -> Response?)?

    /// Throws when two routes claim one method on one path, or a pattern and its declared parameters disagree.
    package init(
        _ routes: [Route],
        aliases: [Alias] = [],
        missingPage: (@Sendable (Headers) -> Response?)? = nil
    ) throws {
        var tree = RouteTree()
        for route in routes {
            try Self.check(route)
            for pattern in [route.pattern] + route.aliases { try tree.insert(route, at: pattern) }
        }
        self.routes = routes
        self.tree = tree
        self.aliases = aliases
        self.missingPage = missingPage
    }

    enum Finding {
        case route(Route, [String: String])
        case wrongMethod(allowed: String)
        case nothing
        /// The same path without the slash at its end leads somewhere.
        case withoutSlash
    }

    func find(_ method: String, _ segments: [String]) -> Finding {
        guard let match = match(segments) else {
            if segments.count > 1, segments.last?.isEmpty == true, match(segments.dropLast()) != nil {
                return .withoutSlash
            }
            return .nothing
        }
        guard let method = Method(rawValue: method),
            let route = match.endpoint.routes[method] ?? (method == .head ? match.endpoint.routes[.get] : nil)
        else { return .wrongMethod(allowed: match.endpoint.allowed) }
        return .route(route, match.values)
    }

    /// The page for a browser that asked for what is not there.
    func missingPage(for segments: [String], _ headers: Headers) -> Response? {
        guard headers["accept"]?.contains("text/html") == true,
            !aliases.contains(where: { segments.starts(with: $0.prefix) }), var page = missingPage?(headers)
        else { return nil }
        page.status = 404
        return page
    }

    private func match(_ segments: [String]) -> RouteTree.Match? {
        if let match = tree.match(segments) { return match }
        for alias in aliases where segments.starts(with: alias.prefix) {
            if let match = tree.match(alias.target + segments.dropFirst(alias.prefix.count)) { return match }
        }
        return nil
    }

    private static func check(_ route: Route) throws(RouteTree.Fault) {
        let declared = Set(route.parameters.map(\.description.key).filter { $0.place == .path }.map(\.name))
        let named = Set(
            route.pattern.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
                .map { $0.dropFirst().dropLast().filter { $0 != "*" } }
        )
        guard declared == named else {
            throw RouteTree.Fault(
                description:
                    "\(route.pattern) declares the path parameters \(declared.sorted()), its path names \(named.sorted())"
            )
        }
    }
}
