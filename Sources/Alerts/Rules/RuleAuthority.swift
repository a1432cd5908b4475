import Accounts
import Core
import Database

/// Says whether a rule may act: it never tells more than whoever set it may see at that time.
struct RuleAuthority: Sendable {
    let users: UserStore

    /// A rule that nobody owns any more keeps to the place it is about.
    func holds(_ rule: Rule, at site: UUIDv7?, in reader: DatabaseReader) async throws -> Bool {
        guard let id = rule.user else { return true }
        guard let user = try await users.user(id, in: reader), user.state == .active,
            user.role.permissions.contains(.rules)
        else { return false }
        return rule.kind == .system
            ? user.role.permissions.contains(.server) && user.reach.sees(site: nil) : user.reach.sees(site: site)
    }
}
