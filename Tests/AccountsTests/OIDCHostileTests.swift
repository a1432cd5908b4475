import Core
import Foundation
import Outbound
import TestSupport
import Testing

@testable import Accounts

/// Providers, and people between them and us, that do what they should not.
@Suite("OIDC attacks") struct OIDCHostileTests {
    private struct Lie: Sendable {
        let name: String
        let claims: [String: any Sendable]
        let told: [String: any Sendable]

        init(_ name: String, claims: [String: any Sendable] = [:], told: [String: any Sendable] = [:]) {
            (self.name, self.claims, self.told) = (name, claims, told)
        }
    }

    private static func lies(_ now: Int) -> [Lie] {
        [
            Lie("another issuer", claims: ["iss": "https://evil.example"]),
            Lie("an issuer that begins alike", claims: ["iss": "http://127.0.0.1"]),
            Lie("another client", claims: ["aud": "other"]), Lie("no client", claims: ["aud": [String]()]),
            Lie("several clients and no word for which", claims: ["aud": ["garden", "other"]]),
            Lie("made for another client", claims: ["azp": "other"]),
            Lie("made for a client that is no text", claims: ["azp": 7]),
            Lie("run out", claims: ["exp": now - 120]), Lie("without an end", claims: ["exp": NSNull()]),
            Lie("from before", claims: ["iat": now - 3_600]), Lie("from the future", claims: ["iat": now + 3_600]),
            Lie("without a beginning", claims: ["iat": NSNull()]),
            Lie("another question", claims: ["nonce": "AAAAAAAAAAAAAAAAAAAAAA"]),
            Lie("no question", claims: ["nonce": NSNull()]), Lie("nobody", claims: ["sub": ""]),
            Lie("a number for somebody", claims: ["sub": 7]),
            Lie("somebody endless", claims: ["sub": String(repeating: "x", count: 256)]),
            Lie("not signed", told: ["alg": "none"]), Lie("not signed, in capitals", told: ["alg": "NONE"]),
            Lie("signed with the public key as a secret", told: ["alg": "HS256"]),
            Lie("signed with a key that is not published", told: ["key": "second", "kid": "first"]),
            Lie("an unknown key", told: ["key": "second"]),
            Lie("a key for something else", told: ["alg": "RS256", "kid": "curve"]),
            Lie("no token", told: ["token": "a.b"]), Lie("no JSON", told: ["token": "e30.e30."]),
            Lie("a token that is none", told: ["token": "..."]),
            Lie("a token of forty kilobytes", told: ["token": String(repeating: "A", count: 40_000)]),
            Lie("a refusal", told: ["refusal": "invalid_grant"]),
        ]
    }

    @Test func `a token that is not as it should be signs nobody in`() async throws {
        try await OIDCVillage.with { garden in
            for lie in Self.lies(Int(garden.village.time.now.secondsSince1970)) {
                var browser = garden.browser()
                let answer = try await garden.arrive(&browser, claims: lie.claims, told: lie.told)
                #expect(answer["location"] == "/sign-in?oidc=failed", "\(lie.name)")
                #expect(!browser.isSignedIn, "\(lie.name)")
                garden.village.time.move(.seconds(61))
            }
            #expect(try await garden.users().count == 1)
            var browser = garden.browser()
            #expect(try await garden.arrive(&browser)["location"] == "/plants", "the truth still passes")
        }
    }

    @Test func `an answer is good once, in one browser, and for ten minutes`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            var other = garden.browser()
            _ = try await other.get("/api/v1/auth/oidc/acme/start")
            func begin() async throws -> String {
                let sent = try await Sent(browser.get("/api/v1/auth/oidc/acme/start"))
                try await garden.prepare(["claims": garden.claims(sent["nonce"])])
                return "/api/v1/auth/oidc/acme/callback?code=c0de&state=\(sent["state"])"
            }
            let stolen = try await begin()
            #expect(try await other.get(stolen)["location"] == "/sign-in?oidc=expired")
            var bare = garden.browser()
            #expect(try await bare.get(try await begin())["location"] == "/sign-in?oidc=expired")
            #expect(!other.isSignedIn && !bare.isSignedIn)

            let once = try await begin()
            let cookies = browser.cookies
            #expect(try await browser.get(once)["location"] == "/")
            browser.cookies = cookies
            #expect(try await browser.get(once)["location"] == "/sign-in?oidc=expired")

            let late = try await begin()
            garden.village.time.move(.seconds(601))
            #expect(try await browser.get(late)["location"] == "/sign-in?oidc=expired")
            for state in ["", "&state=", "&state=ht_00", "&state=\(String(repeating: "x", count: 900))"] {
                let answer = try await browser.get("/api/v1/auth/oidc/acme/callback?code=c0de\(state)")
                #expect(answer["location"] == "/sign-in?oidc=expired", "\(answer.status) for \(state.prefix(20))")
            }
        }
    }

    @Test func `without the name of a key there must be no choice`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            let told: [String: Any] = ["kid": "", "published": ["first", "second"]]
            let answer = try await garden.arrive(&browser, told: told)
            #expect(answer["location"] == "/sign-in?oidc=failed")
        }
    }

    @Test func `the answer of another provider is not taken`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            let answer = try await garden.arrive(&browser, more: "&iss=https%3A%2F%2Fevil.example")
            #expect(answer["location"] == "/sign-in?oidc=failed")
            let own = garden.provider.issuer.percentEncoded()
            #expect(try await garden.arrive(&browser, more: "&iss=\(own)")["location"] == "/plants")
        }
    }

    @Test func `keys are read anew when one is not known, and at most once a minute`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            #expect(try await garden.arrive(&browser)["location"] == "/plants")
            let rotated: [String: Any] = ["key": "second", "published": ["second"]]
            #expect(try await garden.arrive(&browser, told: rotated)["location"] == "/sign-in?oidc=failed")
            #expect(try await garden.seen().paths["/keys"] == 1)
            garden.village.time.move(.seconds(61))
            #expect(try await garden.arrive(&browser, told: rotated)["location"] == "/plants")
            #expect(try await garden.arrive(&browser, told: rotated)["location"] == "/plants")
            // The one before is gone.
            #expect(try await garden.arrive(&browser)["location"] == "/sign-in?oidc=failed")
            let paths = try await garden.seen().paths
            #expect(paths["/keys"] == 2 && paths["/.well-known/openid-configuration"] == 1)
            garden.village.time.move(.seconds(3_601))
            #expect(try await garden.arrive(&browser)["location"] == "/plants")
            #expect(try await garden.seen().paths["/.well-known/openid-configuration"] == 2)
        }
    }

    @Test(arguments: ["/.well-known/openid-configuration", "/keys", "/token"], ["slow", "huge"])
    func `answers that are too slow or too large are given up`(path: String, fault: String) async throws {
        var limits = HTTPLimits.call
        limits.total = .seconds(5)
        limits.bytes = 256 << 10
        try await OIDCVillage.with(limits: limits) { garden in
            try await garden.prepare([fault: [path]])
            var browser = garden.browser()
            let started = ContinuousClock.now
            let sent = try await browser.get("/api/v1/auth/oidc/acme/start")
            if sent.status == 302 {
                let sent = try Sent(sent)
                try await garden.prepare(["claims": garden.claims(sent["nonce"]), fault: [path]])
                let answer = try await browser.get(
                    "/api/v1/auth/oidc/acme/callback?code=c0de&state=\(sent["state"])"
                )
                #expect(answer["location"] == "/sign-in?oidc=unavailable")
            } else {
                #expect(sent["location"] == "/sign-in?oidc=unavailable")
                // Those who come next do not wait for it as well.
                #expect(try await browser.get("/api/v1/auth/oidc/acme/start")["location"] == sent["location"])
                #expect(try await garden.seen().paths[path] == 1)
            }
            #expect(ContinuousClock.now - started < .seconds(40))
            #expect(!browser.isSignedIn)
        }
    }

    @Test(arguments: [
        ["issuer": "https://evil.example"], ["token_endpoint": "http://192.0.2.1/token"],
        ["jwks_uri": "file:///etc/passwd"],
        ["authorization_endpoint": "javascript:alert(1)"], ["authorization_endpoint": "http://evil.example/"],
        ["jwks_uri": "http://127.0.0.1@evil.example/keys"], ["token_endpoint": "ftp://evil.example/"],
    ])
    func `a description that leads astray is not followed`(metadata: [String: String]) async throws {
        try await OIDCVillage.with { garden in
            try await garden.prepare(["metadata": metadata])
            var browser = garden.browser()
            let answer = try await browser.get("/api/v1/auth/oidc/acme/start")
            #expect(answer.status == 303 && answer["location"] == "/sign-in?oidc=unavailable")
        }
    }
}
