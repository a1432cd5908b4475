import Foundation
import Core
import ObjectStore
import TestSupport
import Testing

/// The store that the settings name is the one that is used, shown and served.
struct ObjectStoreInUseTests {
    @Test func `links to files are served with ranges, and refused when they are changed, over or of nothing`()
        async throws
    {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder)
            let store = try await FileObjectStore(root: folder + "/objects")
            let picture = try ObjectKey("a/leaf.png")
            let page = try ObjectKey("a/page.html")
            try await store.put(picture, bytes: patternBytes(1_000))
            try await store.put(page, bytes: Array("<script>".utf8))
            let link = try await store.link(to: picture, for: .seconds(60))

            let whole = try server.request("GET", link)
            #expect(whole.status == 200 && whole.body == patternBytes(1_000))
            #expect(whole["content-type"] == "image/png")
            #expect(whole["content-disposition"]?.hasPrefix("inline") == true)
            let part = try server.request("GET", link, headers: ["Range": "bytes=10-19"])
            #expect(part.status == 206 && part.body == Array(patternBytes(1_000)[10..<20]))
            let tag = try #require(whole["etag"])
            #expect(try server.request("GET", link, headers: ["If-None-Match": tag]).status == 304)
            #expect(try server.request("HEAD", link).status == 200)

            let saved = try await server.request("GET", store.link(to: page, for: .seconds(60)))
            #expect(saved["content-disposition"]?.hasPrefix("attachment") == true)
            #expect(saved["content-security-policy"]?.contains("sandbox") == true)

            let changed = link.replacing("leaf", with: "page")
            let past = store.links.target(for: picture, lifetime: .seconds(-60))
            let gone = try await store.link(to: ObjectKey("a/none"), for: .seconds(60))
            for (target, status) in [
                (changed, 403), (String(link.dropLast()), 403), (past, 410), (gone, 404), ("/objects/a/leaf.png", 422),
                ("/objects/..%2F..%2Fetc/passwd?expires=1&signature=a", 403),
            ] {
                let answer = try server.request("GET", target)
                #expect(answer.status == status, "\(target): \(answer.text)")
            }
            #expect(!server.logText.contains(link.suffix(64)))
            _ = await server.stop()
        }
    }

    @Test func `a bucket is used, shown by health and doctor, and its keys are nowhere`() async throws {
        let bucket = try await S3Server.shared
        let prefix = "app/\(UUIDv7.next())"
        let environment = [
            "HEDGEROW_API_KEY": "durable-key-0123456789",
            "HEDGEROW_OBJECTS_URL": "s3://\(bucket.bucket)/\(prefix)?endpoint=\(bucket.endpoint)",
            "HEDGEROW_S3_ACCESS_KEY": bucket.accessKey, "HEDGEROW_S3_SECRET_KEY": bucket.secretKey,
        ]
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, environment: environment)
            try await server.waitUntilReady()
            let health = try server.request("GET", "/health").json
            let part = (health["checks"] as? [String: Any])?["object_store"] as? [String: Any]
            #expect(part?["engine"] as? String == "s3" && part?["status"] as? String == "healthy")
            let form = MultipartBody().file("file", TestPictures.plain())
            let answer = try server.post(
                "/api/v1/diagnose",
                form,
                headers: ["X-API-Key": "durable-key-0123456789"]
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(!FileManager.default.fileExists(atPath: folder + "/objects"))
            #expect(try server.request("GET", "/objects/a?expires=1&signature=a").status == 404)
            for text in [
                server.logText, String(decoding: try JSONSerialization.data(withJSONObject: health), as: UTF8.self),
            ] {
                #expect(!text.contains(bucket.secretKey) && !text.contains(bucket.accessKey))
            }
            let doctor = try await runProgram(["doctor", "--data-dir", folder], environment: environment).answer
            #expect(
                doctor.contains("object store: bucket \(bucket.bucket) at 127.0.0.1:\(bucket.port), below \(prefix)/")
            )
            #expect(!doctor.contains(bucket.secretKey) && !doctor.contains(bucket.accessKey))
            let wrong = environment.merging(["HEDGEROW_S3_SECRET_KEY": "wrong-secret"]) { $1 }
            let sick = try await runProgram(["doctor", "--data-dir", folder], environment: wrong).answer
            #expect(sick.contains("WRONG  object store: bucket") && sick.contains("check the credentials"))
            #expect(!sick.contains("wrong-secret"))
            _ = await server.stop()
        }
    }
}
