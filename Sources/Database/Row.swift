import Core

/// One line of a result, read by column name into the type that the caller expects.
package struct Row: Sendable, Hashable {
    let columns: Columns
    package let values: [SQLValue]

    init(columns: Columns, values: [SQLValue]) {
        self.columns = columns
        self.values = values
    }

    package var columnNames: [String] { columns.names }

    /// The column's value; throws when there is no such column, or it is null or of another kind.
    package subscript<Value: SQLConvertible>(_ name: String, as type: Value.Type = Value.self) -> Value {
        get throws {
            let value = try value(of: name)
            guard let converted = Value(sql: value) else { throw mismatch(name, Value.sqlKind, value) }
            return converted
        }
    }

    /// The column's value, `nil` when it is null.
    package subscript<Value: SQLConvertible>(_ name: String, as type: Value?.Type = Value?.self) -> Value? {
        get throws {
            let value = try value(of: name)
            if value == .null { return nil }
            guard let converted = Value(sql: value) else { throw mismatch(name, Value.sqlKind, value) }
            return converted
        }
    }

    /// The column's JSON, decoded.
    package func json<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        let value = try value(of: name)
        let bytes: [UInt8] =
            switch value {
            case .json(let bytes): bytes
            case .text(let text): Array(text.utf8)
            default: throw mismatch(name, "JSON", value)
            }
        do {
            return try JSON.decode(type, from: bytes)
        } catch {
            throw DatabaseFault(.row, "column \(name) does not hold the JSON of a \(Value.self)")
        }
    }

    private func value(of name: String) throws -> SQLValue {
        guard let index = columns.index[name] else {
            throw DatabaseFault(.row, "no column \(name) among \(columns.names.joined(separator: ", "))")
        }
        return values[index]
    }

    private func mismatch(_ name: String, _ expected: String, _ found: SQLValue) -> DatabaseFault {
        DatabaseFault(.row, "column \(name) is \(found.kind), expected \(expected)")
    }
}

/// The column names that all rows of a result share.
final class Columns: Sendable, Hashable {
    let names: [String]
    let index: [String: Int]

    init(_ names: [String]) {
        self.names = names
        index = Dictionary(zip(names, names.indices)) { first, _ in first }
    }

    static func == (a: Columns, b: Columns) -> Bool { a === b || a.names == b.names }
    func hash(into hasher: inout Hasher) { hasher.combine(names) }
}
