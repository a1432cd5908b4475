internal import Core

/// The request target, taken apart: decoded path segments and query items.
///
/// `%2F` stays a slash inside its segment and never divides; anything that is not valid UTF-8 or hides a NUL is refused.
package struct Target: Sendable, Hashable {
    /// The target as it came, for signatures; never for logs.
    package let raw: String
    /// Decoded segments of the path: `/a/b%2Fc` is `["a", "b/c"]`, and a slash at the end gives an empty last segment.
    package let segments: [String]
    package let query: [QueryItem]

    package struct QueryItem: Sendable, Hashable {
        package let name: String
        package let value: String
    }

    /// The path with an unambiguous escape of each segment.
    package var path: String { "/" + segments.map { $0.percentEncoded() }.joined(separator: "/") }

    /// All values that the query gives to `name`.
    package func values(_ name: String) -> [String] { query.compactMap { $0.name == name ? $0.value : nil } }

    /// The query as it may be logged: values whose names sound like a secret are hidden.
    package var redactedQuery: String {
        query.map { item in
            let isSecret = Self.secrets.contains { item.name.asciiLowercased().contains($0) }
            return "\(item.name.percentEncoded())=\(isSecret ? "(hidden)" : item.value.percentEncoded())"
        }.joined(separator: "&")
    }

    private static let secrets = [
        "token", "key", "code", "pass", "pwd", "secret", "sig", "ticket", "auth", "jwt", "session", "credential",
    ]

    /// The target has a form that is refused; `reason` completes "the request target …".
    struct Fault: Error, Hashable {
        let reason: String
    }

    /// Reads origin form (`/path?query`), absolute form, and `*`.
    init(parsing raw: String) throws(Fault) {
        self.raw = raw
        var bytes = Array(raw.utf8)[...]
        guard bytes.count <= 8_192 else { throw Fault(reason: "is longer than 8192 bytes") }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x23 }) else {
            throw Fault(reason: "has a blank, a control character or a fragment in it")
        }
        if raw == "*" {
            segments = ["*"]
            query = []
            return
        }
        for scheme in ["http://", "https://"] where raw.prefix(scheme.count).asciiLowercased() == scheme {
            bytes = bytes.dropFirst(scheme.utf8.count)
            bytes = bytes[(bytes.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? bytes.endIndex)...]
            if bytes.first != 0x2F { bytes = [0x2F] + bytes }
        }
        guard bytes.first == UInt8(ascii: "/") else { throw Fault(reason: "does not begin with a slash") }
        let mark = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        let parts = bytes[bytes.startIndex + 1..<mark].split(
            separator: UInt8(ascii: "/"),
            omittingEmptySubsequences: false
        )
        guard parts.count <= 64 else { throw Fault(reason: "has more than 64 segments") }
        var segments: [String] = []
        segments.reserveCapacity(parts.count)
        for part in parts {
            let segment = try Self.decode(part, plusIsSpace: false, in: "path")
            guard segment != "." && segment != ".." else { throw Fault(reason: "has a dot segment in its path") }
            segments.append(segment)
        }
        self.segments = segments
        query = try Self.items(mark < bytes.endIndex ? bytes[(mark + 1)...] : [])
    }

    private static func items(_ bytes: ArraySlice<UInt8>) throws(Fault) -> [QueryItem] {
        guard !bytes.isEmpty else { return [] }
        var items: [QueryItem] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            guard items.count < 128 else { throw Fault(reason: "has more than 128 query items") }
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            let name = try decode(pair[..<equals], plusIsSpace: true, in: "query")
            let value = equals < pair.endIndex ? try decode(pair[(equals + 1)...], plusIsSpace: true, in: "query") : ""
            items.append(QueryItem(name: name, value: value))
        }
        return items
    }

    static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool, in place: String) throws(Fault) -> String {
        guard let decoded = bytes.percentDecoded(plusIsSpace: plusIsSpace) else {
            throw Fault(reason: "has an incomplete percent escape in its \(place)")
        }
        guard !decoded.contains(0) else { throw Fault(reason: "has a NUL in its \(place)") }
        guard let text = String(validating: decoded, as: UTF8.self) else {
            throw Fault(reason: "is not UTF-8 in its \(place)")
        }
        return text
    }
}
