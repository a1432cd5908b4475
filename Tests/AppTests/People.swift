import Foundation
import TestSupport
import Testing

@testable import Accounts

/// People on a server, as programs that carry what each of them has.
struct People: Sendable {
    let server: ServerProcess
    static let password = "copper lantern willow 7"

    /// The headers that say who somebody is.
    typealias Credentials = [String: String]

    func call(
        _ method: String,
        _ target: String,
        as credentials: Credentials = [:],
        _ json: String? = nil
    ) throws -> LoopbackAnswer {
        let type = json == nil ? [:] : ["Content-Type": "application/json"]
        let headers = credentials.merging(type) { $1 }
        return try server.request(method, target, headers: headers, body: Array((json ?? "").utf8))
    }

    static func bearer(_ answer: LoopbackAnswer) throws -> Credentials {
        ["Authorization": "Bearer \(try #require(answer.json["access_token"] as? String, "\(answer.text)"))"]
    }

    static func address(of name: String) -> String { "\(name)@example.org" }

    /// Invites somebody by command, and lets them accept.
    func join(_ name: String, role: String) async throws -> Credentials {
        let invited = try await runProgram(
            ["user", "add", Self.address(of: name), "--role", role, "--data-dir", server.dataFolder]
        )
        let token = try #require(invited.answer.split(separator: "#").last, "\(invited.complaint)")
            .trimmingCharacters(in: .newlines)
        let accepted = try call(
            "POST",
            "/api/v1/auth/invitation/accept",
            #"{"token": "\#(token)", "name": "\#(name)", "password": "\#(Self.password)"}"#
        )
        return try Self.bearer(accepted)
    }

    func logIn(_ name: String, code: String? = nil, as headers: Credentials = [:]) throws -> LoopbackAnswer {
        let code = code.map { #", "code": "\#($0)""# } ?? ""
        return try call(
            "POST",
            "/api/v1/auth/login",
            as: headers,
            #"{"email": "\#(Self.address(of: name))", "password": "\#(Self.password)"\#(code)}"#
        )
    }

    /// Sets up a second factor, which counts in this session at once.
    func setUpFactor(_ credentials: Credentials) throws -> TOTP {
        let begun = try call("POST", "/api/v1/auth/2fa/begin", as: credentials, #"{"password": "\#(Self.password)"}"#)
        let totp = TOTP(secret: Self.base32(try #require(begun.json["secret"] as? String, "\(begun.text)")))
        let code = totp.code(at: Int64(Date().timeIntervalSince1970) / 30)
        let confirmed = try call("POST", "/api/v1/auth/2fa/confirm", as: credentials, #"{"code": "\#(code)"}"#)
        #expect(confirmed.status == 200, "\(confirmed.text)")
        return totp
    }

    private static func base32(_ text: String) -> [UInt8] {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        let bits = text.flatMap { letter in
            let value = letters.firstIndex(of: letter) ?? 0
            return (0..<5).map { value >> (4 - $0) & 1 }
        }
        return stride(from: 0, to: bits.count - 7, by: 8).map { start in
            bits[start..<start + 8].reduce(0) { $0 << 1 | UInt8($1) }
        }
    }

    static func with<Value>(
        environment: [String: String] = [:],
        _ body: (People) async throws -> Value
    ) async throws -> Value {
        try await withTemporaryDirectory { folder in
            let server = try await ServerProcess(dataFolder: folder, environment: environment)
            let value = try await body(People(server: server))
            #expect(await server.stop() == 0)
            return value
        }
    }
}

extension People {
    func call(_ method: String, _ target: String, _ json: String) throws -> LoopbackAnswer {
        try call(method, target, as: [:], json)
    }
}
