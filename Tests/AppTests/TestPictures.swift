import Foundation
import Imaging
import TestSupport

/// Pictures for requests: real leaves from the shared data, and simple ones made here.
enum TestPictures {
    /// A JPEG of one colour with a little structure, which is no leaf.
    static func plain(width: Int = 256, height: Int = 256) -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        for index in pixels.indices { pixels[index] = UInt8(truncatingIfNeeded: 90 + index / 3 % 61) }
        return Picture(width: width, height: height, pixels: pixels).jpeg()
    }

    /// The first picture of a class in the validation set.
    static func leaf(_ label: String) throws -> [UInt8] {
        let folder = SharedData.path("data/leaf/val/\(label)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        return try read("\(folder)/\(names[0])")
    }

    static func read(_ path: String) throws -> [UInt8] { try Array(Data(contentsOf: URL(filePath: path))) }
}

extension ServerProcess {
    /// Posts a form and returns the answer.
    func post(_ target: String, _ form: MultipartBody, headers: [String: String] = [:]) throws -> LoopbackAnswer {
        try request(
            "POST",
            target,
            headers: headers.merging(["Content-Type": MultipartBody.contentType]) { $1 },
            body: form.closed
        )
    }
}

/// One server for all tests that leave nothing behind which another could see.
enum CommonServer {
    static let key = "test-key-of-the-suite-0123456789"

    static func get() async throws -> ServerProcess { try await start.value }

    private static let start = Task {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hedgerow-common-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let server = try await ServerProcess(dataFolder: folder, environment: ["HEDGEROW_API_KEY": key])
        try await server.waitUntilReady()
        return server
    }
}

extension ServerProcess {
    func waitUntilReady() async throws {
        let deadline = Date(timeIntervalSinceNow: 60)
        while Date() < deadline {
            if try request("GET", "/health/ready").status == 200 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw LoopbackFault.failed("become ready: \(logText.suffix(2_000))")
    }
}
