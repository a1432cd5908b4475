package import Core
import FoundationEssentials
import Inference
import Outbound

extension InstallModel {
    package struct FromHub: Sendable {
        package let name: String
        package let version: String
        /// What came, where the publisher gives no SHA-256 to hold it against; `nil` where it was held against one.
        package let unvouched: SHA256?
    }

    /// Installs a package that is published with its `model.json`; the files are held against the hashes in it.
    package func callAsFunction(
        _ address: HubAddress,
        name: String?,
        progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> FromHub {
        let name = name ?? address.repository
        try Self.check(name)
        let url = address.url(of: "model.json")
        let answer = try await client.send(HTTPRequest(.get, url))
        guard answer.status == 200 else {
            let advice =
                answer.status == 404
                ? ": it has no model.json; name its file, hf:\(address.owner)/\(address.repository)/FILE.onnx, with --decoder and --labels"
                : ""
            throw StartFault("\(url) was answered with \(answer.status)\(advice)")
        }
        let version = try await install(name) { staging in
            try FileManager.default.createDirectory(atPath: staging, withIntermediateDirectories: true)
            try Data(answer.body).write(to: URL(filePath: staging + "/model.json"))
            for file in try AnyModelPackage.read(folder: staging).files {
                let place = "\(staging)/\(file.path)"
                let folder = URL(filePath: place).deletingLastPathComponent().path
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try await fetch(address.url(of: file.path), file.digest, bytes: file.bytes, to: place, progress)
            }
        }
        return FromHub(name: name, version: version, unvouched: nil)
    }

    /// Installs a lone ONNX file that is published; `describe` makes a detector of what was fetched.
    package func callAsFunction(
        _ address: HubAddress,
        file: String,
        progress: @escaping @Sendable (Int, Int) -> Void,
        describe: @Sendable (_ fetched: String) -> OwnDetector
    ) async throws -> FromHub {
        let url = address.url(of: file)
        let (hash, size) = try await vouched(url)
        let fetched = "\(models)/.\(address.owner)-\(address.repository).onnx"
        try FileManager.default.createDirectory(atPath: models, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: fetched) }
        let receipt = try await fetch(url, hash, bytes: size, to: fetched, progress)
        let name = try await self(describe(fetched))
        return FromHub(name: name, version: "1", unvouched: hash == nil ? receipt.hash : nil)
    }

    /// The SHA-256 and the size that the server gives for a large file, before it sends us on to where the content lies.
    private func vouched(_ url: String) async throws -> (SHA256?, Int?) {
        var limits = HTTPLimits.call
        limits.redirects = 0
        let answer = try await client.send(HTTPRequest(.head, url), limits: limits)
        guard answer.status < 400 else { throw StartFault("\(url) was answered with \(answer.status)") }
        let tag = answer.header("x-linked-etag")?.filter { $0 != "\"" }
        return (tag.flatMap { SHA256(hexadecimal: $0) }, answer.header("x-linked-size").flatMap { Int($0) })
    }
}
