import Accounts
import Core
import Database

/// Says what a rule may do: it never tells more than whoever set it may see at that time.
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

    /// What a rule may tell through a channel: what those who set the two were allowed to see then, and still are.
    func disclosure(
        of rule: Rule,
        through channel: Channel,
        at site: UUIDv7?,
        in reader: DatabaseReader
    ) async throws -> Disclosure {
        var most = min(rule.disclosure, channel.disclosure)
        for id in [rule.user, channel.setBy].compactMap(\.self) {
            guard let user = try await users.user(id, in: reader), user.state == .active, user.reach.sees(site: site)
            else { return .words }
            most = min(most, Disclosure(user.role.permissions))
        }
        return most
    }
}
