import Accounts
import Core
import Outbound

/// Where alerts are sent.
struct Channel: Sendable {
    typealias ID = Identifier<Channel>

    enum Kind: String, CaseIterable, Codable, Sendable {
        case email
        /// Signed, with all that is known of an alert.
        case webhook
        /// A message of a bot.
        case telegram
        /// An event on the map of rangers.
        case earthRanger = "earthranger"
    }

    /// What the kind needs; the rest is `nil`.
    struct Target: Codable, Sendable {
        var recipients: [String]?
        var url: String?
        /// Signs webhooks.
        var secret: String?
        /// Lets us in at the other side.
        var token: String?
        /// Of Telegram: a number, or `@name`.
        var chat: String?
        /// Of EarthRanger.
        var eventType: String?
    }

    let id: ID
    var name: String
    let kind: Kind
    var target: Target
    /// Who made it; `nil` for the key of the settings, and once the person is gone.
    let user: User.ID?
    /// Who last said where it leads: what that person may see bounds what is told; `nil` as for `user`.
    var setBy: User.ID?
    /// What that person was allowed to see then.
    var disclosure: Disclosure
    let createdAt: Timestamp

    /// For people: where it leads, without what would open a door.
    var leadsTo: String {
        switch kind {
        case .email: (target.recipients ?? []).joined(separator: ", ")
        case .webhook, .earthRanger: HTTPRequest.host(of: target.url ?? "") ?? ""
        case .telegram: target.chat ?? ""
        }
    }

    /// Whoever made it looks after it, and whoever sees everything: others could lead away what is not for them.
    func isVisible(to caller: Caller) -> Bool {
        caller.reach.sees(site: nil) || user != nil && user == caller.user
    }
}

extension Channel.Target {
    static let telegram = "https://api.telegram.org"

    /// All that must not be told, to be struck out of what the other side says.
    var secrets: [String] { [secret, token].compactMap(\.self).filter { !$0.isEmpty } }
}
