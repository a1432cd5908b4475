import Accounts
import Core
import Observations

/// Something that somebody wanted to be told.
struct Alert: Sendable {
    typealias ID = Identifier<Alert>

    enum State: String, CaseIterable, Codable, Sendable {
        case open
        /// Somebody has seen to it; what goes on is not told anew.
        case acknowledged
        /// It is over.
        case resolved
    }

    let id: ID
    /// `nil` for what is told without a rule, and once the rule is gone.
    let rule: Rule.ID?
    let kind: AlertKind
    var severity: Severity
    /// What it is about: quiet times hold for each.
    let subject: String
    /// Names what goes on until it ends; `nil` for what happens at once, and for what has ended.
    let openKey: String?
    var site: UUIDv7?
    var camera: UUIDv7?
    var image: UUIDv7?
    var place: Coordinates?
    var title: String
    var details: String
    var state = State.open
    let happenedAt: Timestamp
    let raisedAt: Timestamp
    var resolvedAt: Timestamp?
    var acknowledgedBy: User.ID?
    var acknowledgedAt: Timestamp?
}
