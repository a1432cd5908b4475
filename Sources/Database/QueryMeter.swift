import Core

/// Counts and times statements, and names the slow ones in the log without their values.
struct QueryMeter: Sendable {
    private let seconds: Histogram
    private let threshold: Duration
    private let log: Log

    init(metrics: Metrics, log: Log, slowerThan threshold: Duration) {
        seconds = metrics.histogram("database_query_seconds", "Time to run a statement", labels: ["kind"])
        self.threshold = threshold
        self.log = log
    }

    enum Kind: String { case read, write, commit }

    func record(_ kind: Kind, _ sql: String, took duration: Duration, rows: Int) {
        seconds.observe(duration.seconds, kind.rawValue)
        guard duration >= threshold else { return }
        log.warning(
            "slow query",
            [
                "kind": .string(kind.rawValue), "sql": .string(Self.oneLine(sql)), "rows": .integer(Int64(rows)),
                "milliseconds": .integer(duration.microseconds / 1_000),
            ]
        )
    }

    /// The statement on one line, literals hidden, cut at 400 characters.
    static func oneLine(_ sql: String) -> String {
        var text = ""
        var isQuoted = false
        for character in sql {
            if character == "'" {
                text += isQuoted ? "…'" : "'"
                isQuoted.toggle()
            } else if isQuoted {
                continue
            } else if character.isWhitespace {
                if text.last != " " { text += " " }
            } else {
                text.append(character)
            }
            if text.utf8.count > 400 { return text + "…" }
        }
        return text
    }
}
