package import Core

/// The name of one backup: the moment it began, and four digits that tell two of one second apart.
///
/// `2026-05-14T091200Z-3fa9`; later ones sort later.
package struct BackupID: Hashable, Sendable, Comparable, LosslessStringConvertible {
    package let description: String
    package let time: Timestamp

    init(at time: Timestamp) {
        let whole = Timestamp(microseconds: time.microseconds - time.microseconds % 1_000_000)
        let digits = (0..<2).map { _ in UInt8.random(in: .min ... .max) }.hexadecimal
        self.time = whole
        description = "\(whole.description.replacing(":", with: ""))-\(digits)"
    }

    /// `nil` for a text that names no backup.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[3].count == 4, parts[3].utf8.allSatisfy({ $0.hexadecimalDigit != nil }),
            text.utf8.count == 23
        else { return nil }
        let digits = Array(text.utf8.prefix(18))
        func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        guard let time = Timestamp("\(part(0..<13)):\(part(13..<15)):\(part(15..<18))") else { return nil }
        description = text
        self.time = time
    }

    package static func < (a: BackupID, b: BackupID) -> Bool { a.description < b.description }
}

extension BackupID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = try BackupID(container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not the name of a backup")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
