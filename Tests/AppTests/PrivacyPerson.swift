import Core
import Foundation
import TestSupport

@testable import App

/// Somebody with an account on a running server, as a program sees it.
struct PrivacyPerson {
    static let password = "copper lantern willow 7"

    let server: ServerProcess
    let email: String
    let id: String
    private(set) var token: String

    var headers: [String: String] { ["Authorization": "Bearer \(token)"] }

    /// Makes the account beside the server, in the same database.
    static func make(
        _ email: String,
        name: String,
        on server: ServerProcess,
        _ configuration: Configuration
    ) async throws -> PrivacyPerson {
        try await ManagePeople.with(configuration) { people in
            try await people.add(email, name: name, role: "grower", password: password)
        }
        let (token, id) = try signIn(email, on: server)
        return PrivacyPerson(server: server, email: email, id: id, token: token)
    }

    mutating func signInAgain() throws { token = try Self.signIn(email, on: server).token }

    private static func signIn(_ email: String, on server: ServerProcess) throws -> (token: String, id: String) {
        let answer = try send(
            server,
            "POST",
            "/api/v1/auth/login",
            ["email": email, "password": password],
            [:]
        )
        guard let token = answer.json["access_token"] as? String,
            let id = (answer.json["user"] as? [String: Any])?["id"] as? String
        else { throw LoopbackFault.failed("sign in: \(answer.text)") }
        return (token, id)
    }

    func get(_ target: String) throws -> LoopbackAnswer { try server.request("GET", target, headers: headers) }

    func send(_ method: String, _ target: String, _ body: [String: Any] = [:]) throws -> LoopbackAnswer {
        try Self.send(server, method, target, body, headers)
    }

    /// The answer's key.
    func post(_ target: String, _ form: MultipartBody) throws -> String {
        let answer = try server.post(target, form, headers: headers)
        guard answer.status < 300, let id = answer.json["id"] as? String else {
            throw LoopbackFault.failed("POST \(target): \(answer.text)")
        }
        return id
    }

    private static func send(
        _ server: ServerProcess,
        _ method: String,
        _ target: String,
        _ body: [String: Any],
        _ headers: [String: String]
    ) throws -> LoopbackAnswer {
        try server.request(
            method,
            target,
            headers: headers.merging(["Content-Type": "application/json"]) { $1 },
            body: body.isEmpty ? [] : Array(JSONSerialization.data(withJSONObject: body))
        )
    }
}
