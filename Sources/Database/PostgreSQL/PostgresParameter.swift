import Core

/// A value in the server's binary form.
struct PostgresParameter: Hashable, Sendable {
    /// `PostgresType.unknown` lets the server find it out from where the parameter stands.
    let type: UInt32
    /// `nil` for NULL.
    let bytes: [UInt8]?
    var isText = false

    /// - Throws: `statement` for what no engine takes: NaN, a NUL in text, an array of several kinds.
    init(_ value: SQLValue, number: Int) throws {
        switch value {
        case .null: self.init(PostgresType.unknown, nil)
        case .integer(let number): self.init(PostgresType.int8, number.bigEndianBytes)
        case .boolean(let flag): self.init(PostgresType.bool, [flag ? 1 : 0])
        case .timestamp(let moment):
            let (shifted, isOver) = moment.microseconds.subtractingReportingOverflow(PostgresType.epoch)
            self.init(PostgresType.timestamptz, (isOver ? .min : shifted).bigEndianBytes)
        case .real(let real):
            guard !real.isNaN else { throw DatabaseFault(.statement, "$\(number) is not a number") }
            self.init(PostgresType.float8, Int64(bitPattern: real.bitPattern).bigEndianBytes)
        case .text(let text): self.init(PostgresType.text, try Self.checked(Array(text.utf8), number))
        case .json(let bytes): self.init(PostgresType.jsonb, [1] + (try Self.checked(bytes, number)))
        case .blob(let bytes): self.init(PostgresType.bytea, bytes)
        case .uuid(let id): self.init(PostgresType.uuid, id.bytes)
        case .array(let elements): try self.init(elements, number: number)
        }
    }

    private init(_ type: UInt32, _ bytes: [UInt8]?, isText: Bool = false) {
        self.type = type
        self.bytes = bytes
        self.isText = isText
    }

    private init(_ elements: [SQLValue], number: Int) throws {
        let items = try elements.map { try PostgresParameter($0, number: number) }
        guard let type = items.first(where: { $0.bytes != nil })?.type else {
            // Nothing in it has a type, so the column beside it decides; only the text form leaves that open.
            let text = "{\(elements.map { _ in "NULL" }.joined(separator: ","))}"
            self.init(PostgresType.unknown, Array(text.utf8), isText: true)
            return
        }
        guard let array = PostgresType.arrays[type], items.allSatisfy({ $0.bytes == nil || $0.type == type }) else {
            throw DatabaseFault(.statement, "$\(number) is an array of several kinds")
        }
        let hasNull: Int32 = items.contains { $0.bytes == nil } ? 1 : 0
        var bytes: [UInt8] = []
        for word in [1, hasNull, Int32(bitPattern: type), Int32(items.count), 1] { bytes += word.bigEndianBytes }
        for item in items {
            bytes += Int32(item.bytes?.count ?? -1).bigEndianBytes + (item.bytes ?? [])
        }
        self.init(array, bytes)
    }

    private static func checked(_ bytes: [UInt8], _ number: Int) throws -> [UInt8] {
        guard !bytes.contains(0) else { throw DatabaseFault(.statement, "$\(number) is text with a NUL") }
        return bytes
    }
}

extension FixedWidthInteger {
    var bigEndianBytes: [UInt8] {
        (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> Self(Self.bitWidth - 8 - $0 * 8)) }
    }

    /// `nil` unless there are exactly as many bytes as the number has.
    init?(bigEndian bytes: some Collection<UInt8>) {
        guard bytes.count == Self.bitWidth / 8 else { return nil }
        self = bytes.reduce(0) { $0 << 8 | Self(truncatingIfNeeded: $1) }
    }
}
