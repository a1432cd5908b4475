import Core
package import HTTPServer

/// Decides for every request who is asking and whether they may: the one place that does.
package struct Doorkeeper: Sendable {
    let identify: Identify
    let rates: RateGate
    let seen: SeenJournal
    let tickets: SocketTickets
    let allowsAnonymousPrediction: Bool
    let publicURL: String?
    /// Other origins whose pages may call.
    let allowedOrigins: [String]

    /// The gatekeeper for an `HTTPServer`.
    package func admit(_ access: Access, _ request: Request) async throws -> Admission {
        if ![.fromElsewhere, .ownCredentials].contains(access) { try checkOrigin(request) }
        let caller = access == .ownCredentials ? nil : try await caller(request)
        do {
            try check(access, caller, request)
        } catch {
            // Strangers knock at every door; what people and programs that we know are refused is worth an entry.
            if let caller {
                seen.refused(access.name, by: caller.logName, on: request.route.pattern, from: request.origin)
            }
            throw error
        }
        let headers = try await rates.admit(request, caller)
        guard request.route.opensSocket, let caller else { return Admission(principal: caller, headers: headers) }
        let address = request.client.text
        return Admission(principal: caller, headers: headers) { await stillHolds(caller, from: address) }
    }

    /// An open socket has no request at which anybody could be asked again.
    private func stillHolds(_ caller: Caller, from address: String) async -> Bool {
        do {
            guard let now = try await identify.renewed(caller, from: address) else { return false }
            return now.permissions == caller.permissions && now.reach == caller.reach
        } catch {
            // A database that is away for a moment is no reason to send everybody away.
            return true
        }
    }

    /// Whoever shows a key or a token knows it, and no page of another can.
    private func checkOrigin(_ request: Request) throws {
        if request.headers.contains("x-api-key") || request.headers.contains("authorization") { return }
        guard SameOrigin.admitsStranger(request, publicURL: publicURL, others: allowedOrigins) else {
            throw Problem.forbidden(
                "A page of another origin may not do this. The operator lets it in by cors_origins, or public_url is not set."
            )
        }
    }

    private func caller(_ request: Request) async throws -> Caller? {
        do {
            if request.route.opensSocket, let token = request.target.values("token").first {
                return try await tickets.caller(token, from: request.client.text)
            }
            return try await identify(request)
        } catch let problem as Problem where problem.status == 401 {
            let limit = RateLimits.Limit(count: 60, window: .seconds(60))
            guard await rates.isAllowed("credential:\(request.client.household)", limit) else {
                throw Problem.tooManyRequests("Too many wrong keys or tokens came from this address.", retryAfter: 60)
            }
            seen.refused("credential", by: "nobody", on: request.route.pattern, from: request.origin)
            throw problem
        }
    }

    private func check(_ access: Access, _ caller: Caller?, _ request: Request) throws {
        switch access {
        case .anyone, .fromElsewhere, .ownCredentials: return
        case .loopback:
            guard request.isLocal else {
                throw Problem.forbidden("This address answers callers on the server's own machine only.")
            }
            guard request.namesUs(publicURL.flatMap(SameOrigin.host)) else {
                throw Problem.forbidden("This address answers to localhost, to a number or to the name in public_url.")
            }
        default:
            // A requirement that nobody declared is one that nobody meets.
            guard let permission = Permission(rawValue: access.name) else {
                throw Problem.forbidden("Nobody may do this.")
            }
            try check(permission, caller)
        }
    }

    private func check(_ permission: Permission, _ caller: Caller?) throws {
        guard let caller else {
            if permission.isOpen, allowsAnonymousPrediction { return }
            throw Problem.unauthorized(
                "Sign in first, or send a key in the X-API-Key header.",
                challenge: "Bearer realm=\"hedgerow\", APIKey realm=\"hedgerow\""
            )
        }
        if caller.isProgram, permission.needsPerson {
            throw Problem.forbidden("Only a person who is signed in may do this, and no key or application.")
        }
        guard caller.permissions.contains(permission) else {
            throw Problem.forbidden("This needs the permission “\(permission.rawValue)”, which you do not have.")
        }
        guard caller.hasSecondFactor || !caller.role.needsSecondFactor || permission.comesBeforeSecondFactor else {
            throw Problem(
                403,
                "second-factor-needed",
                "Whoever looks after the server signs in with a second factor. Set one up under Account, Security."
            )
        }
    }
}
