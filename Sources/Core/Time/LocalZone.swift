import FoundationEssentials

/// How wall clocks run in one IANA zone, from the system's zone files (RFC 9636).
package struct LocalZone: Hashable, Sendable {
    /// Such as `Europe/Berlin`.
    package let name: String
    private let changes: [Change]
    private let first: Int64
    private let rule: PosixZone?

    private struct Change: Hashable, Sendable {
        let at: Int64
        let offset: Int64
    }

    package static let utc = LocalZone(name: "UTC", changes: [], first: 0, rule: nil)

    private init(name: String, changes: [Change], first: Int64, rule: PosixZone?) {
        self.name = name
        self.changes = changes
        self.first = first
        self.rule = rule
    }

    /// `nil` for a name that the system has no zone file for.
    package init?(_ name: String, folder: String = "/usr/share/zoneinfo") {
        let letters = name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || "0123456789/_+-".utf8.contains(byte)
        }
        guard (1...64).contains(name.utf8.count), letters, name.first?.isLetter == true,
            let content = FileManager.default.contents(atPath: "\(folder)/\(name)")
        else { return nil }
        self.init(name: name, file: Array(content))
    }

    /// Reads the 64-bit part of a zone file and the rule at its end.
    init?(name: String, file: [UInt8]) {
        guard let old = Header(file, at: 0), old.version >= 2, let header = Header(file, at: old.end(timeSize: 4))
        else {
            return nil
        }
        let times = header.start
        let kinds = times + header.timeCount * 8
        let types = kinds + header.timeCount
        let end = header.end(timeSize: 8)
        guard header.typeCount > 0, end <= file.count else { return nil }
        func offset(_ type: Int) -> Int64? {
            type < header.typeCount ? file.bigEndian(at: types + type * 6, count: 4) : nil
        }
        var changes: [Change] = []
        for index in 0..<header.timeCount {
            guard let offset = offset(Int(file[kinds + index])) else { return nil }
            changes.append(Change(at: file.bigEndian(at: times + index * 8, count: 8), offset: offset))
        }
        guard let first = offset(0) else { return nil }
        let footer = file[end...].split(separator: UInt8(ascii: "\n")).first.map { String(decoding: $0, as: UTF8.self) }
        self.init(name: name, changes: changes, first: first, rule: footer.flatMap(PosixZone.init))
    }

    /// Seconds east of UTC at a moment.
    package func offset(at moment: Timestamp) -> Int64 { offset(atSecond: Self.second(moment.microseconds)) }

    private func offset(atSecond second: Int64) -> Int64 {
        guard let last = changes.last else { return rule?.offset(at: second) ?? first }
        if second >= last.at { return rule?.offset(at: second) ?? last.offset }
        var (low, high) = (0, changes.count)
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at <= second { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? first : changes[low - 1].offset
    }

    /// The moment at which a clock on the wall shows what `wall` shows in UTC.
    ///
    /// An hour that comes twice is taken for the first one; one that is left out, for the hour after.
    package func moment(ofWall wall: Timestamp) -> Timestamp {
        let second = Self.second(wall.microseconds)
        let before = offset(atSecond: second - 86_400)
        let after = offset(atSecond: second + 86_400)
        let offset = [before, after].first { self.offset(atSecond: second - $0) == $0 } ?? before
        return Timestamp(microseconds: wall.microseconds - offset * 1_000_000)
    }

    /// What a clock on the wall shows at a moment, as though it were UTC.
    package func wall(at moment: Timestamp) -> Timestamp {
        Timestamp(microseconds: moment.microseconds + offset(at: moment) * 1_000_000)
    }

    private static func second(_ microseconds: Int64) -> Int64 {
        microseconds.quotientAndRemainder(flooringBy: 1_000_000).quotient
    }

    /// How many entries each part of a zone file has.
    private struct Header {
        let version: UInt8
        let start: Int
        let timeCount: Int
        let typeCount: Int
        private let otherBytes: (leaps: Int, letters: Int, standard: Int, universal: Int)

        init?(_ file: [UInt8], at position: Int) {
            guard position + 44 <= file.count, file[position..<position + 4].elementsEqual("TZif".utf8) else {
                return nil
            }
            func count(_ index: Int) -> Int { Int(file.bigEndian(at: position + 20 + index * 4, count: 4)) }
            guard (0..<6).allSatisfy({ (0...100_000).contains(count($0)) }) else { return nil }
            version = file[position + 4] >= UInt8(ascii: "2") ? 2 : 1
            start = position + 44
            otherBytes = (count(2), count(5), count(1), count(0))
            timeCount = count(3)
            typeCount = count(4)
            guard start + timeCount * 9 + typeCount * 6 <= file.count else { return nil }
        }

        func end(timeSize: Int) -> Int {
            start + timeCount * (timeSize + 1) + typeCount * 6 + otherBytes.letters
                + otherBytes.leaps * (timeSize + 4) + otherBytes.standard + otherBytes.universal
        }
    }
}

extension [UInt8] {
    /// Two's complement; the caller has checked that it is inside.
    fileprivate func bigEndian(at position: Int, count: Int) -> Int64 {
        let bits = self[position..<position + count].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return count == 8 ? Int64(bitPattern: bits) : Int64(Int32(truncatingIfNeeded: bits))
    }
}
