/// A piece of JSON whose members keep their order.
package indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case int(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([(String, JSONValue)])

    package func bytes(pretty: Bool = false) -> [UInt8] {
        var writer = Writer(isPretty: pretty)
        writer.write(self, depth: 0)
        return writer.bytes
    }

    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.0 == name }?.1
    }

    private struct Writer {
        let isPretty: Bool
        var bytes: [UInt8] = []

        init(isPretty: Bool) { self.isPretty = isPretty }

        mutating func write(_ value: JSONValue, depth: Int) {
            switch value {
            case .null: bytes += "null".utf8
            case .bool(let flag): bytes += (flag ? "true" : "false").utf8
            case .int(let number): bytes += String(number).utf8
            case .number(let number): bytes += (number.isFinite ? "\(number)" : "null").utf8
            case .string(let text): quote(text)
            case .array(let items):
                bytes.append(UInt8(ascii: "["))
                for (index, item) in items.enumerated() {
                    separate(index, depth + 1)
                    write(item, depth: depth + 1)
                }
                close("]", isEmpty: items.isEmpty, depth)
            case .object(let members):
                bytes.append(UInt8(ascii: "{"))
                for (index, member) in members.enumerated() {
                    separate(index, depth + 1)
                    quote(member.0)
                    bytes += (isPretty ? ": " : ":").utf8
                    write(member.1, depth: depth + 1)
                }
                close("}", isEmpty: members.isEmpty, depth)
            }
        }

        private mutating func separate(_ index: Int, _ depth: Int) {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            breakLine(depth)
        }

        private mutating func close(_ bracket: Unicode.Scalar, isEmpty: Bool, _ depth: Int) {
            if !isEmpty { breakLine(depth) }
            bytes.append(UInt8(ascii: bracket))
        }

        private mutating func breakLine(_ depth: Int) {
            guard isPretty else { return }
            bytes.append(UInt8(ascii: "\n"))
            bytes += repeatElement(UInt8(ascii: " "), count: depth * 2)
        }

        private mutating func quote(_ text: String) {
            bytes.append(UInt8(ascii: "\""))
            for byte in text.utf8 {
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
                case UInt8(ascii: "\n"): bytes += "\\n".utf8
                case 0..<0x20:
                    bytes += "\\u00".utf8
                    bytes += [UInt8(ascii: "0") + (byte >> 4), Array("0123456789abcdef".utf8)[Int(byte & 0xF)]]
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .int(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(elements) }
}
