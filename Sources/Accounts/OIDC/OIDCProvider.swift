package import Core
package import Outbound

/// An organisation's provider that says who somebody is, by OpenID Connect.
package struct OIDCProvider: Sendable {
    /// What happens to somebody whom nobody here knows.
    package enum Registration: String, CaseIterable, Sendable {
        /// Only those invited get an account; others link one that they have.
        case link
        /// An account is made.
        case create
    }

    /// How this server proves to the provider who it is.
    package enum Secret: Sendable {
        case none
        case text(String)
        /// A key that signs a short-lived secret each time, as Apple wants it.
        case key(ES256Signer, team: String, id: String)
    }

    /// As it stands in addresses.
    package let name: String
    /// As people read it.
    package let title: String
    package let issuer: String
    package let clientID: String
    package let secret: Secret
    package let scopes: [String]
    /// The claim of the ID token that lists groups.
    package let groupsClaim: String
    /// What members of a group are here; empty where the provider has no say in it.
    package let roles: [String: Role]
    package let defaultRole: Role?
    package let registration: Registration

    /// Apple sends names and addresses only with a form that the browser posts.
    var answersByForm: Bool { issuer == OIDCPreset.apple.issuer }

    /// Whether the provider has a say in roles.
    var mapsRoles: Bool { !roles.isEmpty }

    /// The most powerful role of these groups, else the default.
    func role(of groups: [String]) -> Role? {
        let found = Set(groups.compactMap { roles[$0] })
        return [Role.admin, .analyst, .grower, .viewer].first(where: found.contains) ?? defaultRole
    }
}

extension OIDCProvider.Secret: CustomStringConvertible, CustomReflectable {
    package var description: String { "(hidden)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A provider that needs a name and no address.
enum OIDCPreset: String, CaseIterable {
    case google, apple

    var title: String {
        switch self {
        case .google: "Google"
        case .apple: "Apple"
        }
    }

    var issuer: String {
        switch self {
        case .google: "https://accounts.google.com"
        case .apple: "https://appleid.apple.com"
        }
    }

    var scopes: [String] {
        switch self {
        case .google: ["openid", "email", "profile"]
        case .apple: ["openid", "email", "name"]
        }
    }
}

/// The providers of a server, and how it reaches them.
package struct OIDCSetup: Sendable {
    package let providers: [OIDCProvider]
    package let http: HTTPClient
    package var limits = OIDCSetup.usualLimits

    package init(_ providers: [OIDCProvider], http: HTTPClient) {
        self.providers = providers
        self.http = http
    }

    /// Asks a provider to describe itself, and for its keys, as signing in does.
    ///
    /// - Returns: what is wrong, `nil` when nothing is.
    package func fault(of provider: OIDCProvider) async -> String? {
        let client = OIDCClient(provider, http: http, limits: limits, clock: .system)
        do {
            try await client.lookAround()
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// No provider needs more, and a browser waits meanwhile.
    private static let usualLimits = HTTPLimits(
        connect: .seconds(4),
        total: .seconds(8),
        stall: .seconds(6),
        redirects: 0,
        bytes: 256 << 10
    )
}
