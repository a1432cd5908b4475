import Foundation
import HTTPServer
import TestSupport
import Testing

@Suite struct AssetTests {
    private func write(_ files: [String: String], to folder: String) throws {
        for (path, text) in files {
            let url = URL(filePath: folder).appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
    }

    @Test func `references become hashed addresses, in order of dependence`() async throws {
        try await withTemporaryDirectory { folder in
            try write(
                [
                    "js/app.js": #"import "/assets/js/dom.js"; // see /assets/js/dom.js."#,
                    "js/dom.js": "export const a = 1;",
                    "icons.svg": "<svg/>", ".hidden": "x",
                ],
                to: folder
            )
            let assets = try AssetFolder([.init(folder)])
            let dom = try #require(assets.address("/assets/js/dom.js"))
            #expect(dom.wholeMatch(of: /\/assets\/js\/dom\.[0-9a-f]{8}\.js/) != nil)
            #expect(assets.address("/assets/.hidden") == nil)
            let page = try assets.rewriting(
                #"<use href="/assets/icons.svg#leaf"/> /other/assets/x /assets/"#,
                file: "page.html"
            )
            #expect(page.contains(#".svg#leaf"/> /other/assets/x /assets/"#))
            #expect(!page.contains("icons.svg#"))
            try await withServer([assets.route]) { port in
                let app = try #require(assets.address("/assets/js/app.js"))
                let answer = try await exchange(port, get(app))
                #expect(answer.text == "import \"\(dom)\"; // see \(dom).")
                #expect(answer["cache-control"] == "public, max-age=31536000, immutable")
                #expect(answer["content-type"] == "text/javascript; charset=utf-8")
                let again = try await exchange(port, get(app, "If-None-Match: \(answer["etag"] ?? "")"))
                #expect(again.status == 304)
                #expect(try await exchange(port, get("/assets/js/dom.js"))["cache-control"] == "no-cache")
                #expect(try await exchange(port, get("/assets/js/none.js")).status == 404)
                #expect(try await exchange(port, get("/assets/..%2F..%2Fetc%2Fpasswd")).status == 404)
            }
        }
    }

    @Test func `a missing reference names both files`() async throws {
        try await withTemporaryDirectory { folder in
            try write(["a.css": "@import '/assets/b.css';"], to: folder)
            let fault = #expect(throws: AssetFault.self) { try AssetFolder([.init(folder)]) }
            #expect(fault?.description == "a.css refers to /assets/b.css, which does not exist")
        }
    }

    @Test func `a circle names its files`() async throws {
        try await withTemporaryDirectory { folder in
            try write(["a.js": "/assets/b.js", "b.js": "/assets/a.js"], to: folder)
            let fault = #expect(throws: AssetFault.self) { try AssetFolder([.init(folder)]) }
            #expect(fault?.description.contains("a.js -> b.js -> a.js") == true)
        }
    }

    @Test func `folders are mounted below one another, and kept as they are when they are not ours`() async throws {
        try await withTemporaryDirectory { folder in
            try write(["ours/a.js": "/assets/lib/b.js", "lib/b.js": "/assets/nowhere.js"], to: folder)
            let assets = try AssetFolder([
                .init(folder + "/ours"), .init(folder + "/lib", at: "lib", isRewritten: false),
            ])
            #expect(assets.address("/assets/lib/b.js") != nil)
        }
    }

    @Test func `for development files are read anew`() async throws {
        try await withTemporaryDirectory { folder in
            try write(["a.js": "one"], to: folder)
            let assets = try AssetFolder([.init(folder)], isLive: true)
            #expect(assets.address("/assets/a.js") == "/assets/a.js")
            try await withServer([assets.route]) { port in
                #expect(try await exchange(port, get("/assets/a.js")).text == "one")
                try write(["a.js": "second"], to: folder)
                #expect(try await exchange(port, get("/assets/a.js")).text == "second")
                #expect(try await exchange(port, get("/assets/..%2Fa.js")).status == 404)
                #expect(try await exchange(port, get("/assets/.%2Fa.js")).status == 404)
            }
        }
    }
}
