import Core
import Database

/// What of the trail somebody wants to see.
struct AuditFilter: Sendable {
    var actor: String?
    var subject: String?
    /// Whoever did it, or to whom it was done.
    var about: User.ID?
    /// An action, or the beginning of one that ends in a dot, such as `user.`.
    var action: String?
    var from: Timestamp?
    var to: Timestamp?
}

extension AuditLog {
    /// The newest first.
    static let order = PageOrder.descending(.init("position", .integer))

    func records(
        _ filter: AuditFilter,
        after place: PagePlace?,
        limit: Int
    ) async throws -> (records: [AuditRecord], next: PagePlace?) {
        var values: [SQLValue] = []
        var conditions: [String] = []
        func demand(_ condition: (String) -> String, _ value: SQLValue?) {
            guard let value else { return }
            values.append(value)
            conditions.append(condition("$\(values.count)"))
        }
        demand({ "actor = \($0)" }, filter.actor.map { .text($0) })
        demand({ "subject = \($0)" }, filter.subject.map { .text($0) })
        if let user = filter.about {
            values += [.text(user.description), .text("user \(user)")]
            conditions.append("(actor = $\(values.count - 1) OR subject = $\(values.count))")
        }
        if let action = filter.action, action.hasSuffix(".") {
            demand({ "substr(action, 1, \(action.count)) = \($0)" }, .text(action))
        } else {
            demand({ "action = \($0)" }, filter.action.map { .text($0) })
        }
        demand({ "at >= \($0)" }, filter.from.map { .timestamp($0) })
        demand({ "at < \($0)" }, filter.to.map { .timestamp($0) })
        let condition = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        let (sql, parameters) = ("SELECT * FROM audit\(condition)", values)
        return try await database.read(.mayLag) { reader in
            let page = try await reader.page(sql, parameters, in: Self.order, after: place, limit: limit)
            return (try page.rows.map(AuditRecord.init), page.next)
        }
    }
}

extension AuditRecord {
    init(_ row: Row) throws {
        self.init(
            position: try row["position"],
            at: try row["at"],
            actor: try row["actor"],
            action: try row["action"],
            subject: try row["subject"],
            address: try row["address"],
            requestID: try row["request_id"],
            old: try JSON.decode([String: String].self, from: try row["old_values", as: String.self].utf8),
            new: try JSON.decode([String: String].self, from: try row["new_values", as: String.self].utf8)
        )
    }
}
