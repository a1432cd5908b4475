import Core
import Imaging

/// How a time is written, in the letters of `strptime`.
struct TimeFormat: Hashable, Sendable {
    private enum Piece: Hashable, Sendable {
        case year, shortYear, month, monthName, day, hour, hour12, minute, second, half
        case literal(Character)
    }

    private let pieces: [Piece]

    private static let letters: [Character: [Piece]] = [
        "Y": [.year], "y": [.shortYear], "m": [.month], "b": [.monthName], "d": [.day], "H": [.hour], "I": [.hour12],
        "M": [.minute], "S": [.second], "p": [.half],
        "F": [.year, .literal("-"), .month, .literal("-"), .day],
        "T": [.hour, .literal(":"), .minute, .literal(":"), .second], "%": [.literal("%")],
    ]
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    static let known = "%Y %y %m %b %d %H %I %p %M %S %F %T"

    /// `nil` for a format with letters that are not known, or without a day.
    init?(_ text: String) {
        guard text.utf8.count <= 100 else { return nil }
        var pieces: [Piece] = []
        var rest = text[...]
        while let sign = rest.popFirst() {
            guard sign == "%" else {
                pieces.append(.literal(sign))
                continue
            }
            guard let letter = rest.popFirst(), let known = Self.letters[letter] else { return nil }
            pieces += known
        }
        let hasYear = pieces.contains(.year) || pieces.contains(.shortYear)
        let hasMonth = pieces.contains(.month) || pieces.contains(.monthName)
        guard hasYear, hasMonth, pieces.contains(.day) else { return nil }
        self.pieces = pieces
    }

    /// The time that the text shows; `nil` when it is not written so.
    func time(_ text: String) -> CaptureTime? {
        var rest = text.trimmingWhitespace()[...]
        var parts: [Piece: Int64] = [:]
        for piece in pieces {
            switch piece {
            case .literal(let sign):
                guard rest.popFirst() == sign else { return nil }
            case .monthName:
                let name = rest.prefix(3).lowercased()
                guard let index = Self.months.firstIndex(of: name) else { return nil }
                rest = rest.dropFirst(3)
                parts[.month] = Int64(index + 1)
            case .half:
                let half = rest.prefix(2).lowercased()
                guard half == "am" || half == "pm" else { return nil }
                rest = rest.dropFirst(2)
                parts[.half] = half == "pm" ? 12 : 0
            default:
                let digits = rest.prefix(piece == .year ? 4 : 2).prefix { $0.isASCII && $0.isNumber }
                guard let number = Int64(digits), piece != .year || digits.count == 4 else { return nil }
                rest = rest.dropFirst(digits.count)
                parts[piece] = number
            }
        }
        guard rest.isEmpty else { return nil }
        return Self.time(parts)
    }

    private static func time(_ parts: [Piece: Int64]) -> CaptureTime? {
        let year = parts[.year] ?? parts[.shortYear].map { $0 + (2_000) }
        guard let year, let month = parts[.month], let day = parts[.day],
            let date = CivilDate(year: year, month: month, day: day)
        else { return nil }
        var hour = parts[.hour] ?? 0
        if let twelve = parts[.hour12] {
            guard (1...12).contains(twelve) else { return nil }
            hour = twelve % 12 + (parts[.half] ?? 0)
        }
        return CaptureTime(date: date, hour: hour, minute: parts[.minute] ?? 0, second: parts[.second] ?? 0)
    }
}
