import Core

extension SQLValue {
    /// Reads the server's binary form; `nil` for a type that this program does not use.
    init?(postgres bytes: UnsafeRawBufferPointer, type: UInt32) {
        let value: SQLValue? =
            switch type {
            case PostgresType.int8: unsafe Int64(bigEndian: bytes).map { .integer($0) }
            case PostgresType.int4: unsafe Int32(bigEndian: bytes).map { .integer(Int64($0)) }
            case PostgresType.int2: unsafe Int16(bigEndian: bytes).map { .integer(Int64($0)) }
            case PostgresType.oid: unsafe UInt32(bigEndian: bytes).map { .integer(Int64($0)) }
            case PostgresType.float8: unsafe UInt64(bigEndian: bytes).map { .real(Double(bitPattern: $0)) }
            case PostgresType.float4: unsafe UInt32(bigEndian: bytes).map { .real(Double(Float(bitPattern: $0))) }
            case PostgresType.numeric: unsafe PostgresNumeric(bytes)?.value
            case PostgresType.bool: unsafe bytes.first.map { .boolean($0 != 0) }
            case PostgresType.bytea: unsafe .blob(Array(bytes))
            case PostgresType.uuid: unsafe UUIDv7(sql: .blob(Array(bytes))).map { .uuid($0) }
            case PostgresType.timestamptz, PostgresType.timestamp:
                unsafe Int64(bigEndian: bytes).map { .timestamp(Timestamp(sinceYear2000: $0)) }
            case PostgresType.json: unsafe .json(Array(bytes))
            // The first byte is the version of the form.
            case PostgresType.jsonb: unsafe bytes.first == 1 ? .json(Array(bytes.dropFirst())) : nil
            case PostgresType.text, PostgresType.varchar, PostgresType.bpchar, PostgresType.name, PostgresType.char,
                PostgresType.unknownText:
                unsafe .text(String(decoding: bytes, as: UTF8.self))
            case PostgresType.void: .null
            default: nil
            }
        guard let value else { return nil }
        self = value
    }
}

extension Timestamp {
    /// The server's infinities become the ends of what we can say.
    fileprivate init(sinceYear2000 microseconds: Int64) {
        let (shifted, isOver) = microseconds.addingReportingOverflow(PostgresType.epoch)
        self.init(microseconds: isOver ? .max : shifted)
    }
}

/// An exact decimal number, such as the sum of a column of integers: digits of base 10,000.
struct PostgresNumeric {
    /// An integer when there is nothing after the point and it fits, else a real number.
    let value: SQLValue

    init?(_ bytes: some Collection<UInt8>) {
        let bytes = Array(bytes)
        func word(_ index: Int) -> Int16? { Int16(bigEndian: bytes.dropFirst(index * 2).prefix(2)) }
        guard let count = word(0), let weight = word(1), let sign = word(2), let scale = word(3), count >= 0,
            bytes.count == 8 + Int(count) * 2
        else { return nil }
        let digits = (0..<Int(count)).compactMap { word(4 + $0) }
        switch UInt16(bitPattern: sign) {
        case 0x0000, 0x4000: break
        case 0xD000: value = .real(.infinity); return
        case 0xF000: value = .real(-.infinity); return
        default: value = .real(.nan); return
        }
        let text = Self.text(digits, weight: Int(weight), isNegative: sign != 0)
        if scale == 0, let integer = Int64(text.prefix { $0 != "." }) {
            value = .integer(integer)
        } else {
            value = .real(Double(text) ?? .nan)
        }
    }

    private static func text(_ digits: [Int16], weight: Int, isNegative: Bool) -> String {
        func group(_ position: Int) -> String {
            let digits = "\(digits.indices.contains(position) ? digits[position] : 0)"
            return String(repeating: "0", count: 4 - digits.count) + digits
        }
        let whole = weight < 0 ? "0" : (0...weight).map(group).joined()
        let fraction = (weight + 1..<max(weight + 2, digits.count)).map(group).joined()
        return (isNegative ? "-" : "") + whole + "." + fraction
    }
}
