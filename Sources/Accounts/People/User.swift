package import Core

/// A person with an account.
package struct User: Hashable, Sendable {
    package typealias ID = Identifier<User>

    package enum State: String, CaseIterable, Codable, Sendable {
        /// Registered, with an address that is not proved yet.
        case unverified
        case active
        /// Kept out by an administrator.
        case suspended
        /// Asked to be forgotten; erased when the time of grace is over.
        case leaving
    }

    package let id: ID
    package var email: EmailAddress
    package var name: String
    package var role: Role
    package var reach: Reach
    package var state: State
    package let createdAt: Timestamp
    package var lastSeenAt: Timestamp?
    package var hasSecondFactor: Bool
    package var hasPassword: Bool
}
