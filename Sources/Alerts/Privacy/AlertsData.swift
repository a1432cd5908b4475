import Accounts
import Archive
import Core
import Database

/// What alerts keep about people: which rules and channels they set, what they saw to, and their addresses in channels.
///
/// Rules and channels are a project's and stay without the person; their own address goes.
struct AlertsData: PersonalData {
    let channels: ChannelStore
    let users: UserStore

    private static let atOnce = 500

    private var database: Database { channels.database }

    let name = "alerts"

    let tables = [
        PersonalTable("alert_rule", "user_id"), PersonalTable("alert_channel", "user_id"),
        PersonalTable("alert_channel", "set_by"),
        PersonalTable("alert", "acknowledged_by"),
    ]

    let contents: [(file: String, meaning: String)] = [
        ("alerts/rules.json", "the rules of alerts that are your word"),
        ("alerts/channels.json", "the channels that you made, without what would open a door"),
        ("alerts/acknowledged/", "lists of the alerts that you said you had seen to"),
    ]

    private static let parts = [
        ("alert rules", "alert_rule", "user_id"), ("alert channels", "alert_channel", "user_id"),
        ("where alert channels lead", "alert_channel", "set_by"),
        ("acknowledged alerts", "alert", "acknowledged_by"),
    ]

    func erase(_ user: User.ID, in tx: Transaction) async throws -> Erased {
        var counts: [String: Int] = [:]
        if let email = try await users.user(user, in: tx)?.email {
            counts["addresses in alert channels"] = try await forget(email, in: tx)
        }
        // Nobody is left whose rights would bound them: somebody who takes them over saves them again.
        try await tx.execute("UPDATE alert_rule SET is_enabled = FALSE WHERE user_id = $1", [.id(user)])
        try await tx.execute("UPDATE alert_channel SET disclosure = 'words' WHERE set_by = $1", [.id(user)])
        var isDone = true
        for (what, table, column) in Self.parts {
            let count = try await tx.execute(
                """
                UPDATE \(table) SET \(column) = NULL
                WHERE id IN (SELECT id FROM \(table) WHERE \(column) = $1 LIMIT \(Self.atOnce))
                """,
                [.id(user)]
            )
            counts[what] = count
            if count == Self.atOnce { isDone = false }
        }
        return Erased(counts: counts, isDone: isDone)
    }

    /// A channel that led to this address alone goes with it.
    private func forget(_ email: EmailAddress, in tx: Transaction) async throws -> Int {
        var count = 0
        for var channel in try await channels.all(in: tx) {
            guard let recipients = channel.target.recipients else { continue }
            let others = recipients.filter { EmailAddress($0)?.folded != email.folded }
            guard others.count < recipients.count else { continue }
            count += 1
            channel.target.recipients = others
            if others.isEmpty {
                try await channels.remove(channel.id, in: tx)
            } else {
                try await channels.update(channel, in: tx)
            }
        }
        return count
    }

    private struct RuleEntry: Encodable {
        let id: Rule.ID
        let name: String
        let createdAt: Timestamp
    }

    private struct ChannelEntry: Encodable {
        let id: Channel.ID
        let name: String
        let kind: Channel.Kind
        let leadsTo: String
        let createdAt: Timestamp
    }

    private struct Acknowledged: Encodable {
        let alert: Alert.ID
        let title: String
        let at: Timestamp?
    }

    func export(_ user: User.ID, into archive: inout ZipWriter) async throws {
        let (rules, own) = try await database.read { reader in
            let rows = try await reader.query(
                "SELECT id, name, created_at FROM alert_rule WHERE user_id = $1 ORDER BY id",
                [.id(user)]
            )
            let rules = try rows.map {
                RuleEntry(id: try $0["id"], name: try $0["name"], createdAt: try $0["created_at"])
            }
            return (rules, try await channels.all(in: reader).filter { $0.user == user })
        }
        try await archive.add("alerts/rules.json", JSON.encode(rules))
        let entries = own.map {
            ChannelEntry(id: $0.id, name: $0.name, kind: $0.kind, leadsTo: $0.leadsTo, createdAt: $0.createdAt)
        }
        try await archive.add("alerts/channels.json", JSON.encode(entries))
        try await exportAcknowledged(user, into: &archive)
    }

    private func exportAcknowledged(_ user: User.ID, into archive: inout ZipWriter) async throws {
        let sql = "SELECT id, title, acknowledged_at FROM alert WHERE acknowledged_by = $1"
        var place: PagePlace?
        var number = 0
        repeat {
            let after = place
            let page = try await database.read { reader in
                try await reader.page(sql, [.id(user)], in: AlertStore.order, after: after, limit: Self.atOnce)
            }
            if !page.rows.isEmpty {
                number += 1
                let said = try page.rows.map {
                    Acknowledged(alert: try $0["id"], title: try $0["title"], at: try $0["acknowledged_at"])
                }
                try await archive.add("alerts/acknowledged/\(number).json", JSON.encode(said))
            }
            place = page.next
        } while place != nil
    }

    func usage(of user: User.ID) async throws -> [DataUse] {
        try await database.read { reader in
            var uses: [DataUse] = []
            for (what, table, column) in Self.parts {
                let last = table == "alert" ? "acknowledged_at" : "created_at"
                let sql = "SELECT count(*) AS total, max(\(last)) AS last FROM \(table) WHERE \(column) = $1"
                guard let row = try await reader.first(sql, [.id(user)]) else { continue }
                uses.append(DataUse(what, for: .service, count: try row["total"], lastUsedAt: try row["last"]))
            }
            return uses
        }
    }
}
