import Core
import Foundation
import Synchronization
import TestSupport
import Testing

/// `hedgerow models install` of packages whose files are fetched, and of lone files.
@Suite("Installing detectors", .enabled(if: SharedData.isPresent)) struct InstallDetectorTests {
    private static let file = SharedData.path("models/yolox-nano/yolox_nano.onnx")

    /// A share folder that describes yolox-nano at another address, and an empty data folder.
    private func withFolders(
        _ url: String,
        _ body: (_ data: String, _ place: [String]) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { folder in
            let package = folder + "/share/Models/yolox-nano"
            try FileManager.default.createDirectory(atPath: package, withIntermediateDirectories: true)
            let shipped = try String(
                contentsOfFile: SharedData.checkout + "/Models/yolox-nano/model.json",
                encoding: .utf8
            )
            let address = try #require(shipped.firstMatch(of: #/"url": "([^"]+)"/#)?.1)
            let description = shipped.replacing(address, with: url)
            try Data(description.utf8).write(to: URL(filePath: package + "/model.json"))
            let data = folder + "/data"
            try await body(data, ["--data-dir", data, "--share", folder + "/share"])
        }
    }

    private func left(in data: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: data + "/models")) ?? []).sorted()
    }

    /// Serves `content` with ranges; breaks the first `broken` answers off after a megabyte.
    private static func server(_ content: [UInt8], broken: Int) -> @Sendable (String) -> Responder.Answer {
        let count = Mutex(0)
        return { request in
            let offset = request.firstMatch(of: #/Range: bytes=(\d+)-/#).flatMap { Int($0.1) } ?? 0
            let range = "Content-Range: bytes \(offset)-\(content.count - 1)/\(content.count)"
            let tag = "ETag: \"v1\""
            let whole =
                offset > 0
                ? answer(206, [tag, range], body: Array(content[offset...])) : answer(200, [tag], body: content)
            let number = count.withLock { count in
                count += 1
                return count
            }
            return number <= broken ? .breakOff(Array(whole.prefix(1 << 20))) : .send(whole)
        }
    }

    @Test func `a download that breaks off goes on, and the model is in its place, verified`() async throws {
        let content = try Array(Data(contentsOf: URL(filePath: Self.file)))
        try await withResponder(Self.server(content, broken: 1)) { server in
            try await withFolders(server.url + "/yolox_nano.onnx") { data, place in
                let before = try await runProgram(["models", "list"] + place)
                #expect(before.answer.contains("to be fetched: hedgerow models install yolox-nano"))
                let outcome = try await runProgram(["models", "install", "yolox-nano"] + place)
                #expect(outcome.status == 0, "\(outcome.complaint)")
                #expect(server.requests.count == 2)
                #expect(server.requests.last?.contains("Range: bytes=") == true)
                #expect(left(in: data) == ["yolox-nano"])
                let verified = try await runProgram(["models", "verify", "yolox-nano"] + place)
                #expect(verified.status == 0 && verified.answer.hasPrefix("ok"), "\(verified.answer)")
            }
        }
    }

    @Test func `another file than the description names is refused, and nothing of it is left`() async throws {
        let other = [UInt8](repeating: 7, count: 3_660_092)
        try await withResponder(Self.server(other, broken: 0)) { server in
            try await withFolders(server.url + "/yolox_nano.onnx") { data, place in
                let outcome = try await runProgram(["models", "install", "yolox-nano"] + place)
                #expect(outcome.status == 1)
                #expect(outcome.complaint.contains("SHA-256"), "\(outcome.complaint)")
                #expect(outcome.complaint.contains("--from FOLDER"))
                #expect(left(in: data).isEmpty)
            }
        }
    }

    @Test func `a damaged file in a folder is refused, and what was installed stays`() async throws {
        try await withFolders("http://127.0.0.1:1/none") { data, place in
            let folder = data + "-usb"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: Self.file, toPath: folder + "/yolox_nano.onnx")
            let first = try await runProgram(["models", "install", "yolox-nano", "--from", folder] + place)
            #expect(first.status == 0, "\(first.complaint)")
            try FileManager.default.removeItem(atPath: folder + "/yolox_nano.onnx")
            try Data("half a mod".utf8).write(to: URL(filePath: folder + "/yolox_nano.onnx"))
            let second = try await runProgram(["models", "install", "yolox-nano", "--from", folder] + place)
            #expect(second.status == 1)
            #expect(second.complaint.contains("SHA-256 differs"), "\(second.complaint)")
            let verified = try await runProgram(["models", "verify", "yolox-nano"] + place)
            #expect(verified.status == 0)
            #expect(left(in: data) == ["yolox-nano"])
        }
    }

    @Test func `a server that cannot be reached is named, with the way around it`() async throws {
        try await withFolders("http://127.0.0.1:1/none") { data, place in
            let outcome = try await runProgram(["models", "install", "yolox-nano"] + place)
            #expect(outcome.status == 1)
            #expect(outcome.complaint.contains("127.0.0.1") && outcome.complaint.contains("--from FOLDER"))
            #expect(left(in: data).isEmpty)
        }
    }

    @Test func `a lone file is described, installed and removed; a wrong decoder is refused with the right one`()
        async throws
    {
        try await withFolders("http://127.0.0.1:1/none") { data, place in
            let labels = (0..<79).map { "kind\($0)" }.joined(separator: ",")
            let install = ["models", "install", Self.file, "--name", "own", "--labels", "person,\(labels)"]
            let wrong = try await runProgram(install + ["--decoder", "yolox"] + place)
            #expect(wrong.status == 1)
            #expect(wrong.complaint.contains("its decoder is yolox-raw"), "\(wrong.complaint)")
            #expect(!wrong.complaint.contains("--from FOLDER"), "no folder holds another copy of one's own file")
            #expect(left(in: data).isEmpty)
            let right = try await runProgram(install + ["--decoder", "yolox-raw", "--licence", "MIT"] + place)
            #expect(right.status == 0, "\(right.complaint)")
            let listed = try await runProgram(["models", "list", "--json"] + place)
            #expect(listed.answer.contains(#""name":"own""#) && listed.answer.contains("MIT"))
            let removed = try await runProgram(["models", "remove", "own"] + place)
            #expect(removed.status == 0)
            #expect(left(in: data).isEmpty)
            let again = try await runProgram(["models", "remove", "own"] + place)
            #expect(again.status == 2 && again.complaint.contains("no model own is installed"))
        }
    }

    @Test func `what is no network is refused without a word of the library's`() async throws {
        try await withFolders("http://127.0.0.1:1/none") { data, place in
            let path = data + "-own.onnx"
            try Data("not a network".utf8).write(to: URL(filePath: path))
            let install = ["models", "install", path, "--decoder", "yolov8", "--labels", "animal"]
            let outcome = try await runProgram(install + place)
            #expect(outcome.status == 1)
            #expect(outcome.complaint.contains("no ONNX network"), "\(outcome.complaint)")
            #expect(left(in: data).isEmpty)
        }
    }

    // MARK: Hugging Face

    /// Answers as the hub does: a large file is described and then found elsewhere.
    private static func hub(
        _ content: [UInt8],
        hash: String?,
        description: [UInt8]?
    ) -> @Sendable (String) -> Responder.Answer {
        { request in
            let path = request.split(separator: " ").dropFirst().first ?? ""
            let isHead = request.hasPrefix("HEAD")
            if path.hasSuffix("/resolve/main/model.json"), let description {
                return .send(answer(200, body: description))
            }
            guard path.hasSuffix(".onnx") else { return .send(answer(404)) }
            guard !path.hasPrefix("/elsewhere") else { return .send(answer(200, body: isHead ? [] : content)) }
            let facts = hash.map { ["X-Linked-Etag: \"\($0)\"", "X-Linked-Size: \(content.count)"] } ?? []
            return .send(answer(302, facts + ["Location: /elsewhere/file.onnx"]))
        }
    }

    private static let own = [
        "--decoder", "yolox-raw", "--labels", "person," + (0..<79).map { "kind\($0)" }.joined(separator: ","),
    ]

    @Test func `a file of the hub is held against the hash that the hub gives`() async throws {
        let content = try Array(Data(contentsOf: URL(filePath: Self.file)))
        let hash = SHA256(of: content).description
        let wrong = String(repeating: "ab", count: 32)
        for (given, isWell) in [(hash, true), (wrong, false)] {
            try await withResponder(Self.hub(content, hash: given, description: nil)) { server in
                try await withFolders("http://127.0.0.1:1/none") { data, place in
                    let install = ["models", "install", "hf:someone/wild-cats/onnx/cats.onnx", "--hub", server.url]
                    let outcome = try await runProgram(install + Self.own + place)
                    #expect((outcome.status == 0) == isWell, "\(outcome.complaint)")
                    #expect(!outcome.complaint.contains("nothing vouches"))
                    #expect(left(in: data) == (isWell ? ["cats"] : []))
                    #expect(server.requests.contains { $0.contains("/someone/wild-cats/resolve/main/onnx/cats.onnx") })
                }
            }
        }
    }

    @Test func `where the hub gives no hash it is said that nothing vouches for the file`() async throws {
        let content = try Array(Data(contentsOf: URL(filePath: Self.file)))
        try await withResponder(Self.hub(content, hash: nil, description: nil)) { server in
            try await withFolders("http://127.0.0.1:1/none") { data, place in
                let install = ["models", "install", "hf:someone/cats/cats.onnx", "--name", "mine", "--hub", server.url]
                let outcome = try await runProgram(install + Self.own + place)
                #expect(outcome.status == 0, "\(outcome.complaint)")
                #expect(outcome.complaint.contains("nothing vouches for what came, \(SHA256(of: content))"))
                #expect(left(in: data) == ["mine"])
            }
        }
    }

    @Test func `a package of the hub brings its own description, whose hashes count`() async throws {
        let content = try Array(Data(contentsOf: URL(filePath: Self.file)))
        let path = SharedData.checkout + "/Models/yolox-nano/model.json"
        let description = try Array(Data(contentsOf: URL(filePath: path)))
        for (sent, isWell) in [(content, true), (content.dropLast() + [0], false)] {
            try await withResponder(Self.hub(sent, hash: nil, description: description)) { server in
                try await withFolders("http://127.0.0.1:1/none") { data, place in
                    let install = ["models", "install", "hf:someone/cats", "--hub", server.url]
                    let outcome = try await runProgram(install + place)
                    #expect((outcome.status == 0) == isWell, "\(outcome.complaint)")
                    #expect(left(in: data) == (isWell ? ["cats"] : []))
                }
            }
        }
    }

    @Test func `a repository without a package says how to name its file`() async throws {
        try await withResponder(Self.hub([], hash: nil, description: nil)) { server in
            try await withFolders("http://127.0.0.1:1/none") { data, place in
                let outcome = try await runProgram(["models", "install", "hf:a/b", "--hub", server.url] + place)
                #expect(outcome.status == 1)
                #expect(outcome.complaint.contains("hf:a/b/FILE.onnx, with --decoder"), "\(outcome.complaint)")
                #expect(left(in: data).isEmpty)
            }
        }
    }

    @Test(arguments: [
        "hf:", "hf:a", "hf:a/../b", "hf:a/b/../c.onnx", "hf:a/b?x/c.onnx", "hf:a//c.onnx", "hf:a/b/c.bin",
    ])
    func `an address of another form is wrong usage`(address: String) async throws {
        let outcome = try await runProgram(["models", "install", address, "--hub", "http://127.0.0.1:1"] + Self.own)
        #expect(outcome.status == 2, "\(outcome.complaint)")
    }
}
