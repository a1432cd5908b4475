/// Rewrites the few words of our SQL that SQLite does not know.
enum SQLiteText {
    /// Turns `= ANY($2)` into `IN ($2_0, $2_1, …)` and `<> ALL($2)` into `NOT IN (…)` where `$2` is an array.
    static func expandingArrays(_ sql: String, _ values: [SQLValue]) -> String {
        var sql = sql
        for (position, value) in values.enumerated() {
            guard case .array(let elements) = value else { continue }
            let number = position + 1
            let list = elements.indices.map { "$\(number)_\($0)" }.joined(separator: ", ")
            // An unused parameter would leave a gap, so an empty list still mentions it.
            let empty = "(SELECT 1 WHERE $\(number)_0 IS NOT NULL AND 1 = 0)"
            let set = elements.isEmpty ? empty : "(\(list))"
            sql.replace("= ANY($\(number))", with: "IN \(set)")
            sql.replace("<> ALL($\(number))", with: "NOT IN \(set)")
        }
        return sql
    }
}
