import Accounts
import HTTPServer

/// Who changes something, from where, and what they see.
struct WildlifeCaller: Sendable {
    let name: String
    let user: User.ID?
    let reach: Reach
    let origin: Origin
}

extension Request {
    var wildlifeCaller: WildlifeCaller {
        WildlifeCaller(
            name: caller?.logName ?? "nobody",
            user: caller?.user,
            reach: caller?.reach ?? .nothing,
            origin: origin
        )
    }
}

extension AuditEntry {
    /// What somebody did on the trail.
    init(
        _ action: String,
        by caller: WildlifeCaller,
        on subject: String,
        old: [String: String] = [:],
        new: [String: String] = [:]
    ) {
        self.init(action, by: caller.name, on: subject, from: caller.origin, old: old, new: new)
    }
}
