import Foundation

/// A server that speaks S3, of a test run's own, with one bucket; it refuses wrong keys and ends with the test run.
package final class S3Server: Sendable {
    package let port: Int
    package let bucket: String
    package let accessKey: String
    package let secretKey: String
    private let server: PythonServer

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
        server = try PythonServer("s3server.py")
        let ready = try JSONDecoder().decode(Ready.self, from: server.greeting)
        port = ready.port
        bucket = ready.bucket
        accessKey = ready.access_key
        secretKey = ready.secret_key
    }
}
