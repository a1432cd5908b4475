import Glibc

/// A moment in UTC, in whole microseconds since 1970.
package struct Timestamp: Hashable, Sendable {
    package let microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }
    package init(secondsSince1970 seconds: Double) { microseconds = Int64((seconds * 1e6).rounded()) }

    /// The wall clock; pass a `WallClock` where a test must decide the time.
    package static func now() -> Timestamp {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    package var secondsSince1970: Double { Double(microseconds) / 1e6 }

    package static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: moment.microseconds + duration.microseconds)
    }

    package static func - (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: moment.microseconds - duration.microseconds)
    }

    package static func - (a: Timestamp, b: Timestamp) -> Duration {
        .microseconds(a.microseconds - b.microseconds)
    }
}

/// Tells the time; a parameter wherever time matters, so that tests own it.
package struct WallClock: Sendable {
    package let now: @Sendable () -> Timestamp
    package init(now: @escaping @Sendable () -> Timestamp) { self.now = now }
    package static let system = WallClock { .now() }
}

extension Duration {
    package var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

extension Timestamp: Comparable {
    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.microseconds < b.microseconds }
}

extension Timestamp: LosslessStringConvertible {
    /// RFC 3339 in UTC: `2026-05-14T09:12:00Z`, with a fraction only when there is one.
    package var description: String {
        let (days, rest) = microseconds.quotientAndRemainder(flooringBy: 86_400_000_000)
        let date = CivilDate(daysSince1970: days)
        let seconds = rest / 1_000_000
        let fraction = rest % 1_000_000
        var text = "\(date)T\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        if fraction % 1_000 != 0 {
            text += ".\(padded(fraction, 6))"
        } else if fraction != 0 {
            text += ".\(padded(fraction / 1_000, 3))"
        }
        return text + "Z"
    }

    /// Reads RFC 3339 with any offset; a time without an offset is refused, because it would be a guess.
    package init?(_ text: String) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2), reader.skip(":"),
            let second = reader.number(2), hour < 24, minute < 60, second < 61,
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        let fraction = reader.skip(".") ? reader.fraction() : 0
        guard let fraction, let offset = reader.offset(), reader.isAtEnd else { return nil }
        let seconds = date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + min(second, 59) - offset
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let moment = try Timestamp(container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a time with an offset, such as 2026-05-14T09:12:00Z"
            )
        }
        self = moment
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
