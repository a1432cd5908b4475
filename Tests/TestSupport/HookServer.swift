import Foundation

/// A server that takes webhooks and the calls of Telegram and EarthRanger, and tells what it got.
package final class HookServer: Sendable {
    /// A request as Python's parsers read it.
    package struct Taken: Sendable {
        package let path: String
        package let headers: [String: String]
        /// Files in base64.
        package let form: [String: String]
        fileprivate let request: Data

        /// Of a JSON body.
        package var json: [String: Any] { Self.object(request)["json"] as? [String: Any] ?? [:] }

        fileprivate init(_ request: Data) {
            let all = Self.object(request)
            path = all["path"] as? String ?? ""
            headers = all["headers"] as? [String: String] ?? [:]
            form = all["form"] as? [String: String] ?? [:]
            self.request = request
        }

        private static func object(_ bytes: Data) -> [String: Any] {
            (try? JSONSerialization.jsonObject(with: bytes)) as? [String: Any] ?? [:]
        }
    }

    package let port: Int
    private let folder: String
    private let server: PythonServer

    package var url: String { "http://127.0.0.1:\(port)" }

    private struct Ready: Decodable { let port: Int }

    package static func start(in folder: String) async throws -> HookServer {
        try await onThread { try HookServer(folder) }
    }

    private init(_ folder: String) throws {
        self.folder = folder + "/hooks"
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        server = try PythonServer("hookserver.py", [self.folder])
        port = try JSONDecoder().decode(Ready.self, from: server.greeting).port
    }

    /// All that came, in order.
    package func taken() throws -> [Taken] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
        return try names.compactMap { Int($0.dropLast(5)) }.sorted().map { number in
            Taken(try Data(contentsOf: URL(filePath: folder).appending(path: "\(number).json")))
        }
    }
}
