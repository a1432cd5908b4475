import Core
package import JobQueue

/// A letter that is to be written and sent; what is secret in it is made only when it leaves.
package struct Letter: Codable, Sendable {
    enum Kind: String, Codable, Sendable {
        case verification, passwordReset, invitation
        /// To somebody who registered with an address that has an account.
        case alreadyRegistered
        /// Something was changed that its owner should know of.
        case passwordChanged, secondFactorRemoved, addressAsked, providerLinked, providerRemoved
        /// To the address that somebody wants, and to the one that they had.
        case addressProof, addressChanged
        /// The account is going to be erased: because its owner asked for it, or because nobody uses it.
        case leaving, inactive
    }

    let kind: Kind
    /// Of a person, an invitation, or a change of an address.
    let subject: UUIDv7
    /// What the provider is called, in a letter about one.
    var provider: String?

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
