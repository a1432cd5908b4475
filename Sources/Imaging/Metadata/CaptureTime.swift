package import Core

/// When a camera says that it took a picture: its own wall clock, and how far that is from UTC if it knows.
package struct CaptureTime: Hashable, Sendable, CustomStringConvertible {
    package let date: CivilDate
    /// Microseconds since midnight.
    package let timeOfDay: Int64
    /// Seconds east of UTC.
    package let offset: Int64?

    /// Reads `2021:05:28 06:31:22`, and the EXIF fields for its fraction and offset.
    init?(exif text: String, fraction: String?, offset: String?) {
        // Cameras differ in how they separate the six fields.
        let fields = text.split { ": -T".contains($0) }.compactMap { Int64($0) }
        guard fields.count == 6, let date = CivilDate(year: fields[0], month: fields[1], day: fields[2]),
            date.year > 0, (0..<24).contains(fields[3]), (0..<60).contains(fields[4]), (0...60).contains(fields[5])
        else { return nil }
        self.date = date
        let digits = (fraction ?? "").prefix(6)
        let part = digits.allSatisfy(\.isNumber) ? Int64(digits + String(repeating: "0", count: 6 - digits.count)) : 0
        timeOfDay = ((fields[3] * 60 + fields[4]) * 60 + min(fields[5], 59)) * 1_000_000 + (part ?? 0)
        self.offset = offset.flatMap(Self.offset)
    }

    /// `nil` for what no clock shows.
    package init?(date: CivilDate, hour: Int64, minute: Int64, second: Int64) {
        guard (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second) else { return nil }
        self.date = date
        timeOfDay = ((hour * 60 + minute) * 60 + min(second, 59)) * 1_000_000
        offset = nil
    }

    private static func offset(_ text: String) -> Int64? {
        if text == "Z" { return 0 }
        let fields = text.dropFirst().split(separator: ":").compactMap { Int64($0) }
        guard let sign = text.first, sign == "+" || sign == "-", fields.count == 2, (0...14).contains(fields[0]),
            (0..<60).contains(fields[1])
        else { return nil }
        return (sign == "-" ? -1 : 1) * (fields[0] * 3_600 + fields[1] * 60)
    }

    /// What the camera's clock showed, as though it were UTC.
    package var wall: Timestamp { Timestamp(microseconds: date.daysSince1970 * 86_400_000_000 + timeOfDay) }

    /// The moment, with the camera's offset or else the one given for its zone, in seconds east of UTC.
    package func timestamp(assumingOffset assumed: Int64) -> Timestamp {
        wall - .seconds(offset ?? assumed)
    }

    /// As in RFC 3339; without an offset where the camera gave none.
    package var description: String {
        let seconds = timeOfDay / 1_000_000
        let clock = [seconds / 3_600, seconds / 60 % 60, seconds % 60].map(Self.twoDigits).joined(separator: ":")
        guard let offset else { return "\(date)T\(clock)" }
        let zone = [abs(offset) / 3_600, abs(offset) / 60 % 60].map(Self.twoDigits).joined(separator: ":")
        return "\(date)T\(clock)\(offset < 0 ? "-" : "+")\(zone)"
    }

    private static func twoDigits(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
