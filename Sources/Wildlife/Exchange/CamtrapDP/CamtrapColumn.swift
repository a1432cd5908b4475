import HTTPServer
import Core

/// A column of a table of Camtrap DP, and what the standard lets stand in it.
struct CamtrapColumn: Sendable {
    enum Kind: Sendable {
        case text, time, flag
        case number(ClosedRange<Double>)
        case integer(ClosedRange<Double>)
        case choice([String])
    }

    let name: String
    let kind: Kind
    let isRequired: Bool

    init(_ name: String, _ kind: Kind = .text, isRequired: Bool = false) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
    }

    /// A cell as the standard wants it.
    struct Cell: Hashable, Sendable {
        /// `nil` for nothing, or for what cannot be mended.
        let value: String?
        /// What was wrong, and what was done about it.
        var problem: String?
        var outcome: String?
    }

    private static let nothing: Set = ["", "NA", "NaN", "nan"]
    private static let nearlyNothing: Set = ["null", "none", "n/a", "na", "nil", "-"]
    private static let longest = 16_000

    /// What stands in a file, mended where its meaning is plain.
    ///
    /// - Returns: the cell; times without an offset are those of `zone`.
    func read(_ raw: String, zone: LocalZone) -> Cell {
        let text = raw.trimmingWhitespace()
        guard !Self.nothing.contains(text) else { return Cell(value: nil) }
        if case .text = kind {
            guard text.utf8.count <= Self.longest else {
                return Cell(
                    value: String(text.prefix(1_000)),
                    problem: "the text is longer than \(Self.longest) bytes",
                    outcome: "its first 1,000 characters were kept"
                )
            }
            return Cell(value: PlainText.clean(text, limit: Self.longest))
        }
        if Self.nearlyNothing.contains(text.lowercased()) {
            return Cell(value: nil, problem: "\(Self.shown(text)) stands for nothing", outcome: "it was taken as empty")
        }
        switch kind {
        case .text: return Cell(value: text)
        case .time: return Self.time(text, zone)
        case .flag: return Self.flag(text)
        case .number(let range): return Self.number(text, range, isWhole: false)
        case .integer(let range): return Self.number(text, range, isWhole: true)
        case .choice(let words): return Self.choice(text, words)
        }
    }

    private static func shown(_ text: String) -> String { "“\(PlainText.clean(text, limit: 60))”" }

    private static func unfit(_ text: String, _ reason: String) -> Cell {
        Cell(value: nil, problem: "\(shown(text)) \(reason)", outcome: "it was left out")
    }

    private static func number(_ text: String, _ range: ClosedRange<Double>, isWhole: Bool) -> Cell {
        let mended = text.replacing(",", with: ".")
        guard let number = Double(mended), number.isFinite, !mended.lowercased().hasPrefix("0x") else {
            return unfit(text, "is no number")
        }
        guard range.contains(number) else {
            return unfit(text, "is outside of \(range.lowerBound) to \(range.upperBound)")
        }
        if isWhole, number != number.rounded() { return unfit(text, "is no whole number") }
        let isPlain = mended == text && (!isWhole || Int(text) != nil)
        guard !isPlain else { return Cell(value: text) }
        let value = isWhole ? "\(Int(number))" : mended
        return Cell(
            value: value,
            problem: "\(shown(text)) is written in another way",
            outcome: "it was taken as \(value)"
        )
    }

    private static func flag(_ text: String) -> Cell {
        if text == "true" || text == "false" { return Cell(value: text) }
        let value: String
        switch text.lowercased() {
        case "true", "t", "yes", "y", "1": value = "true"
        case "false", "f", "no", "n", "0": value = "false"
        default: return unfit(text, "is neither true nor false")
        }
        return Cell(
            value: value,
            problem: "\(shown(text)) is written in another way",
            outcome: "it was taken as \(value)"
        )
    }

    private static let otherWords = [
        "person": "human", "people": "human", "homo sapiens": "human", "empty": "blank", "none": "blank", "f": "female",
        "m": "male", "image": "media", "motiondetection": "activityDetection", "manual": "human",
        "sub-adult": "subadult",
    ]

    private static func choice(_ text: String, _ words: [String]) -> Cell {
        if words.contains(text) { return Cell(value: text) }
        let plain = text.lowercased().filter { $0 != "_" && $0 != " " }
        let meant =
            words.first { $0.lowercased() == plain }
            ?? otherWords[text.lowercased()].flatMap { words.contains($0) ? $0 : nil }
        guard let meant else { return unfit(text, "is none of \(words.joined(separator: ", "))") }
        return Cell(
            value: meant,
            problem: "\(shown(text)) is written in another way",
            outcome: "it was taken as \(meant)"
        )
    }

    private static func time(_ text: String, _ zone: LocalZone) -> Cell {
        // The standard has neither fractions nor a blank for the T.
        if let moment = Timestamp(text), text.contains("T"), !text.contains(".") {
            guard moment.isPlausible else { return unfit(text, "is not between the years 1900 and 2200") }
            return Cell(value: text)
        }
        guard let mended = CamtrapTime(text), mended.wall.isPlausible else { return unfit(text, "is no time") }
        guard let offset = mended.offset else {
            let offset = zone.wall(at: zone.moment(ofWall: mended.wall)) - zone.moment(ofWall: mended.wall)
            let value = CamtrapTables.time(zone.moment(ofWall: mended.wall), offset: offset)
            return Cell(value: value, problem: "\(shown(text)) has no offset", outcome: "it was taken as \(value)")
        }
        let value = CamtrapTables.time(mended.wall - offset, offset: offset)
        return Cell(
            value: value,
            problem: "\(shown(text)) is written in another way",
            outcome: "it was taken as \(value)"
        )
    }
}

/// A time as tables of the field write it: with slashes, without seconds, with nothing but a day.
struct CamtrapTime: Hashable {
    /// What the clock showed, as though it were UTC.
    let wall: Timestamp
    let offset: Duration?

    /// `nil` for what is no time, or could be more than one.
    init?(_ text: String) {
        let halves = text.replacing("T", with: " ").split(separator: " ", maxSplits: 1).map(String.init)
        let day = halves[0].split { "-/:.".contains($0) }
        // The day before the month is the month before the day elsewhere.
        guard day.count == 3, day[0].count == 4, day.allSatisfy({ $0.allSatisfy(\.isWholeNumber) }) else { return nil }
        var clock = halves.count == 2 ? halves[1].trimmingWhitespace() : "00:00:00"
        var offset: Duration?
        if clock.hasSuffix("Z") || clock.hasSuffix("z") {
            offset = .zero
            clock.removeLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let digits = clock[clock.index(after: sign)...].filter { $0 != ":" }
            guard digits.count == 2 || digits.count == 4, let number = Int(digits), number >= 0 else { return nil }
            let minutes = digits.count == 2 ? number * 60 : number / 100 * 60 + number % 100
            guard minutes <= 14 * 60 else { return nil }
            offset = .seconds((clock[sign] == "-" ? -60 : 60) * minutes)
            clock = String(clock[..<sign]).trimmingWhitespace()
        }
        var parts = clock.split(separator: ":").map(String.init)
        if parts.count == 2 { parts.append("00") }
        guard parts.count == 3 else { return nil }
        func two(_ text: some StringProtocol) -> String { text.count == 1 ? "0\(text)" : String(text) }
        let date = "\(day[0])-\(two(day[1]))-\(two(day[2]))"
        guard let wall = Timestamp("\(date)T\(two(parts[0])):\(two(parts[1])):\(two(parts[2]))Z") else { return nil }
        self.wall = wall
        self.offset = offset
    }
}
