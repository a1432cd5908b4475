import Core

/// What a column holds, in the words of the migrations rather than of an engine.
package enum ColumnKind: String, Codable, Hashable, Sendable, CaseIterable {
    case integer, real, text, blob, uuid, timestamp, json, boolean

    /// The value as the program means it, from the form in which an engine keeps it; `nil` for one of another kind.
    func value(_ stored: SQLValue) -> SQLValue? {
        if stored == .null { return .null }
        return switch self {
        case .integer: Int64(sql: stored).map { .integer($0) }
        case .real: Double(sql: stored).map { .real($0) }
        case .text: String(sql: stored).map { .text($0) }
        case .blob: if case .blob = stored { stored } else { nil }
        case .uuid: UUIDv7(sql: stored).map { .uuid($0) }
        case .timestamp: Timestamp(sql: stored).map { .timestamp($0) }
        case .json:
            switch stored {
            case .json: stored
            case .text(let text): .json(Array(text.utf8))
            default: nil
            }
        case .boolean: Bool(sql: stored).map { .boolean($0) }
        }
    }
}
