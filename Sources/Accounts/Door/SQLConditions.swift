package import Database

/// The `WHERE` of a list that can be narrowed in many ways.
package struct SQLConditions: Sendable {
    package private(set) var values: [SQLValue] = []
    private var conditions: [String] = []

    package init() {}

    /// Empty when everything is wanted.
    package var text: String { conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ") }

    package mutating func demand(_ condition: String) { conditions.append(condition) }

    /// Adds a condition on a value, if there is one; `condition` gets its placeholder.
    package mutating func demand(_ value: SQLValue?, _ condition: (_ placeholder: String) -> String) {
        guard let value else { return }
        values.append(value)
        conditions.append(condition("$\(values.count)"))
    }

    /// Only what belongs to a site that the reach covers; what belongs to none is for those who see everything.
    package mutating func demand(_ column: String, isIn reach: Reach) {
        guard let sites = reach.sites else { return }
        let placeholders = sites.sorted().map { site in
            values.append(.uuid(site))
            return "$\(values.count)"
        }
        conditions.append(placeholders.isEmpty ? "1 = 0" : "\(column) IN (\(placeholders.joined(separator: ", ")))")
    }
}
