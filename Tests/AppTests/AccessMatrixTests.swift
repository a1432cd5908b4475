import Foundation
import TestSupport
import Testing

/// Every route that the server describes, tried by everybody there is.
@Suite("Who may do what") struct AccessMatrixTests {
    /// What each may do, written out once more: not taken from the program.
    private static let permissions: [String: Set<String>] = [
        "nobody": ["predict"],
        "viewer": ["predict", "analyses", "account", "images", "alerts"],
        "grower": ["predict", "analyses", "account", "keys"],
        "analyst": [
            "predict", "analyses", "account", "keys", "images", "upload", "review", "cameras", "bystanders", "alerts",
            "rules",
        ],
        "admin": [
            "predict", "analyses", "account", "keys", "images", "upload", "review", "cameras", "alerts", "rules",
            "report", "people", "audit", "server",
        ],
        "admin without a second factor": ["predict", "account"],
        "key of analyses": ["analyses"],
        "key of the server": ["server"],
        "application of analyses": ["analyses"],
        "key of the settings": [
            "predict", "analyses", "keys", "images", "upload", "review", "cameras", "bystanders", "alerts", "rules",
            "report", "people", "audit", "server",
        ],
    ]

    /// What routes need, by how they begin.
    private static let needs: [(prefix: String, permission: String)] = [
        ("/api/v1/admin/", "server"), ("/api/v1/users", "people"), ("/api/v1/invitations", "people"),
        ("/api/v1/keys", "keys"), ("/api/v1/audit", "audit"), ("/api/v1/oauth/clients", "people"),
        ("/api/v1/oauth/grants", "account"), ("/api/v1/oauth/authorization", "account"),
        ("/api/v1/rules", "rules"), ("/api/v1/channels", "rules"), ("/api/v1/alerts/alertmanager", "report"),
    ]

    struct Operation: Sendable {
        let method: String
        let target: String
        /// `nil` for anyone.
        let permission: String?
        let bodyType: String?
    }

    private func operations(_ people: People) throws -> [Operation] {
        let paths = try #require(try people.call("GET", "/api/v1/openapi.json").json["paths"] as? [String: Any])
        return paths.flatMap { path, value in
            ((value as? [String: Any]) ?? [:]).map { method, value in
                let operation = value as? [String: Any] ?? [:]
                let security = operation["security"] as? [[String: [String]]]
                let body = operation["requestBody"] as? [String: Any]
                return Operation(
                    method: method.uppercased(),
                    target: Self.filled(path),
                    permission: security?.first?.values.first?.first,
                    bodyType: (body?["content"] as? [String: Any])?.keys.min()
                )
            }
        }
    }

    /// The path with something in each place that is nowhere.
    private static func filled(_ path: String) -> String {
        path.replacing("{id}", with: "0197c0de-0000-7000-8000-000000000000").replacing("{key}", with: "0/0")
            .split(separator: "/", omittingEmptySubsequences: false)
            .map { $0.hasPrefix("{") ? "nothing" : String($0) }.joined(separator: "/")
    }

    @Test func `every route is open to those who may, and closed to all others`() async throws {
        let key = "settings-key-of-the-tests-0123456789"
        try await People.with(environment: ["HEDGEROW_API_KEY": key]) { people in
            let callers = try await callers(people, key)
            let operations = try operations(people)
            #expect(operations.count > 60)
            for operation in operations {
                for (prefix, permission) in Self.needs where operation.target.hasPrefix(prefix) {
                    #expect(operation.permission == permission, "\(operation.method) \(operation.target)")
                }
                if let permission = operation.permission {
                    #expect(Self.permissions["admin"]?.contains(permission) == true, "\(permission) is nobody's")
                }
                for (name, credentials) in callers { try attempt(operation, people, name, credentials) }
            }
        }
    }

    private func callers(_ people: People, _ settingsKey: String) async throws -> [String: People.Credentials] {
        var callers: [String: People.Credentials] = ["nobody": [:], "key of the settings": ["X-API-Key": settingsKey]]
        for role in ["viewer", "grower", "analyst"] { callers[role] = try await people.join(role, role: role) }
        callers["admin without a second factor"] = try await people.join("bare", role: "admin")
        let admin = try await people.join("admin", role: "admin")
        _ = try people.setUpFactor(admin)
        callers["admin"] = admin
        for (name, scope) in [("key of analyses", "analyses"), ("key of the server", "server")] {
            let made = try people.call("POST", "/api/v1/keys", as: admin, #"{"name": "k", "scopes": ["\#(scope)"]}"#)
            callers[name] = ["X-API-Key": try #require(made.json["secret"] as? String, "\(made.text)")]
        }
        callers["application of analyses"] = try application(people, admin)
        return callers
    }

    /// An application that the administrator registered, and that acts for them.
    private func application(_ people: People, _ admin: People.Credentials) throws -> People.Credentials {
        let wish = #"{"name": "a", "scopes": ["analyses"]}"#
        let made = try people.call("POST", "/api/v1/oauth/clients", as: admin, wish)
        let id = try #require(made.json["client_id"] as? String, "\(made.text)")
        let secret = try #require(made.json["client_secret"] as? String)
        let form = "grant_type=client_credentials&client_id=\(id)&client_secret=\(secret)"
        return try People.bearer(
            people.server.request(
                "POST",
                "/oauth/token",
                headers: ["Content-Type": "application/x-www-form-urlencoded"],
                body: Array(form.utf8)
            )
        )
    }

    private func attempt(
        _ operation: Operation,
        _ people: People,
        _ name: String,
        _ credentials: People.Credentials
    ) throws {
        // It would end the session that the rest is tried with.
        let ends = operation.target.hasSuffix("/auth/logout") && Self.permissions[name]?.contains("account") == true
        guard !ends else { return }
        let body: [UInt8]
        var headers = credentials
        switch operation.bodyType {
        case "multipart/form-data"?:
            headers["Content-Type"] = MultipartBody.contentType
            body = MultipartBody().closed
        case let type?:
            headers["Content-Type"] = type
            body = Array("{}".utf8)
        case nil: body = []
        }
        let answer = try people.server.request(operation.method, operation.target, headers: headers, body: body)
        let what = "\(operation.method) \(operation.target) by \(name): \(answer.status) \(answer.text.prefix(200))"
        let isOpen = operation.permission.map { Self.permissions[name]?.contains($0) == true } ?? true
        let slug = (answer.json["type"] as? String)?.split(separator: "/").last.map(String.init)
        if isOpen {
            // What a route refuses for reasons of its own has words of its own.
            let isRefusedAtTheDoor =
                answer.status == 401 && slug == "unauthorized" && !answer.text.contains("ticket")
                || answer.status == 403 && (answer.text.contains("permission") || slug == "second-factor-needed")
            #expect(!isRefusedAtTheDoor, "\(what)")
            #expect(answer.status < 500 || answer.status == 503, "\(what)")
        } else {
            #expect(answer.status == (name == "nobody" ? 401 : 403), "\(what)")
        }
    }
}
