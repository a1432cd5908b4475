/// The rule for all times after a zone file's last change, as POSIX writes it: `CET-1CEST,M3.5.0,M10.5.0/3`.
struct PosixZone: Hashable, Sendable {
    private let standard: Int64
    private let summer: Summer?

    private struct Summer: Hashable, Sendable {
        let offset: Int64
        let begin: Day
        let end: Day
    }

    /// A day of the year and the second on it, by the clock that runs until then.
    private enum Day: Hashable, Sendable {
        case weekday(month: Int64, week: Int64, day: Int64, second: Int64)
        /// Counted from 1; 29 February never counts.
        case julian(Int64, second: Int64)
        /// Counted from 0, with 29 February.
        case ordinal(Int64, second: Int64)
    }

    init?(_ text: String) {
        var reader = Reader(rest: text[...])
        guard reader.name(), let west = reader.time() else { return nil }
        standard = -west
        guard !reader.rest.isEmpty else {
            summer = nil
            return
        }
        guard reader.name() else { return nil }
        let offset = reader.rest.first == "," ? standard + 3_600 : reader.time().map { -$0 }
        guard let offset, let begin = reader.day(), let end = reader.day() else { return nil }
        summer = Summer(offset: offset, begin: begin, end: end)
    }

    func offset(at second: Int64) -> Int64 {
        guard let summer else { return standard }
        let year = CivilDate(daysSince1970: (second + standard).quotientAndRemainder(flooringBy: 86_400).quotient).year
        let begin = Self.second(of: summer.begin, in: year) - standard
        let end = Self.second(of: summer.end, in: year) - summer.offset
        let isSummer = begin < end ? (begin..<end).contains(second) : !(end..<begin).contains(second)
        return isSummer ? summer.offset : standard
    }

    /// Since 1970, by the clock on the wall.
    private static func second(of day: Day, in year: Int64) -> Int64 {
        func days(_ month: Int64, _ day: Int64) -> Int64 {
            CivilDate(year: year, month: month, day: day)?.daysSince1970 ?? 0
        }
        switch day {
        case .weekday(let month, let week, let weekday, let second):
            let first = days(month, 1)
            // 1 January 1970 was a Thursday, 4.
            let ahead = (weekday - (first + 4)).quotientAndRemainder(flooringBy: 7).remainder
            let next = month == 12 ? days(12, 31) + 1 : days(month + 1, 1)
            var found = first + ahead + (week - 1) * 7
            while found >= next { found -= 7 }
            return found * 86_400 + second
        case .julian(let day, let second):
            let isLeap = CivilDate(year: year, month: 2, day: 29) != nil
            return (days(1, 1) + day - 1 + (isLeap && day >= 60 ? 1 : 0)) * 86_400 + second
        case .ordinal(let day, let second): return (days(1, 1) + day) * 86_400 + second
        }
    }

    private struct Reader {
        var rest: Substring

        /// Skips a name, which is nobody's business.
        mutating func name() -> Bool {
            let count = rest.count
            if rest.first == "<" {
                rest = rest.drop { $0 != ">" }.dropFirst()
            } else {
                rest = rest.drop(while: \.isLetter)
            }
            return rest.count < count
        }

        mutating func number() -> Int64? {
            let digits = rest.prefix(while: \.isWholeNumber)
            rest = rest.dropFirst(digits.count)
            return digits.count <= 4 ? Int64(digits) : nil
        }

        mutating func skip(_ sign: Character) -> Bool {
            guard rest.first == sign else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// Hours, minutes and seconds.
        mutating func time() -> Int64? {
            let isNegative = skip("-")
            if !isNegative { _ = skip("+") }
            guard var seconds = number().map({ $0 * 3_600 }) else { return nil }
            for unit: Int64 in [60, 1] where skip(":") {
                guard let part = number() else { return nil }
                seconds += part * unit
            }
            return isNegative ? -seconds : seconds
        }

        mutating func day() -> Day? {
            guard skip(",") else { return nil }
            if skip("M") {
                guard let month = number(), skip("."), let week = number(), skip("."), let day = number(),
                    (1...12).contains(month), (1...5).contains(week), (0...6).contains(day), let second = clock()
                else { return nil }
                return .weekday(month: month, week: week, day: day, second: second)
            }
            let isJulian = skip("J")
            guard let day = number(), (0...366).contains(day), let second = clock() else { return nil }
            return isJulian ? .julian(day, second: second) : .ordinal(day, second: second)
        }

        /// Two in the night unless something else is said.
        private mutating func clock() -> Int64? { skip("/") ? time() : 7_200 }
    }
}
