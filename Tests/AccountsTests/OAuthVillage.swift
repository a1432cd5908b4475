import Core
import Foundation
import TestSupport
import Testing

@testable import Accounts

/// Accounts that answer over a socket, with a person in a browser and applications that ask them.
struct OAuthVillage: Sendable {
    let village: Village
    let port: Int
    /// Who registers applications.
    let keeper: User

    static let redirect = "https://app.example/back"
    static let verifier = String(repeating: "a-long.verifier_of~the-tests", count: 2)

    static func with<Value>(
        _ engine: Village.Engine = .sqlite,
        _ body: (OAuthVillage) async throws -> Value
    ) async throws -> Value {
        try await Village.with(engine) { village in
            _ = try await village.person()
            let keeper = try await village.person("root@example.org", role: .admin)
            return try await village.serving {
                try await body(OAuthVillage(village: village, port: $0, keeper: keeper))
            }
        }
    }

    func register(
        scopes: Set<Permission> = [.predict, .analyses],
        redirects: [String] = [redirect],
        types: Set<OAuthClient.GrantType>? = nil,
        confidential: Bool = true
    ) async throws -> NewOAuthClient {
        let wish = OAuthClientWish(
            name: "Greenhouse",
            redirects: redirects,
            scopes: scopes,
            grantTypes: types,
            isConfidential: confidential
        )
        return try await village.accounts.registerClient(wish, by: keeper, from: .command)
    }

    /// Ada, in a browser.
    func browser() async throws -> Browser {
        var browser = Browser(port: port)
        let answer = try await browser.post(
            "/api/v1/auth/login",
            ["email": "ada@example.org", "password": Village.password, "session": "browser"]
        )
        #expect(answer.status == 200 && browser.isSignedIn, "\(answer.text)")
        return browser
    }

    /// What an application puts into the address that it opens.
    func question(_ made: NewOAuthClient, _ changes: [String: String?] = [:]) -> [String: String] {
        let usual: [String: String?] = [
            "response_type": "code", "client_id": made.client.id.description, "redirect_uri": Self.redirect,
            "state": "s t&te", "code_challenge": SHA256(of: Self.verifier.utf8).bytes.base64URL,
            "code_challenge_method": "S256",
        ]
        return usual.merging(changes) { $1 }.compactMapValues(\.self)
    }

    /// Opens the address, as a browser does.
    func ask(_ question: [String: String]) async throws -> Redirected {
        var browser = Browser(port: port)
        let query = question.map { ($0.key, $0.value) }.formEncoded
        return try Redirected(await browser.get("/oauth/authorize?\(query)"))
    }

    /// Ada says yes, or no; gives where her browser goes.
    func decide(_ question: [String: String], allow: Bool = true) async throws -> Redirected {
        var browser = try await browser()
        let answer = try await browser.post(
            "/api/v1/oauth/authorization",
            question.mapValues { $0 as Any }.merging(["allow": allow]) { $1 }
        )
        #expect(answer.status == 200, "\(answer.text)")
        return Redirected(address: try #require(answer.json["location"] as? String))
    }

    /// Ada lets an application act; gives the code.
    func code(_ made: NewOAuthClient, _ changes: [String: String?] = [:]) async throws -> String {
        try await decide(question(made, changes))["code"]
    }

    /// What an application sends from its own server, or from the person's device.
    func send(
        _ path: String,
        _ made: NewOAuthClient,
        _ fields: [String: String],
        basic: Bool = false
    ) async throws -> LoopbackAnswer {
        var all = fields
        var headers = ["Content-Type": "application/x-www-form-urlencoded"]
        if basic {
            let pair = "\(made.client.id):\((made.secret ?? "").percentEncoded())"
            headers["Authorization"] = "Basic " + Data(pair.utf8).base64EncodedString()
        } else {
            all["client_id"] = fields["client_id"] ?? made.client.id.description
            all["client_secret"] = fields["client_secret"] ?? made.secret
        }
        var program = Browser(port: port)
        let body = all.map { ($0.key, $0.value) }.formEncoded
        return try await program.send("POST", path, headers, Data(body.utf8))
    }

    func trade(_ made: NewOAuthClient, code: String, _ changes: [String: String] = [:]) async throws -> LoopbackAnswer {
        let usual = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": Self.redirect,
            "code_verifier": Self.verifier,
        ]
        return try await send("/oauth/token", made, usual.merging(changes) { $1 }.filter { !$0.value.isEmpty })
    }

    func refresh(_ made: NewOAuthClient, _ token: String, scope: String? = nil) async throws -> LoopbackAnswer {
        var fields = ["grant_type": "refresh_token", "refresh_token": token]
        fields["scope"] = scope
        return try await send("/oauth/token", made, fields)
    }

    /// The status of a call that needs no more than `predict`, or of another one.
    func status(_ token: String, _ method: String = "POST", _ path: String = "/api/v1/auth/ticket") async throws -> Int
    {
        var program = Browser(port: port)
        return try await program.send(method, path, ["Authorization": "Bearer \(token)"], Data()).status
    }

    func actions(_ action: String) async throws -> [AuditRecord] {
        await village.accounts.seen.flush()
        return try await village.accounts.audit.records(AuditFilter(action: action), after: nil, limit: 50).records
    }
}

/// Where a browser is sent.
struct Redirected {
    let address: String
    var items: [URLQueryItem] { URLComponents(string: address)?.queryItems ?? [] }

    init(address: String) { self.address = address }

    init(_ answer: LoopbackAnswer) throws {
        #expect(answer.status == 303, "\(answer.text)")
        #expect(answer["cache-control"] == "no-store")
        address = try #require(answer["location"])
    }

    subscript(name: String) -> String { items.first { $0.name == name }?.value ?? "" }
}

/// Expects that an application is refused in the words of the standard.
func expectRefusal(
    _ answer: LoopbackAnswer,
    _ error: String,
    _ status: Int = 400,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.json["error"] as? String == error, "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer["cache-control"] == "no-store", sourceLocation: sourceLocation)
    #expect(answer.json["access_token"] == nil, sourceLocation: sourceLocation)
}
