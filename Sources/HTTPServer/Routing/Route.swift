/// One method on one path: what it takes, who may call it, what it answers, and the code that does it.
package struct Route: Sendable {
    package typealias Handler = @Sendable (Request) async throws -> Response
    package typealias Known = @Sendable () -> Response?

    package struct Limits: Sendable {
        /// Bytes of body.
        package var body: Int
        /// From the moment the handler may start until its answer begins.
        package var time: Duration
        /// From the head until the last byte of the body.
        package var upload: Duration

        package init(body: Int = 1 << 20, time: Duration = .seconds(30), upload: Duration = .seconds(60)) {
            self.body = body
            self.time = time
            self.upload = upload
        }
    }

    package let method: Method
    /// The path with its parameters in braces: `/api/v1/plants/{id}`; `{rest*}` at the end takes all that follows.
    package let pattern: String
    /// Further paths that lead here, which documentation leaves out.
    package let aliases: [String]
    package let summary: String
    package let details: String
    package let tags: [String]
    /// The name of the operation in the OpenAPI description.
    package let operation: String
    package let parameters: [any ParameterDeclaration]
    package let body: RouteBody
    package let limits: Limits
    package let access: Access
    /// The class of rate limit that counts calls; `nil` when they are not counted.
    package let quota: String?
    package let answers: [Answer]
    /// Replaces the Content-Security-Policy of the server.
    package let contentPolicy: String?
    package let isDocumented: Bool
    private(set) var handler: Handler
    /// Gives an answer that lies in memory, for anyone, or `nil` to ask the handler.
    ///
    /// It runs on the network's thread, so it never waits.
    private(set) var known: Known?
    /// Opens a WebSocket instead of answering.
    var webSocket: WebSocketRoute?
    package var opensSocket: Bool { webSocket != nil }

    package init(
        _ method: Method,
        _ pattern: String,
        aliases: [String] = [],
        summary: String,
        details: String = "",
        tags: [String] = [],
        operation: String? = nil,
        parameters: [any ParameterDeclaration] = [],
        body: RouteBody = .none,
        limits: Limits = Limits(),
        access: Access = .anyone,
        quota: String? = nil,
        answers: [Answer] = [],
        contentPolicy: String? = nil,
        isDocumented: Bool = true,
        known: Known? = nil,
        handler: @escaping Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.aliases = aliases
        self.summary = summary
        self.details = details
        self.tags = tags
        self.operation = operation ?? Self.operationName(method, pattern)
        self.parameters = parameters
        self.body = body
        self.limits = limits
        self.access = access
        self.quota = quota
        self.answers = answers
        self.contentPolicy = contentPolicy
        self.isDocumented = isDocumented
        precondition(known == nil || access == .anyone && body.isNone, "a known answer asks nobody and reads nothing")
        self.known = known
        self.handler = handler
    }

    /// A route whose handler returns a typed value: it is answered as JSON and documented from its type.
    package init<Value: APIValue>(
        _ method: Method,
        _ pattern: String,
        aliases: [String] = [],
        summary: String,
        details: String = "",
        tags: [String] = [],
        operation: String? = nil,
        parameters: [any ParameterDeclaration] = [],
        body: RouteBody = .none,
        limits: Limits = Limits(),
        access: Access = .anyone,
        quota: String? = nil,
        status: Int = 200,
        answers: [Answer] = [],
        handler: @escaping @Sendable (Request) async throws -> Value
    ) {
        self.init(
            method,
            pattern,
            aliases: aliases,
            summary: summary,
            details: details,
            tags: tags,
            operation: operation,
            parameters: parameters,
            body: body,
            limits: limits,
            access: access,
            quota: quota,
            answers: [.json(Value.self, Status.title(status), status: status)] + answers,
            handler: { request in try await Response.json(handler(request), status: status) }
        )
    }

    /// The same route with `wrap` around its handler: for what concerns every route, such as tracing.
    package func wrapped(_ wrap: (@escaping Handler) -> Handler) -> Route {
        var copy = self
        copy.handler = wrap(handler)
        return copy
    }

    /// `GET /api/v1/plants/{id}` is `get_plants_id`.
    private static func operationName(_ method: Method, _ pattern: String) -> String {
        let words = pattern.split(separator: "/").drop { $0 == "api" || $0 == "v1" }.map { word in
            String(word.map { $0.isLetter || $0.isNumber ? $0 : "_" }).split(separator: "_").joined(separator: "_")
        }
        return ([method.rawValue.asciiLowercased()] + (words.isEmpty ? ["root"] : words)).joined(separator: "_")
    }
}
