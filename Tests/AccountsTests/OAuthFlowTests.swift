import Core
import Foundation
import TestSupport
import Testing

@testable import Accounts

@Suite("Applications that act for people") struct OAuthFlowTests {
    @Test(arguments: Village.Engine.allCases, [true, false])
    func `an application is let act, refreshes, and can do what was allowed and no more`(
        engine: Village.Engine,
        confidential: Bool
    ) async throws {
        try await OAuthVillage.with(engine) { village in
            let made = try await village.register(confidential: confidential)
            #expect((made.secret != nil) == confidential)
            let question = village.question(made)
            let page = try await village.ask(question)
            #expect(page.address.hasPrefix("/authorize?") && page["state"] == "s t&te", "to our own page")
            let answer = try await village.decide(question)
            #expect(answer.address.hasPrefix(OAuthVillage.redirect + "?"))
            #expect(answer["state"] == "s t&te" && answer["iss"] == "http://127.0.0.1:\(village.port)")

            let tokens = try await village.trade(made, code: answer["code"])
            #expect(tokens.status == 200 && tokens["cache-control"] == "no-store", "\(tokens.text)")
            #expect(tokens.json["token_type"] as? String == "Bearer" && tokens.json["expires_in"] as? Int == 900)
            #expect(tokens.json["scope"] as? String == "analyses predict")
            let access = try #require(tokens.json["access_token"] as? String)
            #expect(access.hasPrefix("ho_"))
            #expect(try await village.status(access) == 200)
            for (method, path) in [
                ("GET", "/api/v1/auth/me"), ("GET", "/api/v1/keys"), ("GET", "/api/v1/users"), ("GET", "/api/v1/audit"),
                ("GET", "/api/v1/oauth/grants"), ("GET", "/api/v1/oauth/clients"),
            ] {
                let status = try await village.status(access, method, path)
                #expect(status == 403, "\(path)")
            }

            let refresh = try #require(tokens.json["refresh_token"] as? String)
            let next = try await village.refresh(made, refresh, scope: "predict")
            #expect(next.status == 200 && next.json["scope"] as? String == "predict", "\(next.text)")
            let last = try await village.refresh(made, try #require(next.json["refresh_token"] as? String))
            #expect(last.json["scope"] as? String == "analyses predict", "what was allowed is still there")
            #expect(try await village.actions("application.allowed").count == 1)
            #expect(try await village.actions("application.connected").count == 1)
        }
    }

    @Test func `an application without people acts as whoever registered it`() async throws {
        try await OAuthVillage.with { village in
            let made = try await village.register(scopes: [.audit, .predict], redirects: [])
            let fields = ["grant_type": "client_credentials"]
            let tokens = try await village.send("/oauth/token", made, fields, basic: true)
            #expect(tokens.status == 200 && tokens.json["refresh_token"] == nil, "\(tokens.text)")
            let access = try #require(tokens.json["access_token"] as? String)
            #expect(try await village.status(access, "GET", "/api/v1/audit") == 200)
            #expect(try await village.status(access, "GET", "/api/v1/users") == 403, "a person alone may")
            let less = try await village.send(
                "/oauth/token",
                made,
                fields.merging(["scope": "predict"]) { $1 }
            )
            let lesser = try #require(less.json["access_token"] as? String)
            #expect(try await village.status(lesser, "GET", "/api/v1/audit") == 403)
            let more = try await village.send("/oauth/token", made, fields.merging(["scope": "server"]) { $1 })
            expectRefusal(more, "invalid_scope")

            let accounts = village.village.accounts
            _ = try await village.village.person("next@example.org", role: .admin)
            try await accounts.change(village.keeper.id, by: "t", from: .command) { $0.role = .viewer }
            #expect(try await village.status(access, "GET", "/api/v1/audit") == 403, "the role counts at every use")
            #expect(try await village.status(access) == 200)
            try await accounts.change(village.keeper.id, by: "t", from: .command) { $0.state = .suspended }
            #expect(try await village.status(access) == 401)
            expectRefusal(try await village.send("/oauth/token", made, fields), "unauthorized_client")
        }
    }

    @Test func `what somebody allowed and registered is handed over to them`() async throws {
        try await OAuthVillage.with { village in
            let made = try await village.register()
            let tokens = try await village.trade(made, code: try await village.code(made)).text
            let ada = try #require(EmailAddress("ada@example.org"))
            let person = try #require(try await village.village.accounts.users.user(ada))
            let data = AccountsData(accounts: village.village.accounts)
            let export = String(decoding: try JSON.encode(await data.applications(of: person.id)), as: UTF8.self)
            #expect(export.contains("Greenhouse") && export.contains("allowed"), "\(export)")
            let own = String(decoding: try JSON.encode(await data.applications(of: village.keeper.id)), as: UTF8.self)
            #expect(own.contains("app.example"), "\(own)")
            for text in [export, own] {
                #expect(!text.contains("ho_") && !text.contains("hos_") && !tokens.isEmpty, "nothing that opens a door")
            }
        }
    }

    @Test func `saying no tells the application, and leaves nothing`() async throws {
        try await OAuthVillage.with { village in
            let made = try await village.register()
            let answer = try await village.decide(village.question(made), allow: false)
            #expect(answer["error"] == "access_denied" && answer["state"] == "s t&te" && answer["code"].isEmpty)
            #expect(try await village.village.entries("oauth_grant") == 0)
        }
    }

    @Test func `an application on the person's own machine comes back to any port`() async throws {
        try await OAuthVillage.with { village in
            let made = try await village.register(redirects: ["http://127.0.0.1/back"], confidential: false)
            let redirect = "http://127.0.0.1:49152/back"
            let code = try await village.code(made, ["redirect_uri": redirect])
            let tokens = try await village.trade(made, code: code, ["redirect_uri": redirect])
            #expect(tokens.status == 200, "\(tokens.text)")
        }
    }

    @Test func `the server describes itself as it is`() async throws {
        try await OAuthVillage.with { village in
            var program = Browser(port: village.port)
            let answer = try await program.get("/.well-known/oauth-authorization-server")
            let base = "http://127.0.0.1:\(village.port)"
            #expect(answer.json["issuer"] as? String == base)
            #expect(answer.json["token_endpoint"] as? String == base + "/oauth/token")
            #expect(answer.json["code_challenge_methods_supported"] as? [String] == ["S256"])
            #expect(answer.json["authorization_response_iss_parameter_supported"] as? Bool == true)
            let scopes = [
                "alerts", "analyses", "audit", "bystanders", "cameras", "images", "predict", "report", "review",
                "rules", "server",
                "upload",
            ]
            #expect(answer.json["scopes_supported"] as? [String] == scopes)
        }
    }

    @Test(arguments: [
        ("https://app.example/back", "https://app.example/back", true),
        ("https://app.example/back", "https://app.example/back/", false),
        ("https://app.example/back", "https://app.example/back?x=1", false),
        ("https://app.example/back", "https://app.example:444/back", false),
        ("https://app.example/back", "https://APP.example/back", false),
        ("https://app.example/back", "http://app.example/back", false),
        ("http://127.0.0.1/back", "http://127.0.0.1:8123/back", true),
        ("http://127.0.0.1:1/back", "http://127.0.0.1:2/back", true),
        ("http://[::1]/back", "http://[::1]:8123/back", true),
        ("http://[::1]:9/back?a=b", "http://[::1]/back?a=b", true),
        ("http://127.0.0.1/back", "http://127.0.0.1:8123/other", false),
        ("http://127.0.0.1/back", "http://[::1]:8123/back", false),
        ("http://127.0.0.1/back", "http://localhost:8123/back", false),
        ("http://127.0.0.1/back", "http://127.0.0.1:99999/back", false),
        ("http://127.0.0.1/back", "http://127.0.0.1:80@evil.example/back", false),
        ("http://127.0.0.1/back", "http://127.0.0.1:8123.evil.example/back", false),
        ("https://127.0.0.1/back", "https://127.0.0.1:8123/back", false),
    ])
    func `an address counts to the letter, but for the port on the own machine`(
        registered: String,
        asked: String,
        admits: Bool
    ) throws {
        let known = try #require(RedirectAddress(registered))
        #expect(RedirectAddress(asked).map(known.admits) ?? false == admits)
    }

    @Test(arguments: [
        "http://app.example/back", "javascript:alert(1)", "https://", "https://app.example/#x",
        "https://a@evil.example/",
        "//app.example", "/back", "https://app.example/\\evil", "http://127.0.0.1.evil.example/", "data:text/html,x",
        "",
    ])
    func `nobody is sent to such an address`(text: String) async throws {
        #expect(RedirectAddress(text) == nil)
        try await OAuthVillage.with { village in
            await expectRefusal(422) { try await village.register(redirects: [text]) }
        }
    }
}
