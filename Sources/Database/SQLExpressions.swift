import Core

/// The few expressions that each engine writes in its own way, as text to be put into a statement.
///
/// Arguments are names of columns or expressions of ours, never anything that came from outside.
extension SQLEngine {
    /// The beginning of the `width` in which the time falls, counted from 1970 in UTC; read it as a `Timestamp`.
    package func bucket(_ time: String, _ width: Duration) -> String {
        let microseconds = max(width.microseconds, 1)
        switch self {
        case .sqlite:
            // The remainder of a time before 1970 is negative.
            return "(\(time) - ((\(time) % \(microseconds)) + \(microseconds)) % \(microseconds))"
        case .postgres:
            return "date_bin(INTERVAL '\(microseconds) microseconds', \(time), TIMESTAMPTZ '1970-01-01 00:00:00+00')"
        }
    }

    /// The time that lies so much later, or earlier.
    package func shifted(_ time: String, by duration: Duration) -> String {
        switch self {
        case .sqlite: "(\(time) + \(duration.microseconds))"
        case .postgres: "(\(time) + INTERVAL '\(duration.microseconds) microseconds')"
        }
    }

    /// The minutes since midnight in UTC.
    package func minuteOfDay(_ time: String) -> String {
        switch self {
        case .sqlite:
            "(((\(time) % 86400000000) + 86400000000) % 86400000000) / 60000000"
        case .postgres:
            "CAST(floor(EXTRACT(EPOCH FROM CAST(\(time) AT TIME ZONE 'UTC' AS time)) / 60) AS bigint)"
        }
    }

    /// The text to compare and to order by its bytes, whatever the language of the server.
    package func bytes(of text: String) -> String {
        switch self {
        case .sqlite: text
        case .postgres: "\(text) COLLATE \"C\""
        }
    }

    /// An aggregate: the value below which this share of the values lies, between two of them if need be; NULL for none.
    package func percentile(_ share: Double, of value: String) -> String {
        precondition((0...1).contains(share), "a percentile is a share from 0 to 1")
        switch self {
        case .sqlite: return "percentile(\(value), \(share))"
        case .postgres: return "percentile_cont(\(share)) WITHIN GROUP (ORDER BY CAST(\(value) AS double precision))"
        }
    }

    /// Ends a `SELECT … FROM jobs …` whose rows are claimed: rows that another transaction has claimed are passed over.
    ///
    /// Empty on SQLite, where one transaction writes at a time.
    package var claimingRows: String {
        switch self {
        case .sqlite: ""
        case .postgres: " FOR UPDATE SKIP LOCKED"
        }
    }
}
