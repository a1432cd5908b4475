package import Foundation

/// A provider of OpenID Connect, of a test's own, on a free port.
package final class OIDCServer: Sendable {
    package enum Kind: String, Sendable {
        /// Keeps to the standard; whoever posts a subject to the address for signing in is that person.
        case mock
        /// Says whatever `prepare` told it to say.
        case hostile
    }

    package let port: Int
    private let server: PythonServer

    package var issuer: String { "http://127.0.0.1:\(port)" }

    private struct Ready: Decodable { let port: Int }

    package static func start(_ kind: Kind) async throws -> OIDCServer { try await onThread { try OIDCServer(kind) } }

    private init(_ kind: Kind) throws {
        server = try PythonServer("oidcserver.py", [kind.rawValue])
        port = try JSONDecoder().decode(Ready.self, from: server.greeting).port
    }

    /// Sends a body to the provider.
    package func send(
        _ method: String,
        _ target: String,
        type: String = "application/json",
        _ body: Data = Data()
    ) async throws -> LoopbackAnswer {
        try await onThread { [port] in
            let connection = try LoopbackConnection(port: port)
            let head =
                "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
                + "Content-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n"
            try connection.send(Array(head.utf8) + body)
            return try connection.answer()
        }
    }

    /// Makes or changes a person of the mock.
    package func put(_ subject: String, _ claims: [String: Any]) async throws {
        let answer = try await send("PUT", "/users/\(subject)", try JSONSerialization.data(withJSONObject: claims))
        guard answer.status == 204 else { throw LoopbackFault.failed("make a person: \(answer.text)") }
    }

    /// Signs a person in at the mock; the address that it sends the browser to.
    package func enter(_ subject: String, at address: String, action: String = "") async throws -> String {
        let target = String(address.dropFirst(issuer.count))
        let form = Data("sub=\(subject)&action=\(action)".utf8)
        let answer = try await send("POST", target, type: "application/x-www-form-urlencoded", form)
        guard let location = answer["location"] else { throw LoopbackFault.failed("sign in: \(answer.text)") }
        return location
    }
}
