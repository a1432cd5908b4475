import Core
import Foundation
import TestSupport
import Testing

@testable import Accounts

/// What those try who have seen an address, a code or a token, or wrote an application of their own.
@Suite("Attacks on applications") struct OAuthAttackTests {
    @Test(arguments: [
        ["client_id": "0197c0de-0000-7000-8000-000000000000"], ["client_id": "x"], ["client_id": nil],
        ["redirect_uri": "https://evil.example/"], ["redirect_uri": nil],
        ["redirect_uri": OAuthVillage.redirect + "@evil.example"], ["redirect_uri": OAuthVillage.redirect + "/.."],
        ["redirect_uri": "javascript:alert(1)"],
    ])
    func `nobody is sent to an address that is not registered`(changes: [String: String?]) async throws {
        try await OAuthVillage.with { village in
            let made = try await village.register()
            let answer = try await village.ask(village.question(made, changes))
            #expect(answer.address.hasPrefix("/authorize?fault="), "\(answer.address)")
            var browser = try await village.browser()
            let body = village.question(made, changes).mapValues { $0 as Any }.merging(["allow": true]) { $1 }
            let decided = try await browser.post("/api/v1/oauth/authorization", body)
            #expect([400, 422].contains(decided.status), "\(decided.text)")
        }
    }

    @Test(
        arguments: [
            (["code_challenge": nil, "code_challenge_method": nil], "invalid_request"),
            (["code_challenge_method": nil], "invalid_request"),
            (["code_challenge_method": "plain"], "invalid_request"),
            (["code_challenge": "short"], "invalid_request"), (["response_type": "token"], "unsupported_response_type"),
            (["response_type": nil], "invalid_request"), (["scope": "server"], "invalid_scope"),
            (["scope": "predict people"], "invalid_scope"), (["scope": "account"], "invalid_scope"),
            (["scope": "everything"], "invalid_scope"),
        ] as [([String: String?], String)]
    )
    func `a wrong question is answered at the registered address, and nobody is asked`(
        changes: [String: String?],
        error: String
    ) async throws {
        try await OAuthVillage.with { village in
            let made = try await village.register()
            let answer = try await village.ask(village.question(made, changes))
            #expect(answer.address.hasPrefix(OAuthVillage.redirect + "?"), "\(answer.address)")
            #expect(answer["error"] == error && answer["state"] == "s t&te" && !answer["iss"].isEmpty)
            #expect(answer["code"].isEmpty)
            var browser = try await village.browser()
            let body = village.question(made, changes).mapValues { $0 as Any }.merging(["allow": true]) { $1 }
            let decided = try await browser.post("/api/v1/oauth/authorization", body)
            #expect([400, 422].contains(decided.status), "\(decided.text)")
            #expect(try await village.village.entries("oauth_grant") == 0)
        }
    }

    @Test func `only our own page says yes, in a browser that is signed in`() async throws {
        try await OAuthVillage.with { village in
            let made = try await village.register()
            let body = village.question(made).mapValues { $0 as Any }.merging(["allow": true]) { $1 }
            let json = try JSONSerialization.data(withJSONObject: body)
            let path = "/api/v1/oauth/authorization"
            let type = ["Content-Type": "application/json"]
            var stranger = Browser(port: village.port)
            #expect(try await stranger.post(path, body).status == 401)
            var browser = try await village.browser()
            for origin in ["https://evil.example", "null", "https://app.example"] {
                let headers = type.merging(["Origin": origin]) { $1 }
                let answer = try await browser.send("POST", path, headers, json)
                #expect(answer.status == 403, "\(origin)")
            }
            let form = ["Content-Type": "text/plain", "Origin": "http://127.0.0.1:\(village.port)"]
            let other = try await browser.send("POST", path, form, json)
            #expect(other.status == 415)
            let signedIn = try await stranger.send(
                "POST",
                "/api/v1/auth/login",
                type,
                Data(#"{"email": "ada@example.org", "password": "\#(Village.password)"}"#.utf8)
            )
            // Not even the person's own program says yes to another one.
            let token = try #require(signedIn.json["access_token"] as? String, "\(signedIn.text)")
            var program = Browser(port: village.port)
            let headers = type.merging(["Authorization": "Bearer \(token)"]) { $1 }
            let answer = try await program.send("POST", path, headers, json)
            #expect(answer.status == 403 && answer.text.contains("browser-needed"), "\(answer.text)")
            #expect(try await village.village.entries("oauth_grant") == 0)
        }
    }

    @Test func `a code is worth nothing without its verifier, its application and its address`() async throws {
        try await OAuthVillage.with { village in
            let (made, other) = (try await village.register(), try await village.register())
            let open = try await village.register(confidential: false)
            let code = try await village.code(made)
            let wrong = String(OAuthVillage.verifier.reversed())
            expectRefusal(try await village.trade(made, code: code, ["code_verifier": wrong]), "invalid_grant")
            expectRefusal(try await village.trade(made, code: code, ["code_verifier": ""]), "invalid_request")
            // The digest itself, as a verifier of the method `plain` would be.
            let digest = SHA256(of: OAuthVillage.verifier.utf8).bytes.base64URL
            expectRefusal(try await village.trade(made, code: code, ["code_verifier": digest]), "invalid_grant")
            expectRefusal(try await village.trade(other, code: code), "invalid_grant")
            expectRefusal(try await village.trade(open, code: code), "invalid_grant")
            for address in ["https://app.example/back/", "https://evil.example/"] {
                expectRefusal(try await village.trade(made, code: code, ["redirect_uri": address]), "invalid_grant")
            }
            expectRefusal(try await village.trade(made, code: code, ["redirect_uri": ""]), "invalid_request")
            expectRefusal(try await village.trade(made, code: "hoc_x"), "invalid_grant")
            #expect(try await village.trade(made, code: code).status == 200, "it is still good for whom it is")
            village.village.time.move(.seconds(1))
            let late = try await village.code(made)
            village.village.time.move(OAuthToken.codeLife)
            expectRefusal(try await village.trade(made, code: late), "invalid_grant")
        }
    }

    @Test(arguments: Village.Engine.allCases)
    func `a code that comes twice ends what the first one got`(engine: Village.Engine) async throws {
        try await OAuthVillage.with(engine) { village in
            let made = try await village.register()
            let code = try await village.code(made)
            let tokens = try await village.trade(made, code: code)
            let access = try #require(tokens.json["access_token"] as? String)
            #expect(try await village.status(access) == 200)
            expectRefusal(try await village.trade(made, code: code), "invalid_grant")
            #expect(try await village.status(access) == 401)
            let refresh = try #require(tokens.json["refresh_token"] as? String)
            expectRefusal(try await village.refresh(made, refresh), "invalid_grant")
            #expect(try await village.actions("application.reused").count == 1)
        }
    }

    @Test(arguments: Village.Engine.allCases)
    func `a refresh token that comes twice ends what was allowed`(engine: Village.Engine) async throws {
        try await OAuthVillage.with(engine) { village in
            let made = try await village.register(confidential: false)
            let tokens = try await village.trade(made, code: try await village.code(made))
            let first = try #require(tokens.json["refresh_token"] as? String)
            let other = try await village.register(confidential: false)
            expectRefusal(try await village.refresh(other, first), "invalid_grant")
            expectRefusal(try await village.refresh(made, first, scope: "predict audit"), "invalid_scope")
            let next = try await village.refresh(made, first)
            let access = try #require(next.json["access_token"] as? String, "\(next.text)")
            expectRefusal(try await village.refresh(made, first), "invalid_grant")
            #expect(try await village.status(access) == 401)
            let second = try #require(next.json["refresh_token"] as? String)
            expectRefusal(try await village.refresh(made, second), "invalid_grant")
            let forged = Bearer("hor_", id: .next()).text
            expectRefusal(try await village.refresh(made, forged), "invalid_grant")
        }
    }

    @Test func `of many who trade one code at once, at most one gets tokens`() async throws {
        try await OAuthVillage.with(.postgres) { village in
            let made = try await village.register()
            let code = try await village.code(made)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<6 { group.addTask { try await village.trade(made, code: code).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1 && statuses.count { $0 == 400 } == 5, "\(statuses)")
            #expect(try await village.village.entries("oauth_grant") == 0, "and those are worth nothing any more")
        }
    }

    @Test func `an application has to show its own secret`() async throws {
        try await OAuthVillage.with { village in
            let (made, other) = (try await village.register(), try await village.register())
            let open = try await village.register(confidential: false)
            let code = try await village.code(made)
            for secret in ["x", "hos_0.x", try #require(other.secret)] {
                let answer = try await village.trade(made, code: code, ["client_secret": secret])
                expectRefusal(answer, "invalid_client", 401)
                #expect(answer["www-authenticate"]?.hasPrefix("Basic") == true)
            }
            let bare = NewOAuthClient(client: made.client, secret: nil)
            expectRefusal(try await village.trade(bare, code: code), "invalid_client", 401)
            expectRefusal(
                try await village.trade(open, code: code, ["client_secret": "x"]),
                "invalid_client",
                401
            )
            let stranger = ["client_id": "0197c0de-0000-7000-8000-000000000000"]
            expectRefusal(try await village.trade(made, code: code, stranger), "invalid_client", 401)
            let machine = ["grant_type": "client_credentials"]
            expectRefusal(try await village.send("/oauth/token", made, machine), "unauthorized_client")
            expectRefusal(try await village.send("/oauth/token", open, machine), "unauthorized_client")
            expectRefusal(
                try await village.send("/oauth/token", made, ["grant_type": "password"]),
                "unsupported_grant_type"
            )
            expectRefusal(try await village.send("/oauth/token", made, [:]), "invalid_request")
            expectRefusal(
                try await village.send(
                    "/oauth/token",
                    made,
                    machine.merging(["client_secret": "x"]) { $1 },
                    basic: true
                ),
                "invalid_client",
                401
            )
            var program = Browser(port: village.port)
            let twice = "grant_type=client_credentials&grant_type=password&client_id=\(made.client.id)"
            let type = ["Content-Type": "application/x-www-form-urlencoded"]
            expectRefusal(
                try await program.send("POST", "/oauth/token", type, Data(twice.utf8)),
                "invalid_request"
            )
            #expect(!(try await village.actions("refused.application").isEmpty))
        }
    }

    @Test func `what is withdrawn, revoked or removed opens nothing, at once`() async throws {
        try await OAuthVillage.with { village in
            let (made, other) = (try await village.register(), try await village.register())
            func fresh() async throws -> (access: String, refresh: String) {
                let tokens = try await village.trade(made, code: try await village.code(made)).json
                let access = try #require(tokens["access_token"] as? String)
                let status = try await village.status(access)
                #expect(status == 200)
                return (access, try #require(tokens["refresh_token"] as? String))
            }
            let one = try await fresh()
            expectRefusal(try await village.send("/oauth/revoke", other, ["token": one.access]), "invalid_grant")
            let bare = NewOAuthClient(client: made.client, secret: nil)
            expectRefusal(try await village.send("/oauth/revoke", bare, ["token": one.access]), "invalid_client", 401)
            #expect(try await village.status(one.access) == 200)
            #expect(try await village.send("/oauth/revoke", made, ["token": one.access]).status == 200)
            #expect(try await village.status(one.access) == 401)
            let again = try await village.refresh(made, one.refresh)
            let access = try #require(again.json["access_token"] as? String, "the rest of it goes on")
            let refresh = try #require(again.json["refresh_token"] as? String)
            #expect(try await village.send("/oauth/revoke", made, ["token": refresh]).status == 200)
            #expect(try await village.status(access) == 401)
            #expect(try await village.send("/oauth/revoke", made, ["token": refresh]).status == 200)
            #expect(try await village.send("/oauth/revoke", made, ["token": "nothing"]).status == 200)
            expectRefusal(try await village.send("/oauth/revoke", made, [:]), "invalid_request")

            let two = try await fresh()
            var browser = try await village.browser()
            let grants = try await browser.get("/api/v1/oauth/grants").json["items"] as? [[String: Any]]
            #expect(grants?.count == 1 && grants?.first?["name"] as? String == "Greenhouse")
            let id = try #require(grants?.first?["id"] as? String)
            let origin = ["Origin": "http://127.0.0.1:\(village.port)"]
            #expect(try await browser.send("DELETE", "/api/v1/oauth/grants/\(id)", origin, Data()).status == 204)
            #expect(try await browser.send("DELETE", "/api/v1/oauth/grants/\(id)", origin, Data()).status == 404)
            #expect(try await village.status(two.access) == 401)

            let three = try await fresh()
            try await village.village.accounts.removeClient(made.client.id, by: "t", from: .command)
            #expect(try await village.status(three.access) == 401)
            expectRefusal(try await village.refresh(made, three.refresh), "invalid_client", 401)
        }
    }

    @Test func `who is suspended, demoted or gone is out with every application`() async throws {
        try await OAuthVillage.with { village in
            let accounts = village.village.accounts
            let address = try #require(EmailAddress("ada@example.org"))
            let ada = try #require(try await accounts.users.user(address))
            let made = try await village.register(scopes: [.predict, .audit])
            let tokens = try await village.trade(made, code: try await village.code(made)).json
            let access = try #require(tokens["access_token"] as? String)
            #expect(tokens["scope"] as? String == "predict", "no more than her role")
            try await accounts.change(ada.id, by: "t", from: .command) { $0.role = .admin }
            #expect(try await village.status(access, "GET", "/api/v1/audit") == 403, "nor more than was shown")
            try await accounts.change(ada.id, by: "t", from: .command) { $0.state = .suspended }
            #expect(try await village.status(access) == 401)
            let refresh = try #require(tokens["refresh_token"] as? String)
            expectRefusal(try await village.refresh(made, refresh), "invalid_grant")
            try await accounts.change(ada.id, by: "t", from: .command) { $0.state = .active }
            #expect(try await village.status(access) == 200)
            _ = try await village.village.privacy().remove(ada.id, by: "t", from: .command)
            #expect(try await village.status(access) == 401)
            #expect(try await village.village.entries("oauth_grant") == 0)
            #expect(try await village.village.entries("oauth_token") == 0)
        }
    }

    @Test func `whoever registered an application goes, and leaves it to those who use it`() async throws {
        try await OAuthVillage.with { village in
            let made = try await village.register()
            let tokens = try await village.trade(made, code: try await village.code(made)).json
            let access = try #require(tokens["access_token"] as? String)
            _ = try await village.village.person("next@example.org", role: .admin)
            _ = try await village.village.privacy().remove(village.keeper.id, by: "t", from: .command)
            #expect(try await village.status(access) == 200)
            let client = try await village.village.accounts.clients.page(after: nil, limit: 9).clients.first
            #expect(client != nil && client?.owner == nil)
        }
    }

    @Test func `what is over is removed`() async throws {
        try await OAuthVillage.with { village in
            let made = try await village.register()
            _ = try await village.code(made)
            _ = try await village.trade(made, code: try await village.code(made))
            let rule = try #require(try await village.village.privacy().retained.first { $0.name == "applications" })
            let time = village.village.time
            time.move(.seconds(3_600))
            #expect(try await rule.expired(at: time.now) > 0)
            _ = try await rule.removeAll(at: time.now)
            #expect(try await village.village.entries("oauth_grant") == 1)
            #expect(try await village.village.entries("oauth_token") == 2, "the spent code and the refresh token")
            time.move(OAuthGrant.idleLife)
            _ = try await rule.removeAll(at: time.now)
            #expect(try await village.village.entries("oauth_grant") == 0)
            #expect(try await village.village.entries("oauth_token") == 0)
        }
    }
}
