import Core

/// The order of a list that is read page by page, each page beginning where the one before ended.
///
/// Unlike `OFFSET`, this stays quick at any depth and neither repeats nor skips rows when others come or go. The columns must
/// not be null, and together they must be unique: end with the key. All run in one direction, so that an index serves.
package struct PageOrder: Sendable {
    package struct Column: Sendable {
        package enum Kind: Sendable { case integer, real, text, uuid, timestamp }

        let name: String
        let kind: Kind

        package init(_ name: String, _ kind: Kind) {
            self.name = name
            self.kind = kind
        }
    }

    let columns: [Column]
    let isDescending: Bool

    package static func ascending(_ columns: Column...) -> PageOrder {
        PageOrder(columns: columns, isDescending: false)
    }

    package static func descending(_ columns: Column...) -> PageOrder {
        PageOrder(columns: columns, isDescending: true)
    }

    /// The place of a row in this order; `nil` for a text that no list of this order gave out.
    package func place(from token: String) -> PagePlace? {
        let parts = token.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == columns.count else { return nil }
        let values = zip(columns, parts).compactMap { column, part in column.kind.value(from: part) }
        return values.count == columns.count ? PagePlace(values: values, token: token) : nil
    }

    func place(of row: Row) throws -> PagePlace {
        let values = try columns.map { try $0.value(in: row) }
        return PagePlace(values: values, token: values.map(\.pageToken).joined(separator: "~"))
    }
}

/// Where a page ended.
package struct PagePlace: Hashable, Sendable {
    let values: [SQLValue]
    /// A text for an address: letters, digits, `-`, `.` and `~`.
    package let token: String
}

/// A page of a list.
package struct Page: Sendable {
    package let rows: [Row]
    /// Where the next page begins; `nil` at the end of the list.
    package let next: PagePlace?
}

extension DatabaseReader {
    /// The rows of `sql` that follow `place` in `order`, at most `limit` of them.
    ///
    /// `sql` has no `ORDER BY` and no `LIMIT`, and names the columns of the order in its result.
    package func page(
        _ sql: String,
        _ values: [SQLValue] = [],
        in order: PageOrder,
        after place: PagePlace? = nil,
        limit: Int
    ) async throws -> Page {
        let names = order.columns.map(\.name)
        var condition = ""
        if let place {
            let parameters = place.values.indices.map { "$\(values.count + 1 + $0)" }.joined(separator: ", ")
            let sign = order.isDescending ? "<" : ">"
            condition = " WHERE (\(names.joined(separator: ", "))) \(sign) (\(parameters))"
        }
        let all = values + (place?.values ?? []) + [.integer(Int64(limit) + 1)]
        let direction = names.map { order.isDescending ? "\($0) DESC" : $0 }.joined(separator: ", ")
        let rows = try await query(
            "SELECT * FROM (\(sql)) AS page\(condition) ORDER BY \(direction) LIMIT $\(all.count)",
            all
        )
        guard rows.count > limit, let last = rows.dropLast().last else { return Page(rows: rows, next: nil) }
        return Page(rows: rows.dropLast(), next: try order.place(of: last))
    }
}

extension PageOrder.Column {
    fileprivate func value(in row: Row) throws -> SQLValue {
        switch kind {
        case .integer: .integer(try row[name])
        case .real: .real(try row[name])
        case .text: .text(try row[name])
        case .uuid: .uuid(try row[name])
        case .timestamp: .timestamp(try row[name])
        }
    }
}

extension PageOrder.Column.Kind {
    fileprivate func value(from part: Substring) -> SQLValue? {
        switch self {
        case .integer: Int64(part).map { .integer($0) }
        case .real: UInt64(part, radix: 16).map { .real(Double(bitPattern: $0)) }
        case .text: part.hexadecimalBytes.flatMap { String(validating: $0, as: UTF8.self) }.map { .text($0) }
        case .uuid: UUIDv7(String(part)).map { .uuid($0) }
        case .timestamp: Int64(part).map { .timestamp(Timestamp(microseconds: $0)) }
        }
    }
}

extension SQLValue {
    fileprivate var pageToken: String {
        switch self {
        case .integer(let number): "\(number)"
        case .real(let number): String(number.bitPattern, radix: 16)
        case .text(let text): text.utf8.hexadecimal
        case .uuid(let id): id.description
        case .timestamp(let moment): "\(moment.microseconds)"
        default: ""
        }
    }
}
