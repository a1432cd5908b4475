/// What a part of a form says of itself.
package struct PartHead: Hashable, Sendable {
    /// The name of the field.
    package let name: String
    /// The last component of the file's name, without control characters; `nil` when the part is no file.
    package let filename: String?
    /// As the client says; never to be trusted.
    package let contentType: String?

    init(parsing bytes: [UInt8], limits: MultipartParser.Limits) throws(MultipartParser.Fault) {
        var disposition: [String: String]?
        var contentType: String?
        for line in Self.lines(bytes) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
                line[..<colon].allSatisfy(\.isTokenByte)
            else { throw MultipartParser.Fault(reason: "has a part with a malformed head") }
            guard line.allSatisfy({ $0 >= 0x20 || $0 == 0x09 }) else {
                throw MultipartParser.Fault(reason: "has a control character in the head of a part")
            }
            let name = String(decoding: line[..<colon], as: UTF8.self).asciiLowercased()
            let raw = line[(colon + 1)...]
            switch name {
            case "content-disposition":
                guard disposition == nil else {
                    throw MultipartParser.Fault(reason: "has a part with two Content-Disposition fields")
                }
                guard let value = String(validating: raw, as: UTF8.self) else {
                    throw MultipartParser.Fault(reason: "has a name that is not UTF-8")
                }
                guard MediaType.essence(value) == "form-data" else {
                    throw MultipartParser.Fault(reason: "has a part that is not form-data")
                }
                disposition = FieldParameters.parse(value)
            case "content-type": contentType = String(decoding: raw, as: UTF8.self).trimmingBlanks().description
            case "content-transfer-encoding":
                let encoding = String(decoding: raw, as: UTF8.self).trimmingBlanks().asciiLowercased()
                guard ["binary", "8bit", "7bit"].contains(encoding) else {
                    throw MultipartParser.Fault(reason: "has a part with a transfer encoding")
                }
            default: break
            }
        }
        guard let disposition, let name = disposition["name"], !name.isEmpty else {
            throw MultipartParser.Fault(reason: "has a part without a name")
        }
        guard name.utf8.count <= limits.name, disposition["filename"].map({ $0.utf8.count <= limits.name * 4 }) ?? true
        else { throw MultipartParser.Fault(reason: "has a name of more than \(limits.name) bytes") }
        self.name = name
        self.contentType = contentType
        filename = disposition["filename"].map { Self.sanitised($0, limit: limits.name) }
    }

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            if bytes[index] == 0x0D, index + 1 < bytes.endIndex, bytes[index + 1] == 0x0A {
                lines.append(bytes[start..<index])
                start = index + 2
                index = start
            } else {
                index += 1
            }
        }
        lines.append(bytes[start...])
        return lines.filter { !$0.isEmpty }
    }

    /// The name alone: `../../etc/passwd` is `passwd`, `C:\a\b.jpg` is `b.jpg`; nothing left is `file`.
    static func sanitised(_ filename: String, limit: Int) -> String {
        let last = filename.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
        var name = String(String.UnicodeScalarView(last.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
        while name.utf8.count > limit { name.removeLast() }
        return name.isEmpty || name.allSatisfy({ $0 == "." }) ? "file" : name
    }
}

/// Parameters of a header field: `form-data; name="a"; filename="b.jpg"`.
enum FieldParameters {
    /// Names in lower case; of a repeated one the first counts.
    ///
    /// Quotes may hold `\"` and `%22`, as browsers write them.
    static func parse(_ field: String) -> [String: String] {
        var found: [String: String] = [:]
        var rest = Array(field.utf8.drop { $0 != UInt8(ascii: ";") })[...]
        while rest.first == UInt8(ascii: ";") {
            rest = rest.dropFirst().drop { $0 == 0x20 || $0 == 0x09 }
            let name = rest.prefix(while: \.isTokenByte)
            rest = rest.dropFirst(name.count).drop { $0 == 0x20 || $0 == 0x09 }
            guard rest.first == UInt8(ascii: "="), !name.isEmpty else {
                rest = rest.drop { $0 != UInt8(ascii: ";") }
                continue
            }
            rest = rest.dropFirst()
            let value: [UInt8]
            if rest.first == UInt8(ascii: "\"") {
                value = quoted(&rest)
            } else {
                let token = rest.prefix { $0 != UInt8(ascii: ";") }
                rest = rest.dropFirst(token.count)
                value = Array(token)
            }
            let key = String(decoding: name, as: UTF8.self).asciiLowercased()
            if found[key] == nil { found[key] = String(decoding: value, as: UTF8.self).trimmingBlanks().description }
            rest = rest.drop { $0 != UInt8(ascii: ";") }
        }
        return found
    }

    private static func quoted(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        var value: [UInt8] = []
        rest = rest.dropFirst()
        while let byte = rest.first, byte != UInt8(ascii: "\"") {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "\\"), let next = rest.first, next == UInt8(ascii: "\"") || next == byte {
                value.append(next)
                rest = rest.dropFirst()
            } else if byte == UInt8(ascii: "%"), rest.starts(with: "22".utf8) {
                value.append(UInt8(ascii: "\""))
                rest = rest.dropFirst(2)
            } else {
                value.append(byte)
            }
        }
        rest = rest.dropFirst()
        return value
    }
}
