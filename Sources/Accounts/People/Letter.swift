import Core
package import JobQueue

/// A letter that is to be written and sent; what is secret in it is made only when it leaves.
package struct Letter: Codable, Sendable {
    enum Kind: String, Codable, Sendable {
        case verification, passwordReset, invitation
        /// To somebody who registered with an address that has an account.
        case alreadyRegistered
        /// Something was changed that its owner should know of.
        case passwordChanged, secondFactorRemoved
        /// The account is going to be erased: because its owner asked for it, or because nobody uses it.
        case leaving, inactive
    }

    let kind: Kind
    /// Of a person, or of an invitation.
    let subject: UUIDv7

    package static let job = JobKind<Letter>(
        "accounts.send-letter",
        JobPolicy(
            queue: "mail",
            priority: .urgent,
            width: 4,
            timeLimit: .seconds(120),
            retries: [.seconds(60), .seconds(300), .seconds(900), .seconds(3_600)]
        )
    )
}
