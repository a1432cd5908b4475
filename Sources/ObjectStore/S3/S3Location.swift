import Core

/// A bucket, the part of it that is ours, and the server that keeps it.
package struct S3Location: Hashable, Sendable, CustomStringConvertible {
    /// Where the name of the bucket stands in addresses.
    package enum Style: String, Hashable, Sendable, CaseIterable {
        /// `https://server/bucket/key`, which every server understands.
        case path
        /// `https://bucket.server/key`, which AWS wants.
        case host
    }

    package let bucket: String
    /// Words with slashes between them, or empty.
    package let prefix: String
    package let region: String
    package let style: Style
    let isSecure: Bool
    /// Name and port of the server, without the bucket.
    let authority: String

    /// An `endpoint` is `http://host:port` or `https://host`; without one the bucket lies at AWS in that region.
    package init(
        bucket: String,
        prefix: String = "",
        endpoint: String? = nil,
        region: String = "us-east-1",
        style: Style? = nil
    ) throws(StoreAddressFault) {
        guard Self.isBucket(bucket) else {
            throw StoreAddressFault("has no valid bucket; a bucket has 3 to 63 of a-z, 0-9, dots and hyphens")
        }
        let prefix = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        if !prefix.isEmpty {
            do { _ = try ObjectKey(prefix) } catch { throw StoreAddressFault("has a prefix in which \(error.detail)") }
        }
        guard !region.isEmpty, region.utf8.allSatisfy({ Self.isNameByte($0) && $0 != UInt8(ascii: ".") }) else {
            throw StoreAddressFault("has no valid region; us-east-1 is one")
        }
        self.bucket = bucket
        self.prefix = prefix
        self.region = region
        guard let endpoint else {
            isSecure = true
            authority = "s3.\(region).amazonaws.com"
            // A certificate for *.server does not cover a name with a further dot.
            self.style = style ?? (bucket.contains(".") ? .path : .host)
            return
        }
        self.style = style ?? .path
        isSecure = endpoint.hasPrefix("https://")
        let rest = endpoint.dropFirst(isSecure ? 8 : 7)
        authority = String(rest.hasSuffix("/") ? rest.dropLast() : rest)
        let isPlain = authority.utf8.allSatisfy { Self.isNameByte($0) || "_:[]".utf8.contains($0) }
        guard isSecure || endpoint.hasPrefix("http://"), !authority.isEmpty, isPlain else {
            throw StoreAddressFault(
                "has no valid endpoint; it is a scheme and a host, such as https://minio.example:9000"
            )
        }
    }

    /// For the operator: `bucket photos at s3.eu-central-1.amazonaws.com, below garden/`.
    package var description: String {
        "bucket \(bucket) at \(authority)" + (prefix.isEmpty ? "" : ", below \(prefix)/")
    }

    /// What the `Host` field says.
    var host: String { style == .host ? "\(bucket).\(authority)" : authority }

    /// The escaped path of an object of that full name; the bucket's own for an empty one.
    func path(of name: String) -> String {
        let words = name.split(separator: "/", omittingEmptySubsequences: false).map { $0.percentEncoded() }
        let key = words.joined(separator: "/")
        return style == .host ? "/\(key)" : key.isEmpty ? "/\(bucket)" : "/\(bucket)/\(key)"
    }

    var origin: String { (isSecure ? "https://" : "http://") + host }

    /// The object's full name in the bucket.
    func name(of key: ObjectKey) -> String { prefix.isEmpty ? key.text : "\(prefix)/\(key.text)" }

    /// The key that has this full name; `nil` for what is not ours.
    func key(of name: String) -> ObjectKey? {
        if prefix.isEmpty { return try? ObjectKey(name) }
        return name.hasPrefix(prefix + "/") ? try? ObjectKey(String(name.dropFirst(prefix.count + 1))) : nil
    }

    private static func isBucket(_ text: String) -> Bool {
        (3...63).contains(text.utf8.count) && text.utf8.allSatisfy(isNameByte) && !text.contains("..")
            && text.first != "-" && text.first != "." && text.last != "-" && text.last != "."
            && !text.utf8.contains { (0x41...0x5A).contains($0) }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
