import Core

/// Counts over time, in steps of a calendar.
enum TimelineStep: String, CaseIterable, Codable, Sendable {
    case hour, day, week, month

    /// The steps that the database counts in, of which the longer ones are made.
    var width: Duration { self == .hour ? .seconds(3_600) : .seconds(86_400) }

    /// The beginning of the step in which a time falls; weeks begin on Monday.
    func beginning(of time: Timestamp) -> Timestamp {
        let days = time.microseconds.quotientAndRemainder(flooringBy: 86_400_000_000).quotient
        switch self {
        case .hour, .day: return time
        case .week:
            // 1 January 1970 was a Thursday.
            let sinceMonday = (days + 3).quotientAndRemainder(flooringBy: 7).remainder
            return Timestamp(microseconds: (days - sinceMonday) * 86_400_000_000)
        case .month:
            let date = CivilDate(daysSince1970: days)
            return Timestamp(microseconds: (days - date.day + 1) * 86_400_000_000)
        }
    }

    /// Adds up what falls into one step.
    func gather(_ counts: [(time: Timestamp, count: Int)]) -> [(time: Timestamp, count: Int)] {
        counts.reduce(into: []) { gathered, one in
            let beginning = beginning(of: one.time)
            if gathered.last?.time == beginning {
                gathered[gathered.count - 1].count += one.count
            } else {
                gathered.append((beginning, one.count))
            }
        }
    }
}
