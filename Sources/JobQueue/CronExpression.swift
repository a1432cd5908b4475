package import Core

/// Times as cron writes them, in UTC: minute, hour, day of the month, month, day of the week, such as `0 2 * * *`.
///
/// Each field is `*`, a number, a range `1-5`, a step `*/15` or `8-18/2`, or a list of those. Sunday is 0 or 7. When both kinds
/// of day are limited, either suffices, as in every cron.
package struct CronExpression: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    private let minutes: Set<Int64>
    private let hours: Set<Int64>
    private let days: Set<Int64>
    private let months: Set<Int64>
    private let weekdays: Set<Int64>
    private let isAnyDay: Bool
    private let isAnyWeekday: Bool

    /// `nil` for what is no such expression, or never comes, such as 30 February.
    package init?(_ text: String) {
        let fields = text.split(separator: " ")
        guard fields.count == 5, let minutes = Self.field(fields[0], 0...59), let hours = Self.field(fields[1], 0...23),
            let days = Self.field(fields[2], 1...31), let months = Self.field(fields[3], 1...12),
            let weekdays = Self.field(fields[4], 0...7)
        else { return nil }
        self.text = text
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.weekdays = Set(weekdays.map { $0 % 7 })
        isAnyDay = fields[2].hasPrefix("*")
        isAnyWeekday = fields[4].hasPrefix("*")
        let longest: [Int64: Int64] = [2: 29, 4: 30, 6: 30, 9: 30, 11: 30]
        guard !isAnyWeekday || months.contains(where: { month in days.contains { $0 <= longest[month] ?? 31 } })
        else { return nil }
    }

    /// The first of these times that is later than `moment`.
    package func next(after moment: Timestamp) -> Timestamp {
        let minute: Int64 = 60_000_000
        var total = moment.microseconds / minute + 1
        while true {
            let (day, rest) = total.quotientAndRemainder(flooringBy: 1_440)
            guard matches(day: day) else {
                total = (day + 1) * 1_440
                continue
            }
            guard hours.contains(rest / 60) else {
                total = day * 1_440 + (rest / 60 + 1) * 60
                continue
            }
            guard minutes.contains(rest % 60) else {
                total += 1
                continue
            }
            return Timestamp(microseconds: total * minute)
        }
    }

    package var description: String { text }

    private func matches(day number: Int64) -> Bool {
        let date = CivilDate(daysSince1970: number)
        guard months.contains(date.month) else { return false }
        // 1 January 1970 was a Thursday.
        let weekday = (number + 4).quotientAndRemainder(flooringBy: 7).remainder
        let (isDay, isWeekday) = (days.contains(date.day), weekdays.contains(weekday))
        if isAnyDay { return isWeekday }
        if isAnyWeekday { return isDay }
        return isDay || isWeekday
    }

    private static func field(_ text: Substring, _ range: ClosedRange<Int64>) -> Set<Int64>? {
        var values: Set<Int64> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard pieces.count <= 2, let span = span(pieces[0], range, isOpen: pieces.count == 2) else { return nil }
            let step = pieces.count == 2 ? Int64(pieces[1]) ?? 0 : 1
            guard step > 0 else { return nil }
            values.formUnion(stride(from: span.lowerBound, through: span.upperBound, by: Int(step)))
        }
        return values
    }

    /// A number before a step begins a range that goes on to the end.
    private static func span(_ text: Substring, _ range: ClosedRange<Int64>, isOpen: Bool) -> ClosedRange<Int64>? {
        if text == "*" { return range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard let first = ends.first ?? nil, range.contains(first), ends.count <= 2 else { return nil }
        guard ends.count == 2 else { return first...(isOpen ? range.upperBound : first) }
        guard let last = ends[1], range.contains(last), first <= last else { return nil }
        return first...last
    }
}

extension CronExpression: ExpressibleByStringLiteral {
    /// For times that are written in the program.
    package init(stringLiteral text: String) {
        guard let times = CronExpression(text) else { preconditionFailure("\(text) is no cron expression") }
        self = times
    }
}
