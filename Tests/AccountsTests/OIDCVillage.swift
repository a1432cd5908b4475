import Core
import Database
import Foundation
import HTTPServer
import JobQueue
import Outbound
import TestSupport
import Testing

@testable import Accounts

/// Accounts that answer over a socket and take the word of one provider.
struct OIDCVillage: Sendable {
    let village: Village
    let provider: OIDCServer
    let port: Int

    static func with<Value>(
        _ kind: OIDCServer.Kind = .hostile,
        engine: Village.Engine = .sqlite,
        settings: [String: Any] = [:],
        limits: HTTPLimits? = nil,
        _ body: (OIDCVillage) async throws -> Value
    ) async throws -> Value {
        let provider = try await OIDCServer.start(kind)
        let usual: [String: Any] = [
            "name": "acme", "issuer": provider.issuer, "client_id": "garden", "client_secret": "s3 cr&t",
            "registration": "create",
        ]
        let list = try JSONSerialization.data(withJSONObject: [usual.merging(settings) { $1 }])
        var options = Accounts.Options()
        options.canSendMail = true
        var setup = OIDCSetup(
            try OIDCProvider.list(String(decoding: list, as: UTF8.self)),
            http: HTTPClient(agent: "tests")
        )
        if let limits { setup.limits = limits }
        options.oidc = setup
        return try await Village.with(engine, options: options) { village in
            // The first account is never made by a provider.
            _ = try await village.person("root@example.org", role: .admin)
            return try await village.serving { port in
                try await body(OIDCVillage(village: village, provider: provider, port: port))
            }
        }
    }

    func browser() -> Browser { Browser(port: port) }

    /// What the hostile provider answers from now on.
    func prepare(_ told: [String: Any]) async throws {
        _ = try await provider.send("POST", "/prepare", try JSONSerialization.data(withJSONObject: told))
    }

    /// What the hostile provider was asked.
    func seen() async throws -> (paths: [String: Int], last: [String: Any]) {
        let json = try await provider.send("GET", "/seen").json
        return (json["paths"] as? [String: Int] ?? [:], json["last"] as? [String: Any] ?? [:])
    }

    /// The claims of a token that is as it should be.
    func claims(_ nonce: String) -> [String: Any] {
        let now = Int(village.time.now.secondsSince1970)
        return [
            "iss": provider.issuer, "aud": "garden", "sub": "ada-at-acme", "iat": now, "exp": now + 300,
            "nonce": nonce, "email": "ada@example.org", "email_verified": true, "name": "Ada",
        ]
    }

    /// Goes to the hostile provider and comes back; `NSNull` takes a claim away.
    func arrive(
        _ browser: inout Browser,
        claims changes: [String: Any] = [:],
        told: [String: Any] = [:],
        start: String = "?next=/plants",
        more: String = ""
    ) async throws -> LoopbackAnswer {
        let sent = try await Sent(browser.get("/api/v1/auth/oidc/acme/start\(start)"))
        let claims = claims(sent["nonce"]).merging(changes) { $1 }.filter { !($0.value is NSNull) }
        try await prepare(["claims": claims].merging(told) { $1 })
        return try await browser.get("/api/v1/auth/oidc/acme/callback?code=c0de&state=\(sent["state"])\(more)")
    }

    func users() async throws -> [User] { try await village.accounts.everybody() }

    func user(_ email: String = "ada@example.org") async throws -> User? {
        try await users().first { $0.email.description == email }
    }

    /// What waits to be sent.
    func letters() async throws -> [Letter] {
        try await village.database.query(
            "SELECT payload FROM job WHERE kind = $1 ORDER BY id",
            [.text(Letter.job.name)]
        ).map { try $0.json("payload") }
    }

    func trail(_ action: String) async throws -> [AuditRecord] {
        await village.accounts.seen.flush()
        let filter = AuditFilter(action: action)
        return try await village.accounts.audit.records(filter, after: nil, limit: 50).records
    }
}

/// The answer that sends a browser to the provider.
struct Sent {
    let address: String
    private let items: [URLQueryItem]

    init(_ answer: LoopbackAnswer) throws {
        #expect(answer.status == 302, "\(answer.text)")
        address = try #require(answer["location"])
        items = URLComponents(string: address)?.queryItems ?? []
    }

    subscript(name: String) -> String { items.first { $0.name == name }?.value ?? "" }
}
