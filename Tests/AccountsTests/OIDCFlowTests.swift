import Core
import Foundation
import TestSupport
import Testing

@testable import Accounts

/// Signing in with a provider, as it should go.
@Suite("OIDC flow") struct OIDCFlowTests {
    @Test(arguments: Village.Engine.allCases)
    func `somebody new is made by the word of a provider, and known the next time`(engine: Village.Engine) async throws
    {
        try await OIDCVillage.with(.mock, engine: engine) { garden in
            // The mock knows no clock but the real one.
            garden.village.time.move(
                Timestamp(secondsSince1970: Date().timeIntervalSince1970) - garden.village.time.now
            )
            try await garden.provider.put(
                "ada",
                ["email": "ada@example.org", "email_verified": true, "name": "Ada Lovelace"]
            )
            for round in 1...2 {
                var browser = garden.browser()
                let sent = try await Sent(browser.get("/api/v1/auth/oidc/acme/start?next=/plants%3Fpage=2"))
                #expect(sent.address.hasPrefix(garden.provider.issuer))
                #expect(sent["code_challenge_method"] == "S256" && sent["scope"] == "openid email profile")
                let back = try await garden.provider.enter("ada", at: sent.address)
                let home = "http://127.0.0.1:\(garden.port)"
                #expect(back.hasPrefix("\(home)/api/v1/auth/oidc/acme/callback?code="))
                let answer = try await browser.get(String(back.dropFirst(home.count)))
                #expect(answer.status == 303 && answer["location"] == "/plants?page=2", "round \(round)")
                #expect(answer["cache-control"] == "no-store")
                #expect(browser.isSignedIn && browser.cookies["oidc"] == nil)
                let me = try await browser.get("/api/v1/auth/me")
                #expect(me.text.contains("ada@example.org") && me.text.contains("Ada Lovelace"))
                #expect(try await garden.user()?.role == .viewer)
            }
            #expect(try await garden.users().count == 2)
            #expect(try await garden.trail("link.made").count == 1)
            #expect(try await garden.trail("user.made").contains { $0.new["how"] == "provider acme" })
            #expect(try await garden.trail("session.begun").filter { $0.new["how"] == "provider acme" }.count == 2)
        }
    }

    @Test func `whoever says no at the provider is told so`() async throws {
        try await OIDCVillage.with(.mock) { garden in
            var browser = garden.browser()
            let sent = try await Sent(browser.get("/api/v1/auth/oidc/acme/start"))
            let back = try await garden.provider.enter("ada", at: sent.address, action: "deny")
            // The mock leaves the state out here.
            let query = back.drop { $0 != "?" } + (back.contains("state=") ? "" : "&state=\(sent["state"])")
            let answer = try await browser.get("/api/v1/auth/oidc/acme/callback\(query)")
            #expect(answer["location"] == "/sign-in?oidc=denied")
            #expect(!browser.isSignedIn)
        }
    }

    @Test func `the code goes to the provider with the verifier, the same address and the client's secret`()
        async throws
    {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            let sent = try await Sent(browser.get("/api/v1/auth/oidc/acme/start"))
            try await garden.prepare(["claims": garden.claims(sent["nonce"])])
            _ = try await browser.get("/api/v1/auth/oidc/acme/callback?code=c0de&state=\(sent["state"])")
            let last = try await garden.seen().last
            let form = try #require(last["form"] as? [String: String])
            #expect(form["grant_type"] == "authorization_code" && form["code"] == "c0de")
            #expect(form["redirect_uri"] == sent["redirect_uri"])
            #expect(SHA256(of: (form["code_verifier"] ?? "").utf8).bytes.base64URL == sent["code_challenge"])
            let secret = Data("garden:s3%20cr%26t".utf8).base64EncodedString()
            #expect(last["authorization"] as? String == "Basic \(secret)")
            #expect(form["client_secret"] == nil)
        }
    }

    @Test func `a provider that takes no other secret gets it in the form`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            try await garden.prepare([
                "metadata": ["token_endpoint_auth_methods_supported": ["client_secret_post"]]
            ])
            #expect(try await garden.arrive(&browser)["location"] == "/plants")
            let form = try await garden.seen().last["form"] as? [String: String]
            #expect(form?["client_secret"] == "s3 cr&t" && form?["client_id"] == "garden")
        }
    }

    @Test func `keys on a curve are taken, and tokens without the name of a key when there is no choice`() async throws
    {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            let told: [String: Any] = ["alg": "ES256", "key": "curve", "kid": ""]
            let unnamed = try await garden.arrive(&browser, told: told)
            #expect(unnamed["location"] == "/plants")
            let text = ["email_verified": "true", "aud": ["garden"]] as [String: Any]
            #expect(try await garden.arrive(&browser, claims: text)["location"] == "/plants")
            let several = ["aud": ["garden", "other"], "azp": "garden"] as [String: Any]
            #expect(try await garden.arrive(&browser, claims: several)["location"] == "/plants")
        }
    }

    @Test func `what a provider lets the browser post is taken with its cookie, and the name that Apple says once`()
        async throws
    {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            let sent = try await Sent(browser.get("/api/v1/auth/oidc/acme/start"))
            var claims = garden.claims(sent["nonce"])
            claims["name"] = nil
            try await garden.prepare(["claims": claims])
            let user = #"{"name":{"firstName":"Augusta","lastName":"King"}}"#.percentEncoded()
            let form = Data("state=\(sent["state"])&code=c0de&user=\(user)".utf8)
            let type = ["Content-Type": "application/x-www-form-urlencoded", "Origin": garden.provider.issuer]
            var stranger = garden.browser()
            let posted = try await stranger.send("POST", "/api/v1/auth/oidc/acme/callback", type, form)
            let address = try #require(posted["location"])
            #expect(posted.status == 303 && address.hasPrefix("/api/v1/auth/oidc/acme/callback?state="))
            #expect(try await browser.get(address)["location"] == "/")
            #expect(try await garden.user()?.name == "Augusta King")
        }
    }

    @Test func `providers are listed, and others are not there`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            let list = try await browser.get("/api/v1/auth/oidc")
            #expect(list.text == #"{"items":[{"makes_accounts":true,"name":"acme","title":"acme"}]}"#)
            #expect(try await browser.get("/api/v1/auth/oidc/other/start").status == 404)
            #expect(try await browser.get("/api/v1/auth/oidc/other/callback").status == 404)
        }
    }

    @Test(arguments: [
        "https://evil.example", "//evil.example", "/%5Cevil.example", "%5C%5Cevil.example", "evil", "/%09/evil.example",
        "/a%0D%0ASet-Cookie:x=y", "javascript:alert(1)", "",
    ])
    func `nobody is sent on to another server`(next: String) async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            let answer = try await browser.get("/api/v1/auth/oidc/acme/start?next=\(next)")
            #expect(answer.status == 422)
        }
    }
}
