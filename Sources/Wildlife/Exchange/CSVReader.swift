/// Takes a table with commas apart as it comes: any line ends, quotes, a mark of UTF-8 at its beginning; without any I/O.
///
/// What is wrong with a line is told with it and does not stop the rest.
struct CSVReader {
    struct Record: Hashable, Sendable {
        /// Counted from 1, which is the head of the table.
        let number: Int
        let fields: [String]
        /// What is wrong with the line as a whole.
        var problem: String?
    }

    private enum State { case fieldStart, plain, quoted, quoteInQuoted, skipping }

    private static let longestRecord = 256 << 10
    private static let mostFields = 250

    private var state = State.fieldStart
    private var field: [UInt8] = []
    private var fields: [[UInt8]] = []
    private var size = 0
    private var number = 0
    private var problem: String?
    private var skipsLineFeed = false
    private var separator = UInt8(ascii: ",")
    /// The first line, until it is known what separates its fields.
    private var head: [UInt8]? = []

    mutating func feed(_ bytes: [UInt8]) -> [Record] {
        var records: [Record] = []
        var rest = bytes[...]
        if var head {
            let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D }
            head += rest[..<(end ?? rest.endIndex)]
            rest = end.map { rest[$0...] } ?? []
            guard end != nil || head.count > Self.longestRecord else {
                self.head = head
                return []
            }
            begin(head, &records)
        }
        for byte in rest { take(byte, &records) }
        return records
    }

    /// The last line, where no line end follows it.
    mutating func finish() -> [Record] {
        var records: [Record] = []
        if let head { begin(head, &records) }
        if state == .quoted { problem = "a quotation mark is not closed" }
        if size > 0 || !fields.isEmpty { endRecord(&records) }
        return records
    }

    /// Some programs separate by semicolons or tabs, and call it the same.
    private mutating func begin(_ line: [UInt8], _ records: inout [Record]) {
        head = nil
        let line = line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line[...]
        let candidates = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        separator = candidates.first { line.contains($0) } ?? separator
        for byte in line { take(byte, &records) }
    }

    private mutating func take(_ byte: UInt8, _ records: inout [Record]) {
        if skipsLineFeed, byte == 0x0A {
            skipsLineFeed = false
            return
        }
        skipsLineFeed = false
        size += 1
        if size > Self.longestRecord, state != .skipping {
            problem = state == .quoted ? "a quotation mark is not closed" : "the line is too long"
            (state, field, fields) = (.skipping, [], [])
        }
        let isLineEnd = byte == 0x0A || byte == 0x0D
        if isLineEnd, state != .quoted {
            skipsLineFeed = byte == 0x0D
            size -= 1
            return endRecord(&records)
        }
        switch state {
        case .skipping: break
        case .fieldStart where byte == UInt8(ascii: "\""): state = .quoted
        case .quoted where byte == UInt8(ascii: "\""): state = .quoteInQuoted
        case .quoteInQuoted where byte == UInt8(ascii: "\""):
            field.append(byte)
            state = .quoted
        case .fieldStart, .plain, .quoteInQuoted:
            if byte == separator {
                endField()
            } else {
                field.append(byte)
                state = .plain
            }
        case .quoted: field.append(byte)
        }
    }

    private mutating func endField() {
        state = .fieldStart
        if fields.count < Self.mostFields {
            fields.append(field)
        } else {
            problem = "it has more than \(Self.mostFields) fields"
        }
        field.removeAll(keepingCapacity: true)
    }

    private mutating func endRecord(_ records: inout [Record]) {
        let isEmpty = size == 0 && fields.isEmpty
        if state != .skipping { endField() }
        state = .fieldStart
        number += 1
        let isText = fields.allSatisfy { String(validating: $0, as: UTF8.self) != nil }
        if !isText { problem = "it is not written in UTF-8" }
        if !isEmpty {
            let texts = fields.map { isText ? String(decoding: $0, as: UTF8.self) : Self.latin($0) }
            records.append(Record(number: number, fields: problem == nil || !isText ? texts : [], problem: problem))
        }
        (field, fields, size, problem) = ([], [], 0, nil)
    }

    /// What old programs write is most likely this.
    private static func latin(_ bytes: [UInt8]) -> String {
        String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
