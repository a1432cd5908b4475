package import HTTPServer

/// One kind of thing that a caller may be allowed to do; also the scopes of keys.
///
/// The one table of who may do what is `Role.permissions`; every route names the permission it needs.
package enum Permission: String, CaseIterable, Codable, Sendable {
    /// Have pictures read.
    case predict
    /// Read one's own earlier analyses and batches.
    case analyses
    /// Look after one's own account, sessions and consents.
    case account
    /// Make and end one's own keys.
    case keys
    /// See what cameras saw, where they hang, and what comes of it.
    case images
    /// Send pictures of camera traps.
    case upload
    /// Say what pictures of camera traps show.
    case review
    /// Look after sites, cameras and their pictures.
    case cameras
    /// See people and vehicles on pictures of camera traps, which are veiled for all others.
    case bystanders
    /// See alerts.
    case alerts
    /// Make rules and channels of alerts, and acknowledge alerts.
    case rules
    /// Report what is wrong with the server, as Alertmanager does.
    case report
    /// Invite, change and remove people.
    case people
    /// Read who did what.
    case audit
    /// Look after the server itself.
    case server

    /// Whether anyone may, until the operator closes it.
    var isOpen: Bool { self == .predict }

    /// Whether only a person who is signed in may, and no key or program.
    var needsPerson: Bool { self == .account || self == .people }

    /// Whether a person who needs a second factor may before there is one: it is here that it is set up.
    var comesBeforeSecondFactor: Bool { [.account, .predict].contains(self) }
}

extension Access {
    package static let predict = Access(.predict)
    package static let analyses = Access(.analyses)
    package static let account = Access(.account)
    package static let keys = Access(.keys)
    package static let images = Access(.images)
    package static let upload = Access(.upload)
    package static let review = Access(.review)
    package static let cameras = Access(.cameras)
    package static let alerts = Access(.alerts)
    package static let rules = Access(.rules)
    package static let report = Access(.report)
    package static let people = Access(.people)
    package static let audit = Access(.audit)
    package static let server = Access(.server)

    private init(_ permission: Permission) { self.init(permission.rawValue, admitsStrangers: permission.isOpen) }
}
