import Foundation
import TestSupport
import Testing

/// The program itself with a provider that keeps to the standard.
@Suite("OIDC in the program") struct OIDCServerTests {
    private func providers(_ issuer: String) throws -> [String: String] {
        let list = [
            [
                "name": "acme", "title": "Acme", "issuer": issuer, "client_id": "garden", "client_secret": "hush-hush",
                "roles": ["gardeners": "admin"], "default_role": "viewer", "registration": "create",
            ] as [String: Any]
        ]
        let text = String(decoding: try JSONSerialization.data(withJSONObject: list), as: UTF8.self)
        return ["HEDGEROW_OIDC_PROVIDERS": text]
    }

    @Test func `the first administrator comes from the organisation, and the log tells no secret`() async throws {
        try await withTemporaryDirectory { folder in
            let provider = try await OIDCServer.start(.mock)
            try await provider.put(
                "grace",
                ["email": "grace@example.org", "email_verified": true, "groups": ["gardeners"], "name": "Grace"]
            )
            let server = try await ServerProcess(dataFolder: folder, environment: providers(provider.issuer))
            let listed = try server.request("GET", "/api/v1/auth/oidc")
            #expect(listed.text == #"{"items":[{"makes_accounts":true,"name":"acme","title":"Acme"}]}"#)
            let sent = try server.request("GET", "/api/v1/auth/oidc/acme/start?next=/account")
            let address = try #require(sent["location"])
            let cookie = try #require(sent["set-cookie"]?.split(separator: ";").first)
            let back = try await provider.enter("grace", at: address)
            let home = "http://127.0.0.1:\(server.port)"
            #expect(back.hasPrefix(home))
            let target = String(back.dropFirst(home.count))
            let entered = try server.request("GET", target, headers: ["Cookie": String(cookie)])
            #expect(entered.status == 303 && entered["location"] == "/account")
            let session = entered.headers.filter { $0.name == "set-cookie" && $0.value.hasPrefix("session=") }
            let pair = try #require(session.first?.value.split(separator: ";").first)
            let me = try server.request("GET", "/api/v1/auth/me", headers: ["Cookie": String(pair)])
            #expect(me.text.contains("grace@example.org") && me.text.contains(#""role":"admin""#))
            #expect(me.json["second_factor_needed"] as? Bool == true)
            let replayed = try server.request("GET", target, headers: ["Cookie": String(cookie)])
            #expect(replayed["location"] == "/sign-in?oidc=expired")
            _ = await server.stop()
            let code = try #require(target.firstMatch(of: /code=([^&]+)/)?.1)
            for secret in ["hush-hush", String(code), "grace@example.org", "hs_"] {
                #expect(!server.logText.contains(secret), "\(secret)")
            }
        }
    }

    @Test func `doctor asks each provider to describe itself`() async throws {
        try await withTemporaryDirectory { folder in
            let provider = try await OIDCServer.start(.mock)
            let doctor = ["doctor", "--data-dir", folder]
            let well = try await runProgram(doctor, environment: providers(provider.issuer)).answer
            #expect(well.contains("provider acme: \(provider.issuer): describes itself and has keys"), "\(well)")
            let away = try await runProgram(doctor, environment: providers("http://127.0.0.1:9")).answer
            #expect(away.contains("WRONG  provider acme: http://127.0.0.1:9: "), "\(away)")
            #expect(!(well + away).contains("hush"))
        }
    }

    @Test func `a list of providers that is wrong keeps the server from starting, and says where`() async throws {
        try await withTemporaryDirectory { folder in
            let list = #"[{"name": "acme", "issuer": "https://id.example", "client_secret": "hush-hush"}]"#
            let outcome = try await runProgram(
                ["serve", "--port", "0", "--data-dir", folder],
                environment: ["HEDGEROW_OIDC_PROVIDERS": list]
            )
            #expect(outcome.status != 0)
            #expect(outcome.complaint.contains("oidc_providers: entry 1 (acme): client_id is missing"))
            #expect(!outcome.complaint.contains("hush"))
            let missing = try await runProgram(
                ["serve", "--port", "0", "--data-dir", folder],
                environment: ["HEDGEROW_OIDC_PROVIDERS": folder + "/none.json"]
            )
            #expect(missing.complaint.contains("the file named by oidc_providers cannot be read"))
        }
    }
}
