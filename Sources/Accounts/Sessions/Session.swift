package import Core

/// One sign-in on one device, until somebody ends it.
package struct Session: Hashable, Sendable {
    package typealias ID = Identifier<Session>

    package enum Kind: String, CaseIterable, Codable, Sendable {
        /// A browser with a cookie.
        case browser
        /// A program with tokens.
        case token
    }

    package let id: ID
    package let user: User.ID
    package let kind: Kind
    package let createdAt: Timestamp
    package let lastUsedAt: Timestamp
    package let expiresAt: Timestamp
    /// Whether a second factor was given.
    package let hasSecondFactor: Bool
    /// Where it was used last.
    package let address: String
    /// What the program calls itself.
    package let agent: String

    /// Unused for so long, it ends; whatever happens, it ends after three times as long.
    static let idleLife = Duration.seconds(30 * 86_400)
    static let longestLife = Duration.seconds(90 * 86_400)
}
