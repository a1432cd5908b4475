import Core

/// Something that was done or refused, by whom and from where.
package struct AuditEntry: Sendable {
    /// The id of a person, or `key`, `command line`, `server`, `nobody`.
    package var actor: String
    /// What was done, such as `user.invited`; a refusal begins with `refused.`.
    package var action: String
    /// On what, such as `user 0197…`; never a name or an address of a person.
    package var subject: String
    package var origin: Origin
    /// What was changed, before and after; never a secret, and of a person only what is no personal data.
    package var old: [String: String]
    package var new: [String: String]

    package init(
        _ action: String,
        by actor: String,
        on subject: String,
        from origin: Origin,
        old: [String: String] = [:],
        new: [String: String] = [:]
    ) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.origin = origin
        self.old = old
        self.new = new
    }
}

/// An entry as it stands on the trail.
struct AuditRecord: Sendable {
    let position: Int
    let at: Timestamp
    let actor: String
    let action: String
    let subject: String
    /// `nil` once its time is over.
    let address: String?
    let requestID: String
    let old: [String: String]
    let new: [String: String]
}
