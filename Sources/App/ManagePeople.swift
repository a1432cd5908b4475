import Accounts
import Core
import Database
import HTTPServer

/// Looks after people and keys from the machine itself, also beside a running server.
package struct ManagePeople: Sendable {
    private let accounts: Accounts
    private let privacy: Privacy
    private let base: String

    package struct Person: Codable, Sendable {
        package let id: String
        package let email: String
        package let name: String
        package let role: String
        package let state: String
        package let secondFactor: Bool
    }

    package struct Key: Codable, Sendable {
        package let id: String
        package let name: String
        package let client: String?
        package let scopes: [String]
        package let expiresAt: String?
        package let lastUsedAt: String?
        /// Only when it was just made.
        package let secret: String?
    }

    /// What a key is to be.
    package struct KeyOrder: Sendable {
        package var name: String
        package var client: String?
        package var scopes: [String]
        package var quota: Int?
        package var days: Int?

        package init(name: String, client: String?, scopes: [String], quota: Int?, days: Int?) {
            self.name = name
            self.client = client
            self.scopes = scopes
            self.quota = quota
            self.days = days
        }
    }

    package static let roles = Role.allCases.map(\.rawValue)
    package static let scopes = Accounts.keyScopes.map(\.rawValue).sorted()

    /// Opens what the configuration names, and closes it afterwards.
    package static func with<Value: Sendable>(
        _ configuration: Configuration,
        _ body: (ManagePeople) async throws -> Value
    ) async throws -> Value {
        let kit = try await Kit.open(configuration, log: .silent)
        let base = configuration.publicURL ?? "http://\(configuration.host):\(configuration.port)"
        let result: Result<Value, any Error>
        do {
            result = .success(
                try await body(ManagePeople(accounts: kit.accounts, privacy: Features.privacy(kit), base: base))
            )
        } catch let fault as Problem {
            result = .failure(StartFault(fault.detail))
        } catch let fault as AccountFault {
            result = .failure(StartFault("\(fault)"))
        } catch {
            result = .failure(error)
        }
        await kit.close()
        return try result.get()
    }

    /// The link with which the person makes the account themselves.
    package func invite(_ email: String, role: String) async throws -> String {
        try await accounts.invite(email, role: Self.role(role), base: base, from: .command)
    }

    package func add(_ email: String, name: String, role: String, password: String) async throws {
        try await accounts.add(email, name: name, role: Self.role(role), password: password, from: .command)
    }

    package func setPassword(of email: String, to password: String) async throws {
        try await accounts.setPassword(of: user(email), to: password, from: .command)
    }

    package func resetSecondFactor(of email: String) async throws {
        try await accounts.resetSecondFactor(user(email).id, by: Origin.command.address, from: .command)
    }

    package func suspend(_ email: String) async throws { try await change(email) { $0.state = .suspended } }

    package func activate(_ email: String) async throws { try await change(email) { $0.state = .active } }

    package func setRole(_ role: String, of email: String) async throws {
        let role = try Self.role(role)
        try await change(email) { $0.role = role }
    }

    private static func role(_ text: String) throws -> Role {
        guard let role = Role(rawValue: text) else {
            throw UsageFault("--role takes \(roles.joined(separator: ", "))")
        }
        return role
    }

    private func change(_ email: String, _ edit: @Sendable (inout User) -> Void) async throws {
        try await accounts.change(user(email).id, by: Origin.command.address, from: .command, edit)
    }

    package func remove(_ email: String) async throws {
        _ = try await privacy.remove(user(email).id, by: Origin.command.address, from: .command)
    }

    package func people() async throws -> [Person] {
        try await accounts.everybody().map { user in
            Person(
                id: user.id.description,
                email: user.email.description,
                name: user.name,
                role: user.role.rawValue,
                state: user.state.rawValue,
                secondFactor: user.hasSecondFactor
            )
        }
    }

    package func addKey(_ order: KeyOrder, for email: String?) async throws -> Key {
        let scopes = try order.scopes.map { text in
            guard let scope = Permission(rawValue: text), Accounts.keyScopes.contains(scope) else {
                throw UsageFault("--scope takes some of \(Self.scopes.joined(separator: ", "))")
            }
            return scope
        }
        let wish = KeyWish(
            name: order.name,
            client: order.client,
            scopes: Set(scopes),
            quota: order.quota,
            life: order.days.map { .seconds($0 * 86_400) }
        )
        let made = try await accounts.makeKey(wish, for: owner(email), by: Origin.command.address, from: .command)
        return Key(made.key, secret: made.secret)
    }

    package func keys() async throws -> [Key] {
        try await accounts.keys(of: nil, limit: 1_000).map { Key($0, secret: nil) }
    }

    package func removeKey(_ id: String) async throws {
        guard let id = APIKey.ID(id) else { throw StartFault("\(id) is not the id of a key: see hedgerow key list") }
        try await accounts.removeKey(id, by: nil, from: .command)
    }

    package func rotateSigningKey() async throws { try await accounts.rotateSigningKey(from: .command) }

    private func user(_ email: String) async throws -> User {
        guard let address = EmailAddress(email), let user = try await accounts.users.user(address) else {
            throw StartFault("nobody has the address \(email): see hedgerow user list")
        }
        return user
    }

    /// Whoever is named, or the one administrator there is.
    private func owner(_ email: String?) async throws -> User {
        if let email { return try await user(email) }
        let administrators = try await accounts.everybody().filter { $0.role == .admin && $0.state == .active }
        guard administrators.count == 1, let owner = administrators.first else {
            throw StartFault("a key belongs to somebody: say whom with --user EMAIL")
        }
        return owner
    }
}

extension ManagePeople.Key {
    fileprivate init(_ key: APIKey, secret: String?) {
        self.init(
            id: key.id.description,
            name: key.name,
            client: key.client,
            scopes: key.scopes.map(\.rawValue).sorted(),
            expiresAt: key.expiresAt?.description,
            lastUsedAt: key.lastUsedAt?.description,
            secret: secret
        )
    }
}
