import Foundation
import TestSupport
import Testing

/// Who sent a batch is told when it is finished.
struct BatchWebhookTests {
    private static let key = ["HEDGEROW_API_KEY": "batch-key-of-the-tests-0123456789"]
    private static let signedIn = ["X-API-Key": "batch-key-of-the-tests-0123456789"]

    private func form(_ pictures: [[UInt8]]) -> MultipartBody {
        pictures.reduce(MultipartBody()) { $0.file("files", $1) }
    }

    @Test func `the webhook is called once all is read, signed`() async throws {
        try await withResponder({ _ in .send(answer(204)) }) { responder in
            try await withTemporaryDirectory { folder in
                let environment = Self.key.merging(["HEDGEROW_WEBHOOKS": "anywhere"]) { $1 }
                let server = try await ServerProcess(dataFolder: folder, environment: environment)
                let form = form([TestPictures.plain()]).field("webhook_url", responder.url + "/hook")
                let sent = try server.post("/api/v1/jobs", form, headers: Self.signedIn)
                let webhook = try #require(sent.json["webhook"] as? [String: Any])
                #expect((webhook["secret"] as? String)?.hasPrefix("whsec_") == true)
                let url = try #require(sent["location"])
                let deadline = Date(timeIntervalSinceNow: 60)
                var status: String?
                while status != "delivered", Date() < deadline {
                    try await Task.sleep(for: .milliseconds(50))
                    let job = try server.request("GET", url, headers: Self.signedIn).json["job"] as? [String: Any]
                    let state = job?["webhook"] as? [String: Any]
                    #expect(state?["secret"] == nil, "it is told once")
                    status = state?["status"] as? String
                }
                #expect(status == "delivered")
                let request = try #require(responder.requests.first)
                #expect(request.hasPrefix("POST /hook HTTP/1.1"))
                #expect(request.contains("webhook-signature: v1,") && request.contains("webhook-id: "))
                _ = await server.stop()
            }
        }
    }

    @Test func `a webhook into the own network is given up, and says why`() async throws {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, environment: Self.key)
            let form = form([TestPictures.plain()]).field("webhook_url", "http://127.0.0.1:9/hook")
            let sent = try server.post("/api/v1/jobs", form, headers: Self.signedIn)
            #expect(sent.status == 202)
            let deadline = Date(timeIntervalSinceNow: 60)
            var tasks: [[String: Any]] = []
            while tasks.isEmpty, Date() < deadline {
                try await Task.sleep(for: .milliseconds(50))
                let list = try server.request("GET", "/api/v1/admin/failed-tasks", headers: Self.signedIn).json
                tasks = list["failed_tasks"] as? [[String: Any]] ?? []
            }
            let task = try #require(tasks.first)
            #expect((task["exception"] as? String)?.contains("private or local") == true)
            #expect(task["task_name"] as? String == "diagnosis.call-batch-webhook")
            let id = try #require(task["task_id"] as? String)
            let target = "/api/v1/admin/failed-tasks/\(id)/discard"
            #expect(try server.request("POST", target).status == 401)
            #expect(try server.request("POST", target, headers: Self.signedIn).status == 200)
            #expect(try server.request("POST", target, headers: Self.signedIn).status == 404)
            _ = await server.stop()
        }
    }

    @Test func `a webhook that was given up can be tried again once the cause is gone`() async throws {
        try await withResponder({ _ in .send(answer(204)) }) { responder in
            try await withTemporaryDirectory { folder in
                let first = try await ServerProcess(dataFolder: folder, environment: Self.key)
                let form = form([TestPictures.plain()]).field("webhook_url", responder.url + "/hook")
                let sent = try first.post("/api/v1/jobs", form, headers: Self.signedIn)
                let url = try #require(sent["location"])
                var id: String?
                try await eventually("it is given up") {
                    let list = try first.request("GET", "/api/v1/admin/failed-tasks", headers: Self.signedIn).json
                    id = (list["failed_tasks"] as? [[String: Any]])?.first?["task_id"] as? String
                    return id != nil
                }
                _ = await first.stop()
                #expect(responder.requests.isEmpty)

                let environment = Self.key.merging(["HEDGEROW_WEBHOOKS": "anywhere"]) { $1 }
                let second = try await ServerProcess(dataFolder: folder, environment: environment)
                let target = "/api/v1/admin/failed-tasks/\(try #require(id))/retry"
                #expect(try second.request("POST", target, headers: Self.signedIn).status == 200)
                try await eventually("it is delivered") {
                    let job = try second.request("GET", url, headers: Self.signedIn).json["job"] as? [String: Any]
                    return (job?["webhook"] as? [String: Any])?["status"] as? String == "delivered"
                }
                #expect(responder.requests.count == 1)
                _ = await second.stop()
            }
        }
    }
}
