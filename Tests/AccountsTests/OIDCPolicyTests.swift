import Core
import Database
import Foundation
import HTTPServer
import TestSupport
import Testing

@testable import Accounts

/// Who is let in, as whom, and with what.
@Suite("OIDC policy") struct OIDCPolicyTests {
    @Test func `an account that has the address is not taken over, whatever the provider says`() async throws {
        try await OIDCVillage.with { garden in
            _ = try await garden.village.person("ada@example.org")
            for claims: [String: Any] in [[:], ["email": "ADA@Example.org"]] {
                var browser = garden.browser()
                let answer = try await garden.arrive(&browser, claims: claims)
                #expect(answer["location"] == "/sign-in?oidc=link-needed")
                #expect(!browser.isSignedIn)
            }
            for verified: Any in [false, "false", NSNull(), 1] {
                var browser = garden.browser()
                let answer = try await garden.arrive(&browser, claims: ["email_verified": verified])
                #expect(answer["location"] == "/sign-in?oidc=unverified", "\(verified)")
            }
            var browser = garden.browser()
            let answer = try await garden.arrive(&browser, claims: ["email": NSNull()])
            #expect(answer["location"] == "/sign-in?oidc=unverified")
            #expect(try await garden.trail("link.made").isEmpty)
            #expect(try await !garden.trail("refused.oidc").isEmpty)
        }
    }

    @Test func `where nobody is made only those invited get in, with the role of their invitation`() async throws {
        try await OIDCVillage.with(settings: ["registration": "link"]) { garden in
            var browser = garden.browser()
            #expect(try await garden.arrive(&browser)["location"] == "/sign-in?oidc=not-invited")
            _ = try await garden.village.accounts.invite("Ada@example.org", role: .analyst, base: "", from: .command)
            #expect(
                try await garden.arrive(&browser, claims: ["email_verified": false])["location"]
                    == "/sign-in?oidc=unverified"
            )
            #expect(try await garden.arrive(&browser)["location"] == "/plants")
            #expect(try await garden.user()?.role == .analyst)
            #expect(try await garden.user()?.hasPassword == false)
            let left = try await garden.village.accounts.invitations.page(after: nil, limit: 9)
            #expect(left.invitations.isEmpty)
        }
    }

    @Test func `groups make roles at each sign-in, and the last administrator stays one`() async throws {
        let roles = ["garden-admins": "admin", "garden-staff": "analyst"]
        try await OIDCVillage.with(settings: ["roles": roles, "groups_claim": "memberOf"]) { garden in
            func enter(_ groups: Any) async throws -> (String?, Role?) {
                var browser = garden.browser()
                let answer = try await garden.arrive(&browser, claims: ["memberOf": groups])
                return (answer["location"], try await garden.user()?.role)
            }
            #expect(try await enter(["strangers"]) == ("/sign-in?oidc=not-invited", nil))
            #expect(try await enter(["garden-staff", "x"]) == ("/plants", .analyst))
            #expect(try await enter(["garden-staff", "garden-admins"]) == ("/plants", .admin))
            #expect(try await garden.user()?.reach == .everything)
            #expect(try await enter("garden-staff") == ("/plants", .analyst))
            #expect(try await garden.user()?.reach == .nothing)
            #expect(try await enter([String]()) == ("/sign-in?oidc=not-invited", .analyst))
            #expect(try await enter(["garden-admins"]) == ("/plants", .admin))
            let root = try #require(try await garden.user("root@example.org"))
            try await garden.village.accounts.change(root.id, by: "t", from: .command) { $0.state = .suspended }
            #expect(try await enter(["garden-staff"]) == ("/plants", .admin))
            #expect(try await enter(NSNull()) == ("/plants", .admin))
            #expect(try await garden.trail("user.changed").filter { $0.new["role"] != nil }.count == 3)
        }
    }

    @Test func `whoever is suspended or has no account yet where none is allowed stays out`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            #expect(try await garden.arrive(&browser)["location"] == "/plants")
            let user = try #require(try await garden.user())
            try await garden.village.accounts.change(user.id, by: "t", from: .command) { $0.state = .suspended }
            #expect(try await browser.get("/api/v1/auth/me").status == 401)
            #expect(try await garden.arrive(&browser)["location"] == "/sign-in?oidc=suspended")
        }
    }

    @Test func `a provider makes nobody before there is an administrator, but an administrator`() async throws {
        try await OIDCVillage.with(settings: ["roles": ["boss": "admin"], "default_role": "grower"]) { garden in
            let root = try #require(try await garden.user("root@example.org"))
            try await garden.village.database.execute("DELETE FROM app_user WHERE id = $1", [.id(root.id)])
            var browser = garden.browser()
            #expect(try await garden.arrive(&browser)["location"] == "/sign-in?oidc=not-invited")
            #expect(try await garden.arrive(&browser, claims: ["groups": ["boss"]])["location"] == "/plants")
            #expect(try await garden.user()?.role == .admin)
        }
    }

    @Test func `the provider's second factor counts where it says that there was one`() async throws {
        try await OIDCVillage.with(settings: ["default_role": "admin"]) { garden in
            for (methods, needed) in [(["pwd"], true), (["pwd", "otp"], false), (["hwk"], false), (["mfa"], false)] {
                var browser = garden.browser()
                #expect(try await garden.arrive(&browser, claims: ["amr": methods])["location"] == "/plants")
                let me = try await browser.get("/api/v1/auth/me").json
                #expect(me["second_factor_needed"] as? Bool == needed, "\(methods)")
                #expect(try await browser.get("/api/v1/users").status == (needed ? 403 : 200))
            }
        }
    }

    @Test func `whoever has a second factor here owes its code, in the browser that began`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            _ = try await garden.arrive(&browser)
            let accounts = garden.village.accounts
            let user = try #require(try await garden.user())
            let totp = try await garden.village.database.write { try await accounts.factors.begin(user.id, in: $0) }
            let clock = garden.village.time
            @Sendable func code() -> String { totp.code(at: clock.now.microseconds / 30_000_000) }
            _ = try await garden.village.database.write {
                try await accounts.factors.takes(code(), of: user.id, in: $0)
            }
            garden.village.time.move(.seconds(60))

            var fresh = garden.browser()
            let address = try #require(try await garden.arrive(&fresh)["location"])
            #expect(address.hasPrefix("/sign-in?oidc=code&next=%2Fplants#ht_"))
            #expect(!fresh.isSignedIn)
            let token = String(address.split(separator: "#")[1])
            let complete = "/api/v1/auth/oidc/complete"
            var other = garden.browser()
            #expect(try await other.post(complete, ["token": token, "code": code()]).status == 410)
            let stranger = ["Content-Type": "application/json", "Origin": "https://evil.example"]
            let body = try JSONSerialization.data(withJSONObject: ["token": token, "code": code()])
            #expect(try await fresh.send("POST", complete, stranger, body).status == 403)
            #expect(try await fresh.post(complete, ["token": token, "code": "000000"]).status == 401)
            let right = try await fresh.post(complete, ["token": token, "code": code()])
            #expect(right.status == 200 && fresh.isSignedIn && fresh.cookies["oidc"] == nil)
            #expect(try await accounts.sessions.sessions(of: user.id, at: clock.now).first?.hasSecondFactor == true)
            #expect(try await fresh.post(complete, ["token": token, "code": code()]).status == 410)
            // With the provider's own one nothing more is asked.
            #expect(try await garden.arrive(&other, claims: ["amr": ["mfa"]])["location"] == "/plants")
        }
    }

    @Test func `guesses of the code come to an end`() async throws {
        try await OIDCVillage.with { garden in
            var browser = garden.browser()
            _ = try await garden.arrive(&browser)
            let user = try #require(try await garden.user())
            let database = garden.village.database
            _ = try await database.write { try await garden.village.accounts.factors.begin(user.id, in: $0) }
            try await database.execute("UPDATE app_user SET totp_step = 1 WHERE id = $1", [.id(user.id)])
            let address = try #require(try await garden.arrive(&browser)["location"])
            let token = String(address.split(separator: "#")[1])
            var statuses: [Int] = []
            for _ in 0..<12 {
                let wish = ["token": token, "code": "wrong"]
                statuses.append(try await browser.post("/api/v1/auth/oidc/complete", wish).status)
            }
            #expect(statuses == Array(repeating: 401, count: 10) + [429, 429])
        }
    }
}
