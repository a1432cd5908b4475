package import Core

/// An application of somebody else that people let act for them, or that acts for whoever registered it (RFC 6749, 2).
package struct OAuthClient: Hashable, Sendable {
    package typealias ID = Identifier<OAuthClient>

    /// How an application comes by tokens.
    enum GrantType: String, CaseIterable, Codable, Sendable {
        /// A person allows it in their browser.
        case authorizationCode = "authorization_code"
        /// It acts as the person who registered it.
        case clientCredentials = "client_credentials"
    }

    let id: ID
    /// Who registered it; `nil` once they are gone.
    let owner: User.ID?
    let name: String
    let redirects: [RedirectAddress]
    let scopes: Set<Permission>
    let grantTypes: Set<GrantType>
    /// Whether it can keep a secret, and has one.
    let isConfidential: Bool
    let createdAt: Timestamp
}

/// What a person, or the application's own credentials, let an application do.
package struct OAuthGrant: Hashable, Sendable {
    package typealias ID = Identifier<OAuthGrant>

    let id: ID
    let client: OAuthClient.ID
    /// As whom the application acts.
    let user: User.ID
    let type: OAuthClient.GrantType
    let scopes: Set<Permission>
    /// Whether a second factor was given when it was allowed.
    let hasSecondFactor: Bool
    let createdAt: Timestamp
    let lastUsedAt: Timestamp?
    let expiresAt: Timestamp

    /// Unused for so long, it ends.
    static let idleLife = Duration.seconds(90 * 86_400)
}

/// One of the secrets that belong to a grant.
struct OAuthToken: Hashable, Sendable {
    enum Kind: String, CaseIterable, Sendable {
        case code, access, refresh

        /// Tells people and scanners of secrets what it is.
        var prefix: String {
            switch self {
            case .code: "hoc_"
            case .access: "ho_"
            case .refresh: "hor_"
            }
        }
    }

    /// What whoever redeems a code has to know.
    struct Proof: Hashable, Sendable {
        let redirect: String
        /// The digest of the verifier, as base64url (RFC 7636, 4.2).
        let challenge: String
    }

    let id: UUIDv7
    let grant: OAuthGrant.ID
    let kind: Kind
    let scopes: Set<Permission>
    let proof: Proof?
    let isSpent: Bool
    let expiresAt: Timestamp

    static let codeLife = Duration.seconds(60)
    /// So long a secret that is good once is remembered after its use: should it come again, somebody copied it.
    static let spentLife = Duration.seconds(30 * 86_400)
}

extension Set<Permission> {
    /// As OAuth writes them: in one line, between blanks.
    var scopeText: String { map(\.rawValue).sorted().joined(separator: " ") }

    /// `nil` for a text that names something else than a scope.
    init?(scopeText: String) {
        var scopes: Set<Permission> = []
        for word in scopeText.split(separator: " ") {
            guard let scope = Permission(rawValue: String(word)), Accounts.keyScopes.contains(scope) else { return nil }
            scopes.insert(scope)
        }
        self = scopes
    }
}
