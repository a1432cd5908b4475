import Foundation
import TestSupport
import Testing

/// Alerts through the whole program: a key of Alertmanager, a mail, and a server that is killed.
@Suite("Alerts of the program") struct ProgramAlertTests {
    private static let message = """
        {"version": "4", "alerts": [{"status": "firing", "labels": {"alertname": "Down", "severity": "page"},
         "annotations": {"summary": "Hedgerow does not answer"}, "fingerprint": "f1"}]}
        """

    private func rule(_ people: People, _ admin: People.Credentials, to recipient: String) throws {
        let channel = try people.call(
            "POST",
            "/api/v1/channels",
            as: admin,
            #"{"name": "Desk", "kind": "email", "recipients": ["\#(recipient)"]}"#
        )
        let id = try #require(channel.json["id"] as? String, "\(channel.text)")
        let rule = #"{"name": "Server", "kind": "system", "channels": ["\#(id)"]}"#
        let made = try people.call("POST", "/api/v1/rules", as: admin, rule)
        #expect(made.status == 201, "\(made.text)")
    }

    @Test func `a key with the scope report, as a bearer token, does that and nothing else`() async throws {
        let sink = try await MailSink.shared
        let environment = ["HEDGEROW_SMTP_URL": sink.url, "HEDGEROW_MAIL_FROM": "hedgerow@garden.example"]
        try await People.with(environment: environment) { people in
            let admin = try await people.join("admin", role: "admin")
            _ = try people.setUpFactor(admin)
            let recipient = "desk-\(UUID().uuidString.lowercased())@example.org"
            try rule(people, admin, to: recipient)
            let made = try people.call("POST", "/api/v1/keys", as: admin, #"{"name": "am", "scopes": ["report"]}"#)
            let key = ["Authorization": "Bearer \(try #require(made.json["secret"] as? String))"]
            let taken = try people.call("POST", "/api/v1/alerts/alertmanager", as: key, Self.message)
            #expect(taken.status == 200 && taken.json["opened"] as? Int == 1, "\(taken.text)")
            #expect(try people.call("GET", "/api/v1/alerts", as: key).status == 403)
            let wrong = [
                "Authorization": "Bearer hk_\(String(repeating: "0", count: 32)).\(String(repeating: "A", count: 32))"
            ]
            #expect(try people.call("POST", "/api/v1/alerts/alertmanager", as: wrong, Self.message).status == 401)
            try await eventually("the mail is there") { try !sink.mails(to: recipient).isEmpty }
            #expect(try sink.mails(to: recipient).first?.header("Subject") == "Hedgerow does not answer")
        }
    }

    @Test func `what was on its way when the server was killed is sent again, under the same id`() async throws {
        let key = "alert-key-of-the-tests-0123456789"
        let environment = ["HEDGEROW_API_KEY": key, "HEDGEROW_WEBHOOKS": "anywhere"]
        let signedIn = ["X-API-Key": key, "Content-Type": "application/json"]
        try await withTemporaryDirectory { folder in
            let hooks = try await HookServer.start(in: folder)
            let first = try await ServerProcess(dataFolder: folder, environment: environment)
            func post(_ target: String, _ json: String) throws -> LoopbackAnswer {
                try first.request("POST", target, headers: signedIn, body: Array(json.utf8))
            }
            let channel = try post(
                "/api/v1/channels",
                #"{"name": "Desk", "kind": "webhook", "url": "\#(hooks.url)/slow"}"#
            )
            let id = try #require(channel.json["id"] as? String, "\(channel.text)")
            let rule = try post("/api/v1/rules", #"{"name": "Server", "kind": "system", "channels": ["\#(id)"]}"#)
            #expect(rule.status == 201, "\(rule.text)")
            #expect(try post("/api/v1/alerts/alertmanager", Self.message).json["opened"] as? Int == 1)
            try await eventually("it is on its way") { try hooks.taken().count == 1 }
            _ = await first.stop(SIGKILL)

            let second = try await ServerProcess(dataFolder: folder, environment: environment)
            try await eventually("it is sent") {
                let list = try second.request("GET", "/api/v1/alerts", headers: signedIn).json["items"]
                let alert = try #require((list as? [[String: Any]])?.first?["id"] as? String)
                let one = try second.request("GET", "/api/v1/alerts/\(alert)", headers: signedIn).json
                return (one["deliveries"] as? [[String: Any]])?.map { $0["state"] as? String } == ["sent"]
            }
            let ids = try hooks.taken().compactMap { $0.headers["webhook-id"] }
            #expect(ids.count == 2 && Set(ids).count == 1)
            _ = await second.stop()
        }
    }
}
