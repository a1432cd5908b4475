internal import Core

/// Decodes JSON that came from outside.
package enum JSONBody {
    static let maximumDepth = 64

    package static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        guard !bytes.isEmpty else { throw Problem.unprocessable(["body"], "is empty", type: "missing") }
        // Other encodings of Unicode would hide brackets from the count below.
        guard !bytes.contains(0), bytes.first != 0xFE, bytes.first != 0xFF else {
            throw Problem.unprocessable(["body"], "is not UTF-8")
        }
        guard depth(of: bytes) <= maximumDepth else {
            throw Problem.unprocessable(["body"], "is nested more than \(maximumDepth) levels deep", type: "too_deep")
        }
        do {
            return try JSON.decode(type, from: bytes)
        } catch let error as DecodingError {
            throw Problem.unprocessable([fieldError(error)])
        }
    }

    /// How deep brackets nest, without building anything.
    static func depth(of bytes: [UInt8]) -> Int {
        var depth = 0
        var deepest = 0
        var isInString = false
        var isEscaped = false
        for byte in bytes {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
        return deepest
    }

    private static func fieldError(_ error: DecodingError) -> Problem.FieldError {
        switch error {
        case .keyNotFound(let key, let context):
            Problem.FieldError(
                location(context.codingPath) + [key.stringValue.snakeCased()],
                "is missing",
                type: "missing"
            )
        case .valueNotFound(_, let context):
            Problem.FieldError(location(context.codingPath), "is null", type: "missing")
        case .typeMismatch(let type, let context):
            Problem.FieldError(location(context.codingPath), "is not \(article(type))", type: "wrong_type")
        case .dataCorrupted(let context):
            Problem.FieldError(
                location(context.codingPath),
                context.codingPath.isEmpty ? "is not valid JSON" : "cannot be taken: \(context.debugDescription)"
            )
        @unknown default: Problem.FieldError(["body"], "cannot be read")
        }
    }

    private static func location(_ path: [any CodingKey]) -> [String] {
        ["body"] + path.map { $0.intValue.map { "\($0)" } ?? $0.stringValue.snakeCased() }
    }

    private static func article(_ type: Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [String: Any].Type: "an object"
        case is [Any].Type: "a list"
        default: "of the expected kind"
        }
    }
}
