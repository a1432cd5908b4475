package import Core
package import HTTPServer

/// Counts calls by their class and caller, and refuses those past the limit.
package struct RateGate: Sendable {
    private let limits: RateLimits?
    private let counter: LenientRateCounter

    /// Without limits nothing is counted.
    package init(_ limits: RateLimits?, shared: (any RateCounting)?) {
        self.limits = limits
        counter = LenientRateCounter(shared: shared)
    }

    /// Counts a call; the fields tell the caller how it stands.
    ///
    /// - Throws: a 429 with `Retry-After` when it is one too many, a 411 for a very large form that does not tell its length.
    package func admit(
        _ request: Request,
        _ caller: Caller?
    ) async throws -> [(name: String, value: String)] {
        guard limits != nil, request.route.quota != nil else { return [] }
        var bytes: Int?
        if case .multipart = request.route.body {
            let limit = request.route.limits.body
            bytes = request.headers["content-length"].flatMap { Int($0) }
            // What does not tell its length may become as long as the route allows, and is counted so.
            guard bytes != nil || limit <= Self.longestUntold else {
                throw Problem(411, "length-required", "Send the length of the form in Content-Length.")
            }
            bytes = bytes ?? limit
        }
        return try await count(request, caller, bytes: bytes)
    }

    private static let longestUntold = 512 << 20

    /// Counts a call, or a message that is worth one, and the bytes that come with it.
    ///
    /// - Throws: a 429 with `Retry-After` when it is one too many.
    @discardableResult
    package func count(
        _ request: Request,
        _ caller: Caller?,
        bytes: Int?
    ) async throws -> [(name: String, value: String)] {
        guard let limits, let quota = request.route.quota else { return [] }
        let name = quota == "public" ? caller?.rateClass ?? quota : quota
        guard var limit = limits.byClass[name] else { return [] }
        if let own = caller?.quota { limit = RateLimits.Limit(count: own, window: .seconds(60)) }
        let counted = caller?.rateKey ?? "address:\(request.client.household)"
        let standing = await use("\(name):\(counted)", 1, limit)
        let fields = fields(standing)
        guard standing.isAllowed else { throw refusal(standing, fields, "calls") }
        if let bytes, let limit = limits.byClass["upload"] {
            let standing = await use("upload:\(counted)", min(bytes / 1_000 + 1, limit.count), limit)
            guard standing.isAllowed else { throw refusal(standing, fields, "bytes") }
        }
        return fields
    }

    /// Counts something else than a call, such as attempts to sign in; counts nothing where there are no limits.
    func isAllowed(_ key: String, _ limit: RateLimits.Limit) async -> Bool {
        limits == nil ? true : await use(key, 1, limit).isAllowed
    }

    private func use(_ key: String, _ cost: Int, _ limit: RateLimits.Limit) async -> RateStanding {
        await counter.use(key, cost: cost, limit: limit.count, per: limit.window)
    }

    private func fields(_ standing: RateStanding) -> [(name: String, value: String)] {
        [
            ("X-RateLimit-Limit", "\(standing.limit)"),
            ("X-RateLimit-Remaining", "\(max(0, standing.limit - standing.used))"),
            ("X-RateLimit-Reset", "\(seconds(standing.reset))"),
        ]
    }

    private func refusal(
        _ standing: RateStanding,
        _ fields: [(name: String, value: String)],
        _ what: String
    ) -> Problem {
        let wait = max(1, seconds(standing.retryAfter))
        var problem = Problem.tooManyRequests("These are too many \(what); try again in \(wait) s.", retryAfter: wait)
        problem.headers += fields
        return problem
    }

    private func seconds(_ duration: Duration) -> Int { Int(duration.seconds.rounded(.up)) }
}

extension Caller {
    fileprivate var rateClass: String {
        switch credential {
        case .cookie: "session"
        case .token, .key, .application, .settings: "user"
        }
    }

    /// Each key and each application counts for itself, all sessions of a person together.
    fileprivate var rateKey: String {
        switch credential {
        case .key(let id): "key:\(id)"
        case .application(let id): "application:\(id)"
        case .cookie, .token, .settings: "user:\(logName)"
        }
    }
}
