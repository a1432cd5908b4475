/// Asks questions of one consistent snapshot of the database.
///
/// Valid only within the closure that it was given to. Parameters are written `$1`, `$2` and bound by their number.
package class DatabaseReader {
    let session: any DriverSession

    init(_ session: any DriverSession) { self.session = session }

    package var engine: SQLEngine { session.engine }

    /// All rows of the answer: bound it by a `LIMIT`, or stream it with `rows`.
    package func query(_ sql: String, _ values: [SQLValue] = []) async throws -> [Row] {
        let cursor = try await session.open(sql, values, isStream: false)
        var rows: [Row] = []
        while let row = try await cursor.next() { rows.append(row) }
        return rows
    }

    /// The first row of the answer, `nil` when there is none; end a statement that has many with `LIMIT 1`.
    package func first(_ sql: String, _ values: [SQLValue] = []) async throws -> Row? {
        try await session.open(sql, values, isStream: false).next()
    }

    /// The single value that the statement answers, such as a count.
    package func value<Value: SQLConvertible>(
        _ sql: String,
        _ values: [SQLValue] = [],
        as type: Value.Type = Value.self
    ) async throws -> Value {
        guard let row = try await first(sql, values), let name = row.columnNames.first else {
            throw DatabaseFault(.row, "a single value was expected and no row came")
        }
        return try row[name, as: Value.self]
    }

    /// The rows one by one, in memory that does not grow with their number.
    package func rows(_ sql: String, _ values: [SQLValue] = []) -> Rows {
        Rows(session: session, sql: sql, values: values)
    }
}

/// The rows of a statement as they are read; iterate it within the closure that made it.
package struct Rows: AsyncSequence {
    package typealias Element = Row

    let session: any DriverSession
    let sql: String
    let values: [SQLValue]

    package func makeAsyncIterator() -> Iterator { Iterator(rows: self) }

    package struct Iterator: AsyncIteratorProtocol {
        let rows: Rows
        private var cursor: (any RowCursor)?
        private var isFinished = false

        init(rows: Rows) { self.rows = rows }

        package mutating func next() async throws -> Row? { try await next(isolation: #isolation) }

        package mutating func next(isolation actor: isolated (any Actor)?) async throws -> Row? {
            if isFinished { return nil }
            let current: any RowCursor
            if let cursor {
                current = cursor
            } else {
                current = try await rows.session.open(rows.sql, rows.values, isStream: true)
                cursor = current
            }
            if let row = try await current.next() { return row }
            isFinished = true
            cursor = nil
            return nil
        }
    }
}
