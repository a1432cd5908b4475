import CPostgres

extension DatabaseFault {
    /// Maps the server's SQLSTATE; the only place that knows the codes.
    ///
    /// The server's DETAIL, HINT and CONTEXT are never read, since they show values.
    static func postgres(_ state: String, _ message: String, constraint: String? = nil) -> DatabaseFault {
        // Messages about data quote the datum behind a colon: invalid input syntax for type integer: "secret".
        let isAboutData = state.hasPrefix("22")
        let shown = isAboutData ? message.prefix { $0 != ":" && $0 != "\"" } : message[...]
        return DatabaseFault(Code(postgres: state, constraint: constraint), "PostgreSQL \(state): \(shown)")
    }

    static func lost(_ why: String) -> DatabaseFault {
        DatabaseFault(.unavailable, "the connection to PostgreSQL was lost: \(why)")
    }
}

extension DatabaseFault.Code {
    fileprivate init(postgres state: String, constraint: String?) {
        self =
            switch state {
            case "23505": .constraint(.init(kind: .unique, name: constraint))
            case "23503", "23001": .constraint(.init(kind: .foreignKey, name: constraint))
            case "23514": .constraint(.init(kind: .check, name: constraint))
            case "23502": .constraint(.init(kind: .notNull, name: constraint))
            case _ where state.hasPrefix("23"): .constraint(.init(kind: .other, name: constraint))
            case "40001", "40P01", PostgresState.stalePlan: .serialization
            case "55P03", "55006", "53300", "57014": .busy
            case "53100", "53400": .full
            case "25006", "42501": .readOnly
            case "25P02": .aborted
            case "XX001", "XX002": .corrupt
            case "57P01", "57P02", "57P03", "57P04", "57P05", "25P03": .unavailable
            case "08P01": .statement
            case _ where ["08", "28", "3D"].contains { state.hasPrefix($0) }: .unavailable
            case _ where ["0A", "21", "22", "25", "26", "34", "42", "54"].contains { state.hasPrefix($0) }: .statement
            default: .other
            }
    }
}

enum PostgresState {
    static let cancelled = "57014"
    static let readOnly = "25006"
    /// Ours, for `0A000` with a plan that another's change of the schema made stale.
    static let stalePlan = "0A000-plan"

    /// Whether it may be otherwise in a moment: the server starts, stops, or is crowded.
    static func isPassing(_ state: String) -> Bool { ["57P03", "57P01", "57P02", "53300"].contains(state) }
}
