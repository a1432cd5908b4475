import Core
import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import Accounts

/// Linking a provider to an account, and undoing it.
@Suite("OIDC links") struct OIDCLinkTests {
    private static let own = ["Sec-Fetch-Site": "same-origin"]
    private static let start = "/api/v1/auth/oidc/acme/start?link=true"

    /// A browser in which somebody signed in with a password.
    private func signedIn(_ garden: OIDCVillage, _ email: String) async throws -> Browser {
        _ = try await garden.village.person(email)
        let begun = try await garden.village.signIn(email, kind: .browser)
        var browser = garden.browser()
        browser.cookies["session"] = begun.secret
        return browser
    }

    /// Links the provider to the account of whoever is signed in.
    private func link(_ browser: inout Browser, _ garden: OIDCVillage) async throws -> LoopbackAnswer {
        let sent = try await Sent(browser.get(Self.start, Self.own))
        try await garden.prepare(["claims": garden.claims(sent["nonce"])])
        return try await browser.get("/api/v1/auth/oidc/acme/callback?code=c0de&state=\(sent["state"])")
    }

    @Test func `whoever is signed in links a provider, signs in with it, and removes it again`() async throws {
        try await OIDCVillage.with(settings: ["registration": "link"]) { garden in
            var browser = try await signedIn(garden, "grace@example.org")
            #expect(try await link(&browser, garden)["location"] == "/account?oidc=linked")
            #expect(try await link(&browser, garden)["location"] == "/account?oidc=linked")
            var other = garden.browser()
            #expect(try await garden.arrive(&other)["location"] == "/plants")
            #expect(try await other.get("/api/v1/auth/me").text.contains("grace@example.org"))

            let links = try await other.get("/api/v1/auth/links").json["items"] as? [[String: Any]] ?? []
            #expect(links.count == 1 && links[0]["provider"] as? String == "acme" && links[0]["last_used_at"] != nil)
            let id = try #require(links[0]["id"] as? String)
            var stranger = try await signedIn(garden, "eve@example.org")
            let ours = ["Origin": "http://127.0.0.1:\(garden.port)"]
            #expect(try await stranger.send("DELETE", "/api/v1/auth/links/\(id)", ours, Data()).status == 404)
            #expect(try await link(&stranger, garden)["location"] == "/account?oidc=linked-elsewhere")
            #expect(try await other.send("DELETE", "/api/v1/auth/links/\(id)", ours, Data()).status == 204)
            #expect(try await garden.arrive(&other)["location"] == "/sign-in?oidc=not-invited")
            #expect(try await garden.trail("link.made").count == 1)
            #expect(try await garden.trail("link.removed").count == 1)
            let letters = try await garden.letters()
            #expect(letters.map(\.kind) == [.providerLinked, .providerRemoved], "once for each")
            #expect(letters.allSatisfy { $0.provider == "acme" || $0.provider == "Acme" }, "\(letters)")
        }
    }

    @Test func `another site cannot link its account to that of its visitor`() async throws {
        try await OIDCVillage.with { garden in
            var browser = try await signedIn(garden, "grace@example.org")
            for headers in [
                [:], ["Sec-Fetch-Site": "cross-site"], ["Sec-Fetch-Site": "none"], ["Referer": "https://evil.example/"],
                ["Sec-Fetch-Site": "cross-site", "Referer": "http://127.0.0.1:\(garden.port)/account"],
            ] {
                #expect(try await browser.get(Self.start, headers).status == 403)
            }
            // On an open line browsers say no more than this.
            let page = ["Referer": "http://127.0.0.1:\(garden.port)/account"]
            #expect(try await browser.get(Self.start, page).status == 302)
            var nobody = garden.browser()
            #expect(try await nobody.get(Self.start, Self.own).status == 401)
        }
    }

    @Test func `a link is made for whoever began it, and for nobody who is signed in by then`() async throws {
        try await OIDCVillage.with { garden in
            var browser = try await signedIn(garden, "grace@example.org")
            let sent = try await Sent(browser.get(Self.start, Self.own))
            try await garden.prepare(["claims": garden.claims(sent["nonce"])])
            browser.cookies["session"] = try await signedIn(garden, "eve@example.org").cookies["session"]
            let back = "/api/v1/auth/oidc/acme/callback?code=c0de&state=\(sent["state"])"
            #expect(try await browser.get(back)["location"] == "/sign-in?oidc=expired")
            #expect(try await garden.trail("link.made").isEmpty)
        }
    }

    @Test func `the last way in of somebody without a password stays, until they set one`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            _ = try await garden.arrive(&browser)
            let links = try await browser.get("/api/v1/auth/links").json["items"] as? [[String: Any]] ?? []
            let path = "/api/v1/auth/links/\(links.first?["id"] as? String ?? "")"
            let ours = ["Origin": "http://127.0.0.1:\(garden.port)", "Content-Type": "application/json"]
            #expect(try await browser.send("DELETE", path, ours, Data()).status == 409)
            garden.village.time.move(.seconds(601))
            let wish = Data(#"{"password": "", "new_password": "\#(Village.password)"}"#.utf8)
            let late = try await browser.send("PUT", "/api/v1/auth/password", ours, wish)
            #expect(late.status == 403 && late.text.contains("sign-in-again"))
            _ = try await garden.arrive(&browser)
            #expect(try await browser.send("PUT", "/api/v1/auth/password", ours, wish).status == 204)
            #expect(try await browser.send("DELETE", path, ours, Data()).status == 204)
            _ = try await garden.village.signIn()
        }
    }

    @Test func `whoever has no password sets up a second factor just after signing in`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            _ = try await garden.arrive(&browser)
            #expect(try await browser.post("/api/v1/auth/2fa/begin", ["password": ""]).status == 200)
            garden.village.time.move(.seconds(601))
            #expect(try await browser.post("/api/v1/auth/2fa/begin", ["password": ""]).status == 403)
        }
    }
}
