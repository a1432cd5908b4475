import Foundation
import Synchronization

/// A server that speaks S3, of a test run's own, with one bucket; it refuses wrong keys and ends with the test run.
package final class S3Server: Sendable {
    package let port: Int
    package let bucket: String
    package let accessKey: String
    package let secretKey: String
    private let process: Mutex<Process>
    /// The server lives for as long as this is open.
    private let lifeline: Pipe

    package var endpoint: String { "http://127.0.0.1:\(port)" }
    /// A name of this machine below which every bucket has a name of its own.
    package var namedEndpoint: String { "http://localhost:\(port)" }

    /// One server for all tests: starting it takes a second, and each test has a prefix of its own.
    package static var shared: S3Server { get async throws { try await starting.value } }
    private static let starting = Task { try await onThread { try S3Server() } }

    private struct Ready: Decodable {
        let port: Int
        let bucket: String
        let access_key: String
        let secret_key: String
    }

    private init() throws {
        let python = SharedData.checkout + "/.deps/python/bin/python"
        guard FileManager.default.isExecutableFile(atPath: python) else {
            throw LoopbackFault.failed("find \(python); run Scripts/setup --tests")
        }
        let process = Process()
        let output = Pipe()
        lifeline = Pipe()
        process.executableURL = URL(filePath: python)
        process.arguments = [SharedData.checkout + "/Tests/OutsideSupport/s3server.py"]
        process.standardInput = lifeline
        process.standardOutput = output
        try process.run()
        var line = Data()
        while !line.contains(UInt8(ascii: "\n")), case let more = output.fileHandleForReading.availableData,
            !more.isEmpty
        { line += more }
        let ready = try JSONDecoder().decode(Ready.self, from: line)
        port = ready.port
        bucket = ready.bucket
        accessKey = ready.access_key
        secretKey = ready.secret_key
        self.process = Mutex(process)
    }

    deinit { process.withLock { $0.terminate() } }
}
